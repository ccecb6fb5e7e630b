"""Which column is the time and which the label, and the values of labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.telemetry.dates import FORMS, form_of
from benchmark.interfaces.errors import DataError

YES = ("true", "yes", "y", "t", "1", "1.0", "anomaly", "anomalous", "abnormal", "attack", "outlier")
NO = ("false", "no", "n", "f", "0", "0.0", "normal", "benign", "inlier", "")
"""Words of a label, in any case."""

LABELS = ("label", "labels", "is_anomaly", "anomaly", "anomalous", "outlier", "is_outlier", "ground_truth", "is_attack")
"""Names of columns that are read as the label where none is named."""

TIMES = ("time", "timestamp", "datetime", "date", "ts", "@timestamp", "_time", "time_stamp")
"""Names of columns that are read as the time where none is named."""

_LIKE_TIME = re.compile(r"(?:^|[^a-z])(?:time|timestamp|datetime|date|epoch|unix|ts|zeit|datum|fecha)(?:$|[^a-z])|_ts$")
_EPOCHS = tuple((1e9 * unit, 4.2e9 * unit) for unit in (1.0, 1e3, 1e6, 1e9))
"""Numbers since 1970 that lie between 2001 and 2103, in seconds, milliseconds, microseconds and nanoseconds."""

SAMPLE = 50


def recognised(names: Sequence[str], known: Sequence[str]) -> str:
    """Return the first of ``known`` that is a column, in any case; empty if none is."""
    by_lower = {name.lower(): name for name in reversed(names)}
    return next((by_lower[name] for name in known if name in by_lower), "")


def time_of(table: pl.DataFrame) -> str:
    """Return the column of the time; empty where there is none.

    First by its name (`TIMES`). Else the first column of dates, whatever its name, or of numbers since 1970 whose name
    says time, date or epoch.
    """
    if named := recognised(table.columns, TIMES):
        return named
    return next((column.name for column in table if _is_time(column)), "")


def joined_time(table: pl.DataFrame) -> pl.DataFrame:
    """Join columns ``date`` and ``time`` to one, where the one holds days and the other times of the day."""
    day, clock = recognised(table.columns, ("date",)), recognised(table.columns, ("time",))
    if not (day and clock) or table[day].dtype != pl.String or table[clock].dtype != pl.String:
        return table
    times = table[clock].str.strip_chars().str.contains(r"^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[AaPp][Mm])?$")
    if not times.all() or table[day].str.contains(":", literal=True).any():
        return table
    return table.with_columns(
        (pl.col(day).str.strip_chars() + " " + pl.col(clock).str.strip_chars()).alias(clock)
    ).drop(day)


def label_of(table: pl.DataFrame, path: Path) -> str:
    """Return the column of the label by its name; empty where there is none, or where it is text of other words.

    Raises
    ------
    DataError
        If it holds numbers that are not 0 and 1: then it must be said which is anomalous.
    """
    name = recognised(table.columns, LABELS)
    if not name or holds_labels(table[name]):
        return name
    cells = table[name].cast(pl.Float64, strict=False).drop_nulls().drop_nans()
    if len(cells) + table[name].null_count() < table.height or cells.n_unique() > SAMPLE:
        return ""
    values = ", ".join(f"{value:g}" for value in cells.unique().sort().head(4))
    raise DataError(
        f"this column is named like a label and holds {values}: give label={name},anomalous=-1 (or the value that is "
        "anomalous), or label=none to take it as a channel",
        file=path,
        column=name,
    )


def as_labels(column: pl.Series, path: Path, rows: NDArray[np.int64], anomalous: object = "") -> NDArray[np.bool_]:
    """Read a column of labels: 0 and 1, true and false, yes and no, normal and anomaly; an empty cell is normal.

    Parameters
    ----------
    column : Series
        Cells.
    path : path
        File, for messages.
    rows : ndarray of int64, shape (T,)
        Number of each row in the file.
    anomalous : object
        The value that is anomalous, all others are normal; empty for the words above.

    Raises
    ------
    DataError
        At the first cell that is no label, or where no cell has the value ``anomalous``.
    """
    cells = column.cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase()
    if anomalous not in ("", None):
        positive = _equal(cells, str(anomalous))
        if not positive.any():
            seen = ", ".join(map(repr, column.unique(maintain_order=True).head(4)))
            raise DataError(f"no cell is {anomalous!r}; there are {seen}", file=path, column=column.name)
        return positive.to_numpy()
    positive = cells.is_in(YES)
    wrong = ~(positive | cells.is_in(NO))
    if wrong.any():
        first = int(np.argmax(wrong.to_numpy()))
        raise DataError(
            f"label {column[first]!r} is neither 0 nor 1; anomalous= names the value that is anomalous",
            file=path,
            row=int(rows[first]),
            column=column.name,
        )
    return positive.to_numpy()


def holds_labels(column: pl.Series) -> bool:
    """Whether every cell of a column is a label."""
    cells = column.cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase()
    return bool(cells.is_in(YES + NO).all())


def _equal(cells: pl.Series, value: str) -> pl.Series:
    number = pl.Series([value.lower()]).cast(pl.Float64, strict=False)[0]
    same = cells == value.strip().lower()
    return same if number is None else same | (cells.cast(pl.Float64, strict=False) == number).fill_null(False)


def _is_time(column: pl.Series) -> bool:
    if column.dtype.is_temporal():
        return column.dtype != pl.Duration
    sample = column.drop_nulls().head(SAMPLE)
    if sample.is_empty() or not (column.dtype == pl.String or column.dtype.is_numeric()):
        return False
    numbers = sample.cast(pl.Float64, strict=False)
    if not numbers.null_count():
        named = _LIKE_TIME.search(column.name.lower()) is not None or column.name.lower().endswith("time")
        return named and any(bool(numbers.is_between(low, high).all()) for low, high in _EPOCHS)
    form = form_of(sample) if column.dtype == pl.String else ""
    return form != "" and bool(sample.str.contains(FORMS[form]).all())
