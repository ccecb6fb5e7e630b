"""``worker``: workers of a Dask scheduler that may compute what a client of the same version plans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli import options


def worker(
    scheduler: Annotated[str, typer.Option("--scheduler", help="Address of a Dask scheduler, tcp://host:port.")],
    workers: Annotated[int, typer.Option("--workers", min=1, help="Worker processes, one thread each.")] = 1,
    memory: Annotated[str, typer.Option("--memory", help="Memory of each, e.g. 4GiB; auto: a share.")] = "auto",
    data: Annotated[
        Path | None, typer.Option("--data", help="Data folder of this machine; default: the path that the client has.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Name in messages.", show_default="machine and process")] = "",
    patience: Annotated[
        float, typer.Option("--patience", min=1.0, help="Seconds to wait for a scheduler that does not answer.")
    ] = 300.0,
    arithmetic: options.ArithmeticName = "portable",
) -> None:
    """Start workers of a Dask scheduler.

    They compute for other commands with --scheduler. Each has one thread, the arithmetic of this command, bounded
    memory, and the engine loaded. When the scheduler goes away, they wait and join again; Ctrl-C ends them. Recordings
    come from the client where the data folder is missing.

    Example: python -m benchmark worker --scheduler tcp://127.0.0.1:8786 --workers 2 --memory 2GiB
    """
    from benchmark.engine.serving import default_name, serve
    from benchmark.interfaces.errors import ParameterError

    options.workers(1, scheduler, 0.0, memory)  # checks both
    if data is not None and not data.is_dir():
        raise ParameterError(f"--data {data}: no such folder")
    serve(scheduler, workers, memory, name or default_name(), data, patience)
