"""From rows of a table to rows in order of time: one table for each host, long to wide, doubled times, resampling."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError, ParameterError

TIME, LABEL, ROW = "\x00time", "\x00label", "\x00row"
"""Names of our own columns: time in microseconds, label, and row of the file with the header as row 1."""

_EVERY = re.compile(r"(\d+)\s*(s|m|min|h|d)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}

Duplicates = Literal["error", "mean", "last"]


class Ordered(NamedTuple):
    """Rows of one host in order of time, and sentences on what was done to them."""

    table: pl.DataFrame
    notes: tuple[str, ...]


def step_of(every: str) -> int:
    """Read ``5m``, ``30s``, ``1h`` or ``1d`` as microseconds.

    Raises
    ------
    ParameterError
        For any other text, and for 0.
    """
    match = _EVERY.fullmatch(every.strip())
    if match is None or int(match[1]) == 0:
        raise ParameterError(f"{every!r} is no time step: write a number and s, m, h or d, e.g. 5m")
    return int(match[1]) * _SECONDS[match[2]] * 1_000_000


def widened(table: pl.DataFrame, metric: str, value: str, by: str, path: Path) -> pl.DataFrame:
    """Turn a long table, one row for each time and metric, into a wide one with a column for each metric.

    Raises
    ------
    DataError
        Where a metric has two values at one time (of one host).
    """
    keys = [TIME, *([by] if by else [])]
    twice = table.select(pl.struct([*keys, metric]).is_duplicated()).to_series()
    if twice.any():
        row = int(np.argmax(twice.to_numpy()))
        other = table.row(row, named=True)
        raise DataError(
            f"metric {other[metric]!r} has two values at one time"
            + (f" of {other[by]!r}" if by else "; name the column of the host with by=")
            + ". Leave one row for each",
            file=path,
            row=int(table[ROW][row]),
            column=metric,
        )
    order = table[metric].unique(maintain_order=True).to_list()
    columns = [*keys, *([LABEL] if LABEL in table.columns else [])]
    labels = table.group_by(keys, maintain_order=True).agg(
        [pl.col(ROW).min(), *([pl.col(LABEL).max()] if LABEL in columns else [])]
    )
    wide = table.pivot(on=metric, index=keys, values=value, on_columns=order) if order else table
    return wide.join(labels, on=keys, how="left", maintain_order="left")


def in_order(
    table: pl.DataFrame, duplicates: Duplicates, every: int, place: dict[str, Any], advice: str = ""
) -> Ordered:
    """Sort the rows of one host by time, settle doubled times, and resample.

    Parameters
    ----------
    table : DataFrame
        Columns `TIME`, `ROW`, perhaps `LABEL`, and channels of Float64 with NaN where a value is missing.
    duplicates : {"error", "mean", "last"}
        Rows of one time: an error, their mean over present values, or the last one in the file. A joined row is
        anomalous where one of its rows is.
    every : int
        Step in microseconds; rows of each step become their mean, a step without a row becomes missing values. 0 keeps
        the rows.
    place : dict
        ``file`` of the error messages.
    advice : str
        What the error of doubled times says on them.

    Raises
    ------
    DataError
        Where two rows have one time and ``duplicates`` is ``error``; it names both rows.
    """
    notes: list[str] = []
    times = table[TIME].to_numpy()
    if (np.diff(times) < 0).any():
        notes.append(f"{int((np.diff(times) < 0).sum())} rows earlier than the row before: sorted by time")
        table = table.sort(TIME, maintain_order=True)
    doubled = table[TIME].is_duplicated()
    if doubled.any() and not every:
        if duplicates == "error":
            first = table.filter(doubled)[ROW].to_list()[:2]
            raise DataError(
                f"rows {first[0]} and {first[1]} have the same time ({int(doubled.sum())} such rows). {advice}",
                **place,
            )
        notes.append(f"{int(doubled.sum())} rows share a time with another: {duplicates} of each kept")
        table = _joined(table, TIME, duplicates)
    if every:
        before = table.height
        table = _resampled(table, every)
        notes.append(f"resampled from {before:,} to {table.height:,} rows by means over each step")
    else:
        notes += _irregular(table[TIME].to_numpy())
    return Ordered(table, tuple(notes))


def _joined(table: pl.DataFrame, key: str, how: str) -> pl.DataFrame:
    channels = [name for name in table.columns if name not in (TIME, LABEL, ROW)]
    joined = [
        pl.col(channels).fill_nan(None).mean().fill_null(np.nan) if how == "mean" else pl.col(channels).last(),
        *([pl.col(LABEL).max()] if LABEL in table.columns else []),
        pl.col(ROW).min(),
    ]
    return table.group_by(key, maintain_order=True).agg(joined)


def _resampled(table: pl.DataFrame, every: int) -> pl.DataFrame:
    steps = table.with_columns((pl.col(TIME) // every * every).alias(TIME))
    means = _joined(steps, TIME, "mean")
    first, last = int(means[TIME][0]), int(means[TIME][-1])
    grid = pl.DataFrame({TIME: np.arange(first, last + 1, every, dtype=np.int64)})
    whole = grid.join(means, on=TIME, how="left", maintain_order="left")
    channels = [name for name in table.columns if name not in (TIME, LABEL, ROW)]
    filled = [pl.col(channels).fill_null(np.nan), pl.col(ROW).forward_fill()]
    return whole.with_columns([*filled, *([pl.col(LABEL).fill_null(False)] if LABEL in table.columns else [])])


def _irregular(times: NDArray[np.int64]) -> list[str]:
    if len(times) < 3:
        return []
    steps = np.diff(times)
    usual = int(np.median(steps))
    share = float((steps != usual).mean())
    if share == 0:
        return []
    return [f"{share:.1%} of the steps are not {usual / 1e6:g} s (gaps or irregular times); every= resamples"]
