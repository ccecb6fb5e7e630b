"""``benchmark data``: what datasets there are, where they come from and what is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options
from benchmark.cli.printing import duration, number, print_facts, print_json, print_table, share
from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from benchmark.interfaces.metadata import Metadata
    from benchmark.quality.health import HealthCard, RecordingHealth

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List, fetch, verify and examine datasets.")

Name = Annotated[str, typer.Argument(help="A dataset, as name or name[param=value,…].")]


@app.command("list")
def list_datasets(data: options.DataFolder = None, json: options.Json = False) -> None:
    """List the datasets and what is at hand of each."""
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
        print("\nGive --data FOLDER or set BENCHMARK_DATA to see which files are here.")


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

    The health card says what makes results look better than they are: anomalies that one threshold finds, copies of
    training rows in the test part, labels that cluster at the end.
    """
    from dataclasses import asdict

    from benchmark.interfaces.recording import fingerprint
    from benchmark.interfaces.registry import DATASETS
    from benchmark.interfaces.spec import Spec
    from benchmark.quality.health import health

    dataset = DATASETS.build(name)
    chosen = options.chosen_variant(variant, data)
    recordings = dataset.load(chosen, data)
    card = health(recordings, dataset.metadata)
    spec, digest = str(Spec.parse(name)), fingerprint(recordings)
    if json:
        facts = {"dataset": spec, "variant": chosen, "fingerprint": digest}
        print_json({**facts, "metadata": dataset.metadata.model_dump(mode="json"), "health": asdict(card)})
        return
    _print_metadata(spec, chosen, digest, dataset.metadata)
    _print_health(card)


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


def _print_health(card: HealthCard) -> None:
    print("\nHealth")
    published = "" if card.anomalous_published is None else f" (metadata: {share(card.anomalous_published)})"
    print_facts(
        [
            ("points", f"{card.points:,}"),
            ("missing values", share(card.missing)),
            ("anomalous points", share(card.anomalous) + published),
            ("duplicated rows", share(card.duplicates)),
            ("test rows also in train", share(card.seen_in_train)),
            ("constant everywhere", ", ".join(card.constant) or "no channel"),
        ]
    )
    print("\nRecordings")
    columns = ("recording", "part", "points", "channels", "span", "missing", "constant", "duplicated", "in train")
    print_table(
        columns,
        [
            (
                r.name,
                r.part or "-",
                f"{r.points:,}",
                str(r.channels),
                duration(r.span_us),
                share(r.missing),
                str(len(r.constant)),
                share(r.duplicates),
                share(r.seen_in_train),
            )
            for r in card.recordings
        ],
        right=columns[2:],
    )
    _print_anomalies(card.recordings)
    _print_one_liners(card.recordings)


def _print_anomalies(recordings: tuple[RecordingHealth, ...]) -> None:
    labelled = [r for r in recordings if r.anomalous]
    if not labelled:
        unlabelled = all(r.anomalous is None for r in recordings)
        print("\nNo label is published." if unlabelled else "\nNo point is anomalous.")
        return
    print("\nAnomalies (unbiased: mean position 0.5 from first to last point, a third in the last third)")
    rows = [
        (
            r.name,
            r.part or "-",
            share(r.anomalous),
            "-" if r.events is None else str(r.events),
            share(r.longest_event),
            number(r.position),
            share(r.last_third),
        )
        for r in labelled
    ]
    if len(labelled) > 1:
        longest, position, last_third = (
            _mean([getattr(r, name) for r in labelled]) for name in ("longest_event", "position", "last_third")
        )
        rows.append(("mean", "", "", "", share(longest), number(position), share(last_third)))
    columns = ("recording", "part", "anomalous", "events", "in longest event", "mean position", "in last third")
    print_table(columns, rows, right=columns[2:])


def _print_one_liners(recordings: tuple[RecordingHealth, ...]) -> None:
    found = [(r, r.one_liner) for r in recordings if r.one_liner is not None]
    if not found:
        return
    print("\nOne threshold on one channel (point-wise; oracle: rule and threshold are chosen on the labels)")
    rows = [
        (r.name, r.part or "-", number(o.f1_flag_all), number(o.f1_oracle), number(o.auc_roc), o.f1_rule, o.auc_rule)
        for r, o in found
    ]
    if len(found) > 1:
        flag_all, f1, auc = (
            _mean([getattr(o, name) for _, o in found]) for name in ("f1_flag_all", "f1_oracle", "auc_roc")
        )
        rows.append(("mean", "", number(flag_all), number(f1), number(auc), "", ""))
    columns = ("recording", "part", "F1 flag-all", "F1@oracle", "AUC-ROC@oracle", "F1 rule", "AUC-ROC rule")
    print_table(columns, rows, right=columns[2:5])


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


@app.command()
def verify(name: Name, data: options.DataFolder = None, json: options.Json = False) -> None:
    """Check files against published checksums, and the embedded twin against its committed fingerprint.

    The exit code is 1 where a file is missing or changed, or the twin differs.
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
    """Download what is missing, or say how to get it.

    An interrupted download resumes; a file gets its name only once its checksum is right.
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

    Channel by channel, jointly, by a classifier that tries to tell them apart, and in what methods make of each.
    """
    from benchmark.quality.fidelity import fidelity

    report = fidelity(name, _folder(data), progress=lambda line: print(line, file=sys.stderr, flush=True))
    if json:
        print_json(report.model_dump(mode="json"))
        return
    for position, (title, columns, rows) in enumerate(report.tables()):
        print(f"\n{title}" if position else title)
        print_table(columns, rows, right=set(columns) - {"channel", "measure", "method", "protocol"})


def _folder(data: Path | None) -> Path:
    if data is None or not data.is_dir():
        given = "" if data is None else f"--data {data}: no such folder; "
        raise ParameterError(f"{given}this command needs real data: give --data FOLDER or set BENCHMARK_DATA")
    return data
