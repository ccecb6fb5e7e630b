"""Which columns are channels, and what is said about the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.telemetry.numbers import Decimal, as_numbers
from benchmark.interfaces.errors import DataError

MOSTLY = 0.5
"""Share of cells that are numbers above which another cell is a fault; at or below it the column is text."""

SHOWN = 5
"""Columns that a note names."""


class Channels(NamedTuple):
    """Numeric columns, and sentences on the other ones.

    Parameters
    ----------
    table : DataFrame of Float64
        One column a channel, NaN where a value is missing.
    notes : tuple of str
        Columns that are text, constant or empty, and how cells were read that are no plain numbers.
    """

    table: pl.DataFrame
    notes: tuple[str, ...]


def channels(
    table: pl.DataFrame,
    path: Path,
    *,
    onehot: bool,
    rows: NDArray[np.int64] | None = None,
    separator: str = ",",
    decimal: Decimal = "",
) -> Channels:
    """Turn columns into channels.

    Parameters
    ----------
    table : DataFrame
        Columns that are neither time, label nor host: text, numbers or booleans.
    path : path
        File, for messages.
    onehot : bool
        True to turn each text column into one channel of 0 and 1 for each of its values; else it is left out.
    rows : ndarray of int64, shape (T,), optional
        Number of each row in the file; by default from 2.
    separator, decimal : str
        See `benchmark.data.telemetry.numbers.as_numbers`.

    Raises
    ------
    DataError
        Where most cells of a column are numbers and one is not or is infinite, or where no channel is left.
    """
    rows = np.arange(2, table.height + 2) if rows is None else rows
    kept: list[pl.Series] = []
    words: list[str] = []
    readings: dict[str, list[str]] = {}
    for name, numbers in as_numbers(table, path, separator, decimal).items():
        column, wrong = table[name], numbers.wrong
        if (endless := numbers.values.is_infinite()).any():
            first = int(np.argmax(endless.to_numpy()))
            raise DataError(
                f"{column[first]!r} is no finite number; leave the cell empty where a value is missing",
                file=path,
                row=int(rows[first]),
                column=name,
            )
        if not wrong.any():
            kept.append(numbers.values)
            for reading in numbers.reading:
                readings.setdefault(reading, []).append(name)
            continue
        if 1 - wrong.mean() > MOSTLY:
            first = int(np.argmax(wrong))
            raise DataError(
                f"{column[first]!r} is no number, and most cells of this column are; leave the cell empty "
                f"where a value is missing ({int(wrong.sum())} such cells)",
                file=path,
                row=int(rows[first]),
                column=name,
            )
        words.append(name)
        if onehot:
            values = column.cast(pl.String).fill_null("(empty)")
            names = {value: f"{name}={value}" for value in sorted(set(values))}
            kept += [(values == value).cast(pl.Float64).alias(whole) for value, whole in names.items()]

    if not kept:
        raise DataError(f"no column holds numbers; columns: {', '.join(table.columns) or 'none'}", file=path)
    notes = []
    if words:
        done = "one channel for each value" if onehot else "left out; onehot=true makes one channel for each value"
        notes.append(f"text {columns_named(words)}: {done}")
    notes += [f"{reading} in {columns_named(names)}" for reading, names in readings.items()]
    frame = pl.DataFrame(kept)
    empty = [column.name for column in frame if column.is_nan().all()]
    constant = [one.name for one in frame if one.name not in empty and one.drop_nans().n_unique() == 1]
    notes += [f"empty {columns_named(empty)}: kept, no value in any row"] if empty else []
    notes += [f"constant {columns_named(constant)}: kept"] if constant else []
    return Channels(frame, tuple(notes))


def columns_named(names: Sequence[str]) -> str:
    """Say ``column 'a'`` or ``columns 'a', 'b' and 3 more``."""
    shown = ", ".join(map(repr, names[:SHOWN])) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    return f"{'column' if len(names) == 1 else 'columns'} {shown}"
