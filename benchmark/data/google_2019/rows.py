"""Rows of the Google 2019 twin: usage records in the publisher's columns, text cells included."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.google_2019.records import QUANTITIES, UNIT
from benchmark.data.google_2019.schema import RAW
from benchmark.data.twins import exact

END = 2_680_000_000_000
"""End of the trace in microseconds."""

MANTISSA = 10
"""Significant bits of a CPU or memory value in the trace."""

Quantities = Mapping[str, NDArray[np.float64]]


def raw_rows(records: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Expand each record into rows: copies that differ in time, constraints and request, shuffled.

    Parameters
    ----------
    records : DataFrame
        ``collection`` (0 to the number of collections − 1), ``event``, the scheduler's columns (−1 where missing)
        and `QUANTITIES` in their own units, ``rows`` whole.
    generator : Generator
        Source of randomness.
    """
    quantity = {name: records[name].to_numpy() for name in QUANTITIES}
    record = np.repeat(np.arange(len(records)), records["rows"].to_numpy())
    generator.shuffle(record)
    chance = generator.random((2, len(record)))
    constrained = chance[0] < quantity["constrained"][record]
    twice = constrained & (chance[1] < quantity["twice_constrained"][record])
    first = _first_of_collection(records["collection"].to_numpy())
    request = {name: _rounded(quantity[name][first]) for name in ("request_cpu", "request_memory")}
    collection = records["collection"].to_numpy()[record]
    # Identifiers of the trace have up to 12 digits; a random offset in equal slots keeps them distinct.
    slots = 10**11 + np.arange(collection.max() + 1) * 10**8
    identifiers = slots + generator.integers(0, 10**8, len(slots))

    event = records["event"].to_numpy()[record]
    columns = {
        "time": pl.Series(_times(quantity, record, generator)),
        "instance_events_type": pl.Series(event),
        "collection_id": pl.Series(identifiers[collection].astype(np.float64)),
        "alloc_collection_id": pl.Series(records["in_alloc"].to_numpy()[record] * (identifiers[collection] - 7)),
        "constraint": _constraint_text(constrained.astype(np.int64) + twice, generator),
        "start_after_collection_ids": _parent_text(records["start_after"]).gather(record),
        "failed": pl.Series((event == 2).astype(np.float64)),
        "resource_request": _request_text(quantity, request, record, generator),
        "collection_type": records["collection_type"].cast(pl.String).gather(record),
    }
    for name in ("priority", "scheduling_class", "vertical_scaling", "scheduler"):
        columns[name] = _where(records[name] >= 0, records[name].cast(pl.Float64)).gather(record)
    usage = _usage_columns(quantity, request)
    columns |= {name: column.gather(record) for name, column in usage.items()}
    # The publisher's parquet form lost these cells where a second constraint was on a line of its own.
    for name in ("cycles_per_instruction", "memory_accesses_per_instruction", "cpu_usage_distribution"):
        columns[name] = _where(pl.Series(~twice), columns[name])
    return pl.DataFrame({name: columns[name] for name in RAW})


def _usage_columns(quantity: Quantities, request: Quantities) -> dict[str, pl.Series]:
    """Columns that all rows of a record share, one cell per record."""
    max_cpu = _rounded(quantity["max_cpu"])
    average = _rounded(max_cpu * quantity["average_per_max_cpu"])
    lacking = quantity["no_max_memory"] > 0.5
    assigned = _rounded(quantity["assigned_per_request"] * request["request_memory"])
    limit = np.where(assigned > 0, assigned, request["request_memory"]).clip(UNIT)
    max_memory = _rounded(limit * quantity["memory_per_limit"])
    memory = _rounded(max_memory * np.where(lacking, 1.0, quantity["average_per_max_memory"]))
    p30 = _rounded(np.maximum(average, UNIT) * quantity["p30_per_average"])
    p20 = _rounded(p30 * quantity["p20_per_p30"])
    p10 = _rounded(p20 * quantity["p10_per_p20"])
    p0 = _rounded(p10 * quantity["p0_per_p10"])
    counters = pl.Series(quantity["no_counters"] < 0.5)
    percentiles = pl.Series(quantity["no_percentiles"] < 0.5)
    listed = pl.select(pl.concat_str([pl.lit("["), *_join([p0, p10, p20, p30])])).to_series()
    return {
        "average_usage": _pair_text(average, memory),
        "maximum_usage": _pair_text(max_cpu, np.where(lacking, np.nan, max_memory)),
        "random_sample_usage": _pair_text(
            _rounded(max_cpu * quantity["sampled_per_max_cpu"]), np.full(len(max_cpu), np.nan)
        ),
        "assigned_memory": pl.Series(assigned),
        "page_cache_memory": pl.Series(_rounded(memory * quantity["page_cache_per_memory"])),
        "cycles_per_instruction": _where(counters, pl.Series(quantity["cpi"])),
        "memory_accesses_per_instruction": _where(counters, pl.Series(quantity["mai"])),
        "sample_rate": pl.Series(quantity["sample_rate"]),
        "cpu_usage_distribution": pl.select(pl.when(percentiles).then(listed).otherwise(pl.lit("[]"))).to_series(),
    }


def _request_text(
    quantity: Quantities, request: Quantities, record: NDArray[np.int64], generator: np.random.Generator
) -> pl.Series:
    """Requests of the rows: each record has a few levels, and the first is the most frequent."""
    log_levels = exact.log(quantity["rows"]) * quantity["request_levels"]
    levels = np.maximum(np.round(exact.exp(log_levels)), 1).astype(np.int64)
    start = np.cumsum(levels) - levels
    # The first level is that of the record and the most frequent; all spread comes from the others.
    first = np.where(levels > 1, np.clip(quantity["request_first_share"], 0, 0.999), 1.0)
    chance = generator.random((2, len(record)))
    further = 1 + (chance[1] * (levels[record] - 1)).astype(np.int64)
    level = np.where(chance[0] < first[record], 0, further)
    owner = np.repeat(np.arange(len(levels)), levels)
    stretch = np.where(levels > 1, 1 / np.sqrt((1 - first).clip(0.05)), 0)
    texts = []
    for name in ("request_cpu", "request_memory"):
        offset = exact.standard_normal(generator, len(owner)) * (quantity[f"{name}_spread"] * stretch)[owner]
        offset[start] = 0.0
        texts.append(_rounded(request[name][owner] * exact.exp(offset)))
    missing = generator.random(len(record)) < quantity["no_request"][record]
    return _where(pl.Series(~missing), _pair_text(*texts).gather(start[record] + level))


def _times(quantity: Quantities, record: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.float64]:
    chance = generator.random((2, len(record)))
    width = (exact.exp(quantity["time_spread"]) - 1)[record]
    moment = np.clip(quantity["time"][record] + (chance[0] - 0.5) * width, 1, END)
    return np.where(chance[1] < quantity["before_trace"][record], 0.0, np.round(moment))


def _constraint_text(count: NDArray[np.int64], generator: np.random.Generator) -> pl.Series:
    """Constraint lists as in the parquet form, which cuts a list of two or more after the first."""
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
    alone, leading = ("".join(generator.choice(letters, 43)) + "=" for _ in range(2))
    texts = pl.Series(
        [
            "[]",
            f"[{{'name': '{alone}', 'value': '0', 'relation': 1}}]",
            f"[{{'name': '{leading}', 'value': '0', 'relation': 3}}",
        ]
    )
    return texts.gather(count)


def _parent_text(count: pl.Series) -> pl.Series:
    texts = ["[" + " ".join(str(400_000_000_000 + i) for i in range(n)) + "]" for n in range(int(count.max()) + 1)]  # type: ignore[arg-type]
    return pl.Series(texts).gather(count)


def _pair_text(cpus: NDArray[np.float64], memory: NDArray[np.float64]) -> pl.Series:
    parts = [
        _where(pl.Series(~np.isnan(part)), pl.Series(part)).cast(pl.String).fill_null("None") for part in (cpus, memory)
    ]
    head, middle, tail = (pl.lit(text) for text in ("{'cpus': ", ", 'memory': ", "}"))
    return pl.select(pl.concat_str([head, parts[0], middle, parts[1], tail])).to_series()


def _join(columns: list[NDArray[np.float64]]) -> list[pl.Series]:
    return [
        pl.select(pl.concat_str([pl.Series(column).cast(pl.String) for column in columns], separator=" ")).to_series()
    ]


def _where(keep: pl.Series, column: pl.Series) -> pl.Series:
    """The column with null where ``keep`` is False."""
    return pl.select(pl.when(keep).then(column)).to_series()


def _first_of_collection(collection: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of the first record of each record's collection."""
    _, first, position = np.unique(collection, return_index=True, return_inverse=True)
    return first[position]


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to the trace's own precision: `MANTISSA` significant bits, no finer than `UNIT`."""
    _, exponent = np.frexp(np.maximum(values, UNIT))
    step = np.maximum(np.ldexp(1.0, exponent - MANTISSA), UNIT)
    return np.asarray(np.round(values / step) * step)
