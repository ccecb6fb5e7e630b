"""The forms in which files write a date with its time of day, taken apart into numbers.

Each form is one regular expression with named parts. A column has one form: the one that fits the most of its cells.
Where day and month cannot be told by their place (``03/04/2026``), a cell above 12 or the words AM and PM decide; where
none does, the reader is asked.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

_CLOCK = (
    r"(?:(?:[T ,:]|, |\s+at\s+)\s*(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"(?:\s*(?P<ap>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r"\s*(?:(?P<z>Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)(?:\s*UTC)?(?:\[[\w/+-]+\])?)?"
_NAME = r"(?P<mn>[A-Za-z]{3,9})"
_DAY_NAME = r"(?:[A-Za-z]{3,9},?\s+)?"
_TAIL = _CLOCK + _ZONE + r"\s*$"

FORMS: dict[str, str] = {
    "ISO 8601": r"^\s*(?P<y>\d{4})-(?P<mo>\d{1,2})-(?P<d>\d{1,2})" + _TAIL,
    "year/month/day": r"^\s*(?P<y>\d{4})[/.](?P<mo>\d{1,2})[/.](?P<d>\d{1,2})" + _TAIL,
    "day.month.year": r"^\s*(?P<d>\d{1,2})\.(?P<mo>\d{1,2})\.(?P<y>\d{4}|\d{2})" + _TAIL,
    "day/month/year": r"^\s*(?P<d>\d{1,2})[/-](?P<mo>\d{1,2})[/-](?P<y>\d{4}|\d{2})" + _TAIL,
    "day and name of the month": rf"^\s*{_DAY_NAME}(?P<d>\d{{1,2}})[ /-]{_NAME}[ /-](?P<y>\d{{4}})" + _TAIL,
    "name of the month and day": rf"^\s*{_DAY_NAME}{_NAME}\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}})" + _TAIL,
    "year, month and day in one number": (
        r"^\s*(?P<y>(?:19|20)\d{2})(?P<mo>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"
        r"(?:[T ]?(?P<h>[01]\d|2[0-3]):?(?P<mi>[0-5]\d):?(?P<s>[0-5]\d)?(?:[.,](?P<f>\d{1,9}))?)?" + _ZONE + r"\s*$"
    ),
}
"""Regular expression of each form, by its name for the reader."""

SLASHES = "day/month/year"
COMPACT = "year, month and day in one number"

PARTS = ("y", "mo", "mn", "d", "h", "mi", "s", "f", "ap", "z")
"""Year, month, its name, day, hour, minute, second, fraction, a or p, zone."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

SAMPLE = 100
"""Cells by which the form of a column is chosen."""


class Taken(NamedTuple):
    """A column taken apart.

    Parameters
    ----------
    form : str
        Name of the form, with month and day in their order.
    parts : DataFrame of String
        A column for each of `PARTS`; all null where a cell has another form.
    undecided : bool
        True where day and month may be exchanged.
    """

    form: str
    parts: pl.DataFrame
    undecided: bool = False


def form_of(text: pl.Series) -> str:
    """Return the form that fits the most of the first `SAMPLE` cells; empty where none fits any."""
    sample = text.drop_nulls().head(SAMPLE)
    counts = {form: int(sample.str.contains(pattern).sum()) for form, pattern in FORMS.items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else ""


def is_compact(text: pl.Series) -> bool:
    """Whether every cell is a date in one number, such as 20260301 or 20260301120500."""
    return len(text) > 0 and bool(text.str.contains(FORMS[COMPACT]).all())


def take_apart(text: pl.Series, form: str) -> Taken:
    """Take a text column apart by a form of `FORMS`."""
    groups = text.to_frame("text").select(pl.col("text").str.extract_groups(FORMS[form])).unnest("text")
    parts = groups.with_columns(pl.lit(None, pl.String).alias(name) for name in PARTS if name not in groups.columns)
    if form != SLASHES:
        return Taken(form, parts)
    first, second = (parts[name].cast(pl.Int64).max() for name in ("d", "mo"))
    if parts["ap"].null_count() < len(parts) or (isinstance(second, int) and second > 12):
        parts = parts.rename({"d": "mo", "mo": "d"})
        return Taken("month/day/year", parts)
    return Taken(form, parts, undecided=not (isinstance(first, int) and first > 12))


def iso_of(parts: pl.DataFrame) -> pl.Series:
    """Join the parts to ``YYYY-MM-DDTHH:MM:SS``; null where a part is missing or the name of the month unknown."""
    short = pl.col("mn").str.slice(0, 3).str.to_lowercase()
    month = short.replace_strict({name: f"{number:02}" for number, name in enumerate(MONTHS, 1)}, default=None)
    year = pl.when(pl.col("y").str.len_chars() == 2).then(pl.lit("20") + pl.col("y")).otherwise(pl.col("y"))
    hour = pl.col("h").fill_null("0").cast(pl.Int64)
    half = (
        pl.when(pl.col("ap").is_null())
        .then(hour)
        .when(hour > 12)
        .then(99)  # 13 PM is no time
        .otherwise(hour % 12 + pl.when(pl.col("ap").str.to_lowercase() == "p").then(12).otherwise(0))
    )
    whole = [
        year,
        pl.lit("-"),
        pl.coalesce(pl.col("mo").str.zfill(2), month),
        pl.lit("-"),
        pl.col("d").str.zfill(2),
        pl.lit("T"),
        half.cast(pl.String).str.zfill(2),
        pl.lit(":"),
        pl.col("mi").fill_null("00"),
        pl.lit(":"),
        pl.col("s").fill_null("00"),
    ]
    return parts.select(pl.concat_str(whole).alias("iso")).to_series()
