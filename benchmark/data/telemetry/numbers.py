r"""From text cells to numbers: decimal comma and point, grouped thousands, units, brackets of negative numbers.

A number is read as it is where it can be. The others are read cell by cell: an opening bracket for a negative number, a
sign, digits with marks between them, perhaps a unit. Two marks may be the decimal one, the comma and the point; the
other one, blanks and apostrophes group thousands.

Which of the two it is follows from the cells of a column, and where they do not tell, from the other columns: ``0,5``,
``12,34`` and ``1.234,5`` have a decimal comma; ``1,234,567`` and ``1,234.5`` a decimal point. Where no column tells
(``12,345`` alone), cells that are separated by commas have a decimal point, because a comma within quotes is no
separator; else the reader is asked.

A unit of time is read in seconds, one of memory in bytes, the letters k, M, G, T and m as factors (and Ki, Mi, Gi, Ti):
so that cells, columns and files of different units compare. Of other units a column may have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError

Decimal = Literal["", ".", ","]

MISSING = (
    "", "nan", "na", "n/a", "n.a.", "null", "none", "nil", "-", "--", "?", "missing", "undefined", "nat", "(null)",
    "<null>", "<na>", "#n/a", "#na", "#div/0!", "\\n",
)  # fmt: skip
"""Words of an empty cell, in any case."""

PAIRS = (("true", "false"), ("yes", "no"), ("on", "off"))
"""Words of 1 and 0, in any case."""

_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "secs": 1.0,
            "seconds": 1.0, "min": 60.0, "mins": 60.0, "minutes": 60.0, "h": 3600.0, "hr": 3600.0, "hours": 3600.0,
            "d": 86_400.0, "days": 86_400.0}  # fmt: skip
_LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_BINARY = {"Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40}
_BYTES = {"B": 1.0, "bytes": 1.0} | {f"{letter}B": factor for letter, factor in (_LETTERS | _BINARY).items()}

FAMILIES: tuple[tuple[str, Mapping[str, float]], ...] = (
    ("plain numbers", {"": 1.0, "m": 1e-3} | _LETTERS | _BINARY),
    ("seconds", _SECONDS | {"m": 60.0}),
    ("bytes", _BYTES),
    ("bytes a second", {f"{unit}/s": factor for unit, factor in _BYTES.items()} | {"Bps": 1.0}),
    ("bits a second", {"bps": 1.0} | {f"{letter}bps": factor for letter, factor in _LETTERS.items()}),
)
"""Factors of units by what they are read in; the first family that holds all units of a column counts."""

SINGLE = ("%", "ms/s", "/s", "req/s", "ops", "iops", "ops/s", "rps", "qps", "Hz", "kHz", "MHz", "GHz", "rpm", "°C",
          "°F", "C", "F", "V", "mV", "A", "mA", "W", "kW", "kWh", "pkts/s", "p/s", "x",
          "€", "$", "USD", "EUR")  # fmt: skip
"""Units that stay as they are, one for a column."""

_CELL = (
    r"^(\()?\s*([-+−]?)\s*(\d(?:[\d.,'’\x{a0}\x{202f} ]*\d)?[.,]?|[.,]\d+)([eE][-+]?\d+)?\s*"
    r"([^\s\d().,+-][^\s\d().,]{0,9})?\s*(\))?$"
)
_COMMA = r"^0,\d|,\d{1,2}$|,\d{4,}$|\.\d{3},\d|^\d{1,3}(?:\.\d{3}){2,}$"
_POINT = r"^0\.\d|\.\d{1,2}$|\.\d{4,}$|,\d{3}\.\d|^\d{1,3}(?:,\d{3}){2,}$"
_GROUPED = {
    ".": r"^(\d+|\d{1,3}(?:[,'’\x{a0}\x{202f} ]\d{3})+)?(?:\.\d*)?$",
    ",": r"^(\d+|\d{1,3}(?:[.'’\x{a0}\x{202f} ]\d{3})+)?(?:,\d*)?$",
}


class Numbers(NamedTuple):
    """A column read as numbers.

    Parameters
    ----------
    values : Series of Float64
        NaN where a cell is missing or no number.
    wrong : ndarray of bool, shape (T,)
        True where a cell is there and is no number.
    reading : tuple of str
        What was recognised: a decimal comma, grouped thousands, a unit.
    """

    values: pl.Series
    wrong: NDArray[np.bool_]
    reading: tuple[str, ...] = ()


class _Parts(NamedTuple):
    """A text column taken apart: digits with their marks, exponent, unit, and whether a cell is negative."""

    digits: pl.Series
    exponent: pl.Series
    unit: pl.Series
    negative: pl.Series


def as_numbers(table: pl.DataFrame, path: Path, separator: str = ",", decimal: Decimal = "") -> dict[str, Numbers]:
    """Read each column as numbers; words of `MISSING` are missing values, true, yes and on are 1.

    Parameters
    ----------
    table : DataFrame
        Text, numbers, booleans.
    path : path
        File, for messages.
    separator : str
        Character between cells.
    decimal : {"", ".", ","}
        Decimal mark; empty to recognise it.

    Raises
    ------
    DataError
        Where no cell of the file says which mark is the decimal one; it names a cell and what to write.
    """
    found: dict[str, Numbers] = {}
    apart: dict[str, tuple[pl.Series, _Parts]] = {}
    for column in table:
        present = _present(column)
        plain = _plain(present)
        if plain is None:
            apart[column.name] = (present, _apart(present))
        else:
            found[column.name] = plain
    marks = {name: decimal or _mark(parts.digits) for name, (_, parts) in apart.items()}
    told = {mark for mark in marks.values() if mark in (".", ",")}
    if marks and not decimal and any(_has_point(column) for column in table if column.name not in apart):
        told.add(".")
    usual = next(iter(told)) if len(told) == 1 else "." if separator == "," else ""
    for name, (present, parts) in apart.items():
        found[name] = _numbers(present, parts, "." if marks[name] == "any" else marks[name] or usual, path)
    if marks and usual == ",":
        found |= {name: _thousands(table[name], one) for name, one in found.items() if name not in apart}
    return {name: found[name] for name in table.columns}


def _present(column: pl.Series) -> pl.Series:
    """Cells without blanks around them, null where missing; other columns than text as numbers where they are."""
    if column.dtype != pl.String:
        if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null):
            return column.cast(pl.Float64)
        column = column.cast(pl.String)
    text = column.str.strip_chars()
    missing = text.is_null() | text.str.to_lowercase().is_in(MISSING)
    return pl.select(pl.when(missing).then(None).otherwise(text)).to_series().alias(column.name)


def _plain(present: pl.Series) -> Numbers | None:
    """Numbers that need no reading, and words for 1 and 0; None where cells are anything else."""
    if present.dtype != pl.String:
        return Numbers(present.fill_null(np.nan), np.zeros(len(present), bool))
    values = present.cast(pl.Float64, strict=False)
    if values.null_count() > present.null_count():
        words = set(present.drop_nulls().head(100).str.to_lowercase())
        pair = next((pair for pair in PAIRS if words <= set(pair)), None)
        lower = present.str.to_lowercase()
        if pair is None or not lower.drop_nulls().is_in(pair).all():
            return None
        values = (lower == pair[0]).cast(pl.Float64)
    return Numbers(values.fill_null(np.nan).alias(present.name), np.zeros(len(present), bool))


def _has_point(column: pl.Series) -> bool:
    return column.dtype == pl.String and bool(column.str.strip_chars(" +-").str.contains(_POINT).any())


def _apart(present: pl.Series) -> _Parts:
    groups = present.to_frame("text").select(pl.col("text").str.extract_groups(_CELL)).unnest("text")
    opening, sign, digits, exponent, unit, closing = (groups.to_series(place) for place in range(6))
    matched = digits.is_not_null() & (opening.is_null() == closing.is_null())
    digits = pl.select(pl.when(matched).then(digits).otherwise(None)).to_series()
    return _Parts(
        digits,
        exponent.fill_null(""),
        unit.fill_null(""),
        opening.is_not_null() | sign.is_in(["-", "−"]).fill_null(False),
    )


def _mark(digits: pl.Series) -> str:
    """Decimal mark that the cells of a column tell; empty where commas do not tell, ``any`` where no mark does."""
    cells = digits.drop_nulls()
    if not cells.str.contains(",", literal=True).any():
        thousands = cells.str.contains(r"^\d{1,3}(?:\.\d{3}){2,}$").any()
        return "," if thousands else "." if cells.str.contains(_POINT).any() else "any"
    comma, point = cells.str.contains(_COMMA).sum(), cells.str.contains(_POINT).sum()
    return "" if comma == point == 0 else "," if comma > point else "."


def _numbers(present: pl.Series, parts: _Parts, mark: str, path: Path) -> Numbers:
    if not mark:
        example = present.filter(parts.digits.str.contains(",", literal=True))[0]
        raise DataError(
            f"{example!r} may be a decimal number or group thousands: give decimal=',' or decimal='.'",
            file=path,
            column=present.name,
        )
    formed = parts.digits.str.contains(_GROUPED[mark]).fill_null(False)
    grouping = r"[,'’\x{a0}\x{202f} ]" if mark == "." else r"[.'’\x{a0}\x{202f} ]"
    grouped = (formed & parts.digits.str.contains(grouping)).any()
    plain = parts.digits.str.replace_all(grouping, "").str.replace(mark, ".", literal=True) + parts.exponent
    values = pl.select(pl.when(formed).then(plain).otherwise(None)).to_series().cast(pl.Float64, strict=False)
    factors, unit = _factors(parts.unit.filter(formed), values.filter(formed))
    known = parts.unit.is_in(list(factors)) | ((values == 0) & (parts.unit == "")).fill_null(False)
    factor = parts.unit.replace_strict(factors or {"": 1.0}, default=1.0, return_dtype=pl.Float64)
    signs = pl.select(pl.when(parts.negative).then(-1.0).otherwise(1.0)).to_series()
    values = pl.select(pl.when(known).then(values * factor * signs).otherwise(None)).to_series()
    reading = [
        *(["decimal comma"] if mark == "," and parts.digits.str.contains(",", literal=True).any() else []),
        *(["grouped thousands"] if grouped else []),
        *([unit] if unit else []),
    ]
    wrong = (values.is_null() & present.is_not_null()).to_numpy()
    return Numbers(values.fill_null(np.nan).alias(present.name), wrong, tuple(reading))


def _factors(units: pl.Series, values: pl.Series) -> tuple[dict[str, float], str]:
    """Factors of the units of a column, and what is said about them. A 0 needs no unit."""
    counts = units.filter(values != 0).value_counts(sort=True)
    found = dict(zip(counts.to_series(0).to_list(), counts["count"].to_list(), strict=True)) or dict.fromkeys(units, 1)
    if set(found) <= {""}:
        return {"": 1.0}, ""
    for what, family in FAMILIES:
        if set(found) <= set(family):
            names = ", ".join(sorted(unit for unit in found if unit))
            return {unit: family[unit] for unit in found}, f"unit {names} read as {what}"
    first = next(iter(found))
    known = first in SINGLE or any(first in family for _, family in FAMILIES)
    factor = next((family[first] for _, family in FAMILIES if first in family), 1.0)
    return ({first: factor}, f"unit {first}" if first else "") if known or not first else ({}, "")


def _thousands(column: pl.Series, numbers: Numbers) -> Numbers:
    """Read ``1.234`` as 1234 where the other columns have a decimal comma and every point groups thousands."""
    if column.dtype != pl.String:
        return numbers
    cells = _present(column).drop_nulls()
    if not cells.str.contains(r"\.").any() or not cells.str.contains(r"^[-+]?[1-9]\d{0,2}(?:\.\d{3})*$").all():
        return numbers
    values = _present(column).str.replace_all(".", "", literal=True).cast(pl.Float64).fill_null(np.nan)
    return Numbers(values.alias(column.name), numbers.wrong, ("grouped thousands",))
