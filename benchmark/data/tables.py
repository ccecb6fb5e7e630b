"""Reading delimited and columnar files with errors that name file, row and column."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.errors import DataError


def read_csv(
    path: Path,
    columns: Mapping[str, type[pl.DataType] | pl.DataType],
    *,
    header: bool = True,
    optional: Sequence[str] = (),
) -> pl.DataFrame:
    """Read a CSV file (plain or gzip) with known columns.

    Parameters
    ----------
    path : path
        File; a name that ends in ``.gz`` is decompressed whole first, so that a truncated one is noticed.
    columns : mapping of str to polars type
        Column names in file order with the type that each must have. With a header, further columns of the file
        are ignored and the order does not matter.
    header : bool
        Whether the first row holds column names.
    optional : sequence of str
        Columns that may be absent from the header; filled with nulls.

    Returns
    -------
    DataFrame
        Exactly the given columns. Empty cells are null.

    Raises
    ------
    DataError
        Missing, empty or truncated file, missing column, ragged row, cell of the wrong type.
    """
    content = read_bytes(path)
    if not content.strip():
        raise DataError("file is empty; expected " + ", ".join(columns), file=path)
    try:
        text = pl.read_csv(
            content,
            has_header=header,
            infer_schema=False,
            null_values=[""],
            new_columns=None if header else list(columns),
        )
    except pl.exceptions.PolarsError as error:
        first = str(error).splitlines()[0]
        raise DataError(f"not a readable CSV table: {first}", file=path, row=_ragged_row(content)) from None
    missing = [name for name in columns if name not in text.columns]
    if required := [name for name in missing if name not in optional]:
        raise DataError(f"column is missing; the file has: {', '.join(text.columns)}", file=path, column=required[0])
    if text.height == 0:
        raise DataError("file has a header and no rows", file=path)
    text = text.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
    return pl.DataFrame([cast(text[name], kind, path, header=header) for name, kind in columns.items()])


def cast(column: pl.Series, kind: type[pl.DataType] | pl.DataType, path: Path, *, header: bool = True) -> pl.Series:
    """Convert a text column to a type; `DataError` at the first cell that cannot be."""
    if column.dtype == kind:
        return column
    result = (
        column.str.strip_chars().cast(kind, strict=False)
        if column.dtype == pl.String
        else column.cast(kind, strict=False)
    )
    bad = (result.is_null() & column.is_not_null()).arg_true()
    if len(bad):
        row = int(bad[0])
        wanted = "a whole number" if kind in (pl.Int64, pl.Int32, pl.UInt8) else "a number"
        raise DataError(f"{column[row]!r} is not {wanted}", file=path, row=row + 1 + header, column=column.name)
    return result


def read_bytes(path: Path) -> bytes:
    """Read a file whole, gunzipped where its name ends in ``.gz``; `DataError` where it is missing or truncated."""
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix == ".gz" else raw
    except FileNotFoundError:
        raise DataError("file is missing", file=path) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"gzip file is truncated or damaged ({error}); download it again", file=path) from None


def require_non_negative(frame: pl.DataFrame, columns: Sequence[str], path: Path, *, header: bool = True) -> None:
    """Raise `DataError` at the first negative cell of the given columns."""
    for name in columns:
        bad = (frame[name] < 0).arg_true()
        if len(bad):
            row = int(bad[0])
            raise DataError(
                f"{frame[name][row]} is negative; this quantity cannot be",
                file=path,
                row=row + 1 + header,
                column=name,
            )


def require_increasing(time: NDArray[np.int64], path: Path, column: str, *, header: bool = True) -> None:
    """Raise `DataError` at the first time that repeats or precedes the one before it."""
    steps = np.diff(time)
    bad = np.flatnonzero(steps <= 0)
    if len(bad):
        row = int(bad[0]) + 1
        what = "repeats" if steps[row - 1] == 0 else "precedes"
        raise DataError(
            f"time {what} that of the row before; rows must be in time order",
            file=path,
            row=row + 1 + header,
            column=column,
        )


def _ragged_row(content: bytes) -> int | None:
    """Find the first line whose number of fields differs from the first line's, if lines are that simple."""
    lines = content.decode(errors="replace").splitlines()
    if not lines or '"' in lines[0]:
        return None
    width = lines[0].count(",")
    return next((n for n, line in enumerate(lines, 1) if line and '"' not in line and line.count(",") != width), None)
