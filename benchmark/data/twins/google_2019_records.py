"""Usage records of the Google 2019 sample: what the rows of one collection and one event type share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from benchmark.data.google_2019 import CHANNELS, DISTRIBUTION, FAIL, SCHEDULER
from benchmark.data.google_2019_cells import NEVER
from benchmark.data.recording import Recording

LOGARITHMIC = (
    "rows",
    "max_cpu",
    "request_cpu",
    "request_memory",
    "assigned_per_request",
    "memory_per_limit",
    "page_cache_per_memory",
    "cpi",
    "mai",
    "p30_per_average",
)
"""Quantities that span orders of magnitude, kept as logarithms; what lies below `UNIT` is zero."""

QUANTITIES = (
    *LOGARITHMIC,
    "average_per_max_cpu",
    "sampled_per_max_cpu",
    "average_per_max_memory",
    "sample_rate",
    "p20_per_p30",
    "p10_per_p20",
    "p0_per_p10",
    "no_max_memory",
    "no_counters",
    "no_percentiles",
    "no_request",
    "constrained",
    "twice_constrained",
    "request_levels",
    "request_first_share",
    "request_cpu_spread",
    "request_memory_spread",
    "before_trace",
    "time",
    "time_spread",
)
"""What the twin draws for each record; ratios keep the order of average and maximum and of the percentiles."""

COLLECTION = tuple(name for name in SCHEDULER if name != "constraints")
"""Scheduler channels that are constant within a collection."""

UNIT = 2.0**-20
"""Smallest step of CPU and memory in the trace."""

PRIORITIES = (103, 105, 107, 117, 200, 360)
"""Frequent priorities; each has a regressor of its own."""


def usage_records(recording: Recording) -> pl.DataFrame:
    """Summarise a recording by collection and event type.

    Returns
    -------
    DataFrame
        One row a record: ``collection``, ``event``, the scheduler's constant columns and `QUANTITIES` (null where
        the record cannot tell).
    """
    frame = pl.DataFrame({name: recording.values[:, i].astype(np.float64) for i, name in enumerate(CHANNELS)})
    frame = frame.fill_nan(None).with_columns(
        collection=pl.Series(recording.groups), event=pl.Series(recording.covariates["event"]), t=recording.time
    )
    col = pl.col
    inside = (col("t") > 0) & (col("t") < NEVER)
    # Rows with two or more constraints lost their counters and percentiles to the cut, whatever the record held.
    intact = col("constraints") < 2
    shared = frame.group_by("collection", "event", maintain_order=True).agg(
        *(col(name).first() for name in COLLECTION),
        *(col(name).max() for name in CHANNELS if name not in SCHEDULER and not name.startswith("request")),
        request_cpu=col("request_cpu").median(),
        request_memory=col("request_memory").median(),
        rows=pl.len(),
        no_counters=pl.when(intact.any()).then((intact & col("cpi").is_null()).any()),
        no_percentiles=pl.when(intact.any()).then((intact & col("cpu_p0").is_null()).any()),
        no_request=col("request_cpu").is_null().mean(),
        constrained=(col("constraints") > 0).mean(),
        twice_constrained=(col("constraints") == 2).sum() / (col("constraints") > 0).sum(),
        levels=pl.struct("request_cpu", "request_memory").n_unique(),
        request_first_share=pl.struct("request_cpu", "request_memory").unique_counts().max() / pl.len(),
        request_cpu_spread=col("request_cpu").clip(UNIT).log().std(ddof=0),
        request_memory_spread=col("request_memory").clip(UNIT).log().std(ddof=0),
        before_trace=(col("t") == 0).mean(),
        time=col("t").filter(inside).median(),
        first=col("t").filter(inside).min(),
        last=col("t").filter(inside).max(),
    )

    def ratio(part: str, whole: str) -> pl.Expr:
        return pl.when(col(whole) > 0).then(col(part) / col(whole))

    p0, p10, p20, p30 = DISTRIBUTION
    records = shared.with_columns(
        average_per_max_cpu=ratio("avg_cpu", "max_cpu"),
        sampled_per_max_cpu=ratio("sampled_cpu", "max_cpu"),
        average_per_max_memory=ratio("avg_memory", "max_memory"),
        assigned_per_request=ratio("assigned_memory", "request_memory"),
        memory_per_limit=col("avg_memory")
        / pl.when(col("assigned_memory") > 0).then("assigned_memory").otherwise("request_memory").clip(UNIT),
        page_cache_per_memory=ratio("page_cache", "avg_memory"),
        p30_per_average=col(p30) / col("avg_cpu").clip(UNIT),
        p20_per_p30=ratio(p20, p30),
        p10_per_p20=ratio(p10, p20),
        p0_per_p10=ratio(p0, p10),
        no_max_memory=col("max_memory").is_null(),
        request_levels=pl.when(col("rows") > 1).then(col("levels").log() / col("rows").log()),
        request_first_share=pl.when(col("levels") > 1).then("request_first_share"),
        request_cpu_spread=pl.when(col("levels") > 1).then(col("request_cpu_spread")),
        request_memory_spread=pl.when(col("levels") > 1).then(col("request_memory_spread")),
        time_spread=pl.when(col("rows") > 1).then((col("last") - col("first")).log1p()),
    )
    return (
        records.select("collection", "event", *COLLECTION, *(col(name).cast(pl.Float64) for name in QUANTITIES))
        .with_columns(col(name).clip(UNIT / 2).log() for name in LOGARITHMIC)
        .sort("collection", "event")
    )


def record_classes(events: np.ndarray, several: np.ndarray) -> np.ndarray:
    """Name the class of each record: its event type, and whether its collection has records of other types.

    Parameters
    ----------
    events : ndarray of int, shape (n,)
        Official event code.
    several : ndarray of bool, shape (n,)
        Whether the collection has records of more than one type.

    Returns
    -------
    ndarray of str, shape (n,)
        ``"<code>"`` or ``"<code>+"``. Types too rare for a table of their own take that of the nearest.
    """
    nearest = {8: 9, 10: 9}
    mixed = (0, 2, 3, 5)
    return np.array(
        [f"{nearest.get(e, e)}{'+' if s and e in mixed else ''}" for e, s in zip(events, several, strict=True)]
    )


def scheduler_design(columns: pl.DataFrame) -> np.ndarray:
    """Regressors of a record, shape (n, 16): indicators of what the scheduler knows."""
    priority = columns["priority"].to_numpy()
    indicators = [priority == value for value in PRIORITIES]
    indicators += [(priority > 0) & (priority < 103), (priority > 107) & (priority < 117), priority > 117]
    indicators += [columns["scheduling_class"].to_numpy() == value for value in (1, 2, 3)]
    indicators += [columns["vertical_scaling"].to_numpy() == value for value in (1, 3)]
    indicators += [columns[name].to_numpy() > 0 for name in ("scheduler", "collection_type", "in_alloc", "start_after")]
    return np.column_stack(indicators).astype(np.float64)


def setting_group(events: Sequence[int]) -> str:
    """Name the table of scheduler settings for a collection with these event types."""
    if len(events) == 1:
        return str(record_classes(np.array(events), np.array([False]))[0])
    return "several with FAIL" if FAIL in events else "several"
