"""Reading delimited and JSON files with errors that name file, row and column."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.packed import read_bytes
from benchmark.data.precision import compact
from benchmark.interfaces.errors import DataError


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
        File; a gzip file is unpacked whole first, so that a truncated one is noticed.
    columns : mapping of str to polars type
        Column names in file order with the type that each must have. With a header, further columns of the file
        are ignored and the order does not matter; without one, the file has exactly these columns.
    header : bool
        True if the first row holds column names.
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
    content = read_bytes(path).rstrip(b"\r\n")
    if not content.strip():
        raise DataError("file is empty; expected " + ", ".join(columns), file=path)
    width = None if header else len(columns)
    if width is not None:
        _require_width(content, width, path)
    try:
        text = pl.read_csv(
            content,
            has_header=header,
            infer_schema=False,
            null_values=[""],
            new_columns=None if header else list(columns),
        )
    except pl.exceptions.PolarsError as error:
        _require_rectangle(content, width, path)
        raise DataError(f"not a readable CSV table: {str(error).splitlines()[0]}", file=path) from None
    missing = [name for name in columns if name not in text.columns]
    if required := [name for name in missing if name not in optional]:
        raise DataError(f"column is missing; the file has: {', '.join(text.columns)}", file=path, column=required[0])
    if text.height == 0:
        raise DataError("file has a header and no rows", file=path)
    if text.to_series(-1).null_count():
        # Short rows are filled with nulls on the right, so look for them where the last column has nulls.
        _require_rectangle(content, text.width, path)
    text = text.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
    return pl.DataFrame([cast(text[name], kind, path, header=header) for name, kind in columns.items()])


def read_matrix(path: Path, width: int) -> NDArray[np.floating[Any]]:
    """Read a file of comma-separated numbers (plain or gzip) that has no header and no gap.

    Parameters
    ----------
    path : path
        File.
    width : int
        Number of columns that it must have.

    Returns
    -------
    ndarray of float32 or float64, shape (T, width)
        One row a line, T ≥ 1, every value finite; the precision is that of `compact`.

    Raises
    ------
    DataError
        Missing, empty or truncated file, row of another width, cell that is not a finite number; columns are
        numbered from 1.
    """
    content = read_bytes(path).rstrip(b"\r\n")
    if not content.strip():
        raise DataError(f"file is empty; expected rows of {width} numbers", file=path)
    _require_width(content, width, path, quotes=False)
    names = [str(number) for number in range(1, width + 1)]
    try:
        frame = pl.read_csv(content, has_header=False, schema=dict.fromkeys(names, pl.Float64), quote_char=None)
        values: NDArray[np.float64] = frame.to_numpy()
        if np.isfinite(values).all():
            return compact(values)
    except pl.exceptions.PolarsError:
        pass  # the slow check below finds the faulty cell
    _require_rectangle(content, width, path, quotes=False)
    return compact(_numbers(content, names, path))


def read_json(path: Path) -> Any:
    """Read a JSON file; `DataError` with the faulty line where it is not valid."""
    try:
        return json.loads(read_bytes(path))
    except json.JSONDecodeError as error:
        raise DataError(f"not readable as JSON: {error.msg}", file=path, row=error.lineno) from None
    except UnicodeDecodeError:
        raise DataError("not readable as JSON: the text is not UTF-8", file=path) from None


def cast(column: pl.Series, kind: type[pl.DataType] | pl.DataType, path: Path, *, header: bool = True) -> pl.Series:
    """Convert a text column to a type; `DataError` at the first cell that cannot be converted.

    Infinite numbers are refused. Empty cells stay null and the word NaN stays NaN; both mean unknown.
    """
    if column.dtype == kind:
        return column
    result = (
        column.str.strip_chars().cast(kind, strict=False)
        if column.dtype == pl.String
        else column.cast(kind, strict=False)
    )
    bad = result.is_null() & column.is_not_null()
    if result.dtype.is_float():
        bad |= result.is_infinite().fill_null(False)
    wanted = "a whole number" if result.dtype.is_integer() else "a finite number"
    refuse(bad, column, path, f"is not {wanted}", header=header)
    return result


def times(column: pl.Series, form: str, path: Path, *, header: bool = True) -> pl.Series:
    """Convert a text column of dates and times to microseconds since 1970-01-01, in the clock of the file.

    Parameters
    ----------
    column : Series of str
        The cells.
    form : str
        Their format, as ``strftime`` writes it.
    path : path
        The file, for the error.
    header : bool
        True if the file has a header.

    Returns
    -------
    Series of int64
        No nulls: `DataError` at the first cell that is empty or has another format.
    """
    result = column.str.strptime(pl.Datetime("us"), form, strict=False).dt.epoch("us")
    refuse(result.is_null(), column, path, f"is not a time of the form {form}", header=header)
    return result


def refuse(bad: pl.Series, column: pl.Series, path: Path, problem: str, *, header: bool = True) -> None:
    """Raise `DataError` at the first cell of a column that is marked as invalid.

    Parameters
    ----------
    bad : Series of bool
        True at each invalid cell; null counts as False.
    column : Series
        The column, whose cell opens the message.
    path : path
        The file.
    problem : str
        Rest of a sentence about the cell, such as ``is not a number``.
    header : bool
        True if the file has a header.
    """
    rows = bad.fill_null(False).arg_true()
    if len(rows):
        row = int(rows[0])
        cell = "empty cell" if column[row] is None else repr(column[row])
        raise DataError(f"{cell} {problem}", file=path, row=row + 1 + header, column=column.name)


def require_present(frame: pl.DataFrame, columns: Sequence[str], path: Path, *, header: bool = True) -> None:
    """Raise `DataError` at the first cell of the given columns that is empty or NaN."""
    for name in columns:
        column = frame[name]
        absent = column.is_null() | column.is_nan() if column.dtype.is_float() else column.is_null()
        refuse(absent, column, path, "in a column that must be filled", header=header)


def require_non_negative(frame: pl.DataFrame, columns: Sequence[str], path: Path, *, header: bool = True) -> None:
    """Raise `DataError` at the first negative cell of the given columns."""
    for name in columns:
        refuse(frame[name] < 0, frame[name], path, "is negative; this quantity cannot be", header=header)


def require_increasing(
    time: NDArray[np.int64], path: Path, column: str, *, header: bool = True, repeats: bool = False
) -> None:
    """Raise `DataError` at the first time that precedes the one before it, or repeats it unless ``repeats``."""
    bad = np.flatnonzero(time[1:] < time[:-1] if repeats else time[1:] <= time[:-1])
    if len(bad):
        row = int(bad[0]) + 1
        relation = "repeats" if time[row] == time[row - 1] else "precedes"
        raise DataError(
            f"time {relation} that of the row before; rows must be in time order",
            file=path,
            row=row + 1 + header,
            column=column,
        )


def _require_width(content: bytes, width: int, path: Path, *, quotes: bool = True) -> None:
    """Raise `DataError` where the first line has another number of fields; commas in quotes do not count."""
    line = content.partition(b"\n")[0].decode(errors="replace")
    fields = len(next(csv.reader([line]), [])) if quotes else line.count(",") + 1
    if fields != width:
        raise DataError(f"has {fields} columns; expected {width}", file=path, row=1)


def _require_rectangle(content: bytes, width: int | None, path: Path, *, quotes: bool = True) -> None:
    """Raise `DataError` at the first row with another number of fields than ``width`` or, if None, the first row."""
    if quotes and b'"' in content:  # a comma or a line break may be quoted
        fields = [len(row) for row in csv.reader(io.StringIO(content.decode(errors="replace"), newline=""))]
        counts = np.asarray(fields, np.int64)
    else:
        raw = np.frombuffer(content, np.uint8)
        ends = np.append(np.flatnonzero(raw == ord("\n")), len(raw))
        commas = np.searchsorted(np.flatnonzero(raw == ord(",")), ends)
        counts = np.diff(commas, prepend=0) + 1
    expected = int(counts[0]) if width is None else width
    bad = np.flatnonzero(counts != expected)
    if len(bad):
        row = int(bad[0])
        raise DataError(f"row has {counts[row]} columns; expected {expected}", file=path, row=row + 1)


def _numbers(content: bytes, names: Sequence[str], path: Path) -> NDArray[np.float64]:
    """Convert cell by cell; `DataError` at the first cell, in reading order, that is not a finite number."""
    text = pl.read_csv(
        content.decode(errors="replace").encode(),
        has_header=False,
        infer_schema=False,
        new_columns=list(names),
        quote_char=None,
    )
    frame = text.select(pl.all().str.strip_chars().cast(pl.Float64, strict=False))
    values: NDArray[np.float64] = frame.to_numpy()
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = map(int, bad[0])
        cell = text[row, column]
        problem = "cell is empty" if cell is None else f"{cell!r} is not a finite number"
        raise DataError(problem, file=path, row=row + 1, column=column + 1)
    return values
