"""Progress of a run: a bar with counts per status and time left, or plain lines without a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.artifacts.regenerate import OnPlan
    from benchmark.engine.execute import OnResult
    from benchmark.interfaces.cell import Cell, Result

PLAIN_EVERY = 10.0


@contextmanager
def progress() -> Iterator[OnPlan]:
    """Show the progress of cells on standard error.

    Yields
    ------
    callable
        Takes the number of cells. Returns a function to call with each cell, its result and whether it was stored.
    """
    if sys.stderr.isatty():
        with _bar() as on_plan:
            yield on_plan
    else:
        yield _Lines


@contextmanager
def steps(total: int) -> Iterator[Callable[[str], None]]:
    """Show the progress of named steps on standard error, from the second second on.

    Yields
    ------
    callable
        Takes the name of the step that begins.
    """
    started, printed, done = monotonic(), monotonic(), -1

    def begin(name: str) -> None:
        nonlocal printed, done
        done += 1
        now = monotonic()
        if done == 0 or now - printed < PLAIN_EVERY / 5:
            return
        printed = now
        left = (now - started) / done * (total - done)
        print(f"{done}/{total} done, now {name}, about {left:.0f} s left", file=sys.stderr, flush=True)

    yield begin


@contextmanager
def _bar() -> Iterator[OnPlan]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        counts: Counter[str] = Counter()

        def on_plan(total: int) -> OnResult:
            task = bar.add_task("planned", total=total)

            def on_result(cell: Cell, result: Result, stored: bool) -> None:
                counts["stored" if stored else result.status] += 1
                bar.update(task, advance=1, description=_counted(counts))
                if not stored and result.status not in ("OK", "NOT_REGISTERED"):
                    bar.console.print(f"{result.status}: {cell}: {result.reason}", markup=False, highlight=False)

            return on_result

        yield on_plan


class _Lines:
    """Plain lines: one for each failure, and one every ten seconds."""

    def __init__(self, total: int) -> None:
        self.total, self.counts = total, Counter[str]()
        self.started = self.printed = monotonic()
        self.fresh = 0
        print(f"{total} cells", file=sys.stderr, flush=True)

    def __call__(self, cell: Cell, result: Result, stored: bool) -> None:
        self.counts["stored" if stored else result.status] += 1
        self.fresh += not stored and result.status != "NOT_REGISTERED"
        if not stored and result.status not in ("OK", "NOT_REGISTERED"):
            print(f"{result.status}: {cell}: {result.reason}", file=sys.stderr, flush=True)
        done = self.counts.total()
        if done == self.total or monotonic() - self.printed >= PLAIN_EVERY:
            self.printed = monotonic()
            left = (self.printed - self.started) / max(self.fresh, 1) * (self.total - done)
            print(f"{done}/{self.total} {_counted(self.counts)}, about {left:.0f} s left", file=sys.stderr, flush=True)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {status.lower().replace('_', ' ')}" for status, count in sorted(counts.items()))
