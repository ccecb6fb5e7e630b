"""Usage records of the Google 2019 sample: the values that rows of one collection and event type share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.google_2019.cells import NEVER
from benchmark.data.google_2019.schema import CHANNELS, DISTRIBUTION, EVENTS, FAIL, REQUEST, SCHEDULER
from benchmark.data.twins import exact
from benchmark.interfaces.recording import Recording

QUANTITIES = (
    "rows",
    "constrained",
    "twice_constrained",
    "no_request",
    "request_memory",
    "request_cpu",
    "request_levels",
    "request_first_share",
    "request_memory_spread",
    "request_cpu_spread",
    "assigned_per_request",
    "memory_per_limit",
    "no_max_memory",
    "average_per_max_memory",
    "page_cache_per_memory",
    "max_cpu",
    "average_per_max_cpu",
    "sampled_per_max_cpu",
    "no_percentiles",
    "p30_per_average",
    "p20_per_p30",
    "p10_per_p20",
    "p0_per_p10",
    "sample_rate",
    "no_counters",
    "cpi",
    "mai",
    "before_trace",
    "time",
    "time_spread",
)
"""Quantities of a record, in the order of drawing. Ratios keep averages below maxima and percentiles sorted."""

LOGARITHMIC = (
    "rows",
    "request_memory",
    "request_cpu",
    "assigned_per_request",
    "memory_per_limit",
    "page_cache_per_memory",
    "max_cpu",
    "p30_per_average",
    "cpi",
    "mai",
)
"""Quantities that span orders of magnitude, stored as logarithms. A value below `UNIT` means zero."""

COLLECTION = tuple(name for name in SCHEDULER if name != "constraints")
"""Scheduler channels that are constant within a collection."""

ENABLE = 2
"""Code of the event that the publisher's column ``failed`` marks."""

UNIT = 2.0**-20
"""Smallest step of CPU and memory in the trace."""

DECIMALS = 9
"""Decimals of a standard deviation: few enough that the order in which it is summed cannot change them."""

PRIORITIES = (103, 105, 107, 117, 200, 360)
"""Frequent priorities; each has its own indicator."""


def usage_records(recording: Recording) -> pl.DataFrame:
    """Summarise a recording by collection and event type.

    Returns
    -------
    DataFrame
        One row per record: ``collection``, ``event``, the scheduler's constant columns and `QUANTITIES` (null where
        the rows of the record do not determine them).
    """
    frame = pl.DataFrame({name: recording.values[:, i].astype(np.float64) for i, name in enumerate(CHANNELS)})
    frame = frame.fill_nan(None).with_columns(
        collection=pl.Series(recording.groups),
        event=pl.Series(recording.covariates["event"]),
        t=recording.time,
    )
    frame = frame.with_columns(_logarithm(frame[name], UNIT).alias(f"log_{name}") for name in REQUEST)
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
        request_cpu_spread=col("log_request_cpu").std(ddof=0).round(DECIMALS),
        request_memory_spread=col("log_request_memory").std(ddof=0).round(DECIMALS),
        before_trace=(col("t") == 0).mean(),
        time=col("t").filter(inside).median(),
        first=col("t").filter(inside).min(),
        last=col("t").filter(inside).max(),
    )

    shared = shared.with_columns(
        log_levels=_logarithm(shared["levels"], 1),
        log_rows=_logarithm(shared["rows"], 1),
        log_span=_logarithm(shared["last"] - shared["first"] + 1, 1),
    )

    def ratio(part: str, whole: str) -> pl.Expr:
        return pl.when(col(whole) > 0).then(col(part) / col(whole))

    p0, p10, p20, p30 = DISTRIBUTION
    records = shared.with_columns(
        average_per_max_cpu=ratio("avg_cpu", "max_cpu"),
        sampled_per_max_cpu=ratio("sampled_cpu", "max_cpu"),
        average_per_max_memory=ratio("avg_memory", "max_memory"),
        assigned_per_request=ratio("assigned_memory", "request_memory"),
        memory_per_limit=pl.coalesce("max_memory", "avg_memory")
        / pl.when(col("assigned_memory") > 0).then("assigned_memory").otherwise("request_memory").clip(UNIT),
        page_cache_per_memory=ratio("page_cache", "avg_memory"),
        p30_per_average=col(p30) / col("avg_cpu").clip(UNIT),
        p20_per_p30=ratio(p20, p30),
        p10_per_p20=ratio(p10, p20),
        p0_per_p10=ratio(p0, p10),
        no_max_memory=col("max_memory").is_null(),
        request_levels=pl.when(col("rows") > 1).then(col("log_levels") / col("log_rows")),
        request_first_share=pl.when(col("levels") > 1).then("request_first_share"),
        request_cpu_spread=pl.when(col("levels") > 1).then(col("request_cpu_spread")),
        request_memory_spread=pl.when(col("levels") > 1).then(col("request_memory_spread")),
        time_spread=pl.when(col("rows") > 1).then("log_span"),
    )
    records = records.with_columns(_logarithm(records[name], UNIT / 2) for name in LOGARITHMIC)
    quantities = (col(name).cast(pl.Float64) for name in QUANTITIES)
    return records.select("collection", "event", *COLLECTION, *quantities).sort("collection", "event")


def _logarithm(column: pl.Series, least: float) -> pl.Series:
    """Logarithm of a column, of ``least`` where a value is smaller; null stays null."""
    values = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
    return pl.Series(column.name, exact.log(values.clip(least))).fill_nan(None)


def known_of_records(
    events: NDArray[np.int64], several: NDArray[np.bool_], settings: pl.DataFrame
) -> NDArray[np.float64]:
    """Build the columns that are known before the quantities of a record are drawn, shape (n, q).

    Parameters
    ----------
    events : ndarray of int, shape (n,)
        Official event code.
    several : ndarray of bool, shape (n,)
        True where the collection has records of more than one type.
    settings : DataFrame, n rows
        The scheduler's columns `COLLECTION`; −1 or null where missing.
    """
    columns = [events == code for code in (0, 1, 2, 3, 4, 5, 6)]
    priority = settings["priority"].to_numpy()
    indicators = [*columns, several, *(priority == value for value in PRIORITIES)]
    numbers = settings.select(COLLECTION).fill_null(-1).cast(pl.Float64).to_numpy()
    return np.column_stack([*indicators, numbers]).astype(np.float64)


def strata(events: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the stratum of each record: FAIL (the official label), ENABLE (the publisher's label) or ``other``."""
    return np.select([events == FAIL, events == ENABLE], [EVENTS[FAIL], EVENTS[ENABLE]], "other")


def setting_group(events: Sequence[int]) -> str:
    """Return the name of the settings table for a collection with these event types."""
    if len(events) == 1:
        return EVENTS[events[0]]
    return "several with FAIL" if FAIL in events else "several"
