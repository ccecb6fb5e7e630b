"""One number in a record and in a run: its differences by seed, alone and in units of its spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

FLOOR = 0.005
"""Smallest spread that a method is credited with: one point of a few hundred that crosses a threshold."""

LIMIT = 3.0
"""Largest difference of one value, in spreads."""

LEAST = 5
"""Fewest observations of a group, and fewest seeds of a single number, that are tested."""

Seeds = Mapping[int, float]


@dataclass(frozen=True)
class NumberPair:
    """One number in the record and in the run.

    Parameters
    ----------
    paper, name : str
        Paper, and name of the number in the record.
    method, metric, scenario : str
        Groups that it belongs to; the method without its parameters.
    run : str
        Numbers with the same ``run`` are computed from the same training runs.
    recorded, found : mapping of int to float
        One value a seed, at least one.
    paired : bool
        Whether the data are the recorded ones, so that equal seeds have equal splits.
    """

    paper: str
    name: str
    method: str
    metric: str
    scenario: str
    run: str
    recorded: Seeds
    found: Seeds
    paired: bool = True

    @cached_property
    def common(self) -> list[int]:
        """Seeds in both, in order, if they can be paired."""
        return sorted(set(self.recorded) & set(self.found)) if self.paired else []

    @cached_property
    def differences(self) -> list[float]:
        """Found less recorded at each common seed; one alone where all seeds are copies."""
        values = [self.found[seed] - self.recorded[seed] for seed in self.common]
        return values[:1] if self.copies else values

    @property
    def copies(self) -> bool:
        """Whether no seed changes the number, in the record and in the run; two or three may agree by chance."""
        both = (self.recorded.values(), self.found.values())
        return all(len(values) >= LEAST and len(set(values)) == 1 for values in both)

    @cached_property
    def spread(self) -> float:
        """Standard deviation over seeds, of record and run together; at least `FLOOR`.

        Where seeds can be paired, it is that of all values about their common mean. It is then the same if the two
        values of a seed change places, so the sign of a difference is independent of it. Else each side has its own
        mean, since a shift between other data is no noise.
        """
        if self.paired:
            return max(deviation([*self.recorded.values(), *self.found.values()]), FLOOR)
        both = [deviation(values) for side in (self.recorded, self.found) if len(values := list(side.values())) > 1]
        return max(root_mean_square(both), FLOOR)

    @cached_property
    def effects(self) -> list[float]:
        """The differences in units of the spread, limited to ± `LIMIT`."""
        return [max(-LIMIT, min(LIMIT, difference / self.spread)) for difference in self.differences]


def mean(values: Sequence[float]) -> float:
    """Mean of at least one value."""
    return sum(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """Standard deviation of a sample; `statistics.stdev` is exact and a hundred times slower."""
    centre = mean(values)
    return sqrt(sum((value - centre) ** 2 for value in values) / (len(values) - 1))


def root_mean_square(values: Sequence[float]) -> float:
    """Root of the mean square; 0 without values."""
    return sqrt(mean([value**2 for value in values])) if values else 0.0
