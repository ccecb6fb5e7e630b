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
    _make(known_artifact(name, "table"), results.setting(), results, work, out)


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
    artifact = known_artifact(name, "figure")
    if scenario and scenario not in artifact.scenarios:
        raise UnknownNameError(f"scenario of {name}", scenario, artifact.scenarios)
    _make(artifact, replace(results.setting(), scenario=scenario), results, work, out)


def _make(artifact: Artifact, setting: Setting, results: options.Results, work: options.Work, out: Path) -> None:
    """Make one artifact and print the paths of its files."""
    options.require_portable("tables and figures")
    from benchmark.artifacts.regenerate import regenerate
    from benchmark.cli.failed import FailedCells
    from benchmark.cli.progress import progress
    from benchmark.interfaces.commands import PROGRAM
    from benchmark.process.output import output_to_stderr

    require_variant(artifact, setting)
    workers, failed = work.crew(), FailedCells()
    with progress() as on_plan, output_to_stderr():  # code of others may print
        counted = failed.counted(on_plan)
        written = regenerate([artifact], setting, results.opened(), results.data, out, workers, counted)
    for path in written:
        typer.echo(path)
    failed.say(setting, err=True)
    numbers = artifact.numbers(failed.results, setting)
    valued = sum(bool(number.values) for number in numbers)
    paper = artifact.name.partition("/")[0]
    typer.echo(
        f"{artifact.name} ({setting.variant}, {setting.profile.name}): {valued} of {len(numbers)} numbers; next:"
        f" {PROGRAM} explain {artifact.name} ROW METRIC, {PROGRAM} claim {paper}",
        err=True,
    )
    failed.end()


def named(name: str, setting: Setting) -> Artifact:
    """Return a table or figure by its name, and check that it exists on this variant of the data."""
    artifact = known_artifact(name)
    require_variant(artifact, setting)
    return artifact


def known_artifact(name: str, kind: str = "") -> Artifact:
    """Return a table or figure by its name, in any case.

    Raises
    ------
    BenchmarkError
        For an unknown name, and for a figure where a table is wanted, or the reverse.
    """
    from benchmark.artifacts.regenerate import all_artifacts
    from benchmark.cli.names import known_name
    from benchmark.interfaces.commands import PROGRAM

    known = {artifact.name: artifact for artifact in all_artifacts()}
    own = [one for one, artifact in known.items() if kind in ("", artifact.kind)]
    if kind and (other := known.get(name.lower())) is not None and other.kind != kind:
        raise ParameterError(f"{other.name} is a {other.kind}: {PROGRAM} {other.kind} {other.name}")
    found = known_name(kind or "table or figure", name, own, f"known: {', '.join(own)}")
    return known[found]


def require_variant(artifact: Artifact, setting: Setting) -> None:
    """Raise `ParameterError` where an artifact cannot be made on the variant of the data."""
    if setting.variant not in artifact.variants:
        raise ParameterError(f"{artifact.name} needs real data (a dataset without a twin): give --data FOLDER")
