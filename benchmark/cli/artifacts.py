"""``table`` and ``figure``: regenerate one artifact of a paper, as files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from benchmark.interfaces.artifact import Artifact, Setting


@options.grouped
def table(
    name: Annotated[str, typer.Argument(help="<paper>/<table>, e.g. gan-uq/table1.")],
    results: options.Results,
    work: options.Work,
    out: options.OutFolder = Path(),
) -> None:
    """Regenerate one table.

    Exit code 3: some cells failed; the files are written all the same.

    Example: python -m benchmark table gan-uq/table1 --variant twin
    """
    from benchmark.artifacts.regenerate import artifact_named

    setting = results.setting()
    _make(artifact_named(name, "table"), setting, results, work, out)


@options.grouped
def figure(
    name: Annotated[str, typer.Argument(help="<paper>/<figure>, e.g. gan-uq/fig2.")],
    results: options.Results,
    work: options.Work,
    scenario: Annotated[str, typer.Option("--scenario", help="In place of the figure's own, e.g. grouped.")] = "",
    out: options.OutFolder = Path(),
) -> None:
    """Regenerate one figure.

    Exit code 3: some cells failed; the files are written all the same.

    Example: python -m benchmark figure gan-uq/fig2 --scenario grouped
    """
    from benchmark.artifacts.regenerate import artifact_named

    artifact = artifact_named(name, "figure")
    if scenario and scenario not in artifact.scenarios:
        raise UnknownNameError(f"scenario of {name}", scenario, artifact.scenarios)
    _make(artifact, replace(results.setting(), scenario=scenario), results, work, out)


def _make(artifact: Artifact, setting: Setting, results: options.Results, work: options.Work, out: Path) -> None:
    """Make one artifact and print the paths of its files."""
    options.require_portable("tables and figures")
    from benchmark.artifacts.regenerate import regenerate
    from benchmark.cli.failed import FailedCells
    from benchmark.cli.progress import progress
    from benchmark.process.output import output_to_stderr

    require_variant(artifact, setting)
    workers, failed = work.crew(), FailedCells()
    with progress() as on_plan, output_to_stderr():  # code of others may print
        counted = failed.counted(on_plan)
        written = regenerate([artifact], setting, results.opened(), results.data, out, workers, counted)
    for path in written:
        typer.echo(path)
    failed.say(setting, err=True)
    failed.end()


def named(name: str, setting: Setting) -> Artifact:
    """Return a table or figure by its name, and check that it exists on this variant of the data."""
    from benchmark.artifacts.regenerate import all_artifacts

    known = {artifact.name: artifact for artifact in all_artifacts()}
    if name not in known:
        raise UnknownNameError("table or figure", name, known)
    require_variant(known[name], setting)
    return known[name]


def require_variant(artifact: Artifact, setting: Setting) -> None:
    """Raise `ParameterError` where an artifact cannot be made on the variant of the data."""
    if setting.variant not in artifact.variants:
        raise ParameterError(f"{artifact.name} needs real data (a dataset without a twin): give --data FOLDER")
