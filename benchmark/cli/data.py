"""``data``: the datasets, their sources and their known flaws."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options, trace
from benchmark.cli.health import print_health
from benchmark.cli.printing import print_facts, print_json, print_table, share
from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from benchmark.interfaces.metadata import Metadata

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, fetch, verify and examine datasets.")

Name = Annotated[str, typer.Argument(help="A dataset, as name or name[param=value,…].")]


@app.command("list")
def list_datasets(data: options.DataFolder = None, json: options.Json = False) -> None:
    """List the datasets and the files present.

    Example: python -m benchmark data list
    """
    from benchmark.data.sources import present
    from benchmark.interfaces.registry import DATASETS

    rows: list[dict[str, Any]] = []
    for name in DATASETS.names():
        if reason := DATASETS.check(name):
            rows.append({"name": name, "status": "broken", "reason": reason})
            continue
        metadata = DATASETS.load(name).metadata
        rows.append(
            {
                "name": name,
                "status": "ok",
                "title": metadata.title,
                "licence": metadata.licence,
                "channels": metadata.channels,
                "anomaly_share": metadata.anomaly_share,
                "login": bool(metadata.login),
                "twin": metadata.twin,
                "files": len(metadata.files),
                "present": present(metadata, data) if data is not None else None,
            }
        )
    if json:
        print_json(rows)
        return
    columns = ("name", "channels", "anomalous", "licence", "login", "twin", "files here", "title")
    print_table(columns, [_list_row(row) for row in rows], right=("channels", "anomalous", "files here"))
    if data is None:
        print("\nGive --data FOLDER or set BENCHMARK_DATA to see which files are present.")


def _list_row(row: dict[str, Any]) -> tuple[str, ...]:
    if row["status"] == "broken":
        return (row["name"], *("-" * 6), f"broken: {row['reason']}")
    return (
        row["name"],
        str(row["channels"]),
        share(row["anomaly_share"]),
        row["licence"],
        "yes" if row["login"] else "no",
        "yes" if row["twin"] else "no",
        "-" if row["present"] is None else f"{row['present']} of {row['files']}",
        row["title"],
    )


@app.command()
def describe(
    name: Name,
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    json: options.Json = False,
) -> None:
    """Show metadata, shape and health card.

    The health card lists properties that make results look better than they are: anomalies that one threshold finds,
    copies of training rows in the test part, labels that cluster at the end.

    Example: python -m benchmark data describe google-2019
    """
    from dataclasses import asdict

    from benchmark.interfaces.recording import fingerprint
    from benchmark.interfaces.registry import DATASETS
    from benchmark.interfaces.spec import Spec
    from benchmark.process.output import output_to_stderr
    from benchmark.quality.health import health

    with output_to_stderr():  # code of others may print
        dataset = DATASETS.build(name)
        chosen, data = options.data_of(name, variant, data)
        recordings = dataset.load(chosen, data)
    card = health(recordings, dataset.metadata)
    spec, digest = str(Spec.parse(name)), fingerprint(recordings)
    if json:
        facts = {"dataset": spec, "variant": chosen, "fingerprint": digest}
        print_json({**facts, "metadata": dataset.metadata.model_dump(mode="json"), "health": asdict(card)})
        return
    _print_metadata(spec, chosen, digest, dataset.metadata)
    print_health(card)


def _print_metadata(spec: str, variant: str, digest: str, metadata: Metadata) -> None:
    print_facts(
        [
            ("dataset", spec),
            ("variant", variant),
            ("fingerprint", digest),
            ("title", metadata.title),
            ("source", metadata.source),
            ("licence", metadata.licence),
            ("login", metadata.login or "not needed"),
            ("label", metadata.label),
            ("period", metadata.period),
            ("VUS window", f"{metadata.vus_window} points"),
            ("twin", "embedded" if metadata.twin else "none"),
        ]
    )
    if metadata.known_issues:
        print("\nKnown issues")
        for issue in metadata.known_issues:
            print(f"- {issue}")


@app.command()
def verify(name: Name, data: options.DataFolder = None, json: options.Json = False) -> None:
    """Check files against published checksums.

    The embedded twin is checked against its committed fingerprint. Exit code 1: a file is missing or changed, or the
    twin differs.

    Example: python -m benchmark data verify smd --data FOLDER
    """
    from collections import Counter
    from dataclasses import asdict

    from benchmark.data import sources
    from benchmark.interfaces.registry import DATASETS

    root = _folder(data)
    dataset = DATASETS.build(name)
    checks, twin = sources.verify(dataset, root), sources.verify_twin(dataset)
    if json:
        print_json([asdict(check) for check in (*checks, twin) if check])
    else:
        rows: list[tuple[str, str]] = [(check.status, str(root / check.path)) for check in checks]
        rows += [(twin.status, f"{twin.path}, fingerprint {twin.sha256}")] if twin else []
        print_table(("status", "file"), rows)
        counts = Counter(status for status, _ in rows)
        print("\n" + ", ".join(f"{count} {status}" for status, count in sorted(counts.items())))
    if any(check.status in ("changed", "missing") for check in (*checks, twin) if check):
        raise typer.Exit(1)


@app.command()
def fetch(
    name: Name,
    data: Annotated[
        Path, typer.Option("--data", envvar="BENCHMARK_DATA", help="Folder that receives the files.")
    ] = Path("data"),
    mirror: Annotated[
        str | None, typer.Option("--mirror", help="Address of a data folder to download from, not the publisher's.")
    ] = None,
) -> None:
    """Download missing files of a dataset.

    A dataset that needs a login is not downloaded; the message says how to get it. An interrupted download resumes. A
    file gets its name only once its checksum is right.

    Example: python -m benchmark data fetch smd --data FOLDER
    """
    from benchmark.data import sources
    from benchmark.interfaces.registry import DATASETS

    dataset = DATASETS.build(name)
    downloaded = sources.fetch(dataset, data, mirror)
    total = len(dataset.metadata.files)
    print(f"{len(downloaded)} of {total} files downloaded to {data}, {total - len(downloaded)} were there already")


@app.command()
def fidelity(name: Name, data: options.DataFolder = None, json: options.Json = False) -> None:
    """Compare the embedded twin with real data.

    They are compared channel by channel, jointly, by a classifier trained to distinguish them, and by the results of
    methods on each.

    Example: python -m benchmark data fidelity google-2019 --data FOLDER
    """
    from benchmark.quality.fidelity import fidelity

    report = fidelity(name, _folder(data), progress=lambda line: print(line, file=sys.stderr, flush=True))
    if json:
        print_json(report.model_dump(mode="json"))
        return
    for position, (title, columns, rows) in enumerate(report.tables()):
        print(f"\n{title}" if position else title)
        print_table(columns, rows, right=set(columns) - {"channel", "measure", "method", "protocol"})


app.command("prepare")(trace.prepare)
app.command("sql")(trace.sql)


def _folder(data: Path | None) -> Path:
    if data is None or not data.is_dir():
        missing = "" if data is None else f"--data {data}: no such folder; "
        raise ParameterError(f"{missing}this command needs real data: give --data FOLDER or set BENCHMARK_DATA")
    return data
