"""From the bytes of a CSV file to a table of text cells: packing, encoding, separator and decimal comma."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import polars as pl

from benchmark.data.packed import read_bytes
from benchmark.interfaces.errors import DataError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
"""Characters that may separate cells, with their names."""

SAMPLE = 50
"""Lines from which the separator is recognised."""

_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_COMMA_NUMBER = re.compile(r"\s*[-+]?(\d+|\d{1,3}(\.\d{3})+),\d+(e[-+]?\d+)?\s*", re.IGNORECASE)


def read_text(path: Path) -> str:
    """Read a text file, plain or packed by gzip or Zstandard.

    Raises
    ------
    DataError
        Where it is missing, empty, damaged, or no UTF-8; the message says how to convert it.
    """
    content = read_bytes(path)
    if content.startswith(_ZSTANDARD):
        import zstandard

        try:
            content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
        except zstandard.ZstdError as error:
            raise DataError(f"Zstandard file is damaged ({error}); pack it again", file=path) from None
    for mark, name in _WIDE.items():
        if content.startswith(mark):
            raise DataError(f"the text is {name}; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)", file=path)
    if b"\x00" in content[:4096]:
        raise DataError("the file holds binary data or UTF-16; a CSV file in UTF-8 is expected", file=path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        problem = f"byte {content[error.start]:#x} is no UTF-8; convert the file (iconv -f latin1 -t UTF-8)"
        raise DataError(problem, file=path, row=row) from None
    if not text.strip():
        raise DataError("file is empty; a first row with the names of the columns is expected", file=path)
    return text


def separator_of(text: str) -> str:
    """Return the character that separates cells.

    It is the candidate of `SEPARATORS` that splits the most of the first `SAMPLE` lines into as many cells as the first
    line has, if these are two or more; of several, the one with the most cells. A file of one column gets a comma.
    """
    lines = text.splitlines()[:SAMPLE]
    best, found = (0.0, 1), ","
    for candidate in SEPARATORS:
        widths = [len(row) for row in csv.reader(lines, delimiter=candidate) if row]
        if not widths or widths[0] < 2:
            continue
        agreed = sum(width == widths[0] for width in widths) / len(widths)
        if (agreed, widths[0]) > best:
            best, found = (agreed, widths[0]), candidate
    return found


def read_table(path: Path, separator: str = "") -> tuple[pl.DataFrame, str]:
    """Read a CSV file into a table of text cells, empty ones null.

    Parameters
    ----------
    path : path
        File; its first row holds the names of the columns.
    separator : str
        One character; empty to recognise it.

    Returns
    -------
    table : DataFrame of String
        Names stripped of blanks.
    separator : str
        The one used.

    Raises
    ------
    DataError
        No row, a row of another width, a name twice or empty.
    """
    text = read_text(path)
    used = separator or separator_of(text)
    try:
        table = pl.read_csv(
            io.BytesIO(text.encode()), separator=used, infer_schema=False, null_values=[""], truncate_ragged_lines=False
        )
    except (pl.exceptions.PolarsError, ValueError) as error:
        _require_rectangle(text, used, path)
        raise DataError(f"not a readable CSV table: {str(error).splitlines()[0]}", file=path) from None
    _require_names(text, used, path)
    if table.height == 0:
        raise DataError("file has a header and no rows", file=path)
    if table.to_series(-1).null_count():  # short rows are filled with nulls on the right
        _require_rectangle(text, used, path)
    return table.rename({name: name.strip() for name in table.columns}), used


def with_points(column: pl.Series) -> pl.Series | None:
    """Return a text column with decimal points in place of decimal commas; None unless every cell is such a number.

    A dot before a decimal comma groups thousands (``1.234,5``) and is left out. Whole numbers may be among them.
    """
    cells = column.drop_nulls()
    with_comma = cells.filter(cells.str.contains(",", literal=True))
    if with_comma.is_empty() or not all(map(_COMMA_NUMBER.fullmatch, with_comma)):
        return None
    return column.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)


def _require_names(text: str, separator: str, path: Path) -> None:
    names = [name.strip() for name in next(csv.reader([text.lstrip("\r\n").splitlines()[0]], delimiter=separator))]
    for place, name in enumerate(names, 1):
        if not name:
            raise DataError("the column has no name in the first row", file=path, row=1, column=place)
        if names.index(name) + 1 < place:
            raise DataError("two columns have this name", file=path, row=1, column=name)


def _require_rectangle(text: str, separator: str, path: Path) -> None:
    """Raise `DataError` at the first row that has another number of cells than the first one."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    width = 0
    for cells in reader:
        if not cells:
            continue
        width = width or len(cells)
        if len(cells) != width:
            raise DataError(
                f"{len(cells)} cells; the first row has {width} (cells are separated by {SEPARATORS[separator]})"
                if separator in SEPARATORS
                else f"{len(cells)} cells; the first row has {width}",
                file=path,
                row=reader.line_num,
            )
