"""The first lines of a CSV file: remarks before the table, the separator, the quotation mark, and the names of columns.

- A first line ``sep=;`` names the separator, as spreadsheets write it.
- Lines at the start that begin with ``#`` are remarks. The last of them is the header where it has as many cells as the
  next line, and the next line holds values.
- The first row is no header where each column that holds numbers or times has a number or a time as its name. Names
  that count the columns (0, 1, 2, …) are names.
- A column without a name is left out where it is empty or counts the rows; else it is called by its place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from benchmark.data.telemetry.dates import FORMS

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""Characters that may separate cells, with their names."""

SAMPLE = 50
"""Lines from which separator and header are recognised."""

_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_VALUE = re.compile(r"\s*[-+]?(\d[\d.,]*|\.\d+)(e[-+]?\d+)?\s*%?\s*", re.IGNORECASE)
_TIMES = tuple(re.compile(pattern) for pattern in FORMS.values())


class Start(NamedTuple):
    """What the first lines say.

    Parameters
    ----------
    skipped : int
        Lines before the table.
    separator, quote : str
        Character between cells, and the one around cells.
    names : tuple of str
        Names of the columns, stripped; empty where there is none.
    header : bool
        Whether the first row of the table holds the names; False where they come from a remark or from nowhere.
    notes : tuple of str
        What was recognised.
    """

    skipped: int
    separator: str
    quote: str
    names: tuple[str, ...]
    header: bool
    notes: tuple[str, ...]


def start_of(text: str, separator: str = "", header: bool | None = None) -> Start:
    """Read the first lines of a text.

    Parameters
    ----------
    text : str
        Whole text of the file, not blank.
    separator : str
        Character between cells; empty to recognise it.
    header : bool, optional
        Whether the first row holds the names; None to recognise it.
    """
    skipped, remark = 0, ""
    lines = iter(io.StringIO(text))
    line = next(lines)
    while not line.strip() or line.startswith("#") or (not skipped and _SEPARATOR_LINE.fullmatch(line.strip())):
        if named := _SEPARATOR_LINE.fullmatch(line.strip()):
            separator = separator or named[1]
        remark = line.lstrip("# ") if line.startswith("#") else remark
        skipped += 1
        line = next(lines, "")
        if not line:
            return Start(0, separator or ",", '"', tuple(cells_of(text, separator or ",", '"')[0]), True, ())
    sample = [line, *(following for _, following in zip(range(SAMPLE), lines, strict=False))]
    used = separator or separator_of(sample)
    quote = "'" if all(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in line.strip().split(used)) else '"'
    rows = cells_of("".join(sample), used, quote)
    first, later = rows[0], rows[1:]
    spoken = _cells(remark, used, quote)
    if remark and len(spoken) == len(first) > 1 and _holds_values(first):
        return Start(skipped, used, quote, _stripped(spoken), header=False, notes=("names from the line before it",))
    if header or (header is None and not _is_data(first, later)):
        return Start(skipped, used, quote, _stripped(first), header=True, notes=())
    names = tuple(f"column {place}" for place in range(1, len(first) + 1))
    return Start(skipped, used, quote, names, False, ("no first row with names: columns are called by their place",))


def separator_of(lines: Sequence[str]) -> str:
    """Return the character that separates cells.

    It is the candidate of `SEPARATORS` that splits the most of the lines into as many cells as the first line has, if
    these are two or more; of several, the one with the most cells. A file of one column gets a comma.
    """
    best, found = (0.0, 1), ","
    for candidate in SEPARATORS:
        widths = [len(row) for row in csv.reader(lines, delimiter=candidate) if row]
        if not widths or widths[0] < 2:
            continue
        agreed = sum(width == widths[0] for width in widths) / len(widths)
        if (agreed, widths[0]) > best:
            best, found = (agreed, widths[0]), candidate
    return found


def cells_of(text: str, separator: str, quote: str) -> list[list[str]]:
    """Rows of a text, blank ones left out."""
    return [row for row in csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote) if row]


def is_value(cell: str) -> bool:
    """Whether a cell is a number or a time."""
    return _VALUE.fullmatch(cell) is not None or any(pattern.match(cell) for pattern in _TIMES)


def _cells(line: str, separator: str, quote: str) -> list[str]:
    return next(iter(cells_of(line, separator, quote)), []) if line.strip() else []


def _stripped(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip() for name in names)


def _holds_values(cells: Sequence[str]) -> bool:
    return any(is_value(cell) for cell in cells)


def _is_data(first: Sequence[str], later: Sequence[Sequence[str]]) -> bool:
    """Whether the first row holds values as the later ones do; see the module."""
    if [cell.strip() for cell in first] in ([str(n + start) for n in range(len(first))] for start in (0, 1)):
        return False
    full = [row for row in later if len(row) == len(first)]
    valued = [place for place in range(len(first)) if any(is_value(row[place]) for row in full)]
    if not full:
        return all(is_value(cell) for cell in first)
    return bool(valued) and all(is_value(first[place]) for place in valued)
