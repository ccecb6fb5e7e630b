"""Scores as a table: one row for each scored row and method."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from benchmark.detection.scoring import Scored
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.writing import write_whole

FORMATS = (".csv", ".parquet")


def frame_of(scored: Sequence[Scored]) -> pl.DataFrame:
    """Return a table: recording, method, time (UTC), row, score, cut, flag, uncertainty, and ``share:<channel>``.

    ``time`` is missing where the recording has none, ``uncertainty`` where the method states none.
    """
    return pl.concat([_frame(one) for one in scored], how="diagonal")


def check_output(path: Path) -> Path:
    """Check the name of a table before anything is computed.

    Raises
    ------
    ParameterError
        If it ends in none of `FORMATS`, or its folder does not exist.
    """
    if path.suffix not in FORMATS:
        raise ParameterError(f"--out {path}: the name ends in .csv or .parquet")
    if not path.parent.is_dir():
        raise ParameterError(f"--out {path}: there is no folder {path.parent}")
    return path


def write_frame(frame: pl.DataFrame, path: Path) -> Path:
    """Write a table whole, as CSV or Parquet by the end of its name; return the path."""
    if path.suffix == ".parquet":
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        return write_whole(path, buffer.getvalue())
    return write_whole(path, frame.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ"))


def _frame(one: Scored) -> pl.DataFrame:
    points = len(one.scores)
    time = one.source.time
    columns: dict[str, pl.Series] = {
        "recording": pl.Series([one.source.name] * points, dtype=pl.String),
        "method": pl.Series([one.method] * points, dtype=pl.String),
        "time": pl.Series(time if time is not None else [None] * points, dtype=pl.Datetime("us")),
        "row": pl.Series(np.arange(1, points + 1)),
        "score": pl.Series(one.scores),
        "cut": pl.Series(np.full(points, one.cut)),
        "flag": pl.Series(one.flags),
        "uncertainty": pl.Series(one.uncertainty if one.uncertainty is not None else [None] * points, dtype=pl.Float64),
    }
    columns |= {f"share:{name}": pl.Series(one.shares[:, place]) for place, name in enumerate(one.source.channels)}
    return pl.DataFrame(columns)
