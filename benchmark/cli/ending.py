"""How one cell ended: status, reason, the whole traceback, and what its detector printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmark.engine.store import Store

LINES = 200
"""Lines of a log that are printed, from its end."""


def print_ending(prefix: str, store: Store) -> None:
    """Print how the cell ended whose key begins with some digits, and the command that runs it again.

    Raises
    ------
    BenchmarkError
        If the digits name no stored result and no noted failure, or several.
    """
    from dataclasses import astuple

    from benchmark.artifacts.trace import SHORTEST
    from benchmark.cli.printing import print_facts
    from benchmark.interfaces.cell import Cell
    from benchmark.interfaces.commands import rerun_cell, run_cell
    from benchmark.interfaces.errors import BenchmarkError

    if not re.fullmatch(r"[0-9a-f]+", prefix) or len(prefix) < SHORTEST:
        raise BenchmarkError(
            f"{prefix!r}: write <paper>/<table or figure>, or at least {SHORTEST} digits of the key of a cell"
        )
    keys = store.keys(prefix)
    if len(keys) != 1:
        found = f"{len(keys)} cells match" if keys else f"no cell in {store.folder} has such a key"
        raise BenchmarkError(f"{prefix!r}: {found}; run prints the keys of failed cells, explain those of a table")
    (key,) = keys
    result, failure = store.record(key), store.failure(key)
    record = result or failure
    if record is None:
        raise BenchmarkError(f"{prefix!r}: its file in {store.folder} was altered; run the cell again")
    cell = Cell(**record["cell"])
    status = "OK" if result else f"{record['status']}: {record['reason']}"
    again = rerun_cell(key[:12], cell.variant) if result else run_cell(*astuple(cell))
    print_facts([("cell", str(cell)), ("key", key), ("status", status), ("command", again)])
    if not result and record.get("traceback"):
        print(f"\n{record['traceback'].rstrip()}")
    log = store.log(key)
    if log is None:
        return
    lines = log.read_text(encoding="utf-8").splitlines()
    shown = f", its last {LINES} of {len(lines)} lines" if len(lines) > LINES else ""
    print(f"\nprinted by the detector ({log}{shown}):")
    print("\n".join(lines[-LINES:]))
