"""``detect``: anomalies in a file of one's own, without labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.detection.events import Event
    from benchmark.detection.scoring import Scored

TOP = 10
"""Events on screen."""

DEFAULT = "panel"


def detect(
    file: Annotated[
        str,
        typer.Argument(help="CSV or Parquet file, or a glob: 'telemetry.csv[time=timestamp,by=host]'; or a dataset."),
    ],
    method: Annotated[
        str, typer.Option("--method", help="Detectors that need no label, with commas; auto: the panel of fast ones.")
    ] = "auto",
    train_until: Annotated[
        str, typer.Option("--train-until", help="Learn from the rows before this time (ISO 8601, UTC without a zone).")
    ] = "",
    train_share: Annotated[
        float, typer.Option("--train-share", help="Learn from this share of the rows, from the start.")
    ] = 0.5,
    threshold: Annotated[
        str, typer.Option("--threshold", help="quantile=0.99, pot or rate=1/day, set on held-out rows.")
    ] = "pot",
    out: Annotated[Path | None, typer.Option("--out", help="Write scores to this .csv or .parquet file.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write a picture for each series: .png.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write one self-contained page: .html.")] = None,
    data: options.DataFolder = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the detectors.")] = 0,
    json: options.Json = False,
) -> None:
    """Find anomalies in a file, without labels.

    Detectors learn from the first part of each series and score the rest.

    Example: python -m benchmark detect telemetry.csv --out scores.parquet --plot events.png
    """
    from benchmark.cli.plugin import check_dataset, check_methods
    from benchmark.detection.cut import cut_by
    from benchmark.interfaces.errors import ParameterError
    from benchmark.interfaces.spec import split_names
    from benchmark.process.output import output_to_stderr

    cut_by(threshold)  # a wrong rule is named before anything is read
    until = micros(train_until) if train_until else None
    methods = [DEFAULT if name == "auto" else name for name in split_names(method)]
    if not methods:
        raise ParameterError("--method names no method: write name[param=value,…], several with commas")
    check_files(out, plot, report)
    with output_to_stderr():  # code of others may print
        check_dataset(file)
        check_methods(methods)
        recordings, notes = load_series(file, data)
        scored = _scored(recordings, methods, train_share, until, threshold, seed)
    show(file, notes, scored, threshold, out, plot, report, json=json)


def check_files(out: Path | None, plot: Path | None, report: Path | None) -> None:
    """Check the names of the files to write, before anything is computed."""
    from benchmark.detection.output import check_output
    from benchmark.interfaces.errors import ParameterError

    for path, ends in ((plot, (".png",)), (report, (".html", ".htm"))):
        if path is not None and (path.suffix not in ends or not path.parent.is_dir()):
            raise ParameterError(f"{path}: write a name that ends in {' or '.join(ends)}, in a folder that exists")
    if out is not None:
        check_output(out)


def show(
    file: str,
    notes: Sequence[str],
    scored: Sequence[Scored],
    threshold: str,
    out: Path | None,
    plot: Path | None,
    report: Path | None,
    *,
    json: bool,
) -> None:
    """Write the files of scored series and print their events."""
    from benchmark.detection.events import by_height, events_of
    from benchmark.detection.output import frame_of, write_frame
    from benchmark.detection.page import write_page
    from benchmark.detection.picture import picture_of, write_picture

    check_files(out, plot, report)
    events = {id(one): events_of(one) for one in scored}
    written = [write_frame(frame_of(scored), out)] if out is not None else []
    if plot is not None:
        pictures = [(one, plot if len(scored) == 1 else _beside(plot, one)) for one in scored]
        written += [write_picture(picture_of(one, events[id(one)]), path) for one, path in pictures]
    if report is not None:
        written.append(write_page(f"Anomalies in {file}", notes, [(one, events[id(one)]) for one in scored], report))
    found = by_height([event for one in scored for event in events[id(one)]])
    metrics = _metrics(scored)
    if json:
        _print_json(file, notes, scored, found, metrics, written)
    else:
        _print(notes, scored, found, metrics, written, threshold)


def load_series(file: str, data: Path | None) -> tuple[list[Any], list[str]]:
    """Load the series; of a published split, the test parts follow their training parts."""
    from benchmark.interfaces.registry import DATASETS

    variant, root = options.data_of(file, None, data)
    dataset = DATASETS.build(file)
    recordings = dataset.load(variant, root)
    notes = list(getattr(dataset, "notes", ()))
    return recordings, notes


def _scored(
    recordings: Sequence[Any], methods: Sequence[str], share: float, until: int | None, threshold: str, seed: int
) -> list[Scored]:
    from benchmark.cli.progress import steps
    from benchmark.detection.apart import detect as score
    from benchmark.detection.division import divide

    divisions = [divide(recording, share, until) for recording in recordings if recording.part != "train"]
    pairs = [(division, method) for division in divisions for method in methods]
    with steps(len(pairs)) as step:
        found = []
        for division, method in pairs:
            step(f"{method} on {division.source.name}")
            found.append(score(method, division, threshold, seed))
    return found


def _metrics(scored: Sequence[Scored]) -> list[dict[str, Any]]:
    """Metrics with their intervals, of the series that have labels of both classes."""
    from benchmark.detection.labelled import metrics_of

    return [
        {"recording": one.source.name, "method": one.method} | metrics_of(one)
        for one in scored
        if one.source.labels is not None and one.source.labels.any() and not one.source.labels.all()
    ]


def _print(
    notes: Sequence[str],
    scored: Sequence[Scored],
    events: Sequence[Event],
    metrics: Sequence[dict[str, Any]],
    written: Sequence[Path],
    threshold: str,
) -> None:
    from benchmark.cli.printing import print_table
    from benchmark.detection.words import moment

    for note in notes:
        print(note)
    rows = sum(len(one.scores) for one in scored)
    flagged = sum(int(one.flags.sum()) for one in scored)
    several = len({one.source.name for one in scored}) > 1 or len({one.method for one in scored}) > 1
    print(f"{rows:,} rows scored, {flagged:,} above the cut ({threshold}), {len(events)} events")
    sources = {(one.source.name, one.method): one.source for one in scored}
    if events:
        lines = []
        for event in events[:TOP]:
            source = sources[event.recording, event.method]
            lines.append(
                [
                    moment(source, event.first),
                    moment(source, event.last),
                    str(event.rows),
                    f"{event.height:.2f}",
                    ", ".join(f"{name} {share:.0%}" for name, share in event.channels) or "–",
                    *((event.recording, event.method) if several else ()),
                ]
            )
        columns = ("from", "to", "rows", "score/cut", "channels", *(("series", "method") if several else ()))
        print()
        print_table(columns, lines, right=("rows", "score/cut"))
        if len(events) > TOP:
            print(f"… and {len(events) - TOP} more; --out writes every score, --report every event")
    for one in metrics:
        print()
        print(f"{one['recording']} · {one['method']}, against its labels (95 % interval, block bootstrap):")
        for name, value in one.items():
            if isinstance(value, dict):
                print(f"  {name:<8} {value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]")
    if written:
        print()
    for path in written:
        print(f"wrote {path}")
    if not written:
        print("Next: --out scores.csv keeps the scores, --plot events.png draws them, --report page.html has both.")


def _print_json(
    file: str,
    notes: Sequence[str],
    scored: Sequence[Scored],
    events: Sequence[Event],
    metrics: Sequence[dict[str, Any]],
    written: Sequence[Path],
) -> None:
    from dataclasses import asdict

    from benchmark import __version__
    from benchmark.cli.printing import print_json
    from benchmark.detection.words import moment

    sources = {(one.source.name, one.method): one.source for one in scored}
    series = [
        {
            "recording": one.source.name,
            "method": one.method,
            "rows": len(one.scores),
            "flagged": int(one.flags.sum()),
            "cut": one.cut,
        }
        for one in scored
    ]
    described = []
    for event in events:
        source = sources[event.recording, event.method]
        times = {name: moment(source, getattr(event, name)) for name in ("first", "last", "peak")}
        described.append(asdict(event) | {"rows": event.rows, "channels": dict(event.channels)} | {"time": times})
    print_json(
        {
            "schema": 1,
            "version": __version__,
            "data": file,
            "notes": list(notes),
            "series": series,
            "events": described,
            "metrics": list(metrics),
            "files": [str(path) for path in written],
        }
    )


def micros(text: str) -> int:
    """Read a time of the command line."""
    import polars as pl

    from benchmark.data.telemetry.clock import read_times
    from benchmark.interfaces.errors import DataError, ParameterError

    try:
        return int(read_times(pl.Series("time", [text]), {}).values[0])
    except DataError as error:
        raise ParameterError(f"--train-until {text!r}: {error.problem}") from None


def _beside(path: Path, one: Scored) -> Path:
    """Name of the picture of one of several series."""
    import re

    name = re.sub(r"[^\w.-]+", "-", f"{one.source.name}.{one.method}").strip("-")
    return path.with_name(f"{path.stem}.{name}{path.suffix}")
