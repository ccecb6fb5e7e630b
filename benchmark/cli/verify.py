"""``verify``: judge the claims of the papers, and compare the run with the record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from benchmark.interfaces.artifact import Paper
    from benchmark.verdicts.comparison import Comparison
    from benchmark.verdicts.report import ClaimReport, ClaimResult
    from benchmark.verdicts.verify import PaperRun


@options.grouped
def verify(
    results: options.Results,
    work: options.Work,
    paper: Annotated[str, typer.Argument(help="This paper alone.", autocompletion=options.paper_names)] = "",
    claim: Annotated[str, typer.Argument(help="Id or words of claims, e.g. 'GNN F1'.")] = "",
    update: Annotated[
        bool, typer.Option("--update", help="Rewrite the record with this run, and list the changes.")
    ] = False,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")] = None,
    github_summary: Annotated[
        bool, typer.Option("--github-summary", help="Append Markdown to the summary of a GitHub Actions run.")
    ] = False,
    arithmetic: options.ArithmeticName = "portable",
    json: options.Json = False,
) -> None:
    """Judge every claim; compare with the record.

    Missing results are computed first. In portable arithmetic with the recorded libraries and data, every number must
    equal the recorded one in every byte. Elsewhere statistics decide: an honest rerun fails with a probability of at
    most 1 %. With PAPER and CLAIM only the tables and figures behind it are computed; `claim` shows recorded verdicts
    without a run. Exit code 0: all verdicts and numbers match the record. 1: some differ, or there is no record.

    Example: python -m benchmark verify gan-uq "GNN F1" --variant twin --profile smoke
    """
    from benchmark.cli.progress import progress
    from benchmark.process.output import output_to_stderr
    from benchmark.verdicts.comparison import compare, data_changes
    from benchmark.verdicts.junit import write_junit
    from benchmark.verdicts.markdown import claims_markdown
    from benchmark.verdicts.record import Circumstances, as_record, read_record, section, write_record
    from benchmark.verdicts.single import narrowed
    from benchmark.verdicts.verify import plan_claims

    if update:
        options.require_portable("records")
    summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if github_summary and not summary:
        raise ParameterError("--github-summary needs GITHUB_STEP_SUMMARY, which GitHub Actions sets")
    if junit is not None:  # a path that cannot be written should be an error before the cells run
        junit.absolute().parent.mkdir(parents=True, exist_ok=True)
    setting, store = results.setting(), results.opened()
    name = section(setting)
    papers, only = _chosen(paper, claim)
    if only and update:
        raise ParameterError("--update rewrites the record of a whole paper: leave CLAIM out")
    workers = work.crew()
    records = {one.name: record for one in papers if (record := read_record(one.folder, name)) is not None}
    plan = plan_claims(papers, setting, store, results.data, only)
    for one in papers:
        if not only and (record := records.get(one.name)) is not None and not record.outdated:
            for change in data_changes(one.name, plan.data(one), record):
                typer.echo(f"other data than recorded: {change}", err=True)
    with progress() as on_plan, output_to_stderr():  # code of others may print
        runs = plan.run(store, results.data, workers, on_plan)
    now = Circumstances.now()
    records |= {run.paper.name: narrowed(records[run.paper.name], run) for run in runs if run.paper.name in records}
    comparison = compare(runs, records, now)
    reports = [run.report for run in runs]
    if update:
        for run in runs:
            write_record(run.paper.folder, name, as_record(run.report, run.data, now))
    if junit is not None:
        write_junit(reports, comparison, junit)
    outcome = _outcome(comparison, name)
    if github_summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            heading = f"{setting.variant} data, profile {results.profile}"
            file.write(claims_markdown(reports, comparison, outcome, heading))
    if json:
        _print_json(runs, comparison, name)
    else:
        _print(reports, comparison, setting.variant, results.profile)
    _end(papers, comparison, outcome, name, update, json)


def _chosen(paper: str, claim: str) -> tuple[list[Paper], frozenset[str]]:
    """Return the papers that are meant, and the ids of their claims; none for all."""
    from benchmark.artifacts.published import read_published
    from benchmark.cli.names import known_name
    from benchmark.verdicts.claims import read_claims
    from benchmark.verdicts.recorded import claims_with
    from benchmark.verdicts.verify import papers_with

    papers = papers_with("claims.toml")
    if not paper:
        return papers, frozenset()
    name = known_name("paper", paper, [one.name for one in papers])
    chosen = [one for one in papers if one.name == name]
    if not claim:
        return chosen, frozenset()
    singles = read_claims(chosen[0].folder).expand(read_published(chosen[0].folder))
    return chosen, frozenset(one.id for one in claims_with(singles, claim, name))


def _outcome(comparison: Comparison, name: str) -> str:
    """Say in one line how the numbers were compared, and what came of it."""
    total, differing = comparison.numbers, comparison.differing
    if comparison.way == "nothing":
        return f"{name}: there is no record to compare with"
    verb = "differs from the record" if comparison.changes else "every verdict and number is the recorded one"
    methods = ", ".join(f"{count} of {method}" for method, count in comparison.by_method.items())
    if not differing:
        return f"{verb} ({name}); compared by bytes: all {total} numbers are equal at every seed"
    counted = f"{differing} of {total} numbers differ in some byte, {methods}"
    if comparison.way == "bytes":
        return f"{verb} ({name}); compared by bytes: {counted} (arithmetic, libraries and data are the recorded ones)"
    causes = "; ".join(comparison.causes)
    return f"{verb} ({name}); compared by statistics, error rate 1 %: {counted} ({causes})"


def _print(reports: list[ClaimReport], comparison: Comparison, variant: str, profile: str) -> None:
    changed = {(change.paper, change.name) for change in comparison.changes if change.what in ("verdict", "reading")}
    for report in reports:
        print(f"{report.paper} ({variant}, {profile})\n")
        for result in report.results:
            _print_result(result, (report.paper, result.claim) in changed)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in report.counts().items())
        print(f"\n{len(report.results)} claims: {counts}\n")
        for settled in report.settled:
            print(f"no readings: {settled}")
        print()


def _print_result(result: ClaimResult, changed: bool) -> None:
    """Print a claim with its numbers in one line, and what decided below, broken at the width of the page."""
    from benchmark.cli.printing import page_width, wrapped

    numbers = [f"published {result.published}" if result.published else "", f"measured {result.measured}"]
    numbers = [text for text in numbers if text and not text.endswith(" ")]
    head = "; ".join([f"{result.claim}: {result.verdict}{' (changed)' if changed else ''}", *numbers])
    parts = [("reason", result.reason), ("reading", result.reading), ("look", result.look), ("power", result.power)]
    lines = [head, *(f"{name}: {text}" for name, text in parts if text)]
    for number, text in enumerate(lines):
        indent = "" if number == 0 else "  "
        for position, line in enumerate(wrapped(text, page_width() - 4)):
            print(f"{indent}{'  ' if position else ''}{line}")


def _print_json(runs: list[PaperRun], comparison: Comparison, name: str) -> None:
    from dataclasses import asdict

    from benchmark.cli.printing import print_json
    from benchmark.stats.intervals import mean_interval

    papers: list[dict[str, Any]] = []
    for run in runs:
        measured = {}
        for key, number in sorted(run.report.numbers.items()):
            interval = mean_interval([number.values[seed] for seed in sorted(number.values)])
            half = interval.high - interval.mean
            measured[key] = {"mean": interval.mean, "half": half if half == half else None}
        papers.append(
            {
                "paper": run.report.paper,
                "counts": run.report.counts(),
                "data": run.data,
                "claims": [asdict(result) for result in run.report.results],
                "settled": [settled.model_dump() for settled in run.report.settled],
                "measured": measured,
            }
        )
    print_json(
        {
            "section": name,
            "compared": {
                "way": comparison.way,
                "numbers": comparison.numbers,
                "differing": comparison.by_method,
                "causes": comparison.causes,
            },
            "papers": papers,
            "changes": [asdict(change) for change in comparison.changes],
            "unsettled": [asdict(change) for change in comparison.unsettled],
        }
    )


def _end(papers: list[Paper], comparison: Comparison, outcome: str, name: str, update: bool, json: bool) -> None:
    """Print what has changed, and leave with the right code; with JSON these lines go to standard error."""
    from benchmark.verdicts.record import VALUES, VERDICTS

    for change in comparison.changes:
        typer.echo(f"changed: {change}", err=json)
    for change in comparison.unsettled:
        typer.echo(f"unsettled: {change}: the numbers behind it agree within chance", err=json)
    if update:
        folders = ", ".join(str(paper.folder) for paper in papers)
        count = len(comparison.changes) + len(comparison.unsettled)
        new = [*comparison.unrecorded, *comparison.outdated]
        first = f"; first record under these rules of {', '.join(new)}" if new else ""
        typer.echo(f"{count} changes written to [{name}] of {VERDICTS} and {VALUES} in {folders}{first}", err=json)
        return
    for paper in comparison.outdated:
        text = "is of older rules, so nothing is compared; the same command with --update writes it anew"
        typer.echo(f"{paper}: the record for {name} {text}", err=True)
    for paper in comparison.unrecorded:
        typer.echo(
            f"{paper}: nothing is recorded for {name}; the same command with --update writes the record", err=True
        )
    typer.echo(outcome, err=json)
    if comparison.changes or comparison.unrecorded or comparison.outdated:
        raise typer.Exit(1)
