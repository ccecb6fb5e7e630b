"""Files of ``run``: a tidy table of numbers, and the scores of every point; CSV, Parquet or JSON by their ending."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.cli.ran import Ran
from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.engine.store import Store
    from benchmark.interfaces.cell import Cell, Result

SCHEMA = 1
"""Version of the files' columns."""

NUMBERS, SCORES = (".csv", ".parquet", ".json"), (".csv", ".parquet")
"""Endings of a table of numbers, and of one of scores."""


def check_file(option: str, file: Path | None, endings: Sequence[str]) -> None:
    """Check before anything runs that a file can be written.

    Raises
    ------
    ParameterError
        For another ending, a folder in place of a file, or a place where nothing can be written.
    """
    if file is None:
        return
    if file.suffix.lower() not in endings:
        raise ParameterError(f"{option} {file}: the name ends in {', '.join(endings)}")
    if file.is_dir():
        raise ParameterError(f"{option} {file} is a folder; name a file")
    folder = file.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParameterError(f"{option} {file}: {folder} cannot be made: {error.strerror}") from None
    if not os.access(folder, os.W_OK):
        raise ParameterError(f"{option} {file}: nothing can be written in {folder}")


def number_rows(ran: Ran) -> list[dict[str, Any]]:
    """One row for each dataset, method and metric: mean with its 95 % interval over seeds, keys and version.

    Returns
    -------
    list of dict
        ``low`` and ``high`` are None for one seed, and where the number never varies; ``mean`` is None where there is
        no number, and ``status`` and ``reason`` say why. ``keys`` are those of the cells, separated by spaces.
    """
    from benchmark import __version__
    from benchmark.arithmetic import current
    from benchmark.drawing.summary import summarise
    from benchmark.metrics.catalogue import COLUMNS

    rows = []
    for dataset in ran.datasets:
        for method, each in ran.runs(dataset).items():
            known = [row for _, result in each for row in result.rows]
            names = [name for name in known[0] if name in COLUMNS] if known else ["AUC-PR"]
            for metric in names:
                one = summarise(each, metric)
                cell = each[0][0]
                limits = one.limits or (None, None)
                rows.append(
                    {
                        "schema": SCHEMA,
                        "dataset": dataset,
                        "variant": cell.variant,
                        "protocol": cell.protocol,
                        "method": method,
                        "metric": metric,
                        "mean": None if one.interval is None else one.interval.mean,
                        "low": limits[0],
                        "high": limits[1],
                        "seeds": len(each),
                        "recordings": len(one.recordings) or 1,
                        "status": one.status,
                        "reason": one.reason,
                        "keys": " ".join(ran.key(cell) for cell, _ in each),
                        "version": __version__,
                        "arithmetic": current(),
                    }
                )
    return rows


def write_numbers(ran: Ran, file: Path) -> int:
    """Write `number_rows`; return their number. JSON has versions of libraries and every seed besides."""
    rows = number_rows(ran)
    if file.suffix.lower() == ".json":
        _write_json(ran, rows, file)
    else:
        _write_frame(rows, file)
    return len(rows)


def write_scores(ran: Ran, store: Store, root: Path | None, file: Path) -> int:
    """Write the score of every test point, with its label; return the number of rows."""
    import polars as pl

    from benchmark.engine.tasks import load_tasks

    frames = []
    for cell in ran.ran:
        result = ran.results[cell]
        tasks = {task.name: task for task in load_tasks(*_task(cell), root)} if result.ok else {}
        for name, key in result.scores.items():
            output = store.load_output(key)
            if output is None or name not in tasks:
                continue
            scores = output.arrays["test"]
            columns: dict[str, Any] = {"point": range(len(scores)), "score": scores.astype("float64")}
            if (labels := tasks[name].test.labels) is not None:
                columns["label"] = labels
            frame = pl.DataFrame(columns)
            names = {"dataset": cell.dataset, "method": cell.method, "seed": cell.seed, "recording": name}
            frames.append(frame.select(*(pl.lit(value).alias(of) for of, value in names.items()), pl.all()))
    whole = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    _save(whole, file)
    return len(whole)


def by_recording(runs: Sequence[tuple[Cell, Result]], metric: str) -> dict[str, float]:
    """Mean of a metric over seeds, by recording; recordings without a number are left out."""
    found: dict[str, list[float]] = {}
    for _, result in runs:
        for index, row in enumerate(result.rows):
            if _is_number(row.get(metric)):
                found.setdefault(str(row.get("task", index)), []).append(float(row[metric]))
    return {name: sum(values) / len(values) for name, values in found.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _task(cell: Cell) -> tuple[str, Any, str, int]:
    return cell.dataset, cell.variant, cell.protocol, cell.seed


def _write_json(ran: Ran, rows: list[dict[str, Any]], file: Path) -> None:
    import json
    from dataclasses import asdict

    from benchmark import __version__
    from benchmark.artifacts.receipt import LIBRARIES
    from benchmark.engine.code import library_versions
    from benchmark.interfaces.writing import write_whole

    cells = [
        asdict(cell)
        | {
            "status": ran.results[cell].status,
            "reason": ran.results[cell].reason,
            "key": ran.key(cell),
            "rows": ran.results[cell].rows,
        }
        for cell in ran.ran
    ]
    content = {
        "schema": SCHEMA,
        "version": __version__,
        "libraries": library_versions(*LIBRARIES),
        "numbers": rows,
        "cells": cells,
    }
    write_whole(file, json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def _write_frame(rows: list[dict[str, Any]], file: Path) -> None:
    import polars as pl

    _save(pl.DataFrame(rows, infer_schema_length=None), file)


def _save(frame: Any, file: Path) -> None:
    if file.suffix.lower() == ".parquet":
        frame.write_parquet(file)
    else:
        frame.write_csv(file)
