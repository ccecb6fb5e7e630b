"""``all``: regenerate every table and figure of every paper, then the report."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from benchmark.engine.store import Store
    from benchmark.interfaces.artifact import Artifact, Setting
    from benchmark.verdicts.verify import PaperRun


@options.grouped
def all_(
    results: options.Results,
    work: options.Work,
    papers: Annotated[list[str] | None, typer.Argument(help="Papers; every one by default.")] = None,
    out: options.OutFolder = Path(),
    report: Annotated[bool, typer.Option("--report/--no-report", help="Write report/index.html below --out.")] = True,
) -> None:
    """Regenerate all tables and figures.

    With names of papers, theirs only. Missing results are computed first, and the report is written last. Slow
    artifacts are left out; `table` and `figure` make them one by one. Exit code 3: some cells failed; everything is
    written all the same.

    Example: python -m benchmark all gan-uq --variant twin --profile smoke
    """
    from benchmark.artifacts.regenerate import all_artifacts, plan_artifacts, regenerate
    from benchmark.cli.failed import FailedCells
    from benchmark.cli.forecast import duration, forecast
    from benchmark.cli.progress import progress
    from benchmark.interfaces.commands import PROGRAM
    from benchmark.interfaces.registry import PAPERS
    from benchmark.process.output import output_to_stderr
    from benchmark.report.render import write_report

    options.require_portable("tables and figures")
    started = monotonic()
    setting, store, workers = results.setting(), results.opened(), work.crew()
    chosen = set(papers or PAPERS.names())
    for name in sorted(chosen):
        PAPERS.entry(name)  # an unknown name is an error with a suggestion
    artifacts = [
        artifact
        for artifact in all_artifacts()
        if artifact.in_all and setting.variant in artifact.variants and artifact.name.partition("/")[0] in chosen
    ]
    plan = plan_artifacts(artifacts, setting, store, results.data)
    size = forecast(plan, store).text(0 if workers.scheduler else max(1, workers.count))
    typer.echo(f"{size}; files go to tables/ and figures/ in {out.absolute()}")
    failed = FailedCells()
    with progress() as on_plan, output_to_stderr():  # code of others may print
        written = regenerate(artifacts, setting, store, results.data, out, workers, failed.counted(on_plan))
    typer.echo(f"{len(artifacts)} tables and figures, {len(written)} files ({setting.variant}, {results.profile})")
    failed.say(setting, err=False)
    _print_verdicts(artifacts, chosen, setting, store, results.data)
    if report:
        typer.echo(f"report: {write_report(out, store, results.data)}")
    typer.echo(f"time: {duration(monotonic() - started)}")
    typer.echo(f"next: {PROGRAM} claim PAPER shows published, measured and verdict of each claim")
    failed.end()


def _print_verdicts(
    artifacts: Sequence[Artifact], papers: Collection[str], setting: Setting, store: Store, root: Path | None
) -> None:
    """Print the number of verdicts of each paper, from the results that are now stored."""
    from benchmark.interfaces.commands import verify
    from benchmark.verdicts.verify import papers_with, plan_claims

    made = {artifact.name for artifact in artifacts}
    judged = [paper for paper in papers_with("claims.toml") if paper.name in papers]
    plan = plan_claims(judged, setting, store, root)
    for run in plan.stored(store):
        counts = ", ".join(f"{count} {verdict}" for verdict, count in run.report.counts().items())
        changed = _changed(run, setting)
        typer.echo(f"verdicts of {run.paper.name}: {counts}; {changed[0]}")
        for line in changed[1:]:
            typer.echo(f"  {line}")
    if any(artifact.name not in made for group in plan.artifacts.values() for artifact in group):
        typer.echo(f"some claims need slow artifacts: {verify(setting.variant, setting.profile.name)}")


def _changed(run: PaperRun, setting: Setting) -> list[str]:
    """Compare judged verdicts with the recorded ones: a summary, then a line for each that differs."""
    from benchmark.verdicts.record import read_record, section

    record = read_record(run.paper.folder, section(setting))
    if record is None or record.outdated:
        return [f"no record of {section(setting)} to compare with"]
    changed = [
        f"{result.claim}: recorded {record.verdicts[result.claim]}, now {result.verdict}"
        for result in run.report.results
        if result.numbers and record.verdicts.get(result.claim, result.verdict) != result.verdict
    ]
    return [f"{len(changed)} differ from the record" if changed else "as recorded", *changed]
