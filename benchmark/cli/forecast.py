"""The size of a run before it starts: cells, stored ones, and the time that the others will take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmark.interfaces.spec import Spec

if TYPE_CHECKING:
    from benchmark.engine.plan import Plan
    from benchmark.engine.store import Store
    from benchmark.interfaces.cell import Cell

Likeness = Callable[["Cell"], tuple[str, ...]]

LIKENESSES: tuple[Likeness, ...] = (
    lambda cell: (cell.dataset, cell.variant, cell.protocol, cell.method),
    lambda cell: (cell.dataset, cell.variant, cell.method),
    lambda cell: (Spec.parse(cell.method).name,),
)
"""How similar a stored cell is to a new one, closest first: another seed or code, another protocol, the same method."""


@dataclass(frozen=True)
class Forecast:
    """The size of a run.

    Parameters
    ----------
    cells, stored : int
        Number of cells, and of those that are stored.
    seconds : float, optional
        Expected time of the others in one process; None if no similar cell is stored for some of them.
    """

    cells: int
    stored: int
    seconds: float | None

    def text(self, workers: int) -> str:
        """Describe the run in words.

        Parameters
        ----------
        workers : int
            Number of processes that share the work; 0 if it is not known.
        """
        counts = f"{self.cells:,} cells, {self.stored:,} of them stored"
        if self.stored == self.cells:
            return counts
        if self.seconds is None:
            return f"{counts}; the time is not known, since the store has no similar cell for some of them"
        if not workers:
            return f"{counts}; expected time: {duration(self.seconds)} of one process"
        shared = "" if workers == 1 else f" on {workers} processes"
        return f"{counts}; expected time: {duration(self.seconds / workers)}{shared}"


def forecast(plan: Plan, store: Store) -> Forecast:
    """Count the cells of a plan, and estimate the time of those that are not stored from similar stored cells.

    A fit that several cells share counts in each of them, so the estimate is rather too long.
    """
    waiting = [cell for cell, identity in plan.identities.items() if store.load(identity.key) is None]
    total = len(plan.identities)
    if not waiting:
        return Forecast(total, total, 0.0)
    known = _known_seconds(waiting, store)
    seconds = [_expected(cell, known) for cell in waiting]
    missing = any(value is None for value in seconds)
    return Forecast(total, total - len(waiting), None if missing else sum(filter(None, seconds)))


def duration(seconds: float) -> str:
    """Format a time in the unit that a reader would choose."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 1 else "under a second"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _known_seconds(waiting: Iterable[Cell], store: Store) -> list[dict[tuple[str, ...], list[float]]]:
    """Times of stored cells of the same methods, by each likeness."""
    methods = {Spec.parse(cell.method).name for cell in waiting}
    known: list[dict[tuple[str, ...], list[float]]] = [{} for _ in LIKENESSES]
    for cell, keys in store.cells().items():
        if Spec.parse(cell.method).name not in methods:
            continue
        for key in keys:
            seconds = sum((store.seconds(key) or {}).values())
            for table, likeness in zip(known, LIKENESSES, strict=True):
                table.setdefault(likeness(cell), []).append(seconds)
    return known


def _expected(cell: Cell, known: list[dict[tuple[str, ...], list[float]]]) -> float | None:
    for table, likeness in zip(known, LIKENESSES, strict=True):
        if seconds := table.get(likeness(cell)):
            return median(seconds)
    return None
