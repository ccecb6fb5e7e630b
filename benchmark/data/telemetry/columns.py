"""From text cells to numbers and labels; which columns are channels, and what is said about the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.telemetry.text import with_points
from benchmark.interfaces.errors import DataError

MISSING = ("", "nan", "na", "n/a", "null", "none", "-")
"""Words of an empty cell, in any case."""

YES, NO = ("true", "yes", "1", "1.0", "anomaly", "anomalous"), ("false", "no", "0", "0.0", "normal", "")
"""Words of a label, in any case."""

LABELS = ("label", "labels", "is_anomaly", "anomaly", "anomalous")
"""Names of columns that are read as the label where they hold labels only and none is named."""

TIMES = ("time", "timestamp", "datetime", "date", "ts", "@timestamp", "_time", "time_stamp")
"""Names of columns that are read as the time where none is named."""

MOSTLY = 0.5
"""Share of cells that are numbers above which another cell is a fault; at or below it the column is text."""


class Channels(NamedTuple):
    """Numeric columns, and sentences on the other ones.

    Parameters
    ----------
    table : DataFrame of Float64
        One column a channel, NaN where a value is missing.
    notes : tuple of str
        Columns that are text, constant or empty.
    """

    table: pl.DataFrame
    notes: tuple[str, ...]


def recognised(names: Sequence[str], known: Sequence[str]) -> str:
    """Return the first of ``known`` that is a column, in any case; empty if none is."""
    by_lower = {name.lower(): name for name in reversed(names)}
    return next((by_lower[name] for name in known if name in by_lower), "")


def channels(table: pl.DataFrame, path: Path, *, onehot: bool) -> Channels:
    """Turn columns into channels.

    Parameters
    ----------
    table : DataFrame
        Columns that are neither time, label nor host: text, numbers or booleans.
    path : path
        File, for messages.
    onehot : bool
        True to turn each text column into one channel of 0 and 1 for each of its values; else it is left out.

    Raises
    ------
    DataError
        Where most cells of a column are numbers and one is not, or where no channel is left.
    """
    kept: list[pl.Series] = []
    words: list[str] = []
    decimal_comma: list[str] = []
    for column in table:
        numbers = as_numbers(column)
        if numbers.comma:
            decimal_comma.append(column.name)
        wrong = numbers.wrong
        if not wrong.any():
            kept.append(numbers.values)
            continue
        if 1 - wrong.mean() > MOSTLY:
            row = int(np.argmax(wrong))
            raise DataError(
                f"{table[column.name][row]!r} is no number, and most cells of this column are; leave the cell empty "
                f"where a value is missing ({int(wrong.sum())} such cells)",
                file=path,
                row=row + 2,
                column=column.name,
            )
        words.append(column.name)
        if onehot:
            values = column.cast(pl.String).fill_null("(empty)")
            names = {value: f"{column.name}={value}" for value in sorted(set(values))}
            kept += [(values == value).cast(pl.Float64).alias(name) for value, name in names.items()]

    if not kept:
        raise DataError(f"no column holds numbers; columns: {', '.join(table.columns) or 'none'}", file=path)
    notes = []
    if words:
        done = "one channel for each value" if onehot else "left out; onehot=true makes one channel for each value"
        notes.append(f"text {_columns(words)}: {done}")
    if decimal_comma:
        notes.append(f"decimal comma in {_columns(decimal_comma)}")
    frame = pl.DataFrame(kept)
    empty = [column.name for column in frame if column.is_nan().all()]
    constant = [one.name for one in frame if one.name not in empty and one.drop_nans().n_unique() == 1]
    notes += [f"empty {_columns(empty)}: kept, no value in any row"] if empty else []
    notes += [f"constant {_columns(constant)}: kept"] if constant else []
    return Channels(frame, tuple(notes))


class Numbers(NamedTuple):
    """A column read as numbers.

    Parameters
    ----------
    values : Series of Float64
        NaN where a cell is missing or no number.
    wrong : ndarray of bool, shape (T,)
        True where a cell is there and is no number.
    comma : bool
        Whether cells have a decimal comma.
    """

    values: pl.Series
    wrong: NDArray[np.bool_]
    comma: bool = False


def as_numbers(column: pl.Series) -> Numbers:
    """Read a column as numbers; words of `MISSING` are missing values, true and false are 1 and 0."""
    if column.dtype != pl.String:
        numeric = column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null)
        if numeric:
            values = column.cast(pl.Float64).fill_null(np.nan)
            return Numbers(values, np.zeros(len(column), bool))
        column = column.cast(pl.String)
    text = column.str.strip_chars()
    missing = text.is_null() | text.str.to_lowercase().is_in(MISSING)
    present = pl.select(pl.when(missing).then(None).otherwise(text)).to_series().alias(column.name)
    pointed = with_points(present)
    cells = present if pointed is None else pointed
    values = cells.cast(pl.Float64, strict=False)
    wrong = (values.is_null() & ~missing).to_numpy()
    if wrong.all() or (wrong.any() and set(present.drop_nulls().str.to_lowercase()) <= {"true", "false"}):
        lower = present.str.to_lowercase()
        if not present.drop_nulls().is_empty() and set(lower.drop_nulls()) <= {"true", "false"}:
            values = (lower == "true").cast(pl.Float64)
            wrong = np.zeros(len(column), bool)
    return Numbers(values.fill_null(np.nan).alias(column.name), wrong, pointed is not None)


def as_labels(column: pl.Series, path: Path) -> NDArray[np.bool_]:
    """Read a column of labels: 0 and 1, true and false, yes and no, normal and anomaly; an empty cell is normal.

    Raises
    ------
    DataError
        At the first cell that is anything else.
    """
    cells = column.cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase()
    positive = cells.is_in(YES)
    wrong = ~(positive | cells.is_in(NO))
    if wrong.any():
        row = int(np.argmax(wrong.to_numpy()))
        raise DataError(f"label {column[row]!r} is neither 0 nor 1", file=path, row=row + 2, column=column.name)
    return positive.to_numpy()


def holds_labels(column: pl.Series) -> bool:
    """Whether every cell of a column is a label."""
    cells = column.cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase()
    return bool(cells.is_in(YES + NO).all())


def _columns(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"{'column' if len(names) == 1 else 'columns'} {shown}"
