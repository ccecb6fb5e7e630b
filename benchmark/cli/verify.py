"""``verify``: the claims of the papers, judged one by one, and compared with the recorded verdicts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.interfaces.artifact import Paper
    from benchmark.verdicts.ledger import Ledger
    from benchmark.verdicts.record import Change


def verify(
    update: Annotated[
        bool, typer.Option("--update", help="Rewrite the record with what is found, and say what changed.")
    ] = False,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")] = None,
    github_summary: Annotated[
        bool, typer.Option("--github-summary", help="Append Markdown to the summary of a GitHub Actions run.")
    ] = False,
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    profile: options.ProfileName = "default",
    workers: options.WorkerCount = None,
    scheduler: options.Scheduler = "",
    timeout: options.Timeout = 0.0,
    memory: options.Memory = "auto",
    store: options.StoreFolder = options.STORE,
    json: options.Json = False,
) -> None:
    """Judge every claim of the papers and compare with the record.

    Leaves with 0 where every verdict and every measured mean is the recorded one, with 1 where one changed or none is
    recorded. What is missing is run first.
    """
    from benchmark.cli.progress import progress
    from benchmark.engine.store import Store
    from benchmark.interfaces.errors import ParameterError
    from benchmark.verdicts.junit import write_junit
    from benchmark.verdicts.markdown import ledger_markdown
    from benchmark.verdicts.record import as_record, changes, read_record, section, write_record
    from benchmark.verdicts.verify import ledgers, papers_with

    summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if github_summary and not summary:
        raise ParameterError("--github-summary needs GITHUB_STEP_SUMMARY, which GitHub Actions sets")
    if junit is not None:  # what cannot be written should be known before the cells run
        junit.absolute().parent.mkdir(parents=True, exist_ok=True)
    stands_on = options.setting(variant, data, profile)
    papers = papers_with("claims.toml")
    chosen = options.workers(workers, scheduler, timeout, memory)
    with progress() as on_plan:
        found = ledgers(papers, stands_on, Store(store), data, chosen, on_plan)
    name = section(stands_on)
    changed: list[Change] = []
    unrecorded: list[str] = []
    for paper, ledger in zip(papers, found, strict=True):
        record = read_record(paper.folder, name)
        unrecorded += [paper.name] if record is None else []
        changed += changes(ledger, record or {"verdicts": {}, "measured": {}}) if record or update else []
        if update:
            write_record(paper.folder, name, as_record(ledger))
    if junit is not None:
        write_junit(found, changed, junit)
    if github_summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(ledger_markdown(found, changed, f"{stands_on.variant} data, profile {profile}"))
    if json:
        _print_json(found, changed, name)
    else:
        _print(found, changed, stands_on.variant, profile)
    _end(papers, changed, [] if update else unrecorded, name, update, json)


def _print(found: list[Ledger], changed: list[Change], variant: str, profile: str) -> None:
    from benchmark.verdicts.markdown import counted

    marked = {(change.paper, change.name) for change in changed if change.what == "verdict"}
    head = ("claim", "scenario", "published", "measured", "verdict", "reason")
    for ledger in found:
        print(f"{ledger.paper} ({variant}, {profile})\n")
        rows = [
            (
                line.claim,
                line.scenario,
                line.published,
                line.measured,
                line.verdict + (" *" if (ledger.paper, line.key) in marked else ""),
                line.reason,
            )
            for line in ledger.lines
        ]
        _print_lines([head, *rows])
        counts = ", ".join(f"{count} {verdict}" for verdict, count in counted(ledger).items())
        print(f"\n{len(ledger.lines)} verdicts: {counts}\n")


def _print_lines(rows: list[tuple[str, ...]]) -> None:
    """One line a row; a terminal cuts a long reason, a file or a pipe gets all of it."""
    import shutil

    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        print(line if room is None or len(line) <= room else line[: room - 1] + "…")


def _print_json(found: list[Ledger], changed: list[Change], name: str) -> None:
    from dataclasses import asdict

    from benchmark.cli.printing import print_json
    from benchmark.verdicts.markdown import counted

    papers: list[dict[str, Any]] = [
        {
            "paper": ledger.paper,
            "counts": counted(ledger),
            "claims": [asdict(line) for line in ledger.lines],
            "measured": {
                key: {"mean": mean, "half": half if half == half else None}
                for key, (mean, half) in sorted(ledger.means.items())
            },
        }
        for ledger in found
    ]
    print_json({"section": name, "papers": papers, "changes": [asdict(change) for change in changed]})


def _end(
    papers: list[Paper], changed: list[Change], unrecorded: list[str], name: str, update: bool, json: bool
) -> None:
    """Say what changed, and leave with the right code; beside JSON these words go to standard error."""
    for change in changed:
        typer.echo(f"changed: {change}", err=json)
    if update:
        files = ", ".join(str(paper.folder / "verdicts.toml") for paper in papers)
        typer.echo(f"{len(changed)} changes written to [{name}] of {files}", err=json)
        return
    for paper in unrecorded:
        typer.echo(
            f"{paper}: nothing is recorded for {name}; the same command with --update writes the record", err=True
        )
    if not changed and not unrecorded:
        typer.echo(f"every verdict and mean is the recorded one ({name})", err=json)
    if changed or unrecorded:
        raise typer.Exit(1)
