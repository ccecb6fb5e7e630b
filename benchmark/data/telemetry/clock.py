"""From the cells of a time column to microseconds since 1970 in UTC, with a sentence on how they were read.

Recognised: ISO 8601 (``2026-03-01T12:00:00+01:00``; a blank for the ``T``; a date alone; ``Z``; without a zone the time
counts as UTC), the other forms of `benchmark.data.telemetry.dates`, and whole or decimal numbers since 1970. The unit
of numbers follows from the size of the largest: below 10^11 seconds (year 5138), below 10^14 milliseconds, below 10^17
microseconds, else nanoseconds. Numbers below 10^8 (1973) are counts of seconds since the start. Numbers that all read
as year, month and day (20260301, 20260301120500) are dates. A unit or a format given by the user decides instead.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.telemetry.dates import form_of, is_compact, iso_of, take_apart
from benchmark.interfaces.errors import DataError

Unit = Literal["", "s", "ms", "us", "ns"]

PER_UNIT = {"s": 1_000_000.0, "ms": 1_000.0, "us": 1.0, "ns": 0.001}
"""Microseconds of a unit."""

WORDS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}

LIMITS: tuple[tuple[Unit, float], ...] = (("s", 1e11), ("ms", 1e14), ("us", 1e17), ("ns", np.inf))
"""Unit of numbers whose largest is below the limit."""

LATEST = 253_402_300_800e6
"""Microseconds from 1970 to the year 10,000, the end of the calendar."""


class Times(NamedTuple):
    """Times in microseconds since 1970 UTC, shape (T,), and how they were read."""

    values: NDArray[np.int64]
    reading: str


def read_times(
    column: pl.Series,
    place: dict[str, object],
    unit: Unit = "",
    pattern: str = "",
    rows: NDArray[np.int64] | None = None,
) -> Times:
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
        strftime format of text; empty to recognise it.
    rows : ndarray of int64, shape (T,), optional
        Number of each row in the file; by default from 2, with the header as row 1.

    Raises
    ------
    DataError
        At the first cell that is no time; it names the row.
    """
    rows = np.arange(2, len(column) + 2) if rows is None else rows
    if column.dtype == pl.String:
        column = column.str.strip_chars()
        column = pl.select(pl.when(column == "").then(None).otherwise(column)).to_series().alias(column.name)
    if column.null_count():
        row = int(rows[int(np.argmax(column.is_null().to_numpy()))])
        raise DataError("the time is missing", row=row, column=column.name, **place)  # type: ignore[arg-type]
    if column.dtype.is_temporal():
        return _of_datetimes(column, "as stored in the file")
    if pattern:
        parsed = column.cast(pl.String).str.strip_chars().str.to_datetime(pattern, strict=False, ambiguous="earliest")
        _require(parsed, column, place, rows, f"does not have the format {pattern!r}")
        return _of_datetimes(parsed, f"by the format {pattern}")
    if not unit and is_compact(column.cast(pl.String)):
        return _of_text(column.cast(pl.String), place, rows)
    numbers = column.cast(pl.Float64, strict=False) if column.dtype == pl.String else column.cast(pl.Float64)
    if not numbers.null_count():
        return _of_numbers(column, numbers, unit, place, rows)
    return _of_text(column, place, rows)


def _of_numbers(
    column: pl.Series, numbers: pl.Series, unit: Unit, place: dict[str, object], rows: NDArray[np.int64]
) -> Times:
    largest = float(np.abs(numbers.to_numpy()).max()) if len(numbers) else 0.0
    used = unit or next((name for name, limit in LIMITS if largest < limit), "ns")
    possible = numbers.is_finite() & (numbers.abs() * PER_UNIT[used] < LATEST)
    _require(numbers.set(~possible, None), column, place, rows, "is no time of the calendar")
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count():
        values = np.round(numbers.to_numpy() * PER_UNIT[used]).astype(np.int64)
    else:
        values = whole.to_numpy() // 1000 if used == "ns" else whole.to_numpy() * int(PER_UNIT[used])
    since = "since the start" if not unit and largest < 1e8 else "since 1970"
    return Times(values, f"{WORDS[used]} {since}" + ("" if unit else " (recognised; unit= says otherwise)"))


def _of_text(column: pl.Series, place: dict[str, object], rows: NDArray[np.int64]) -> Times:
    form, parts, undecided = take_apart(column, form_of(column) or "ISO 8601")
    _require(
        parts["y"],
        column,
        place,
        rows,
        "is no time: expected ISO 8601 such as 2026-03-01T12:00:00+01:00, or seconds since 1970; for others give "
        "format=, e.g. format='%d.%m.%Y %H:%M'",
    )
    if undecided:
        clock = "" if parts["h"].null_count() else " %H:%M" + ("" if parts["s"].null_count() else ":%S")
        sign = "-" if "-" in column[0] else "/"
        year = "%y" if len(parts["y"][0]) == 2 else "%Y"
        orders = (sign.join(order) + clock for order in (("%m", "%d", year), ("%d", "%m", year)))
        raise DataError(
            f"{column[0]!r} may begin with the month or with the day: give "
            + " or ".join(f"format='{order}'" for order in orders),
            row=int(rows[0]),
            column=column.name,
            **place,  # type: ignore[arg-type]
        )
    stamps = iso_of(parts).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    _require(stamps, column, place, rows, "is no time of the calendar")
    micros = parts["f"].fill_null("0").str.pad_end(9, "0").cast(pl.Int64) // 1000
    zone = parts["z"].fill_null("Z").str.replace(":", "", literal=True)
    sign_of = pl.select(pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)).to_series()
    offset = (
        zone.str.slice(1, 2).cast(pl.Int64, strict=False).fill_null(0) * 60
        + zone.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    ) * sign_of
    values = stamps.cast(pl.Int64).to_numpy() + micros.to_numpy() - offset.to_numpy() * 60_000_000
    zones = "with their zones" if parts["z"].null_count() < len(column) else "without a zone, read as UTC"
    return Times(values.astype(np.int64), f"{form} {zones}")


def _of_datetimes(column: pl.Series, reading: str) -> Times:
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
        column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        reading += ", with their zone"
    if column.dtype == pl.Time or column.dtype == pl.Duration:
        return Times((column.cast(pl.Int64) // (1000 if column.dtype == pl.Time else 1)).to_numpy(), reading)
    return Times(column.cast(pl.Datetime("us")).cast(pl.Int64).to_numpy(), reading)


def _require(
    parsed: pl.Series, column: pl.Series, place: dict[str, object], rows: NDArray[np.int64], problem: str
) -> None:
    if parsed.null_count():
        index = int(np.argmax(parsed.is_null().to_numpy()))
        row = int(rows[index])
        raise DataError(f"{column[index]!r} {problem}", row=row, column=column.name, **place)  # type: ignore[arg-type]
