"""Seeds that cannot change a result: cells that need not be run again.

A cell of another seed gives the same numbers where two things hold. Its tasks are the same: every part has the same
content, as a published split has. And its detector never reads its seed: neither does its module name ``seed``, nor
does it import another module of detectors. A detector of another package counts as one that does, since it may draw
from global random states.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmark.engine.method import is_foreign
from benchmark.engine.plan import Plan, task_hashes, task_of
from benchmark.engine.remote import hashed
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec

DETECTORS = ("baselines", "methods")
"""Packages whose modules may read the seed of a detector that is given to them."""


def repeated(cells: Sequence[Cell], plan: Plan, store: Store, root: Path | None) -> dict[Cell, Cell]:
    """Find cells whose result is that of an earlier cell.

    Parameters
    ----------
    cells : sequence of Cell
        In the order in which they run.
    plan : Plan
        Their identities; a cell without one is left out.
    store : Store
        Remembers task hashes.
    root : path, optional
        Data folder.

    Returns
    -------
    dict of Cell to Cell
        The earlier cell, of the same dataset, protocol, method and metrics, by each cell that repeats it.
    """
    candidates = [cell for cell in cells if cell in plan.identities and ignores_seed(cell.method)]
    hashes = task_hashes(candidates, plan, store, lambda tasks: [hashed(task, root) for task in tasks])
    first: dict[tuple[object, ...], Cell] = {}
    found = {}
    for cell in candidates:
        same = (*task_of(cell)[:3], cell.method, cell.metrics, tuple(hashes[task_of(cell)]))
        earlier = first.setdefault(same, cell)
        if earlier != cell:
            found[cell] = earlier
    return found


@cache
def ignores_seed(method: str) -> bool:
    """Whether no seed can change what a method computes; see the module."""
    if is_foreign(method):
        return False
    loaded = METHODS.load(Spec.parse(method).name)
    return not any(
        _may_read_a_seed(one.__module__)
        for one in loaded.__mro__
        if one.__module__.partition(".")[0] in (*DETECTORS, "benchmark") and one is not Detector
    )


@cache
def _may_read_a_seed(module: str) -> bool:
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return True
    for node in ast.walk(ast.parse(Path(file).read_bytes())):
        names = [getattr(node, name, None) for name in ("attr", "id", "arg", "value")]
        if "seed" in [name for name in names if isinstance(name, str)]:
            return True
        origins = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        origins += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if any(origin.partition(".")[0] in DETECTORS for origin in origins):
            return True
    return False
