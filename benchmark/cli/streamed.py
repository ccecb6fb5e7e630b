"""The table of ``run --input``: means over recordings that are taken a few at a time."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from benchmark.engine.execute import Workers
    from benchmark.engine.store import Store
    from benchmark.engine.streamed import Running, Totals

EVERY = 5.0
"""Seconds between two lines of progress."""


def check_input(folder: Path, datasets: Sequence[str], against: str) -> None:
    """Refuse what ``--input`` cannot do."""
    if against:
        raise ParameterError("--against compares seeds of one table; leave it out with --input")
    if len(datasets) > 1:
        raise ParameterError(f"--input takes one dataset, not {len(datasets)}")
    if not folder.is_dir():
        raise ParameterError(f"--input {folder}: no such folder")


def run_input(
    dataset: str,
    protocol: str,
    methods: Sequence[str],
    seeds: Sequence[int],
    columns: Sequence[str],
    store: Store,
    root: Path,
    workers: Workers,
    metrics: tuple[str, ...],
    *,
    json: bool,
) -> bool:
    """Run and print; return whether every cell gave a result. Arguments are those of `run_streamed`."""
    from benchmark.engine.streamed import run_streamed
    from benchmark.process.output import output_to_stderr

    started = printed = monotonic()

    def on_batch(done: int, total: int) -> None:
        nonlocal printed
        now = monotonic()
        if now - printed >= EVERY or done == total:
            printed = now
            left = (now - started) / done * (total - done)
            print(f"{done:,} of {total:,} recordings, about {left:.0f} s left", file=sys.stderr, flush=True)

    with output_to_stderr():
        totals = run_streamed(
            dataset, protocol, methods, seeds, columns, store, root, workers, on_batch, metrics=metrics
        )
    if json:
        _print_json(dataset, protocol, totals)
    else:
        _print_table(dataset, protocol, columns, totals)
    return not any(one.failed for one in totals.values())


def _print_json(dataset: str, protocol: str, totals: Mapping[str, Totals]) -> None:
    from benchmark.cli.printing import print_json

    records: list[dict[str, Any]] = []
    for method, one in totals.items():
        metrics = {
            name: {"mean": running.mean, "standard error": running.error, "recordings": running.count}
            for name, running in one.metrics.items()
        }
        facts = {"dataset": dataset, "protocol": protocol, "method": method, "recordings": one.recordings}
        records.append({**facts, "metrics": metrics, "failed": dict(one.failed), "reason": one.reason})
    print_json(records)


def _print_table(dataset: str, protocol: str, columns: Sequence[str], totals: Mapping[str, Totals]) -> None:
    from benchmark.cli.printing import print_table

    print(f"{dataset} (real) · {protocol}\n")
    rows = [
        (method, f"{one.recordings:,}", *(_text(one.metrics.get(name)) for name in columns), f"{one.seconds:.1f}")
        for method, one in totals.items()
    ]
    heading = ("method", "recordings", *columns, "fit+score s")
    print_table(heading, rows, right=heading[1:])
    print("\nMeans over recordings ± 1.96 standard errors, recordings taken as independent; seeds averaged first.")
    for method, one in totals.items():
        left_out = {one.recordings - running.count for running in one.metrics.values()} - {0}
        if left_out:
            print(f"{method}: up to {max(left_out):,} recordings have no number (one class in the test part).")
        if one.failed:
            counts = ", ".join(f"{count:,} {status}" for status, count in sorted(one.failed.items()))
            print(f"{method}: {counts}; first: {one.reason}")


def _text(running: Running | None) -> str:
    if running is None or running.mean is None:
        return "-"
    return f"{running.mean:.3f}" + ("" if running.error is None else f" ± {1.96 * running.error:.3f}")
