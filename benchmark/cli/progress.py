"""Progress of a run: a bar with counts per status and time left, or plain lines without a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from benchmark.artifacts.regenerate import OnPlan
    from benchmark.interfaces.cell import Cell, Result

PLAIN_EVERY = 10.0
"""Seconds between two lines."""

FIRST, BEAT = 1.0, 0.5
"""Seconds until the first line, and between two looks at the clock."""

READING = "reading data and planning"


@contextmanager
def progress(quiet: bool = False) -> Iterator[OnPlan]:
    """Show the progress of cells on standard error, and name the one that runs.

    The first line comes within two seconds, also while data are read and planned.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing.

    Yields
    ------
    callable
        Takes the number of cells. Returns a function to call with each cell, its result and whether it was stored; its
        ``start`` is called with each cell that starts.
    """
    if quiet:
        yield lambda _: lambda *_: None
    elif sys.stderr.isatty():
        with _bar() as on_plan:
            yield on_plan
    else:
        with _pulse() as pulse:
            yield lambda total: _Lines(total, pulse)


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
        task = bar.add_task(READING, total=None)
        yield lambda total: _OnBar(bar, task, total)


class _OnBar:
    """Counts results on a bar, and names the cell that runs."""

    def __init__(self, bar: RichProgress, task: TaskID, total: int) -> None:
        self.bar, self.task, self.counts, self.running = bar, task, Counter[str](), ""
        bar.update(task, total=total, description="planned")

    def start(self, cell: Cell) -> None:
        self.running = named(cell)
        self.bar.update(self.task, description=self._text())

    def __call__(self, cell: Cell, result: Result, stored: bool) -> None:
        self.counts["stored" if stored else result.status] += 1
        self.bar.update(self.task, advance=1, description=self._text())
        if not stored and result.status not in ("OK", "NOT_REGISTERED"):
            self.bar.console.print(f"{result.status}: {cell}: {result.reason}", markup=False, highlight=False)

    def _text(self) -> str:
        return ", ".join(filter(None, (_counted(self.counts), self.running)))


class _Pulse:
    """Says on standard error what is going on, where nothing else has been said for a while."""

    def __init__(self) -> None:
        self.doing, self.since, self.said = READING, monotonic(), 0.0
        self.wait = FIRST

    def now(self, text: str) -> None:
        """Note what is going on."""
        self.doing, self.since = text, monotonic()

    def say(self, text: str) -> None:
        """Print a line."""
        self.said, self.wait = monotonic(), PLAIN_EVERY
        print(text, file=sys.stderr, flush=True)

    def beat(self) -> None:
        """Print what is going on, if it is time."""
        now = monotonic()
        if now - max(self.since, self.said) >= self.wait and self.doing:
            self.say(f"{self.doing}, {now - self.since:.0f} s so far")


@contextmanager
def _pulse() -> Iterator[_Pulse]:
    """Beat in a thread until the end."""
    from threading import Event, Thread

    pulse, ended = _Pulse(), Event()

    def beating() -> None:
        while not ended.wait(BEAT):
            pulse.beat()

    thread = Thread(target=beating, daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        ended.set()
        thread.join()


class _Lines:
    """Plain lines: one for the first cell that runs, one for each failure, and one every ten seconds."""

    def __init__(self, total: int, pulse: _Pulse | None = None) -> None:
        self.total, self.counts = total, Counter[str]()
        self.pulse = pulse or _Pulse()
        self.started = self.printed = monotonic()
        self.fresh = 0
        self.pulse.say(f"{total} cells")

    def start(self, cell: Cell) -> None:
        if not self.fresh:
            self.pulse.say(f"running {named(cell)}")
        self.pulse.now(f"running {named(cell)}")

    def __call__(self, cell: Cell, result: Result, stored: bool) -> None:
        self.counts["stored" if stored else result.status] += 1
        self.fresh += not stored and result.status != "NOT_REGISTERED"
        if not stored and result.status not in ("OK", "NOT_REGISTERED"):
            self.pulse.say(f"{result.status}: {cell}: {result.reason}")
        done = self.counts.total()
        if done == self.total or monotonic() - self.printed >= PLAIN_EVERY:
            self.printed = monotonic()
            left = (self.printed - self.started) / max(self.fresh, 1) * (self.total - done)
            self.pulse.say(f"{done}/{self.total} {_counted(self.counts)}, about {left:.0f} s left")
        if done == self.total:
            self.pulse.now("")


def named(cell: Cell) -> str:
    """Name a cell in few words."""
    return f"{cell.method} on {cell.dataset}, seed {cell.seed}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {status.lower().replace('_', ' ')}" for status, count in sorted(counts.items()))
