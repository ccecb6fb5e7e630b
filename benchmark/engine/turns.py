"""The jobs of a run, each in its turn: when no other run on the same store is at it.

A job is claimed before it starts (`benchmark.engine.claims`): the results of its cells, and the outputs that they need
and the store lacks. A job that another run has claimed comes later, after those that are free. When its claim ends, the
store is asked again: cells that the other run has finished are taken from there, and the rest is computed here. A cell
that failed there is tried here, too, as by any later call.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep

from benchmark.engine.job import CellKeys, Outcome
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Identity

LOOK = 0.2
"""Seconds between two looks, where all jobs that are left are claimed by others."""

SAY = 60.0
"""Seconds between two notes that this run waits for another."""


@dataclass(frozen=True)
class Turn:
    """A job that this run has claimed.

    Parameters
    ----------
    cells : list of CellKeys
        To compute.
    found : list of Outcome
        Of the cells that another run has finished.
    names : frozenset of str
        Keys that are claimed.
    """

    cells: list[CellKeys]
    found: list[Outcome]
    names: frozenset[str]


class Turns:
    """The jobs of a run.

    Parameters
    ----------
    jobs : sequence of list of CellKeys
        Cells that share fits.
    store : Store
        Where results are, and claims.
    identities : mapping of Cell to Identity
        Of their cells.
    """

    def __init__(self, jobs: Sequence[list[CellKeys]], store: Store, identities: Mapping[Cell, Identity]) -> None:
        self.jobs, self.store, self.identities = jobs, store, identities
        self.claims = store.claims()
        self._turns: dict[int, Turn] = {}
        self._left = len(jobs)
        self._since = monotonic()

    def is_free(self, number: int) -> bool:
        """Claim a job, unless another run is at it; returns whether it is claimed."""
        if number in self._turns:  # again, since its worker is gone
            return True
        names = frozenset(self._names(self.jobs[number]))
        if not self.claims.take(names):
            self._say()
            return False
        cells: list[CellKeys] = []
        found: list[Outcome] = []
        for keys in self.jobs[number]:
            result = self.store.load(self.identities[keys.cell].key)
            if result is None:
                cells.append(keys)
            else:
                found.append(Outcome(keys.cell, result, {}, stored=True))
        self._turns[number] = Turn(cells, found, names)
        return True

    def mine(self, number: int) -> Turn:
        """A job that is claimed."""
        return self._turns[number]

    def done(self, number: int) -> None:
        """Give a job back, when its results are kept."""
        self.claims.release(self._turns.pop(number).names)
        self._left -= 1

    def __iter__(self) -> Iterator[tuple[int, Turn]]:
        """Every job when it is free, for a run that computes one after the other."""
        left = list(range(len(self.jobs)))
        while left:
            free = next((number for number in left if self.is_free(number)), None)
            if free is None:
                sleep(LOOK)
            else:
                left.remove(free)
                yield free, self.mine(free)

    def close(self) -> None:
        """Give all back."""
        self.claims.close()

    def _say(self) -> None:
        """Say now and then that other runs are at the jobs that are left, while nothing is computed here."""
        if self._turns:
            self._since = monotonic()
        elif monotonic() - self._since > SAY:
            self._since = monotonic()
            text = f"another run on {self.store.folder} computes the {self._left} jobs that are left; waiting for it"
            warnings.warn(text, RuntimeWarning, stacklevel=2)

    def _names(self, job: Sequence[CellKeys]) -> Iterator[str]:
        for keys in job:
            yield self.identities[keys.cell].key
            yield from (task.scores for task in keys.tasks if not self.store.has_output(task.scores))
