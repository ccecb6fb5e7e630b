"""Committed fingerprints of the embedded twins at their default parameters.

A twin is the same data on every machine or it is an error: `benchmark.interfaces.dataset.Dataset.load` compares.
``python -m benchmark.data.twins.fingerprints`` computes them anew and writes ``fingerprints.json`` next to this module,
which is needed after a change to a twin's statistics or code.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")


def committed_fingerprint(name: str) -> str | None:
    """Return the committed fingerprint of a dataset's twin; None where there is none."""
    return _committed().get(name)


@cache
def _committed() -> dict[str, str]:
    fingerprints: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return fingerprints


def main() -> None:
    """Compute the fingerprint of every registered twin and write the file."""
    from benchmark.interfaces.recording import fingerprint
    from benchmark.interfaces.registry import DATASETS

    datasets = [DATASETS.build(name) for name in DATASETS.names() if not DATASETS.check(name)]
    twins = {one.metadata.name: fingerprint(one.read_twin()) for one in datasets if one.metadata.twin}
    FILE.write_text(json.dumps(twins, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
