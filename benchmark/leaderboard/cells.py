"""From cells of text to numbers, and the range of a metric."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError, ParameterError

if TYPE_CHECKING:
    from benchmark.metrics.catalogue import Metric

EMPTY = ("", "-", "–", "—", "na", "n/a", "nan", "none", "null", "?")
"""Cells that say that there is no value, in small letters."""

MARKED = (
    r"^[*_†‡§\s]*([-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*%?"
    r"\s*(?:(?:±|\+/-|\\pm)\s*[\d.]+\s*%?|\([^()]*\))?[*_†‡§\s]*$"
)
"""A number with a percent sign, a spread (``± 0.2``, ``(0.2)``), or marks of the best (``**98.1**``)."""

Range = tuple[float, float]


def floats(column: pl.Series) -> pl.Series:
    """Read the number of each cell as float64; null where a cell is empty or holds no number.

    Of a cell with more than a number, `MARKED`, the number alone is read.

    Parameters
    ----------
    column : Series
        Text or numbers.
    """
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64)
    return column.cast(pl.String).str.extract(MARKED, 1).str.replace("−", "-").cast(pl.Float64, strict=False)


def more_than_numbers(column: pl.Series) -> str:
    """Return the first cell of a column that holds a spread or a mark beside its number; else an empty text."""
    if column.dtype != pl.String:
        return ""
    text = column.str.strip_chars()
    plain = (
        text.str.strip_suffix("%").str.strip_chars().str.replace("−", "-").cast(pl.Float64, strict=False).is_not_null()
    )
    found = text.filter(text.str.contains(MARKED) & ~plain)
    return str(found[0]) if len(found) else ""


def numbers(column: pl.Series, path: Path, hint: str = "") -> NDArray[np.float64]:
    """Read a column of numbers, NaN where a cell is empty.

    Percent signs, spreads and marks are left out (`floats`).

    Parameters
    ----------
    column : Series
        Text or numbers.
    path : path
        File, for the error.
    hint : str
        What would be right, for the error.

    Raises
    ------
    DataError
        For a cell that is neither a finite number nor empty.
    """
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        found = column.cast(pl.Float64)
        wrong = found.is_infinite().fill_null(False)
    else:
        text = column.cast(pl.String).str.strip_chars()
        empty = text.is_null() | text.str.to_lowercase().is_in(EMPTY)
        found = floats(text)
        wrong = ~empty & (found.is_null() | found.is_infinite().fill_null(False) | found.is_nan().fill_null(False))
        found = found.set(empty, None)
    if wrong.any():
        row = int(wrong.arg_true()[0])
        raise DataError(f"{str(column[row])!r} is no number{hint}", file=path, row=row + 2, column=column.name)
    values: NDArray[np.float64] = found.fill_null(np.nan).to_numpy().astype(np.float64)
    return values


def known_metric(name: str) -> Metric | None:
    """Look a metric of the catalogue up by its name in any case and without a threshold: ``f1``, ``VUS_PR``."""
    from benchmark.metrics.catalogue import CATALOGUE

    return next((metric for metric in CATALOGUE if _base(metric.name) == _base(name)), None)


def metric_in(stem: str) -> str:
    """Return the longest name of a metric of the catalogue that the name of a file holds; else an empty text."""
    from benchmark.metrics.catalogue import CATALOGUE

    text = f"-{_base(stem)}-"
    names = {metric.name.partition("@")[0] for metric in CATALOGUE if f"-{_base(metric.name)}-" in text}
    return max(sorted(names), key=len, default="")


def range_of(metric: Metric) -> Range | None:
    """Range of a metric, lower limit first; None where a limit is infinite or depends on the data."""
    found = re.fullmatch(r"(-?[\d.]+) to (-?[\d.]+)", metric.range.replace("−", "-"))
    if found is None:
        return None
    ends = sorted(float(end) for end in found.groups())
    return ends[0], ends[1]


def _base(name: str) -> str:
    return name.partition("@")[0].lower().replace("_", "-").replace(" ", "-")


def parse_range(text: str) -> Range:
    """Read ``LOW,HIGH``.

    Raises
    ------
    ParameterError
        For anything else.
    """
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise ParameterError(f"--range {text!r}: write two numbers, e.g. --range 0,1") from None
    if not low < high:
        raise ParameterError(f"--range {text!r}: the first number must be below the second")
    return low, high


def in_percent(values: NDArray[np.float64], limits: Range) -> bool:
    """Say if values of a metric from 0 to 1 are in percent: most are above 1, and none is above 100."""
    known = values[~np.isnan(values)]
    if limits != (0, 1) or not len(known):
        return False
    return bool(np.median(known) > 1 and known.min() >= 0 and known.max() <= 100)
