"""A table of the page, as the template for tables needs it: with keys to sort by and columns to filter by."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PageColumn:
    """One column.

    Parameters
    ----------
    heading : str
        Name of the column.
    note : str
        A second, smaller line of the heading: ``published``, ``measured``.
    kind : {"text", "name", "code", "number", "published"}
        Layout of its cells: running text, a short name, code, a list of settings, numbers, or the printed numbers of a
        paper.
    choose : bool
        Whether a reader can filter the table by one of its values.
    """

    heading: str
    note: str = ""
    kind: Literal["text", "name", "code", "settings", "number", "published"] = "number"
    choose: bool = False


@dataclass(frozen=True)
class PageCell:
    """One cell.

    Parameters
    ----------
    text : str
        Its content.
    note : str
        A smaller addition: ``[0.71, 0.75]``, ``control``.
    sort : float, optional
        Key of a numeric column; None sorts last.
    best : bool
        Whether it is not distinguishable from the best of its column.
    status : str
        Status or verdict that colours the cell; its text gives the status too.
    """

    text: str
    note: str = ""
    sort: float | None = None
    best: bool = False
    status: str = ""


@dataclass(frozen=True)
class PageTable:
    """A table with its caption; the first cell of a row names the row.

    Parameters
    ----------
    name : str
        Identifier within the page.
    caption : str
        Caption.
    columns : tuple of PageColumn
        In order.
    rows : tuple of tuple of PageCell
        One cell per column.
    """

    name: str
    caption: str
    columns: tuple[PageColumn, ...]
    rows: tuple[tuple[PageCell, ...], ...]


def identifier(text: str) -> str:
    """Make an identifier of a page from a name: letters, digits and dashes."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def number(value: float | None, digits: int = 3, note: str = "") -> PageCell:
    """Make a cell of a number with fixed decimals; a dash for None."""
    return PageCell("–") if value is None else PageCell(f"{value:,.{digits}f}", note, value)


def share(value: float | None) -> PageCell:
    """Make a cell of a share in [0, 1] as a percentage; a dash for None."""
    return PageCell("–") if value is None else PageCell(f"{value:.2%}", sort=value)


def from_csv(name: str, caption: str, text: str) -> PageTable:
    """Make a table of a CSV file; a column is numeric if all its values are numbers."""
    header, *rows = csv.reader(io.StringIO(text))
    numeric = [all(_float(row[index]) is not None or not row[index] for row in rows) for index in range(len(header))]
    columns = tuple(PageColumn(title, kind="number" if n else "name") for title, n in zip(header, numeric, strict=True))
    return PageTable(name, caption, columns, tuple(_cells(row, numeric) for row in rows))


def _cells(row: Sequence[str], numeric: Sequence[bool]) -> tuple[PageCell, ...]:
    return tuple(PageCell(text or "–", sort=_float(text) if n else None) for text, n in zip(row, numeric, strict=True))


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
