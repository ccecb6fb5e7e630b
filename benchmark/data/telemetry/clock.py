"""From the cells of a time column to microseconds since 1970 in UTC, with a sentence on how they were read.

Recognised: ISO 8601 (``2026-03-01T12:00:00+01:00``; a blank for the ``T``; a date alone; ``Z``; without a zone the time
counts as UTC) and whole or decimal numbers since 1970. The unit of numbers follows from the size of the largest: below
10^11 seconds (year 5138), below 10^14 milliseconds, below 10^17 microseconds, else nanoseconds. Numbers below 10^8
(1973) are counts of seconds since the start. A unit or a format given by the user decides instead.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError

Unit = Literal["", "s", "ms", "us", "ns"]

PER_UNIT = {"s": 1_000_000.0, "ms": 1_000.0, "us": 1.0, "ns": 0.001}
"""Microseconds of a unit."""

WORDS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}

LIMITS: tuple[tuple[Unit, float], ...] = (("s", 1e11), ("ms", 1e14), ("us", 1e17), ("ns", np.inf))
"""Unit of numbers whose largest is below the limit."""

_ISO = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d{2}:?\d{2}|UTC)?\s*$"


class Times(NamedTuple):
    """Times in microseconds since 1970 UTC, shape (T,), and how they were read."""

    values: NDArray[np.int64]
    reading: str


def read_times(column: pl.Series, place: dict[str, object], unit: Unit = "", pattern: str = "") -> Times:
    """Read a time column.

    Parameters
    ----------
    column : Series
        Text, numbers, or dates and times.
    place : dict
        ``file`` of the error messages.
    unit : {"", "s", "ms", "us", "ns"}
        Unit of numbers; empty to recognise it.
    pattern : str
        strftime format of text; empty for ISO 8601 or numbers.

    Raises
    ------
    DataError
        At the first cell that is no time; it names the row, with the header as row 1.
    """
    name = column.name
    if column.null_count():
        row = int(np.argmax(column.is_null().to_numpy())) + 2
        raise DataError("the time is missing", row=row, column=name, **place)  # type: ignore[arg-type]
    if column.dtype.is_temporal():
        return _of_datetimes(column, "as stored in the file")
    if pattern:
        parsed = column.cast(pl.String).str.strip_chars().str.to_datetime(pattern, strict=False, ambiguous="earliest")
        _require(parsed, column, place, f"does not have the format {pattern!r}")
        return _of_datetimes(parsed, f"by the format {pattern}")
    numbers = column.cast(pl.Float64, strict=False) if column.dtype == pl.String else column.cast(pl.Float64)
    if not numbers.null_count():
        return _of_numbers(column, numbers, unit)
    return _of_text(column, place)


def _of_numbers(column: pl.Series, numbers: pl.Series, unit: Unit) -> Times:
    largest = float(np.abs(numbers.to_numpy()).max())
    used = unit or next(name for name, limit in LIMITS if largest < limit)
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count():
        values = np.round(numbers.to_numpy() * PER_UNIT[used]).astype(np.int64)
    else:
        values = whole.to_numpy() // 1000 if used == "ns" else whole.to_numpy() * int(PER_UNIT[used])
    since = "since the start" if not unit and largest < 1e8 else "since 1970"
    return Times(values, f"{WORDS[used]} {since}" + ("" if unit else " (recognised; unit= says otherwise)"))


def _of_text(column: pl.Series, place: dict[str, object]) -> Times:
    parts = column.to_frame("text").select(
        pl.col("text").str.extract(_ISO, group).alias(name)
        for group, name in enumerate(("day", "minute", "second", "fraction", "zone"), 1)
    )
    _require(
        parts["day"],
        column,
        place,
        "is no time: expected ISO 8601 such as 2026-03-01T12:00:00+01:00, or seconds since 1970; for others give "
        "format=, e.g. format='%d.%m.%Y %H:%M'",
    )
    text = parts["day"] + "T" + parts["minute"].fill_null("00:00") + ":" + parts["second"].fill_null("00")
    stamps = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    _require(stamps, column, place, "is no time of the calendar")
    micros = parts["fraction"].fill_null("0").str.pad_end(9, "0").cast(pl.Int64) // 1000
    zone = parts["zone"].fill_null("Z").str.replace(":", "", literal=True)
    sign = pl.select(pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)).to_series()
    offset = (
        zone.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0) * 60
        + zone.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    ) * sign
    values = stamps.cast(pl.Int64).to_numpy() + micros.to_numpy() - offset.to_numpy() * 60_000_000
    zones = "with their zones" if parts["zone"].null_count() < len(column) else "without a zone, read as UTC"
    return Times(values.astype(np.int64), f"ISO 8601 {zones}")


def _of_datetimes(column: pl.Series, reading: str) -> Times:
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        reading += ", with their zone"
    if column.dtype == pl.Time or column.dtype == pl.Duration:
        return Times((column.cast(pl.Int64) // (1000 if column.dtype == pl.Time else 1)).to_numpy(), reading)
    return Times(column.cast(pl.Datetime("us")).cast(pl.Int64).to_numpy(), reading)


def _require(parsed: pl.Series, column: pl.Series, place: dict[str, object], problem: str) -> None:
    if parsed.null_count():
        index = int(np.argmax(parsed.is_null().to_numpy()))
        raise DataError(f"{column[index]!r} {problem}", row=index + 2, column=column.name, **place)  # type: ignore[arg-type]
