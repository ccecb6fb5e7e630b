"""Seconds and memory over a ladder of sizes."""

from __future__ import annotations

from time import perf_counter

from benchmark.testing.result import Check, Finding
from benchmark.testing.subject import Subject, recording

LADDER = (500, 2_000, 8_000)
"""Rows that are fitted, and as many scored."""


def _ladder(subject: Subject) -> Finding:
    lines = []
    for points in LADDER:
        train, validation, test = recording(points, 0), recording(points // 4, 1), recording(points, 2)
        started = perf_counter()
        detector = subject.fit(train, validation)
        fitted = perf_counter()
        subject.score(detector, test)
        lines.append(f"{points:,} rows: fit {fitted - started:.2f} s, score {perf_counter() - fitted:.2f} s")
    return Finding("note", "; ".join(lines))


def _memory(subject: Subject) -> Finding:
    import tracemalloc

    tracemalloc.start()
    try:
        subject.score(subject.fit(recording(2_000, 0), recording(500, 1)), recording(2_000, 2))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Finding("note", f"2,000 rows of 4 channels: {peak / 2**20:.1f} MiB at most, as Python and NumPy count them")


COST = (
    Check("seconds over a ladder of sizes", "cost", _ladder),
    Check("memory", "cost", _memory),
)
