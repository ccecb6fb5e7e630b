"""Claims that a measured number keeps a stated bound: at least so many, at most so much.

The *room* of a number is how far it lies on the allowed side of its bound: in its own unit where the metric has a fixed
range; as the logarithm of their ratio for seconds, rates and other numbers of the machine, which are positive and
spread over orders of magnitude; else as a share of the bound. (The logarithm was chosen after a first judgement, in
which rates of a hundred times their bound were undecidable, since their spread is a multiple of the bound as well.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from benchmark.drawing.summary import limits_of
from benchmark.interfaces.numbers import Number
from benchmark.stats.intervals import mean_interval
from benchmark.verdicts.cases import Case, power_text
from benchmark.verdicts.claim import Claim, MeasuredClaim, Tables
from benchmark.verdicts.evidence import Evidence, Sample, bound_evidence
from benchmark.verdicts.judge import INDIFFERENT, Verdict
from benchmark.verdicts.numbers import ClaimNumbers
from benchmark.verdicts.sift import Found, find, sifted
from benchmark.verdicts.step_case import Step, StepCase, step_case


class Bound(BaseModel):
    """One bound.

    Parameters
    ----------
    metric : str
        Measured number, without the count and the cut of a reading.
    at_least, at_most : float, optional
        The bound; one of both. Not 0 for a metric without a fixed range.
    because : str
        Where the bound comes from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    metric: str
    at_least: float | None = Field(default=None, alias="at-least")
    at_most: float | None = Field(default=None, alias="at-most")
    because: str

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"{self.metric}: give one of at-least and at-most")
        if self.value == 0 and limits_of(self.metric) is None:
            raise ValueError(f"{self.metric}: a bound of 0 has no scale, since the metric has no fixed range")
        return self

    @property
    def value(self) -> float:
        """The bound."""
        found = self.at_least if self.at_least is not None else self.at_most
        assert found is not None
        return found

    @property
    def text(self) -> str:
        """The bound in words."""
        return f"{'at least' if self.at_least is not None else 'at most'} {self.value:g}"

    def room(self, value: float, *, timed: bool = False) -> float:
        """How far a value lies on the allowed side; ``timed`` for a number of the machine, which is positive."""
        if timed and value > 0 and self.value > 0:
            ratio = log(value / self.value)
            return ratio if self.at_least is not None else -ratio
        room = value - self.value if self.at_least is not None else self.value - value
        return room if limits_of(self.metric) is not None else room / abs(self.value)


@dataclass(frozen=True)
class Room(Step):
    """The claim that a number keeps a bound: its room, by seed, is above 0.

    Parameters
    ----------
    number : Number, optional
        The number.
    bound : Bound, optional
        The bound.
    """

    number: Number | None = None
    bound: Bound | None = None

    @classmethod
    def of(cls, number: Number, bound: Bound) -> Room:
        """The room of a number at each seed."""
        rooms = {seed: bound.room(value, timed=number.timed) for seed, value in number.values.items()}
        name = f"{number.label}, {number.metric}"
        return cls(name, rooms, dict.fromkeys(rooms, 0.0), INDIFFERENT, number=number, bound=bound)

    @property
    def text(self) -> str:
        """Mean of the number with half of its 95 % interval, the bound, and whether the number is of this machine."""
        assert self.number is not None
        assert self.bound is not None
        interval = mean_interval([self.number.values[seed] for seed in sorted(self.number.values)])
        machine = ", on the machine of the run" if self.number.timed else ""
        half = interval.high - interval.mean
        return f"{self.number.metric} {interval.mean:.4g} ± {half:.2g}{machine} ({self.bound.text})"


@dataclass(frozen=True, kw_only=True)
class BoundCase(StepCase):
    """Bounds that all have to be kept; its steps are their rooms."""

    @staticmethod
    def tested(gaps: Sample, steps: Sequence[Step], readings: int, weight: float) -> Evidence:
        """Test that every room is above 0."""
        return bound_evidence(gaps, readings, weight)

    def measured(self, index: int) -> str:
        """Every number with its bound."""
        return "; ".join(room.text for room in self._rooms(index))

    def reason(self, verdict: Verdict, index: int, adjusted: float) -> str:
        """Say what decided, and quote the number with the least room."""
        assert self.evidence is not None
        least = self._rooms(index)[int(self.samples[index].mean.argmin())].text
        if verdict == "NOT_REPRODUCED":
            return f"a bound is missed in {self.count}, adjusted p {adjusted:.2g}: {least}"
        if verdict == "REPRODUCED":
            number = int(self.evidence.confirmed.sum())
            return f"every bound is kept in {number} of {self.count}; the least room: {least}"
        if verdict == "UNDECIDABLE":
            return f"room of {INDIFFERENT} could be shown in none of {self.count}; the least: {least}"
        if verdict == "DIRECTION_ONLY":
            return f"every mean keeps its bound, not every bound is shown to be kept in {self.count}: {least}"
        return f"neither kept nor missed is shown in {self.count}: {least}"

    def power(self, verdict: Verdict, index: int) -> str:
        """Chance to show the least room that anybody would act on, of the bound where it is hardest to show."""
        chances = [(self._chance(step), step) for step in self.steps[index]]
        chance, hardest = min(chances, key=lambda one: one[0])
        return power_text(f"room of {hardest.claimed:g}", chance, len(hardest.gaps), self.seeds(index))

    def _rooms(self, index: int) -> list[Room]:
        return [step for step in self.steps[index] if isinstance(step, Room)]


class BoundsClaim(MeasuredClaim):
    """Numbers of a row keep stated bounds, all of them; written with several rows, it is one claim for each.

    Parameters
    ----------
    rows : tuple of str
        Rows.
    bounds : tuple of Bound
        What each has to keep.
    """

    kind: Literal["bounds"]
    rows: Annotated[tuple[str, ...], Field(min_length=1)]
    bounds: Annotated[tuple[Bound, ...], Field(min_length=1)]
    _written: str = ""

    @property
    def family(self) -> str:
        """The rows of one written claim."""
        return self._written or self.id

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """One claim for each row."""
        claims = []
        for row in self.rows:
            update: dict[str, Any] = {"id": f"{self.id}/{row}", "rows": (row,)}
            claim = self.model_copy(update=update)
            claim._written = self.id
            claims.append(claim)
        return claims

    def printed_rows(self) -> tuple[str, ...]:
        """Its row."""
        return self.rows

    def measured_metrics(self) -> tuple[str, ...]:
        """The metrics of its bounds."""
        return tuple(bound.metric for bound in self.bounds)

    def case(self, numbers: ClaimNumbers, tables: Tables) -> Case:
        """Test every bound in every reading. If a number has no result, the others can refute the claim."""
        (row,) = self.rows
        if row in self.choices.untestable:
            return Case([], None, settled=self.choices.untestable[row])
        founds = []
        for reading in self.readings():
            columns = [reading.column(bound.metric) for bound in self.bounds]
            label = reading.rows.get(row, "")
            wanted = [numbers.row(reading.section, reading.panel, row, column, label) for column in columns]
            founds.append(find(reading, numbers, wanted, columns, self.choices, self.ceiling))
        kept = sifted(founds, numbers)
        complete = [(found, self._rooms(found)) for found in kept.judged]
        partial = [(found, self._rooms(found)) for found in kept.missing]
        return step_case(complete, kept.left_out, partial, BoundCase, numbers.weight)

    def _rooms(self, found: Found) -> list[Step]:
        pairs = zip(found.numbers, self.bounds, strict=True)
        return [Room.of(number, bound) for number, bound in pairs if number.values]
