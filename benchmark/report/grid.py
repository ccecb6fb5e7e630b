"""A table of the page: what the one template for tables shows, sorts and filters."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    heading : str
        Name of the column.
    note : str
        A second, smaller line of the heading: ``published``, ``measured``.
    kind : {"text", "name", "code", "number", "published"}
        How its cells are set: running text, a short name, code, a list of settings, numbers, or numbers that a paper
        prints.
    choose : bool
        Whether the reader may pick one of its values to filter by.
    """

    heading: str
    note: str = ""
    kind: Literal["text", "name", "code", "settings", "number", "published"] = "number"
    choose: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    text : str
        What is shown.
    note : str
        What stands beside it, smaller: ``± 0.012``, ``control``.
    sort : float, optional
        What a numeric column is sorted by; None sorts last.
    best : bool
        Whether it cannot be told from the best of its column.
    status : str
        Status or verdict that colours the cell, which its text says too.
    """

    text: str
    note: str = ""
    sort: float | None = None
    best: bool = False
    status: str = ""


@dataclass(frozen=True)
class Grid:
    """A table with its caption; the first cell of a row names the row.

    Parameters
    ----------
    name : str
        Identifier within the page.
    caption : str
        Caption.
    columns : tuple of Column
        In order.
    rows : tuple of tuple of Cell
        One cell a column.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def identifier(text: str) -> str:
    """Make an identifier of a page from a name: letters, digits and dashes."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def number(value: float | None, digits: int = 3, note: str = "") -> Cell:
    """Make a cell of a number with fixed decimals; a dash for None."""
    return Cell("–") if value is None else Cell(f"{value:,.{digits}f}", note, value)


def share(value: float | None) -> Cell:
    """Make a cell of a share in [0, 1] as a percentage; a dash for None."""
    return Cell("–") if value is None else Cell(f"{value:.2%}", sort=value)


def from_csv(name: str, caption: str, text: str) -> Grid:
    """Make a table of a CSV file as it is; a column whose every value is a number is one of numbers."""
    header, *rows = csv.reader(io.StringIO(text))
    numeric = [all(_float(row[place]) is not None or not row[place] for row in rows) for place in range(len(header))]
    columns = tuple(Column(title, kind="number" if n else "name") for title, n in zip(header, numeric, strict=True))
    return Grid(name, caption, columns, tuple(_cells(row, numeric) for row in rows))


def _cells(row: Sequence[str], numeric: Sequence[bool]) -> tuple[Cell, ...]:
    return tuple(Cell(text or "–", sort=_float(text) if n else None) for text, n in zip(row, numeric, strict=True))


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
