"""What ``run`` has run: cells with their results, by dataset and method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.engine.plan import Plan
    from benchmark.interfaces.cell import Cell, Result

Runs = dict[str, list[tuple["Cell", "Result"]]]
"""Cells of a dataset with their results, by method."""


@dataclass(frozen=True)
class Ran:
    """Cells and results of one call of ``run``.

    Parameters
    ----------
    cells : sequence of Cell
        Every cell that was asked for, in the order of the command line.
    results : mapping of Cell to Result
        Results of those that were run.
    plan : Plan
        Identities.
    repeats : mapping of Cell to Cell
        Cells that no seed changes, each with the one that was run in their place.
    notes : sequence of str
        Sentences on the data.
    choices : mapping of str to str
        By what the parameters of a method were chosen, where `run` chose them.
    """

    cells: Sequence[Cell]
    results: Mapping[Cell, Result]
    plan: Plan
    repeats: Mapping[Cell, Cell] = field(default_factory=dict)
    notes: Sequence[str] = ()
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def ran(self) -> list[Cell]:
        """Cells that were run, in order."""
        return [cell for cell in self.cells if cell not in self.repeats]

    @property
    def datasets(self) -> list[str]:
        """Datasets, in order."""
        return list(dict.fromkeys(cell.dataset for cell in self.cells))

    def runs(self, dataset: str) -> Runs:
        """Cells of a dataset that were run, with their results, by method."""
        return self._runs(dataset, self.ran)

    def seeds(self, dataset: str) -> Runs:
        """The same for every seed; a cell that was not run has the result of the one that was."""
        return self._runs(dataset, self.cells)

    def key(self, cell: Cell) -> str:
        """Key of the result of a cell."""
        return self.plan.identities[self.repeats.get(cell, cell)].key

    def _runs(self, dataset: str, cells: Sequence[Cell]) -> Runs:
        runs: Runs = {}
        for cell in cells:
            if cell.dataset == dataset:
                runs.setdefault(cell.method, []).append((cell, self.results[self.repeats.get(cell, cell)]))
        return runs
