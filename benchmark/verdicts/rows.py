"""Claims about the numbers of a table: printed numbers, orders of rows, one row better than others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, ClassVar, Literal

from pydantic import Field

from benchmark.artifacts.published import Printed, PublishedTable
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.cases import Case
from benchmark.verdicts.claim import Claim, MeasuredClaim, Metrics, Tables, published_table
from benchmark.verdicts.judge import INDIFFERENT
from benchmark.verdicts.numbers import FLOOR, ClaimNumbers
from benchmark.verdicts.reading import Reading
from benchmark.verdicts.sift import Found, Sifted, find, sifted
from benchmark.verdicts.step_case import Step, StepCase, step_case
from benchmark.verdicts.value_case import value_case

ENDS = {"lowest": min, "highest": max}
"""Rows of an end of a range over all rows."""

MACRO = "Macro-"
"""Prefix of the mean over both classes."""


class TableClaim(MeasuredClaim):
    """Every printed number of one table, ranges included: expanded into `ValueClaim`."""

    kind: Literal["table"]
    published: str

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """One claim for each printed number."""
        table = published_table(self.published, tables)
        shared: dict[str, Any] = self.model_dump(
            include={"place", "artifact", "scenario", "panel", "ceiling", "fixed", "published"}
        )
        claims = []
        for row, column, text in _printed(table):
            if column not in columns:
                raise UnknownNameError("column of [columns]", column, columns)
            claims.append(
                ValueClaim(
                    **shared,
                    id=f"{self.id}/{row}/{column}",
                    kind="value",
                    paraphrase=f"{column} of {row} is {text}.",
                    row=row,
                    column=column,
                    printed=text,
                    metric=columns[column],
                )
            )
        return claims


class ValueClaim(MeasuredClaim):
    """One printed number.

    Parameters
    ----------
    published, row, column : str
        Its place in ``published.toml``; ``row`` is ``lowest`` or ``highest`` for an end of a range over all rows.
    printed : str
        The number with its digits.
    metric : str
        Measured metric.
    """

    kind: Literal["value"]
    published: str
    row: str
    column: str
    printed: str
    metric: str

    @property
    def family(self) -> str:
        """The numbers of one printed table."""
        return f"numbers of {self.published}"

    def printed_rows(self) -> tuple[str, ...]:
        """Its row."""
        return (self.row,)

    def measured_metrics(self) -> tuple[str, ...]:
        """Its metric."""
        return (self.metric,)

    def case(self, numbers: ClaimNumbers, tables: Tables) -> Case:
        """Test the number in every reading."""
        if self.row in self.choices.untestable:
            return Case([], None, settled=self.choices.untestable[self.row])
        sorted_ = self.sifted(numbers)
        values = [self._values(found) for found in sorted_.judged]
        floors = [self.floor(found.reading, numbers) for found in sorted_.judged]
        ceilings = [self.bound_of(found.reading, numbers) for found in sorted_.judged]
        return value_case(sorted_, values, Printed(self.printed), ceilings, floors, numbers.weight)

    def sifted(self, numbers: ClaimNumbers) -> Sifted:
        """Find the number in every reading, and sort the readings."""
        return sifted(self.found(numbers), numbers)

    def found(self, numbers: ClaimNumbers) -> list[Found]:
        """Find the number in every reading."""
        return [self._found(reading, numbers) for reading in self.readings()]

    def values(self, found: Found) -> dict[int, float]:
        """Measured values of a reading by seed; an end of a range is taken seed by seed."""
        if self.row not in ENDS:
            return dict(found.numbers[0].values)
        common = set.intersection(*(set(number.values) for number in found.numbers))
        return {seed: ENDS[self.row](number.values[seed] for number in found.numbers) for seed in sorted(common)}

    def bound_of(self, reading: Reading, numbers: ClaimNumbers) -> Number | None:
        """F1 at the best threshold on the test labels, in the count of a reading; None where there is none.

        The mean of F1 over both classes is at most (1 + F1)/2, with F1 of the anomalous class at its best.
        """
        if self.metric.partition("@")[0] != "F1" or reading.prefix not in ("", MACRO) or reading.panel:
            return None
        label = reading.rows.get(self.row) or self.labels.get(self.row, self.row)
        best = numbers.bound(self.artifact, reading.section, label, f"F1{reading.suffix}@oracle")
        if best is None or not reading.prefix:
            return best
        halved = {seed: (1 + value) / 2 for seed, value in best.values.items()}
        return replace(best, metric=f"{MACRO}{best.metric}", values=halved)

    def floor(self, reading: Reading, numbers: ClaimNumbers) -> Number | None:
        """Number of a random score in a reading; None where there is none."""
        section = self.ceiling or reading.section
        return numbers.bound(self.choices.ceilings, section, FLOOR, reading.column(self.metric))

    def contradiction(self, findings: Sequence[Finding]) -> str:
        """Text of a failed check of this number's row.

        A failed check of F1 refutes F1, which precision and recall determine. That rows share no test set refutes no
        single number, since nothing says which one is wrong; it has a claim of its own. Nor does a wrong reference.
        """
        for finding in findings:
            own = finding.table == self.published and finding.rows == (self.row,) and finding.check in ("f1", "share")
            if own and finding.column in ("", self.column) and finding.outcome == "inconsistent":
                return finding.text
        return ""

    def _found(self, reading: Reading, numbers: ClaimNumbers) -> Found:
        column = reading.column(self.metric)
        if self.row in ENDS:
            wanted: list[Number | None] = list(numbers.axis(reading.section, reading.panel, column))
        else:
            label = reading.rows.get(self.row, "")
            wanted = [numbers.row(reading.section, reading.panel, self.row, column, label)]
        return find(reading, numbers, wanted, [column], self.choices, self.ceiling)

    def _values(self, found: Found) -> list[float]:
        return [value for _, value in sorted(self.values(found).items())]


class RowsClaim(MeasuredClaim):
    """A comparison of rows in one metric; written with several metrics, it is one claim for each.

    Parameters
    ----------
    metrics : tuple of str
        Metrics, without the count and the cut of a reading.
    published : str
        Table of ``published.toml`` with the printed differences; empty for none.
    lower : bool
        Whether lower is better in its metrics.
    """

    case_kind: ClassVar[type[StepCase]] = StepCase
    metrics: Metrics
    published: str = ""
    lower: bool = False
    _written: str = ""

    @property
    def family(self) -> str:
        """The metrics of one written claim."""
        return self._written or self.id

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """One claim for each metric."""
        if self.published:
            published_table(self.published, tables)
        claims = []
        for metric in self.metrics:
            claim = self.model_copy(update={"id": f"{self.id}/{metric}", "metrics": (metric,)})
            claim._written = self.id
            claims.append(claim)
        return claims

    def measured_metrics(self) -> tuple[str, ...]:
        """Its one metric."""
        return self.metrics

    def pairs(self) -> list[tuple[str, str]]:
        """The upper and the lower row of each step."""
        raise NotImplementedError

    def case(self, numbers: ClaimNumbers, tables: Tables) -> Case:
        """Test every step in every reading. If a row has no result, the others can refute the claim, not confirm it."""
        printed = self._printed(tables)
        kept = sifted([self._found(reading, numbers) for reading in self.readings()], numbers)
        complete = [(found, self._steps(found, printed)) for found in kept.judged]
        partial = [(found, self._steps(found, printed)) for found in kept.missing]
        return step_case(complete, kept.left_out, partial, self.case_kind, numbers.weight)

    def _found(self, reading: Reading, numbers: ClaimNumbers) -> Found:
        column = reading.column(self.metrics[0])
        untestable = [row for row in self.printed_rows() if row in self.choices.untestable]
        rows = [row for row in self.printed_rows() if row not in untestable]
        wanted = [numbers.row(reading.section, reading.panel, row, column, reading.rows.get(row, "")) for row in rows]
        found = find(reading, numbers, wanted, [column], self.choices, self.ceiling)
        if found.left_out or not untestable:
            return found
        reason = f"{untestable[0]}: {self.choices.untestable[untestable[0]]}"
        return Found(reading, found.numbers, missing=reason)

    def _steps(self, found: Found, printed: Mapping[str, float]) -> list[Step]:
        rows = [row for row in self.printed_rows() if row not in self.choices.untestable]
        values = {row: number.values for row, number in zip(rows, found.numbers, strict=True) if number.values}
        steps = []
        for upper, lower in self.pairs():
            if upper in values and lower in values:
                claimed = abs(printed[upper] - printed[lower]) if upper in printed and lower in printed else INDIFFERENT
                name = f"{upper} {'below' if self.lower else 'above'} {lower}"
                ends = (values[lower], values[upper]) if self.lower else (values[upper], values[lower])
                steps.append(Step(name, *ends, claimed or INDIFFERENT))
        return steps

    def printed_rows(self) -> tuple[str, ...]:
        """Rows of all steps, each once."""
        return tuple(dict.fromkeys(row for pair in self.pairs() for row in pair))

    def _printed(self, tables: Tables) -> dict[str, float]:
        """Printed number of each row in the metric; empty without a table that prints it."""
        return published_table(self.published, tables).values_of(self.metrics[0]) if self.published else {}


class OrderClaim(RowsClaim):
    """Rows in rising order of a metric."""

    kind: Literal["order"]
    rows: tuple[str, ...] = Field(min_length=2)

    def pairs(self) -> list[tuple[str, str]]:
        """Each row above the one before it."""
        return [(upper, lower) for lower, upper in pairwise(self.rows)]


class BetterClaim(RowsClaim):
    """One row is better than each of others."""

    kind: Literal["better-than"]
    row: str
    than: tuple[str, ...] = Field(min_length=1)

    def pairs(self) -> list[tuple[str, str]]:
        """The row above each of the others."""
        return [(self.row, other) for other in self.than]


def _printed(table: PublishedTable) -> Iterator[tuple[str, str, str]]:
    """Yield row, column and text of every printed number, those of ranges last."""
    for row in table.rows:
        for column in table.columns:
            if (printed := table.number(row, column)) is not None:
                yield row, column, printed.text
    for column, (least, greatest) in table.ranges.items():
        yield "lowest", column, least
        yield "highest", column, greatest
