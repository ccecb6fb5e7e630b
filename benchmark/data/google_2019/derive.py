"""Derive the summary statistics behind the Google 2019 twin from the real table.

``python -m benchmark.data.google_2019.derive --data FOLDER`` rewrites `SUMMARY`. The same table gives the same bytes on
every x86-64 processor. Run ``python -m benchmark.data.twins.fingerprints`` afterwards.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmark.data.google_2019.reader import Google2019
from benchmark.data.google_2019.records import (
    COLLECTION,
    QUANTITIES,
    known_of_records,
    setting_group,
    strata,
    usage_records,
)
from benchmark.data.google_2019.twin import SUMMARY
from benchmark.data.twins import exact
from benchmark.data.twins.conditional_trees import fit_trees
from benchmark.data.twins.derivation import write_summary
from benchmark.interfaces.recording import Recording


def summarise(root: Path) -> dict[str, Any]:
    """Compute the summary statistics of the real table below the data folder ``root``."""
    (recording,) = Google2019().read(root)
    records = usage_records(recording)
    several = records.select(pl.len().over("collection") > 1).to_series().to_numpy()
    _, groups = np.unique(records["collection"].to_numpy(), return_inverse=True)
    values = records.select(QUANTITIES).fill_null(np.nan).to_numpy()
    events = records["event"].to_numpy()
    rows = np.round(exact.exp(values[:, QUANTITIES.index("rows")]))
    known = known_of_records(events, several, records)
    return {
        "collections": int(groups.max()) + 1,
        "rows": len(recording),
        "event_rows": _event_rows(recording),
        **_collections(records),
        # Methods see rows, so records of many rows get more weight; the root keeps a few of them from dominating.
        "quantities": fit_trees(values, QUANTITIES, known, groups, strata(events), np.sqrt(rows)),
    }


def _event_rows(recording: Recording) -> dict[str, int]:
    codes, counts = np.unique(recording.covariates["event"], return_counts=True)
    return {str(code): int(count) for code, count in zip(codes, counts, strict=True)}


def _collections(records: pl.DataFrame) -> dict[str, Any]:
    """Count collections by the event types that they hold, and by scheduler columns given the event types."""
    by_collection = records.group_by("collection", maintain_order=True)
    collections = by_collection.agg(pl.col("event"), *(pl.col(name).first() for name in COLLECTION))
    mixes = Counter(tuple(events) for events in collections["event"].to_list())
    settings = [tuple(row) for row in collections.select(COLLECTION).fill_null(-1).cast(pl.Int64).iter_rows()]
    known = sorted(set(settings))
    counts: dict[str, Counter[int]] = {}
    for events, setting in zip(collections["event"].to_list(), settings, strict=True):
        counts.setdefault(setting_group(events), Counter())[known.index(setting)] += 1
    return {
        "mixes": [[list(events), count] for events, count in sorted(mixes.items())],
        "settings": [list(setting) for setting in known],
        "setting_counts": {group: sorted(map(list, counter.items())) for group, counter in sorted(counts.items())},
    }


def main(arguments: list[str] | None = None) -> int:
    """Write the summary; return the exit code."""
    return write_summary(
        "benchmark.data.google_2019.derive", __doc__, lambda root: encode(summarise(root)), SUMMARY, arguments
    )


def encode(summary: dict[str, Any]) -> str:
    """Write a summary as JSON, a line for each entry and for each quantity."""
    compact = {key: json.dumps(value, separators=(",", ":")) for key, value in summary["quantities"].items()}
    inner = ",\n".join(f"{json.dumps(key)}:{text}" for key, text in compact.items())
    lines = [
        f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}"
        for key, value in summary.items()
        if key != "quantities"
    ]
    return "{\n" + ",\n".join([*lines, f'"quantities":{{\n{inner}\n}}']) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
