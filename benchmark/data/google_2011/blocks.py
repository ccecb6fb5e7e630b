"""Read a part of an official table in blocks of whole lines, so that memory does not depend on its size.

A thread unpacks the next block while the caller works on the present one. Blocks have a fixed size, whatever memory is
allowed: equal input gives equal blocks. A faulty cell is found by reading its block again, cell by cell, so that the
error names file, row and column.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import polars as pl

from benchmark.data.packed import is_page
from benchmark.data.tables import cast, refuse
from benchmark.interfaces.errors import DataError

BLOCK = 16 * 2**20
"""Bytes of unpacked text in a block."""

_PACKED = 2**20
_MAGIC = b"\x1f\x8b"


class Block(NamedTuple):
    """Rows of a part, with the number of rows before them."""

    frame: pl.DataFrame
    before: int


Columns = Mapping[str, type[pl.DataType]]


def read_blocks(
    path: Path, columns: Columns, wanted: Sequence[str], required: Sequence[str], size: int = BLOCK
) -> Iterator[Block]:
    """Read some columns of a part without a header.

    Parameters
    ----------
    path : path
        CSV file, plain or gzipped; its first bytes decide.
    columns : mapping of str to polars type
        All columns of the table, in the order of the file.
    wanted : sequence of str
        Columns to return, in that order; cells of the others are not looked at.
    required : sequence of str
        Columns whose cells must be filled.
    size : int
        Bytes of text in a block.

    Yields
    ------
    Block
        Empty cells are null, and so is NaN.

    Raises
    ------
    DataError
        If the file is missing, empty, a web page, or a damaged gzip file; at a row with another number of columns, a
        cell of the wrong type, an infinite number or an empty cell in a required column.
    """
    require_table(path)
    before = 0
    with ThreadPoolExecutor(1) as ahead:
        texts = _texts(path, size)
        following = ahead.submit(next, texts, b"")
        while text := following.result():
            following = ahead.submit(next, texts, b"")
            frame = _parsed(text, columns, wanted, required, path, before)
            yield Block(frame, before)
            before += frame.height
    if not before:
        raise DataError("file is empty; expected rows of " + ", ".join(columns), file=path)


def require_table(path: Path) -> None:
    """Raise `DataError` where a part is missing or is a web page."""
    if not path.is_file():
        raise DataError("file is missing", file=path)
    if is_page(path):
        raise DataError("is a web page, not a part of the trace; download it again", file=path)


def _texts(path: Path, size: int) -> Iterator[bytes]:
    """Text of about ``size`` bytes that ends with a whole line."""
    waiting, length = [], 0
    for piece in _unpacked(path):
        waiting.append(piece)
        length += len(piece)
        if length >= size:
            text = b"".join(waiting)
            end = text.rfind(b"\n") + 1
            if end:
                yield text[:end]
            waiting, length = [text[end:]], len(text) - end
            if length > 4 * size:
                raise DataError("has no line break; expected a CSV table", file=path)
    if last := b"".join(waiting):
        yield last


def _unpacked(path: Path) -> Iterator[bytes]:
    """Bytes of a file, unpacked where it is a gzip file of one or more members."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_PACKED)
            if not start.startswith(_MAGIC):
                while start:
                    yield start
                    start = stream.read(_PACKED)
                return
            member = zlib.decompressobj(wbits=31)
            while start:
                if member.eof:
                    if not start.strip(b"\0"):  # padding after the last member
                        start = stream.read(_PACKED)
                        continue
                    member = zlib.decompressobj(wbits=31)
                yield member.decompress(start, 4 * _PACKED)
                start = member.unused_data if member.eof else member.unconsumed_tail
                start = start or stream.read(_PACKED)
            if not member.eof:
                raise DataError("gzip file is truncated; download it again", file=path)
    except zlib.error as error:
        raise DataError(f"gzip file is damaged ({error}); download it again", file=path) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", file=path) from None


def _parsed(
    text: bytes, columns: Columns, wanted: Sequence[str], required: Sequence[str], path: Path, before: int
) -> pl.DataFrame:
    rows = text.count(b"\n") + (not text.endswith(b"\n"))
    names = list(columns)
    places = sorted(names.index(name) for name in wanted)
    if text.count(b",") == rows * (len(columns) - 1) and b'"' not in text:
        try:
            frame = pl.read_csv(text, has_header=False, schema=columns, columns=places, null_values=[""])
        except pl.exceptions.PolarsError:
            frame = None
        if frame is not None and frame.height == rows and _is_right(frame, required):
            return frame.select(wanted).fill_nan(None)
    try:
        return _cell_by_cell(text, columns, wanted, required, path)
    except DataError as error:
        row = None if error.row is None else error.row + before
        raise DataError(error.problem, file=path, row=row, column=error.column) from None


def _is_right(frame: pl.DataFrame, required: Sequence[str]) -> bool:
    if any(frame[name].null_count() for name in required):
        return False
    return not any(frame[name].is_infinite().any() for name in frame.columns if frame[name].dtype.is_float())


def _cell_by_cell(
    text: bytes, columns: Columns, wanted: Sequence[str], required: Sequence[str], path: Path
) -> pl.DataFrame:
    """Read a block as text and convert it cell by cell; `DataError` at the first fault, its row within the block."""
    lines = text.decode(errors="replace").splitlines()
    width = len(columns)
    for row, line in enumerate(lines):
        if (found := line.count(",") + 1) != width:
            raise DataError(f"row has {found} columns; expected {width}", row=row + 1)
    cells = pl.Series("line", lines, pl.String).str.strip_chars("\r").str.split_exact(",", width - 1).struct.unnest()
    cells.columns = list(columns)
    frame = pl.DataFrame(
        [cast(_unquoted(cells[name]), columns[name], path, header=False) for name in wanted],
    ).fill_nan(None)
    for name in required:
        refuse(frame[name].is_null(), frame[name], path, "in a column that must be filled", header=False)
    return frame


def _unquoted(column: pl.Series) -> pl.Series:
    stripped = column.str.strip_chars().str.strip_chars('"')
    return pl.select(pl.when(stripped != "").then(stripped).alias(column.name)).to_series()
