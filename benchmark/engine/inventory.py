"""What lies in a store: sizes, damage, orphans and leftovers; and how to remove what no result needs.

**Damaged** is a result or an output that is not whole, or whose checksum does not hold; the engine computes it again.
An **orphan** is an output that no stored result names. It saves a fit where its cell is run again, and nothing else. A
**draft** is left over by a process that was killed while it wrote, and so is a **claim** of one that was killed while
it computed.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.engine.store import Store
from benchmark.interfaces.writing import named

FRESH = 3600.0
"""Seconds for which a draft, an orphan or a claim may belong to a run that goes on."""

PARTS = ("results", "outputs", "failures", "logs", "remembered")


@dataclass(frozen=True)
class Part:
    """Number of entries of one folder of a store, and their size in bytes."""

    entries: int
    size: int


@dataclass(frozen=True)
class Inventory:
    """What lies in a store.

    Parameters
    ----------
    parts : dict of str to Part
        By the name of the folder.
    damaged : tuple of path
        Folders of results and outputs that the engine does not take.
    orphans : tuple of path
        Folders of outputs that no whole result names.
    drafts : tuple of path
        Files and folders that were never put into place.
    superseded : tuple of path
        Folders of results of a cell that has a later one: of an earlier version of code or data.
    claims : tuple of path
        Claims of runs that go on, or of killed ones.
    """

    parts: dict[str, Part]
    damaged: tuple[Path, ...] = ()
    orphans: tuple[Path, ...] = ()
    drafts: tuple[Path, ...] = ()
    superseded: tuple[Path, ...] = ()
    claims: tuple[Path, ...] = ()


@dataclass
class Pruned:
    """What was removed: number of entries by kind, and their size in bytes."""

    entries: dict[str, int] = field(default_factory=dict)
    size: int = 0


def take_inventory(store: Store) -> Inventory:
    """Read a whole store, and check every checksum."""
    damaged: list[Path] = []
    orphans: list[Path] = []
    superseded: list[Path] = []
    needed: set[str] = set()
    latest: dict[str, tuple[int, Path]] = {}
    for folder in _folders(store.results):
        if (result := store.load(folder.name)) is None:
            damaged.append(folder)
            continue
        needed |= set(result.scores.values())
        record = store.record(folder.name) or {}
        cell, written = repr(record.get("cell")), (folder / "result.json").stat().st_mtime_ns
        if cell in latest:
            superseded.append(min(latest[cell], (written, folder))[1])
        latest[cell] = max(latest.get(cell, (0, folder)), (written, folder))
    for folder in _folders(store.outputs):
        if store.load_output(folder.name) is None:
            damaged.append(folder)
        elif folder.name not in needed:
            orphans.append(folder)
    drafts = sorted(path for part in PARTS for path in (store.folder / part).glob(".draft-*"))
    parts = {part: _part(store.folder / part) for part in PARTS}
    claims = tuple(sorted((store.folder / "claims").glob("*")))
    return Inventory(parts, tuple(damaged), tuple(orphans), tuple(drafts), tuple(sorted(superseded)), claims)


def prune(store: Store, *, superseded: bool = False, dry: bool = False) -> Pruned:
    """Remove what is damaged, orphaned or left over.

    Drafts, orphans and claims of the last hour stay: a run that goes on may just have written them.

    Parameters
    ----------
    store : Store
        The store.
    superseded : bool
        Also remove results of a cell that has a later one. Their outputs are then orphans of the next call.
    dry : bool
        Remove nothing, and say what would be.
    """
    found, done = take_inventory(store), Pruned()
    kinds = {"damaged": found.damaged, "orphan": found.orphans, "draft": found.drafts, "claim": found.claims}
    if superseded:
        kinds["superseded"] = found.superseded
    for kind, paths in kinds.items():
        for path in paths:
            if kind in ("orphan", "draft", "claim") and _is_fresh(path):
                continue
            done.entries[kind] = done.entries.get(kind, 0) + 1
            done.size += _size(path)
            if not dry:
                _remove(path)
    return done


def _folders(folder: Path) -> Iterator[Path]:
    """Entries of a folder that were put into place, sorted."""
    yield from sorted(path for path in folder.glob("*") if not path.name.startswith(".draft-"))


def _part(folder: Path) -> Part:
    entries = list(_folders(folder))
    return Part(len(entries), sum(_size(entry) for entry in entries))


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _is_fresh(path: Path) -> bool:
    """Whether something was written in the last hour, or, after a jump of the clock, in the future."""
    try:
        return time.time() - path.stat().st_mtime < FRESH
    except OSError:  # removed by another process
        return True


def _remove(path: Path) -> None:
    with named(path):
        if path.is_dir():
            shutil.rmtree(path)
        elif os.path.lexists(path):
            path.unlink()
