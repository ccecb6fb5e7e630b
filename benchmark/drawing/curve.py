"""One number in every admissible reading of a description: the data of a specification curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Inches.
WIDTH = 7.2
LEFT, RIGHT = 3.0, 0.12
CURVE, OPTION, CHOICE = 2.4, 0.25, 0.06
"""Height of the upper panel, of a row of the matrix, and of the space between two choices."""

HEAD, GAP, LEGEND = 0.68, 0.12, 0.29
"""Height of the title of a curve, space between its panel and its matrix, and height of a line of its legend."""


@dataclass(frozen=True)
class Reading:
    """One reading with its number.

    Parameters
    ----------
    choices : mapping of str to str
        Option that it takes, by choice.
    mean : float
        Its number.
    low, high : float
        Interval of the number; NaN for none.
    bound : float, optional
        What the number could at most be in this reading; None where there is no bound.
    outcome : str
        Judgement on it, for the colour; empty for none.
    """

    choices: Mapping[str, str]
    mean: float
    low: float
    high: float
    bound: float | None = None
    outcome: str = ""


@dataclass(frozen=True)
class Curve:
    """One number in every reading.

    Parameters
    ----------
    title : str
        What the number is.
    quantity : str
        Label of the vertical axis.
    readings : sequence of Reading
        In any order; all have the same choices.
    lines : mapping of str to float
        Values to draw as horizontal lines, by label: the printed number, say.
    bound : str
        Label of the bounds; empty where no reading has one.
    limits : (float, float), optional
        Ends of the vertical axis; fitted to the numbers unless given.
    options : mapping of str to sequence of str, optional
        Options of each choice from top to bottom; in the order of their first reading unless given.
    """

    title: str
    quantity: str
    readings: Sequence[Reading]
    lines: Mapping[str, float] = field(default_factory=dict)
    bound: str = ""
    limits: tuple[float, float] | None = None
    options: Mapping[str, Sequence[str]] | None = None

    def ordered(self) -> list[Reading]:
        """The readings by their number, lowest first; equal ones by their choices."""
        return sorted(self.readings, key=lambda one: (one.mean, tuple(one.choices.values())))

    def matrix(self) -> dict[str, tuple[str, ...]]:
        """The options of each choice that some reading takes, from top to bottom."""
        found = {
            choice: tuple(dict.fromkeys(one.choices[choice] for one in self.readings))
            for choice in self.readings[0].choices
        }
        if self.options is None:
            return found
        return {choice: tuple(one for one in self.options[choice] if one in taken) for choice, taken in found.items()}

    @property
    def rows(self) -> int:
        """Number of rows of the matrix: a heading and the options of each choice."""
        return sum(1 + len(options) for options in self.matrix().values())

    @property
    def entries(self) -> int:
        """Number of entries of its legend."""
        bounded = bool(self.bound) and any(one.bound is not None for one in self.readings)
        return len({one.outcome for one in self.readings if one.outcome}) + bounded + len(self.lines)

    @property
    def head(self) -> float:
        """Height of title and legend in inches; the legend has two entries on a line."""
        return HEAD + LEGEND * -(-self.entries // 2)

    @property
    def height(self) -> float:
        """Height in inches."""
        return self.head + CURVE + GAP + OPTION * self.rows + CHOICE * len(self.matrix()) + 0.25
