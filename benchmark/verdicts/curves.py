"""Claims about the shape of curves: they rise or fall, have a peak, or reach a plateau."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from benchmark.interfaces.numbers import Number
from benchmark.verdicts.claim import MeasuredClaim, Metrics, Tables, without_number
from benchmark.verdicts.judge import Judgement, Step, judge_plateau, judge_steps
from benchmark.verdicts.numbers import ClaimNumbers

Position = Annotated[str, BeforeValidator(str)]
"""A position on an axis: ``256`` or ``Low``."""


class CurveClaim(MeasuredClaim):
    """A claim about the shape of curves, all its metrics together."""

    metrics: Metrics
    ends: ClassVar[tuple[str, ...]]
    """Names of the fields that hold positions on the axis."""

    def judge(self, numbers: ClaimNumbers, tables: Tables) -> Judgement:
        """Judge the shape, once every position that it names has a number in every metric."""
        curves = {metric: {number.row: number for number in numbers.axis(metric)} for metric in self.metrics}
        for metric, curve in curves.items():
            if not curve:
                return Judgement("NOT_TESTABLE", f"{self.artifact} has no {metric}")
            unknown = [name for field in self.ends if (name := getattr(self, field)) not in curve]
            if unknown:
                return Judgement("NOT_TESTABLE", f"no point {unknown[0]} under this profile; it has {', '.join(curve)}")
            absent = [number for number in self.part(list(curve.values())) if not number.values]
            if absent:
                return without_number(absent[0])
        return self.judge_curves({metric: self.part(list(curve.values())) for metric, curve in curves.items()})

    def part(self, points: list[Number]) -> list[Number]:
        """Return the points of the axis that the claim covers."""
        return points

    def judge_curves(self, curves: Mapping[str, list[Number]]) -> Judgement:
        """Judge the steps of all curves together."""
        return judge_steps([step for metric, points in curves.items() for step in self.steps(metric, points)])

    def steps(self, metric: str, points: list[Number]) -> Iterator[Step]:
        """Yield the steps that the claim says of one curve."""
        raise NotImplementedError


class MonotoneClaim(CurveClaim):
    """Metrics rise or fall at every step of an axis from one position to another."""

    kind: Literal["monotone"]
    start: Position = Field(alias="from")
    end: Position = Field(alias="to")
    direction: Literal["up", "down"]
    ends: ClassVar[tuple[str, ...]] = ("start", "end")

    def part(self, points: list[Number]) -> list[Number]:
        """Return the points from ``from`` to ``to``."""
        names = [point.row for point in points]
        return points[names.index(self.start) : names.index(self.end) + 1]

    def steps(self, metric: str, points: list[Number]) -> Iterator[Step]:
        """Yield a step between each two neighbours."""
        for first, second in pairwise(points):
            yield _step(metric, *((second, first) if self.direction == "up" else (first, second)))


class PeakClaim(CurveClaim):
    """Metrics are higher at one position of an axis than at any other."""

    kind: Literal["peak-at"]
    at: Position
    ends: ClassVar[tuple[str, ...]] = ("at",)

    def steps(self, metric: str, points: list[Number]) -> Iterator[Step]:
        """Yield the peak above each other point."""
        peak = next(point for point in points if point.row == self.at)
        for point in points:
            if point.row != self.at:
                yield _step(metric, peak, point)


class PlateauClaim(CurveClaim):
    """Beyond a position of an axis, a metric stays or falls slightly."""

    kind: Literal["plateau-from"]
    metrics: tuple[str]
    start: Position = Field(alias="from")
    ends: ClassVar[tuple[str, ...]] = ("start",)

    def judge_curves(self, curves: Mapping[str, list[Number]]) -> Judgement:
        """Judge the one curve as a plateau."""
        (points,) = curves.values()
        names = [point.row for point in points]
        start = names.index(self.start)
        later = [point.values for point in points[start + 1 :]]
        return judge_plateau(names[start + 1 :], points[0].values, points[start].values, later)


def _step(metric: str, upper: Number, lower: Number) -> Step:
    return Step(f"{upper.row} above {lower.row} in {metric}", upper.values, lower.values)
