"""``report``: everything that is recorded and at hand as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli import options


def report(
    data: options.DataFolder = None,
    store: options.StoreFolder = options.STORE,
    out: Annotated[Path, typer.Option("--out", help="Folder with tables/ and figures/; receives report/.")] = Path(),
) -> None:
    """Write report/index.html below --out from the tables/ and figures/ there. Nothing is run.

    One file that opens from disk: verdicts, published beside measured numbers, figures, audit, datasets, methods.
    """
    from benchmark.engine.store import Store
    from benchmark.interfaces.errors import ParameterError
    from benchmark.report.render import write_report

    if data is not None and not data.is_dir():
        raise ParameterError(f"--data {data}: no such folder")
    typer.echo(write_report(out, Store(store), data))
