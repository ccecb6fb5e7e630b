"""The claims of a paper as data: ``claims.toml``, read, checked and spread into one claim a line of the ledger.

A claim names rows and columns in the paper's words; ``[rows]`` and ``[columns]`` of ``published.toml`` say under which
label and metric an artifact shows them. A claim of kind ``table`` is one claim for every printed number of a table;
``order`` and ``better-than`` are one claim a metric. The claims about curves speak of all their metrics together, as
the papers do.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from benchmark.artifacts.published import PublishedTable, read_names
from benchmark.interfaces.errors import DataError, UnknownNameError

Position = Annotated[str, BeforeValidator(str)]
"""A position on an axis: ``256`` or ``Low``."""


class _Base(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str
    place: str
    paraphrase: str


class _Measured(_Base):
    """A claim that is judged on measured numbers.

    Parameters
    ----------
    artifact : str
        ``<paper>/<artifact>`` that shows the numbers.
    scenarios : tuple of str
        Scenarios that it is judged in, each with a verdict of its own; the first is the one that the paper's text
        describes best.
    panel : str
        Panel of a figure; empty in a table.
    """

    artifact: str
    scenarios: tuple[str, ...] = Field(min_length=1)
    panel: str = ""


class TableClaim(_Measured):
    """Every printed number of one table, ranges too: spread into `ValueClaim`."""

    kind: Literal["table"]
    published: str


class ValueClaim(_Measured):
    """One printed number.

    Parameters
    ----------
    published, row, column : str
        Where it stands in ``published.toml``; ``row`` is ``lowest`` or ``highest`` for an end of a range over all rows.
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


class OrderClaim(_Measured):
    """Rows in rising order of a metric."""

    kind: Literal["order"]
    metrics: tuple[str, ...] = Field(min_length=1)
    rows: tuple[str, ...] = Field(min_length=2)


class BetterClaim(_Measured):
    """One row is better than each of others; higher is better."""

    kind: Literal["better-than"]
    metrics: tuple[str, ...] = Field(min_length=1)
    row: str
    than: tuple[str, ...] = Field(min_length=1)


class MonotoneClaim(_Measured):
    """Metrics rise or fall at every step of an axis from one position to another."""

    kind: Literal["monotone"]
    metrics: tuple[str, ...] = Field(min_length=1)
    start: Position = Field(alias="from")
    end: Position = Field(alias="to")
    direction: Literal["up", "down"]


class PeakClaim(_Measured):
    """Metrics are higher at one position of an axis than at any other."""

    kind: Literal["peak-at"]
    metrics: tuple[str, ...] = Field(min_length=1)
    at: Position


class PlateauClaim(_Measured):
    """Beyond a position of an axis, a metric stays or falls slightly."""

    kind: Literal["plateau-from"]
    metrics: tuple[str]
    start: Position = Field(alias="from")


class ConsistentClaim(_Base):
    """Printed numbers can be true together: judged by the audit alone, on no data.

    Parameters
    ----------
    published : str
        Table of ``published.toml``.
    check : {"f1", "one test set"}
        Which finding of `benchmark.verdicts.audit`.
    """

    kind: Literal["consistent"]
    published: str
    check: Literal["f1", "one test set"]


Written = Annotated[
    TableClaim | ValueClaim | OrderClaim | BetterClaim | MonotoneClaim | PeakClaim | PlateauClaim | ConsistentClaim,
    Field(discriminator="kind"),
]
Curve = MonotoneClaim | PeakClaim | PlateauClaim
Measured = ValueClaim | OrderClaim | BetterClaim | Curve
Claim = Measured | ConsistentClaim
"""A claim of the ledger: as written, or one of those that a written one is spread into."""


class Claims(BaseModel):
    """The content of ``claims.toml``, with the names of ``published.toml``.

    Parameters
    ----------
    rows : dict of str to str
        Label under which an artifact shows a row of the paper, where it is another.
    columns : dict of str to str
        Measured metric of a column of the paper.
    claim : tuple
        The claims as written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: dict[str, str] = {}
    columns: dict[str, str] = {}
    claim: tuple[Written, ...]

    def label(self, row: str) -> str:
        """Label under which an artifact shows a row of the paper."""
        return self.rows.get(row, row)

    def spread(self, tables: dict[str, PublishedTable]) -> list[Claim]:
        """One claim a line of the ledger.

        Raises
        ------
        UnknownNameError
            For a table that ``published.toml`` does not have, or a column without a measured metric.
        """
        found: list[Claim] = []
        for one in self.claim:
            if isinstance(one, TableClaim | ValueClaim | ConsistentClaim) and one.published not in tables:
                raise UnknownNameError("published table", one.published, tables)
            if isinstance(one, TableClaim):
                found += self._values(one, tables[one.published])
            elif isinstance(one, OrderClaim | BetterClaim):
                found += [
                    one.model_copy(update={"id": f"{one.id}/{metric}", "metrics": (metric,)}) for metric in one.metrics
                ]
            else:
                found.append(one)
        return found

    def _values(self, claim: TableClaim, table: PublishedTable) -> list[Claim]:
        places = [
            (row, column, printed.text)
            for row in table.rows
            for column in table.columns
            if (printed := table.number(row, column)) is not None
        ]
        for column, (least, greatest) in table.ranges.items():
            places += [("lowest", column, least), ("highest", column, greatest)]
        shared: dict[str, Any] = claim.model_dump(include={"place", "artifact", "scenarios", "panel", "published"})
        found: list[Claim] = []
        for row, column, text in places:
            if column not in self.columns:
                raise UnknownNameError("column of [columns]", column, self.columns)
            found.append(
                ValueClaim(
                    **shared,
                    id=f"{claim.id}/{row}/{column}",
                    kind="value",
                    paraphrase=f"{column} of {row} is {text}.",
                    row=row,
                    column=column,
                    printed=text,
                    metric=self.columns[column],
                )
            )
        return found


def read_claims(folder: Path) -> Claims:
    """Read ``claims.toml`` of a paper's folder.

    Raises
    ------
    DataError
        Where it is missing, cannot be read, says something unknown, or gives an id twice.
    """
    file = folder / "claims.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=file) from error
    for name in ("rows", "columns"):
        if name in content:
            raise DataError(f"[{name}] belongs in published.toml", file=file)
    names = read_names(folder)
    content |= {"rows": {row: labels[0] for row, labels in names.rows.items()}, "columns": names.columns}
    try:
        claims = TypeAdapter(Claims).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", file=file) from error
    ids = [one.id for one in claims.claim]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise DataError(f"claim {twice[0]!r} is given twice; each id stands once", file=file)
    return claims
