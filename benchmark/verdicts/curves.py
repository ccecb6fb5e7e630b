"""Claims about the shape of curves: they rise or fall, have a peak, fall faster at a point, or reach a plateau."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from benchmark.interfaces.numbers import Number
from benchmark.verdicts.cases import Case
from benchmark.verdicts.claim import MeasuredClaim, Metrics, Tables, published_table
from benchmark.verdicts.judge import INDIFFERENT
from benchmark.verdicts.numbers import ClaimNumbers
from benchmark.verdicts.reading import Reading
from benchmark.verdicts.sift import Found, find, sifted
from benchmark.verdicts.step_case import PlateauCase, Step, StepCase, step_case


def _positions(value: Any) -> Any:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


Position = Annotated[str, BeforeValidator(str)]
"""A position on an axis: ``256`` or ``Low``."""

Positions = Annotated[tuple[str, ...], BeforeValidator(_positions), Field(min_length=1)]
"""One or more positions."""

Curve = Mapping[str, Number]
"""Points by position."""


class CurveClaim(MeasuredClaim):
    """A claim about the shape of curves, all its metrics together.

    Parameters
    ----------
    metrics : tuple of str
        Metrics, without the count and the cut of a reading.
    published : str
        Table of ``published.toml`` with printed numbers of its positions; empty for none.
    """

    metrics: Metrics
    published: str = ""
    tests: ClassVar[type[StepCase]] = StepCase

    def measured_metrics(self) -> tuple[str, ...]:
        """Its metrics."""
        return self.metrics

    def case(self, numbers: ClaimNumbers, tables: Tables) -> Case:
        """Test the steps of all curves together, in every reading."""
        if self.published:
            published_table(self.published, tables)
        kept = sifted([self._found(reading, numbers) for reading in self.all_readings()], numbers)
        complete = [(found, self._steps(found, tables)) for found in kept.judged]
        partial = [(found, list[Step]()) for found in kept.missing]
        return step_case(complete, kept.left_out, partial, self.tests, numbers.weight)

    def all_readings(self) -> list[Reading]:
        """Every reading, with every place that the shape may have."""
        return self.readings()

    def named(self, reading: Reading, axis: Sequence[str]) -> list[str]:
        """Positions that the claim needs, of those on the axis."""
        raise NotImplementedError

    def steps(self, reading: Reading, metric: str, curve: Curve) -> Iterator[Step]:
        """Yield the steps that the claim says of one curve."""
        raise NotImplementedError

    def _found(self, reading: Reading, numbers: ClaimNumbers) -> Found:
        columns = [reading.column(metric) for metric in self.metrics]
        wanted: list[Number | None] = []
        for column in columns:
            axis = {number.row: number for number in numbers.axis(reading.section, reading.panel, column)}
            if not axis:
                wanted.append(None)
                continue
            names = self.named(reading, list(axis))
            absent = [name for name in names if name not in axis]
            if absent:
                reason = f"no point {absent[0]} under this profile; it has {', '.join(axis)}"
                return Found(reading, tuple(axis.values()), missing=reason)
            wanted += [axis[name] for name in names]
        return find(reading, numbers, wanted, columns, self.choices, self.ceiling)

    def _steps(self, found: Found, tables: Tables) -> list[Step]:
        reading, steps = found.reading, list[Step]()
        for metric in self.metrics:
            column, printed = reading.column(metric), self._printed(metric, tables)
            curve = {number.row: number for number in found.numbers if number.metric == column}
            for step in self.steps(reading, column, curve):
                known = set(step.ends) <= set(printed)
                gap = abs(printed[step.ends[0]] - printed[step.ends[1]]) if known else 0.0
                steps.append(replace(step, claimed=gap or INDIFFERENT))
        return steps

    def _printed(self, metric: str, tables: Tables) -> dict[str, float]:
        """Printed number of each position in a metric; empty without a table that prints it."""
        return published_table(self.published, tables).values_of(metric) if self.published else {}


class MonotoneClaim(CurveClaim):
    """Metrics rise or fall at every step of an axis from one position to another."""

    kind: Literal["monotone"]
    start: Position = Field(alias="from")
    end: Position = Field(alias="to")
    direction: Literal["up", "down"]

    def named(self, reading: Reading, axis: Sequence[str]) -> list[str]:
        """Return the positions from ``from`` to ``to``."""
        if self.start not in axis or self.end not in axis:
            return [self.start, self.end]
        return list(axis[axis.index(self.start) : axis.index(self.end) + 1])

    def steps(self, reading: Reading, metric: str, curve: Curve) -> Iterator[Step]:
        """Yield a step between each two neighbours."""
        for first, second in pairwise(curve.values()):
            yield _step(metric, *((second, first) if self.direction == "up" else (first, second)))


class PeakClaim(CurveClaim):
    """Metrics are higher at one position of an axis than at others.

    Parameters
    ----------
    at : tuple of str
        Where the peak may be; if the paper leaves open which, each is a reading.
    than : tuple of str
        The other positions; empty for all.
    """

    PLACE: ClassVar[str] = "place of the peak"

    kind: Literal["peak-at"]
    at: Positions
    than: tuple[Position, ...] = ()

    def all_readings(self) -> list[Reading]:
        """Every reading with each place of the peak."""
        if len(self.at) == 1:
            return self.readings()
        return [
            replace(reading, choices={**reading.choices, self.PLACE: at})
            for reading in self.readings()
            for at in self.at
        ]

    def peak(self, reading: Reading) -> str:
        """Where the peak is in a reading."""
        return reading.choices.get(self.PLACE, self.at[0])

    def named(self, reading: Reading, axis: Sequence[str]) -> list[str]:
        """The peak and the positions that it is compared with."""
        return list(dict.fromkeys((self.peak(reading), *(self.than or axis))))

    def steps(self, reading: Reading, metric: str, curve: Curve) -> Iterator[Step]:
        """Yield the peak above each other point."""
        peak = self.peak(reading)
        for name, point in curve.items():
            if name != peak:
                yield _step(metric, curve[peak], point)


class SteeperClaim(CurveClaim):
    """Metrics fall faster after a position than before it.

    Parameters
    ----------
    positions : tuple of three str
        Before, at and after the turning point.
    """

    kind: Literal["steeper-at"]
    positions: tuple[Position, Position, Position]

    def named(self, reading: Reading, axis: Sequence[str]) -> list[str]:
        """The three positions."""
        return list(self.positions)

    def steps(self, reading: Reading, metric: str, curve: Curve) -> Iterator[Step]:
        """Yield the one step: the fall after the turning point above the fall before it."""
        before, at, after = (curve[name].values for name in self.positions)
        seeds = sorted(set(before) & set(at) & set(after))
        first = {seed: before[seed] - at[seed] for seed in seeds}
        second = {seed: at[seed] - after[seed] for seed in seeds}
        a, b, c = self.positions
        yield Step(f"fall from {b} to {c} above fall from {a} to {b} in {metric}", second, first)


class PlateauClaim(CurveClaim):
    """Beyond a position of an axis, a metric stays: no later change is larger than `INDIFFERENT`."""

    kind: Literal["plateau-from"]
    start: Position = Field(alias="from")
    tests: ClassVar[type[StepCase]] = PlateauCase

    def named(self, reading: Reading, axis: Sequence[str]) -> list[str]:
        """The start and every later position; one position more than there is where none is later."""
        if self.start not in axis:
            return [self.start]
        later = list(axis[axis.index(self.start) :])
        return later if len(later) > 1 else [*later, f"beyond {self.start}"]

    def steps(self, reading: Reading, metric: str, curve: Curve) -> Iterator[Step]:
        """Yield each later point against the start."""
        for name, point in curve.items():
            if name != self.start:
                yield Step(f"{name} against {self.start} in {metric}", point.values, curve[self.start].values)


def _step(metric: str, upper: Number, lower: Number) -> Step:
    name = f"{upper.row} above {lower.row} in {metric}"
    return Step(name, upper.values, lower.values, ends=(upper.row, lower.row))
