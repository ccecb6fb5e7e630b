"""Printed numbers of a paper with their digits, from its ``published.toml``, and the interval of each by rounding.

The file holds one table per table or figure of the paper, and two maps from the paper's words to ours: ``[columns]``
from a printed column to the metric that measures it, ``[rows]`` from a printed row to the labels that show it. A third,
``[references]``, says which publication each row cites and which method that is.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from benchmark.interfaces.errors import DataError

Digits = Annotated[str, Field(pattern=r"^(\d+\.\d+)?$")]
"""A number as printed; empty where the paper prints none."""

Labels = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Printed:
    """A printed number.

    Parameters
    ----------
    text : str
        With the digits as printed, e.g. ``0.890``.
    """

    text: str

    @property
    def value(self) -> Fraction:
        """The number itself, exact."""
        return Fraction(self.text)

    @property
    def half_unit(self) -> Fraction:
        """Half a unit of the last printed digit."""
        return Fraction(1, 2 * 10 ** len(self.text.partition(".")[2]))

    @property
    def low(self) -> Fraction:
        """Least number that may be printed so, whichever way a tie is rounded."""
        return self.value - self.half_unit

    @property
    def high(self) -> Fraction:
        """Greatest number that may be printed so."""
        return self.value + self.half_unit


class Reference(BaseModel):
    """The publication that a row of a table cites.

    Parameters
    ----------
    number : str
        As the paper numbers it: ``[11]``.
    source : str
        Authors, year and title.
    method : str
        What it proposes.
    same : bool
        Whether that is the method that the row is named after.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    source: str
    method: str
    same: bool = False


class Names(BaseModel):
    """Our names for the words of a paper.

    Parameters
    ----------
    columns : dict of str to str
        Metric that measures a printed column.
    rows : dict of str to tuple of str
        Labels under which artifacts show a printed row, where they differ from its name. Claims are judged by the
        first, unless ``readings.toml`` names others; a table shows the printed numbers next to each.
    references : dict of str to Reference
        Publication that a printed row cites.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str] = {}
    rows: dict[str, Labels] = {}
    references: dict[str, Reference] = {}


class PublishedTable(BaseModel):
    """Printed numbers of one table or figure.

    Parameters
    ----------
    place : str
        Table, figure or paragraph of the paper that prints them.
    columns : tuple of str
        Headings: metrics in the paper's words.
    rows : dict of str to tuple of str
        One number per column, as printed; empty where the paper gives none.
    ranges : dict of str to tuple of str
        Least and greatest number over all rows, by column, where the text gives these instead.
    names : Names
        Our names for its columns and rows; those of the whole file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str
    columns: tuple[str, ...]
    rows: dict[str, tuple[Digits, ...]]
    ranges: dict[str, tuple[Digits, Digits]] = {}
    names: Names = Names()

    @model_validator(mode="after")
    def _every_row_has_every_column(self) -> PublishedTable:
        for name, numbers in self.rows.items():
            if len(numbers) != len(self.columns):
                raise ValueError(f"row {name!r} has {len(numbers)} numbers for {len(self.columns)} columns")
        return self

    def number(self, row: str, column: str) -> Printed | None:
        """The number of a row and column; None where none is printed, as for a column that has only a range."""
        text = self.rows[row][self.columns.index(column)] if column in self.columns else ""
        return Printed(text) if text else None

    def column(self, name: str) -> dict[str, Printed]:
        """The printed numbers of a column by row."""
        numbers = {row: self.number(row, name) for row in self.rows}
        return {row: number for row, number in numbers.items() if number is not None}

    @property
    def metrics(self) -> dict[str, str]:
        """Metric that measures each printed column; a column that nothing measures is left out."""
        return {column: self.names.columns[column] for column in self.columns if column in self.names.columns}

    def values_of(self, metric: str) -> dict[str, float]:
        """Printed numbers by row of the column that a metric measures, whatever its threshold; empty for none."""
        base = metric.partition("@")[0]
        for column, measured in self.metrics.items():
            if measured.partition("@")[0] == base:
                return {row: float(number.value) for row, number in self.column(column).items()}
        return {}

    def numbers_of(self, label: str) -> dict[str, str]:
        """Numbers printed for the row that an artifact shows under a label, by metric; empty where there is none."""
        for row in self.rows:
            if label in self.names.rows.get(row, (row,)):
                numbers = {metric: self.number(row, column) for column, metric in self.metrics.items()}
                return {metric: number.text for metric, number in numbers.items() if number is not None}
        return {}


def read_published(folder: Path) -> dict[str, PublishedTable]:
    """Read the printed tables and figures of a paper.

    Parameters
    ----------
    folder : path
        Holds ``published.toml``.

    Raises
    ------
    DataError
        Where the file is missing, cannot be read, or has a field of the wrong kind.
    """
    content, names = _read(folder)
    for table in content.values():
        if isinstance(table, dict):
            table["names"] = names
    tables: dict[str, PublishedTable] = _validated(dict[str, PublishedTable], content, folder)
    return tables


def read_names(folder: Path) -> Names:
    """Read our names for the words of a paper, with the errors of `read_published`; none where there is no file."""
    return _read(folder)[1] if _file(folder).is_file() else Names()


def _read(folder: Path) -> tuple[dict[str, Any], Names]:
    """Return the tables, unchecked, and the names."""
    try:
        content = tomllib.loads(_file(folder).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=_file(folder)) from error
    maps = {name: content.pop(name) for name in ("columns", "rows", "references") if name in content}
    return content, _validated(Names, maps, folder)


def _validated(kind: Any, content: Any, folder: Path) -> Any:
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", file=_file(folder)) from error


def _file(folder: Path) -> Path:
    return folder / "published.toml"
