"""The twin of the Google 2019 sample: collections of near-copies, drawn from summary statistics alone.

A collection has a mix of event types, one setting of the scheduler's columns and one usage record per event type. The
quantities of a record are drawn one after the other from trees with quantile tables in their leaves
(`benchmark.data.twins.conditional_trees`); the records of one collection share a part of each draw. The rows of a
record are copies that differ in time, constraints and request, as in the real table.
`benchmark.data.google_2019.derive` computes the statistics.

The same seed gives the same bits on every processor: all steps from statistics to rows are exact
(`benchmark.data.twins.exact`), and the fingerprint at the default parameters is committed and compared on loading.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.google_2019.records import (
    COLLECTION,
    LOGARITHMIC,
    QUANTITIES,
    UNIT,
    known_of_records,
    setting_group,
    strata,
)
from benchmark.data.google_2019.rows import raw_rows
from benchmark.data.twins import exact
from benchmark.data.twins.conditional_trees import draw_from_trees

SUMMARY = Path(__file__).with_name("twin.json")


def raw_frame(rows: int, seed: int) -> pl.DataFrame:
    """Generate a table of synthetic collections with the publisher's columns and types.

    Parameters
    ----------
    rows : int
        Number of rows. The ratio of collections to rows is that of the real table.
    seed : int
        Seed of every draw.

    Returns
    -------
    DataFrame
        The columns `benchmark.data.google_2019.reader.RAW` with the types of the parquet form, not ordered by time.
    """
    generator = np.random.default_rng(seed)
    records = draw_records(rows, generator)
    return raw_rows(records, generator)


def draw_records(rows: int, generator: np.random.Generator) -> pl.DataFrame:
    """Draw usage records whose row counts add up to ``rows``: collection, event, settings and `QUANTITIES`."""
    summary = _summary()
    number = max(2, round(rows * summary["collections"] / summary["rows"]))
    counts = [count for _, count in summary["mixes"]]
    mixes = [summary["mixes"][i][0] for i in generator.permutation(_spread(counts, number, generator))]
    groups = np.repeat(np.arange(number), [len(mix) for mix in mixes])
    events = np.concatenate(mixes)
    settings = _settings(mixes, generator)[groups]
    frame = pl.DataFrame(settings, schema=list(COLLECTION)).with_columns(
        collection=pl.Series(groups), event=pl.Series(events, dtype=pl.Int64)
    )
    several = np.array([len(mix) > 1 for mix in mixes])[groups]
    known = known_of_records(events, several, frame)
    values = draw_from_trees(summary["quantities"], known, groups, strata(events), generator)
    columns: dict[str, NDArray[Any]] = {name: values[:, j] for j, name in enumerate(QUANTITIES)}
    for name in LOGARITHMIC:
        columns[name] = np.where(columns[name] < exact.log(UNIT), 0.0, exact.exp(columns[name]))
    columns["rows"] = _row_counts(columns["rows"], events, rows)
    return frame.with_columns(pl.Series(name, column) for name, column in columns.items())


@cache
def _summary() -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(SUMMARY.read_text(encoding="utf-8"))
    return summary


def _spread(counts: list[int], number: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw ``number`` indices by systematic sampling: their shares are as close to the counts as integers allow."""
    quantiles = (np.arange(number) + generator.random()) / number
    return np.searchsorted(np.cumsum(counts) / sum(counts), quantiles, side="right").clip(max=len(counts) - 1)


def _settings(mixes: list[list[int]], generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw the scheduler's columns of each collection given its mix of event types; -1 means missing."""
    summary = _summary()
    settings = np.array(summary["settings"])
    result = np.empty((len(mixes), settings.shape[1]), dtype=np.int64)
    names = np.array([setting_group(mix) for mix in mixes])
    for name in np.unique(names):
        members = np.flatnonzero(names == name)
        which, counts = zip(*summary["setting_counts"][name], strict=True)
        drawn = generator.permutation(_spread(list(counts), len(members), generator))
        result[members] = settings[np.array(which)[drawn]]
    return result


def _row_counts(sizes: NDArray[np.float64], events: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """Scale row counts, event type by event type, so that each type has its share of ``total`` rows."""
    codes = np.unique(events)
    shares = np.array([_summary()["event_rows"][str(code)] for code in codes], dtype=np.float64)
    result = np.empty(len(sizes), dtype=np.int64)
    # Rare types first, so that the remainder of rounding goes to the most frequent type.
    remaining = total
    for position, i in enumerate(np.argsort(shares, kind="stable")):
        members = np.flatnonzero(events == codes[i])
        wanted = remaining if position == len(codes) - 1 else round(total * shares[i] / shares.sum())
        result[members] = _scaled(sizes[members], max(wanted, len(members)))
        remaining -= int(result[members].sum())
    return result


def _scaled(sizes: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Scale counts to integers of at least 1 that add up to ``total``; the part above 1 is in proportion."""
    beyond = np.maximum(sizes - 1, 1e-6)
    ends = np.round(np.cumsum(beyond) / beyond.sum() * (total - len(sizes))).astype(np.int64)
    result: NDArray[np.int64] = 1 + np.diff(ends, prepend=0)
    return result
