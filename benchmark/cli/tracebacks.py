"""Why cells of ``run`` failed, for whoever wrote the detector: tracebacks, and the command that shows the rest."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.engine.plan import Plan
    from benchmark.engine.store import Store
    from benchmark.interfaces.cell import Cell, Result


@contextmanager
def error_traceback(wanted: bool) -> Iterator[None]:
    """Print the traceback of an error that ends the command, where that is wanted."""
    try:
        yield
    except Exception:
        if wanted:
            traceback.print_exc(file=sys.stderr)
        raise


def print_tracebacks(cells: Sequence[Cell], plan: Plan, store: Store) -> None:
    """Print the stored traceback of each failed cell to standard error."""
    for cell in cells:
        failure = store.failure(plan.identities[cell].key)
        if failure is not None and failure.get("traceback"):
            print(f"{cell}\n{failure['traceback']}", file=sys.stderr)


def reasons_of(runs: Iterable[tuple[Cell, Result]], plan: Plan, store: Path) -> list[str]:
    """Say why each failed cell failed, with the command that shows its traceback and log."""
    from benchmark.cli.explain import DIGITS
    from benchmark.cli.extras import install_hint
    from benchmark.cli.options import STORE
    from benchmark.interfaces.commands import explain_cell

    named = "" if store == STORE else str(store)
    hints = [install_hint(result.reason) for _, result in runs if not result.ok]
    return [
        *filter(None, dict.fromkeys(hints)),
        *(
            f"{cell}: {result.status}: {result.reason}; {explain_cell(plan.identities[cell].key[:DIGITS], named)}"
            for cell, result in runs
            if not result.ok
        ),
    ]
