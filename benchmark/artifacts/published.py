"""Printed numbers with their digits: ``published.toml`` of a paper, and the interval that each stands for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from benchmark.interfaces.errors import DataError

Digits = Annotated[str, Field(pattern=r"^(\d+\.\d+)?$")]
"""A number as printed; empty where the paper prints none."""


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


class PublishedTable(BaseModel):
    """Printed numbers of one table or figure.

    Parameters
    ----------
    place : str
        Where they stand in the paper.
    columns : tuple of str
        Headings: metrics in the paper's words.
    rows : dict of str to tuple of str
        One number a column, as printed; empty where the paper gives none.
    ranges : dict of str to tuple of str
        Least and greatest number over all rows, by column, where the text gives these instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str
    columns: tuple[str, ...]
    rows: dict[str, tuple[Digits, ...]]
    ranges: dict[str, tuple[Digits, Digits]] = {}

    @model_validator(mode="after")
    def _every_row_has_every_column(self) -> PublishedTable:
        for name, numbers in self.rows.items():
            if len(numbers) != len(self.columns):
                raise ValueError(f"row {name!r} has {len(numbers)} numbers for {len(self.columns)} columns")
        return self

    def number(self, row: str, column: str) -> Printed | None:
        """The number of a row and column; None where none is printed, as of a column that has a range alone."""
        text = self.rows[row][self.columns.index(column)] if column in self.columns else ""
        return Printed(text) if text else None

    def column(self, name: str) -> dict[str, Printed]:
        """The printed numbers of a column by row."""
        return {row: found for row in self.rows if (found := self.number(row, name)) is not None}


def read_published(folder: Path) -> dict[str, PublishedTable]:
    """Read ``published.toml`` of a paper's folder; `DataError` where it is missing or not what it should be."""
    file = folder / "published.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=file) from error
    try:
        return TypeAdapter(dict[str, PublishedTable]).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", file=file) from error
