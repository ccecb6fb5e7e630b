"""Derive the tables behind the NSL-KDD twin from the real files.

``python -m benchmark.data.nsl_kdd.derive --data FOLDER`` rewrites `SUMMARY`. Run
``python -m benchmark.data.twins.fingerprints`` afterwards.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.data.nsl_kdd.reader import NslKdd
from benchmark.data.nsl_kdd.schema import CATEGORIES, RATES
from benchmark.data.nsl_kdd.twin import FEATURES, SUMMARY
from benchmark.data.twins import chained_tables
from benchmark.data.twins.derivation import write_summary
from benchmark.interfaces.recording import Recording

RANGES = (6, 3)
"""Largest number of ranges of a column: of a kind with at least `MANY` rows, and of the others."""

MANY = 1_000


def summarise(root: Path) -> dict[str, Any]:
    """Compute the tables of the real files below the data folder ``root``."""
    recordings = NslKdd().read(root)
    raw = recordings[0].raw
    assert raw is not None
    return {
        "names": {name: list(raw.categories[name].names) for name in CATEGORIES},
        "parts": {str(recording.part): _strata(recording) for recording in recordings},
    }


def _strata(recording: Recording) -> dict[str, Any]:
    """Tables of each kind of a part."""
    raw, kinds = recording.raw, recording.covariates["kind"]
    assert raw is not None
    columns = [
        raw.categories[name].codes.astype(np.int64)
        if name in CATEGORIES
        else np.rint(raw.numbers[name] * (100.0 if name in RATES else 1.0)).astype(np.int64)
        for name in FEATURES
    ]
    records = np.stack(columns, axis=1)
    names = frozenset(FEATURES.index(name) for name in CATEGORIES)
    strata = {}
    for kind in np.unique(kinds):
        own = records[kinds == kind]
        tables = chained_tables.summarise(own, RANGES[0] if len(own) >= MANY else RANGES[1], names)
        strata[str(kind)] = {"rows": len(own), "columns": tables}
    return strata


def encode(summary: dict[str, Any]) -> str:
    """Write a summary as JSON, a line for each kind."""
    parts = []
    for part, strata in summary["parts"].items():
        lines = (f"{json.dumps(kind)}:{json.dumps(one, separators=(',', ':'))}" for kind, one in strata.items())
        parts.append(f"{json.dumps(part)}:{{\n" + ",\n".join(lines) + "\n}")
    names = json.dumps(summary["names"], separators=(",", ":"))
    return f'{{\n"names":{names},\n"parts":{{\n' + ",\n".join(parts) + "\n}\n}\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the summary; return the exit code."""
    return write_summary(
        "benchmark.data.nsl_kdd.derive", __doc__, lambda root: encode(summarise(root)), SUMMARY, arguments
    )


if __name__ == "__main__":
    sys.exit(main())
