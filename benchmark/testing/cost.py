"""Seconds and memory over a ladder of sizes."""

from __future__ import annotations

from time import perf_counter

from benchmark.interfaces.recording import Recording
from benchmark.testing.result import Check, Finding
from benchmark.testing.subject import CHANNELS, SEEDS, Subject, recording

LADDER = (500, 2_000, 8_000)
"""Rows that are fitted, and as many scored."""

WEIGHED, HELD_OUT = 2_000, 4
"""Rows for the memory, and how many are fitted for each that is held out."""


def _noise(points: int) -> tuple[Recording, Recording, Recording]:
    """Rows to learn from, held-out rows, and rows to score."""
    train, test = (recording(points, SEEDS[part]) for part in ("train", "test"))
    return train, recording(points // HELD_OUT, SEEDS["validation"]), test


def _ladder(subject: Subject) -> Finding:
    lines = []
    for points in LADDER:
        train, validation, test = _noise(points)
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
        train, validation, test = _noise(WEIGHED)
        subject.score(subject.fit(train, validation), test)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return Finding(
        "note",
        f"{WEIGHED:,} rows of {CHANNELS} channels: {peak / 2**20:.1f} MiB at most, as Python and NumPy count them",
    )


COST = (
    Check("seconds over a ladder of sizes", "cost", _ladder),
    Check("memory", "cost", _memory),
)
