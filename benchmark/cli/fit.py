"""``fit`` and ``score``: a detector that is kept, and rows that it scores later, or as they come."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli import options
from benchmark.cli.detect import load_series, micros, show
from benchmark.interfaces.errors import ParameterError

ModelFolder = Annotated[Path, typer.Option("--model", help="Folder of fit --save.")]


def fit(
    file: Annotated[str, typer.Argument(help="CSV or Parquet file, e.g. 'telemetry.csv[time=timestamp]'.")],
    save: Annotated[Path, typer.Option("--save", help="Folder of the model.")],
    method: Annotated[str, typer.Option("--method", help="A detector that needs no label; auto: the panel.")] = "auto",
    train_until: Annotated[str, typer.Option("--train-until", help="Learn from rows before this time.")] = "",
    train_share: Annotated[float, typer.Option("--train-share", help="Learn from this share of the rows.")] = 0.99,
    threshold: Annotated[str, typer.Option("--threshold", help="quantile=0.99, pot or rate=1/day.")] = "pot",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the detector.")] = 0,
    data: options.DataFolder = None,
) -> None:
    """Fit a detector and keep it.

    Weights are saved as safetensors, settings as JSON. The file holds one series; of several, fit each by itself.

    Example: python -m benchmark fit telemetry.csv --method pca --save model
    """
    from benchmark.cli.plugin import check_dataset, check_methods
    from benchmark.detection import apart
    from benchmark.detection.cut import cut_by
    from benchmark.detection.division import divide

    cut_by(threshold)
    name = "panel" if method == "auto" else method
    check_dataset(file)
    check_methods([name])
    if save.exists() and not save.is_dir():
        raise ParameterError(f"--save {save}: it is a file; name a folder")
    recordings, notes = load_series(file, data)
    if len(recordings) != 1:
        names = ", ".join(recording.name for recording in recordings[:5])
        raise ParameterError(f"{file} holds {len(recordings)} series ({names}); fit one at a time")
    division = divide(recordings[0], train_share, micros(train_until) if train_until else None)
    facts, files = apart.fit(name, division, threshold, seed, save)
    for note in notes:
        print(note)
    live = f"live scores need {facts['context']} rows" if facts["context"] else "no live scores (see score --help)"
    print(
        f"{name} fitted on {len(division.train):,} rows of {len(facts['channels'])} channels; cut {facts['cut']:.6g}; "
        f"{live}"
    )
    for path in files:
        print(f"wrote {path}")
    print(f"Next: python -m benchmark score NEW.csv --model {save}")


def score(
    file: Annotated[str, typer.Argument(help="CSV or Parquet file; - for rows on standard input, with --follow.")],
    model: ModelFolder,
    follow: Annotated[bool, typer.Option("--follow", help="Score rows as they come, one line each.")] = False,
    time: Annotated[str, typer.Option("--time", help="With --follow: column of the time, which is repeated.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write scores to this .csv or .parquet file.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write a picture for each series: .png.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write one self-contained page: .html.")] = None,
    data: options.DataFolder = None,
    json: options.Json = False,
) -> None:
    """Score rows by a model that was kept.

    Example: python -m benchmark score today.csv --model model --out scores.csv
    """
    from benchmark.detection import apart
    from benchmark.detection.model import Model

    if (file == "-") != follow:
        raise ParameterError("- and --follow belong together: rows on standard input are scored as they come")
    if follow:
        _follow(Model.load(model), time)
        return
    recordings, notes = load_series(file, data)
    threshold, scored = apart.score(model, recordings)
    show(file, notes, scored, threshold, out, plot, report, json=json)


def _follow(model: object, time: str) -> None:
    """Print a line for each row, then the latency."""
    import numpy as np

    from benchmark.detection.following import follow
    from benchmark.detection.model import Model

    assert isinstance(model, Model)
    seconds = []
    print("row,time,score,flag" if time else "row,score,flag")
    for row in follow(model, sys.stdin, time):
        seconds.append(row.seconds)
        cells = [str(row.number), *([row.time] if time else []), f"{row.score:.9g}", str(int(row.flag))]
        print(",".join(cells), flush=True)
    if seconds:
        median, high = np.quantile(seconds, (0.5, 0.99)) * 1000
        print(f"{len(seconds)} rows; latency p50 {median:.2f} ms, p99 {high:.2f} ms", file=sys.stderr)
