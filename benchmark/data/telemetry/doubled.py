"""Advice where rows share a time: which column differs between them."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from benchmark.data.telemetry.layout import TIME

GENERAL = "If the file holds several hosts, name their column with by=; else choose duplicates=mean or duplicates=last"

MOST = 12
"""Columns that are tried."""


def advice(table: pl.DataFrame, times: pl.Series, by: str) -> str:
    """Return what to write so that each row has a time of its own.

    A text column, or a pair of two, that is unique together with the time names hosts or, in a long table, metrics.

    Parameters
    ----------
    table : DataFrame
        Columns of the file without that of the time.
    times : Series
        Time of each row.
    by : str
        Column of the host that is given already; empty for none.
    """
    known = table.with_columns(times.alias(TIME))
    words = [column.name for column in table if _is_text(column) and column.name != by][:MOST]
    numeric = [column.name for column in table if not _is_text(column)]
    given = [TIME, *([by] if by else [])]
    for size in (1, 2):
        for found in combinations(words, size):
            if known.select(pl.struct([*given, *found]).is_duplicated().any()).item():
                continue
            if size == 1 and len(numeric) != 1 and not by:
                return f"Column {found[0]!r} differs between them: write by={found[0]} for a series of each"
            if len(numeric) == 1:
                host, metric = (by, found[0]) if size == 1 else sorted(found, key=_metric_like)
                whole = f"metric={metric},value={numeric[0]}" + (f",by={host}" if host else "")
                other = f", or by={metric} for a series of each" if size == 1 and not by else ""
                return f"This is a long table: write {whole}{other}"
    return GENERAL


def _is_text(column: pl.Series) -> bool:
    if column.dtype != pl.String:
        return False
    sample = column.drop_nulls().head(50)
    return sample.cast(pl.Float64, strict=False).null_count() > len(sample) / 2


def _metric_like(name: str) -> bool:
    return any(word in name.lower() for word in ("metric", "name", "variable", "kpi", "sensor", "counter", "field"))
