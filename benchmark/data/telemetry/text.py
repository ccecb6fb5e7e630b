"""From the bytes of a CSV file to a table of text cells: packing, encoding, separator, names of columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.packed import read_bytes
from benchmark.data.telemetry.header import SEPARATORS, Start, start_of
from benchmark.interfaces.errors import DataError

_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Marks of UTF-16."""


class Cells(NamedTuple):
    """A table of text cells.

    Parameters
    ----------
    table : DataFrame of String
        Empty cells are null.
    rows : ndarray of int64, shape (T,)
        Number of each row in the file, from 1, where no cell holds a line break.
    separator : str
        The one used.
    notes : tuple of str
        What was recognised or left out.
    """

    table: pl.DataFrame
    rows: NDArray[np.int64]
    separator: str
    notes: tuple[str, ...]


def read_text(path: Path) -> tuple[str, list[str]]:
    """Read a text file, plain or packed by gzip or Zstandard.

    UTF-8 needs no mark. UTF-16 is known by its mark (BOM). What is neither is read as Windows-1252, of which Latin-1 is
    the part without control characters, and said so: digits are the same, only names could be others.

    Returns
    -------
    str
        The text.
    list of str
        A line where it is no UTF-8.

    Raises
    ------
    DataError
        Where it is missing, empty, damaged, or in no such encoding; the message says how to convert it.
    """
    content = read_bytes(path)
    if content.startswith(_ZSTANDARD):
        import zstandard

        try:
            content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
        except zstandard.ZstdError as error:
            raise DataError(f"Zstandard file is damaged ({error}); pack it again", file=path) from None
    text, notes = _decoded(content, path)
    if "\n" not in text:
        text = text.replace("\r", "\n")  # lines of old spreadsheets
    if not text.strip():
        raise DataError("file is empty; a first row with the names of the columns is expected", file=path)
    return text, notes


def _decoded(content: bytes, path: Path) -> tuple[str, list[str]]:
    """Find the encoding of a text, by its mark or its bytes."""
    if content.startswith(_WIDE):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError:
            text = "\x00"
        if "\x00" in text:
            raise DataError("the text begins as UTF-16 and is not; save it as UTF-8", file=path)
        return text, ["text is UTF-16"]
    if b"\x00" in content[:4096]:
        raise DataError("the file holds binary data, or UTF-16 without a mark; CSV in UTF-8 is expected", file=path)
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        place, row = error.start, content[: error.start].count(b"\n") + 1
    problem = f"byte {content[place]:#x} is no UTF-8"
    try:
        return content.decode("cp1252"), [f"{problem} (row {row}): text read as Windows-1252"]
    except UnicodeDecodeError:
        raise DataError(f"{problem}; convert the file (iconv -f CODE -t UTF-8)", file=path, row=row) from None


def read_table(path: Path, separator: str = "", header: bool | None = None) -> Cells:
    """Read a CSV file into a table of text cells.

    Parameters
    ----------
    path : path
        File.
    separator : str
        One character; empty to recognise it.
    header : bool, optional
        Whether the first row holds the names of the columns; None to recognise it.

    Raises
    ------
    DataError
        No row, a row of another width, or a name twice.
    """
    text, encoding = read_text(path)
    if text.lstrip()[0] in "{[" and text.rstrip()[-1] in "}]":
        raise DataError("the file holds JSON; a CSV or Parquet file is expected", file=path)
    try:
        start = start_of(text, separator, header)
    except csv.Error as error:
        raise DataError(f"not a readable CSV table: {error}", file=path) from None
    names = [name or f"column {place}" for place, name in enumerate(start.names, 1)]
    _require_names(names, path, start.skipped + 1)
    body = text.split("\n", start.skipped)[start.skipped]
    try:
        table = pl.read_csv(
            io.BytesIO(body.encode()),
            has_header=False,
            separator=start.separator,
            quote_char=start.quote,
            infer_schema=False,
            null_values=[""],
            truncate_ragged_lines=False,
        )
    except (pl.exceptions.PolarsError, ValueError) as error:
        _require_rectangle(body, start, path)
        raise DataError(f"not a readable CSV table: {str(error).splitlines()[0]}", file=path) from None
    if table.width != len(start.names) or table.to_series(-1).null_count():  # short rows are filled with nulls
        _require_rectangle(body, start, path)
    if table.width != len(names):  # the header was divided by the rules of Python's csv, the rows by those of polars
        raise DataError("not a readable CSV table: a quote begins or ends within a cell", file=path)
    table.columns = names
    rows = np.arange(1, table.height + 1) + start.skipped
    if start.header:
        table, rows = table[1:], rows[1:]
    table, rows, repeated = _rows_of_data(table, rows, start)
    if table.height == 0:
        raise DataError("file has a header and no rows", file=path)
    table, left_out = _unnamed(table, start.names)
    if table.width == 1 and len(table.columns[0].split()) == len(str(table.item(0, 0)).split()) > 1:
        raise DataError(f"cells are separated by blanks; use {', '.join(SEPARATORS.values())}", file=path)
    return Cells(table, rows, start.separator, (*encoding, *start.notes, *repeated, *left_out))


def _rows_of_data(
    table: pl.DataFrame, rows: NDArray[np.int64], start: Start
) -> tuple[pl.DataFrame, NDArray[np.int64], list[str]]:
    """Leave out blank rows of several columns, and headers that come again, as where files were joined."""
    again = np.zeros(table.height, bool)
    if start.header and (table.to_series(0).str.strip_chars() == start.names[0]).any():
        same = [pl.col(name).str.strip_chars().fill_null("") == name for name in table.columns]
        again = table.select(pl.all_horizontal(same)).to_series().to_numpy()
    blank = table.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy() & (table.width > 1)
    kept = ~(again | blank)
    notes = [f"the header comes again in {int(again.sum())} rows: left out"] if again.any() else []
    return (table, rows, notes) if kept.all() else (table.filter(kept), rows[kept], notes)


def _unnamed(table: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """Leave out columns without a name that are empty or count the rows."""
    notes = []
    for place, name in enumerate(names):
        if name and not (place == 0 and name == "Unnamed: 0"):
            continue
        column = table.to_series(table.columns.index(name or f"column {place + 1}"))
        if column.null_count() == len(column):
            why = "it has no name and is empty"
        elif place == 0 and _counts(column):
            why = "it has no name and counts the rows"
        else:
            notes.append(f"column {place + 1} has no name: called {column.name!r}")
            continue
        notes.append(f"column {place + 1} left out: {why}")
        table = table.drop(column.name)
    return table, notes


def _counts(column: pl.Series) -> bool:
    numbers = column.cast(pl.Int64, strict=False)
    return not numbers.null_count() and numbers[0] in (0, 1) and bool((numbers.diff().drop_nulls() == 1).all())


def _require_names(names: Sequence[str], path: Path, row: int) -> None:
    for place, name in enumerate(names):
        if names.index(name) < place:
            raise DataError("two columns have this name", file=path, row=row, column=name)
        if name == "*" or (name.startswith("^") and name.endswith("$")):  # polars takes it for several columns
            raise DataError("a column cannot have this name; write another", file=path, row=row, column=name)


def _require_rectangle(text: str, start: Start, path: Path) -> None:
    """Raise `DataError` at the first row that has another number of cells than the first one."""
    reader = csv.reader(io.StringIO(text), delimiter=start.separator, quotechar=start.quote)
    width = len(start.names)
    for cells in reader:
        if cells and len(cells) != width:
            separated = SEPARATORS.get(start.separator, repr(start.separator))
            raise DataError(
                f"{len(cells)} cells; the first row has {width} (cells are separated by {separated})",
                file=path,
                row=reader.line_num + start.skipped,
            )
