"""Claims about the numbers of a table: printed numbers, orders of rows, one row better than others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from pydantic import Field

from benchmark.artifacts.published import Printed, PublishedTable
from benchmark.interfaces.errors import UnknownNameError
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.claim import Claim, MeasuredClaim, Metrics, Tables, published_table, without_number
from benchmark.verdicts.judge import Judgement, Step, judge_steps, judge_value
from benchmark.verdicts.numbers import ClaimNumbers


class TableClaim(MeasuredClaim):
    """Every printed number of one table, ranges included: expanded into `ValueClaim`."""

    kind: Literal["table"]
    published: str

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """One claim for each printed number."""
        table = published_table(self.published, tables)
        shared: dict[str, Any] = self.model_dump(include={"place", "artifact", "scenarios", "panel", "published"})
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

    def judge(self, numbers: ClaimNumbers, tables: Tables) -> Judgement:
        """Compare the number with the mean over seeds."""
        table = tables[self.published]
        column, printed = table.column(self.column), Printed(self.printed)
        others = [*column.values(), *map(Printed, table.ranges.get(self.column, ()))]
        if self.row in ("lowest", "highest"):
            return self._judge_end(numbers, printed, others)
        number = numbers.row(self.row, self.metric)
        if not number.values:
            return without_number(number)
        measured = [(row, other, numbers.row(row, self.metric)) for row, other in column.items() if row != self.row]
        neighbours = [(row, other, neighbour.values) for row, other, neighbour in measured if neighbour.values]
        return judge_value(number.values, printed, others, neighbours)

    def contradiction(self, findings: Sequence[Finding]) -> str:
        """Text of a failed check of this number's row.

        A failed check of F1 refutes F1, which precision and recall determine. That rows share no test set refutes no
        single number, since nothing says which one is wrong; it has a claim of its own.
        """
        for finding in findings:
            own = finding.table == self.published and finding.rows == (self.row,)
            if own and finding.column in ("", self.column) and finding.outcome == "inconsistent":
                return finding.text
        return ""

    def _judge_end(self, numbers: ClaimNumbers, printed: Printed, others: Sequence[Printed]) -> Judgement:
        """Judge the least or greatest number over the rows, taken seed by seed."""
        points = numbers.axis(self.metric)
        absent = [point for point in points if not point.values]
        if not points or absent:
            return without_number(absent[0] if absent else None)
        pick = min if self.row == "lowest" else max
        common = set.intersection(*(set(point.values) for point in points))
        return judge_value({seed: pick(point.values[seed] for point in points) for seed in common}, printed, others)


class RowsClaim(MeasuredClaim):
    """A comparison of rows in one metric; written with several metrics, it is one claim for each."""

    metrics: Metrics

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """One claim for each metric."""
        return [self.model_copy(update={"id": f"{self.id}/{metric}", "metrics": (metric,)}) for metric in self.metrics]

    def pairs(self) -> list[tuple[str, str]]:
        """The upper and the lower row of each step."""
        raise NotImplementedError

    def judge(self, numbers: ClaimNumbers, tables: Tables) -> Judgement:
        """Judge every step. If a row has no result, the others can refute the claim but not confirm it."""
        metric = self.metrics[0]
        compared = [
            (f"{upper} above {lower}", numbers.row(upper, metric), numbers.row(lower, metric))
            for upper, lower in self.pairs()
        ]
        steps = [
            Step(name, upper.values, lower.values) for name, upper, lower in compared if upper.values and lower.values
        ]
        absent = [number for _, *pair in compared for number in pair if not number.values]
        judged = judge_steps(steps) if steps else without_number(absent[0])
        return judged if not absent or judged.verdict == "NOT_REPRODUCED" else without_number(absent[0])


class OrderClaim(RowsClaim):
    """Rows in rising order of a metric."""

    kind: Literal["order"]
    rows: tuple[str, ...] = Field(min_length=2)

    def pairs(self) -> list[tuple[str, str]]:
        """Each row above the one before it."""
        return [(upper, lower) for lower, upper in pairwise(self.rows)]


class BetterClaim(RowsClaim):
    """One row is better than each of others; higher is better."""

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
