"""``all``, ``table`` and ``figure``: regenerate what the papers print, as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.engine.execute import Workers
    from benchmark.interfaces.artifact import Artifact, Setting


def all_(
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    profile: options.ProfileName = "default",
    workers: options.WorkerCount = None,
    scheduler: options.Scheduler = "",
    timeout: options.Timeout = 0.0,
    memory: options.Memory = "auto",
    store: options.StoreFolder = options.STORE,
    out: options.OutFolder = Path(),
) -> None:
    """Regenerate every table and figure of every paper."""
    from benchmark.artifacts.regenerate import all_artifacts

    stands_on = options.setting(variant, data, profile)
    artifacts = [artifact for artifact in all_artifacts() if artifact.in_all and stands_on.variant in artifact.variants]
    _make(artifacts, stands_on, data, out, store, options.workers(workers, scheduler, timeout, memory))


def table(
    name: Annotated[str, typer.Argument(help="<paper>/<table>, e.g. gan-uq/table1.")],
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    profile: options.ProfileName = "default",
    workers: options.WorkerCount = None,
    scheduler: options.Scheduler = "",
    timeout: options.Timeout = 0.0,
    memory: options.Memory = "auto",
    store: options.StoreFolder = options.STORE,
    out: options.OutFolder = Path(),
) -> None:
    """Regenerate one table."""
    from benchmark.artifacts.regenerate import artifact_named

    stands_on = options.setting(variant, data, profile)
    artifact = artifact_named(name, "table")
    _make([artifact], stands_on, data, out, store, options.workers(workers, scheduler, timeout, memory))


def figure(
    name: Annotated[str, typer.Argument(help="<paper>/<figure>, e.g. gan-uq/fig2.")],
    scenario: Annotated[str, typer.Option("--scenario", help="In place of the figure's own, e.g. grouped.")] = "",
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    profile: options.ProfileName = "default",
    workers: options.WorkerCount = None,
    scheduler: options.Scheduler = "",
    timeout: options.Timeout = 0.0,
    memory: options.Memory = "auto",
    store: options.StoreFolder = options.STORE,
    out: options.OutFolder = Path(),
) -> None:
    """Regenerate one figure."""
    from dataclasses import replace

    from benchmark.artifacts.regenerate import artifact_named
    from benchmark.interfaces.errors import UnknownNameError

    artifact = artifact_named(name, "figure")
    if scenario and scenario not in artifact.scenarios:
        raise UnknownNameError(f"scenario of {name}", scenario, artifact.scenarios)
    stands_on = replace(options.setting(variant, data, profile), scenario=scenario)
    _make([artifact], stands_on, data, out, store, options.workers(workers, scheduler, timeout, memory))


def _make(
    artifacts: list[Artifact], stands_on: Setting, data: Path | None, out: Path, store: Path, workers: Workers
) -> None:
    from benchmark.artifacts.regenerate import regenerate
    from benchmark.cli.progress import progress
    from benchmark.engine.store import Store
    from benchmark.interfaces.errors import ParameterError

    for artifact in artifacts:
        if stands_on.variant not in artifact.variants:
            raise ParameterError(f"{artifact.name} needs real data (a dataset without a twin): give --data FOLDER")
    with progress() as on_plan:
        written = regenerate(artifacts, stands_on, Store(store), data, out, workers, on_plan)
    for path in written:
        typer.echo(path)
