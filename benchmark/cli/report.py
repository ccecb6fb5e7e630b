"""``report``: verdicts, tables, figures and data as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import ParameterError


def report(
    data: options.DataFolder = None,
    store: options.StoreFolder = options.STORE,
    out: Annotated[Path, typer.Option("--out", help="Folder with tables/ and figures/; receives report/.")] = Path(),
) -> None:
    """Write the report as one HTML page.

    The page shows verdicts, published and measured numbers, figures, audit, datasets and methods, from the tables/ and
    figures/ below --out. It is report/index.html there, one file that opens from disk. Nothing is run.

    Example: python -m benchmark report --out .
    """
    from benchmark.engine.store import Store
    from benchmark.report.render import write_report

    if data is not None and not data.is_dir():
        raise ParameterError(f"--data {data}: no such folder")
    typer.echo(write_report(out, Store(store), data))
    typer.echo("open it in a browser: it is one file, and needs no network", err=True)
