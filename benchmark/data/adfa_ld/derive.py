"""Derive the tables behind the ADFA-LD twin from the real archive.

``python -m benchmark.data.adfa_ld.derive --data FOLDER`` rewrites `SUMMARY`. Run
``python -m benchmark.data.twins.fingerprints`` afterwards.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.data.adfa_ld.reader import AdfaLd
from benchmark.data.adfa_ld.traces import KINDS, TRAINING, VALIDATION, Trace, read_traces, recurring
from benchmark.data.adfa_ld.twin import ANY, START, SUMMARY
from benchmark.data.twins.derivation import write_summary

FEWEST = {TRAINING: 4, VALIDATION: 12}
"""Smallest count of three calls in a row that is kept of each folder."""

FEWEST_OF_A_KIND = 6
"""The same of a kind of attack."""

PARTS = 10
"""Parts into which quantiles divide the lengths."""

RUN = 6
"""Calls of a run by which traces are compared."""

Calls = NDArray[np.int16]


def summarise(root: Path) -> dict[str, Any]:
    """Compute the tables of the real archive below the data folder ``root``."""
    (path,) = AdfaLd().files(root)
    traces = read_traces(path)
    normal = {folder: [one.calls for one in traces if one.folder == folder] for folder in (TRAINING, VALIDATION)}
    attacks = [one for one in traces if one.incident]
    often = recurring(attacks)
    incidents: dict[str, dict[str, list[Trace]]] = {kind: defaultdict(list) for kind in KINDS}
    for one in attacks:
        incidents[one.kind][one.incident].append(one)
    sources = {folder: _source(calls, FEWEST[folder]) for folder, calls in normal.items()}
    for kind, groups in incidents.items():
        sources[kind] = _source([one.calls for own in groups.values() for one in own], FEWEST_OF_A_KIND)
    return {
        "copies": {TRAINING: _copies(normal[TRAINING], []), VALIDATION: _copies(normal[VALIDATION], normal[TRAINING])},
        "common": _common(attacks),
        "incidents": {
            kind: [[len(own), sum(one.process in often for one in own)] for own in groups.values()]
            for kind, groups in incidents.items()
        },
        "sources": sources,
    }


def _source(traces: Sequence[Calls], fewest: int) -> dict[str, Any]:
    """Number of traces, quantiles of their lengths, and the calls that follow each context, without copies."""
    distinct = list({calls.tobytes(): calls for calls in traces}.values())
    following: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for calls in distinct:
        padded = [START, START, *calls.tolist()]
        for before, (last, call) in zip(padded, pairwise(padded[1:]), strict=False):
            following[before, last][call] += 1
            following[ANY, last][call] += 1
            following[ANY, ANY][call] += 1
    text: list[int] = []
    for (before, last), counter in sorted(following.items()):
        kept = [(call, count) for call, count in sorted(counter.items()) if count >= fewest or before == ANY == last]
        if kept:
            text += [before, last, len(kept), *(number for entry in kept for number in entry)]
    lengths = np.sort([len(calls) for calls in distinct])
    places = [round(part * (len(lengths) - 1) / PARTS) for part in range(PARTS + 1)]
    return {"traces": len(traces), "lengths": lengths[places].tolist(), "calls": text}


def _copies(traces: Sequence[Calls], earlier: Sequence[Calls]) -> list[int]:
    """Share in 1 / 1,000 of the traces that repeat one of ``earlier``, and of those that repeat another before them."""
    known, seen, found = {calls.tobytes() for calls in earlier}, set(), [0, 0]
    for calls in traces:
        content = calls.tobytes()
        found[0] += content in known
        found[1] += content in seen and content not in known
        seen.add(content)
    return [round(1000 * count / len(traces)) for count in found]


def _common(traces: Sequence[Trace]) -> int:
    """Excess share, in 1 / 1,000, of the runs of a trace that the same process of another incident holds.

    Each trace of a recurring process is compared with the next trace of its number; the excess is over the trace that
    follows that one in its incident.
    """
    shared = control = runs = 0
    for process in sorted(recurring(traces)):
        own = [place for place, one in enumerate(traces) if one.process == process]
        for place, partner in zip(own, [*own[1:], own[0]], strict=True):
            beside = [i for i, one in enumerate(traces) if one.incident == traces[partner].incident and i != partner]
            if not beside:
                continue
            mine = _runs(traces[place].calls)
            runs += len(mine)
            shared += len(mine & _runs(traces[partner].calls))
            control += len(mine & _runs(traces[min(beside, key=lambda i: (i < partner, i))].calls))
    return round(1000 * max(0, shared - control) / runs)


def _runs(calls: Calls) -> set[bytes]:
    return {calls[place : place + RUN].tobytes() for place in range(len(calls) - RUN + 1)}


def encode(summary: dict[str, Any]) -> str:
    """Write a summary as JSON, a line for each source."""
    compact = {key: json.dumps(value, separators=(",", ":")) for key, value in summary.items() if key != "sources"}
    sources = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(one, separators=(',', ':'))}" for name, one in summary["sources"].items()
    )
    lines = [f"{json.dumps(key)}:{value}" for key, value in compact.items()]
    return "{\n" + ",\n".join([*lines, f'"sources":{{\n{sources}\n}}']) + "\n}\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the summary; return the exit code."""
    return write_summary(
        "benchmark.data.adfa_ld.derive", __doc__, lambda root: encode(summarise(root)), SUMMARY, arguments
    )


if __name__ == "__main__":
    sys.exit(main())
