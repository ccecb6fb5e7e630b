"""Closed intervals of exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Interval:
    """A closed interval of exact numbers."""

    low: Fraction
    high: Fraction

    @property
    def middle(self) -> Interval:
        """The middle alone: the number as printed."""
        return Interval((self.low + self.high) / 2, (self.low + self.high) / 2)

    def meets(self, other: Interval) -> bool:
        """Whether they have a number in common."""
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        return f"[{float(self.low):.5f}, {float(self.high):.5f}]"
