"""The package from Python: load data, detect, evaluate scores, compare methods.

The names are also those of the package itself: ``from benchmark import load, detect, evaluate, compare``. Tables come
back as the caller's kind of frame: pandas where pandas went in, else polars.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.spec import Spec, split_names

DEFAULT_METRICS = ("AUC-ROC", "AUC-PR", "VUS-ROC", "VUS-PR", "F1@oracle", "Affiliation-F1@oracle")
"""Metrics of `evaluate` that need no cut."""

Data = Any
"""A file, a dataset's name, a frame of pandas or polars, an array of shape (T, C), or one or several recordings."""


def load(source: Data, *, data: str | Path | None = None, **parameters: Any) -> list[Recording]:
    """Load recordings.

    Parameters
    ----------
    source : file name, glob, dataset, frame, array or recordings
        ``telemetry.csv``; a registered dataset (its twin without ``data``); a frame, whose columns are read as those of
        a file; an array of shape (T, C) in order of time.
    data : path, optional
        Folder of real data, for a registered dataset.
    **parameters
        Parameters of the dataset, for files and frames those of `benchmark.data.telemetry.reader.Telemetry`: ``time``,
        ``label``, ``by``, ``every`` and others.

    Returns
    -------
    list of Recording

    Raises
    ------
    BenchmarkError
        Where the source is faulty; the message names the place.

    Examples
    --------
    >>> load("telemetry.csv", time="timestamp", by="host")  # doctest: +SKIP
    """
    from benchmark.interfaces.registry import DATASETS

    if isinstance(source, Recording):
        return [source]
    if isinstance(source, str | Path):
        spec = Spec.parse(str(source))
        dataset = DATASETS.build(Spec(spec.name, spec.params | parameters))
        table = type(dataset).__name__ == "Telemetry"
        return dataset.load("real" if table or data is not None else "twin", None if data is None else Path(data))
    if isinstance(source, Sequence) and source and all(isinstance(one, Recording) for one in source):
        return list(source)
    if isinstance(source, np.ndarray):
        if source.ndim != 2:
            raise DataError(f"an array of shape {source.shape}; expected (points, channels)")
        return [Recording("array", source, tuple(f"channel {number}" for number in range(1, source.shape[1] + 1)))]
    from benchmark.data.telemetry.reader import Telemetry

    return Telemetry(file="frame", **parameters).read_frame(_polars(source))


def detect(
    source: Data,
    method: str = "panel",
    *,
    train_share: float = 0.5,
    train_until: str | None = None,
    threshold: str = "pot",
    seed: int = 0,
    **parameters: Any,
) -> Any:
    """Learn from the first part of each recording and score the rest; no labels are needed.

    Parameters
    ----------
    source : file, dataset, frame, array or recordings
        As for `load`, with its ``parameters``.
    method : str
        ``name[…]`` of a detector that needs no label.
    train_share : float
        Share of the rows to learn from, from the start.
    train_until : str, optional
        Time before which rows are learnt from (ISO 8601), in place of the share.
    threshold : str
        ``quantile=0.99``, ``pot`` or ``rate=1/day``, set on rows that are held out of the first part.
    seed : int
        Seed of the detector.

    Returns
    -------
    frame
        One line for each scored row: recording, method, time, row, score, cut, flag, uncertainty, and the share of each
        channel in the score.
    """
    from benchmark.data.telemetry.clock import read_times
    from benchmark.detection.cut import cut_by
    from benchmark.detection.division import divide
    from benchmark.detection.output import frame_of
    from benchmark.detection.scoring import detect as scored

    cut = cut_by(threshold)
    until = None if train_until is None else int(read_times(pl.Series("train_until", [train_until]), {}).values[0])
    divisions = [divide(one, train_share, until) for one in load(source, **parameters)]
    return _like(source, frame_of([scored(method, division, cut, seed) for division in divisions]))


def evaluate(
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    window: int = 20,
    metrics: Sequence[str] = (),
    flags: ArrayLike | None = None,
) -> dict[str, float]:
    """Measure scores, and flags where given, against labels.

    Parameters
    ----------
    scores : array_like, shape (T,)
        Higher is more anomalous, in order of time.
    labels : array_like of bool, shape (T,)
        0 or 1.
    window : int
        Buffer of the metrics named VUS, in points; 0 where rows have no order, which leaves these metrics out.
    metrics : sequence of str
        Names of the catalogue (``python -m benchmark metrics``) without a cut; default `DEFAULT_METRICS`.
    flags : array_like of bool, shape (T,), optional
        Decisions: adds Precision, Recall, F1 and False-Alarm-Rate.

    Returns
    -------
    dict of str to float
        NaN where a metric is undefined.
    """
    from benchmark.interfaces.checks import checked_labels
    from benchmark.metrics.catalogue import columns_named
    from benchmark.metrics.evaluated import Evaluated

    try:
        values = np.asarray(scores, np.float64)
    except (TypeError, ValueError):
        raise DataError(f"scores are {type(scores).__name__}; expected finite numbers of shape (points,)") from None
    if values.ndim != 1 or not np.isfinite(values).all():
        raise DataError(f"scores of shape {values.shape}; expected finite numbers of shape (points,)")
    truth = checked_labels("labels", np.asarray(labels), len(values))
    case = Evaluated(truth, values, window=window or None)
    found = {}
    for column in columns_named(tuple(metrics or DEFAULT_METRICS)):
        if column.cut not in ("", "oracle"):
            raise ParameterError(f"{column.name} needs a cut: give flags, or a metric without one")
        if window or not column.metric.sequential:
            found[column.name] = float(column.metric.compute(case))
    if flags is not None:
        from benchmark.metrics.point import point_metrics_of

        points = point_metrics_of(case.at(checked_labels("flags", np.asarray(flags), len(values))))
        names = {"Precision": "precision", "Recall": "recall", "F1": "f1", "False-Alarm-Rate": "false_alarm_rate"}
        found |= {name: float(points[key]) for name, key in names.items()}
    return found


def compare(
    methods: str | Sequence[str], source: Data, *, metric: str = "AUC-PR", seeds: int = 1, **parameters: Any
) -> Any:
    """Fit methods on labelled recordings by the protocol ``native`` and compare them.

    Parameters
    ----------
    methods : str or sequence of str
        ``name[…]``; as a text, several with commas.
    source : file, dataset, frame or recordings
        As for `load`, with its ``parameters``; every recording needs labels.
    metric : str
        A metric of every result, such as ``AUC-PR``, ``VUS-PR`` or ``F1@val``.
    seeds : int
        Repetitions.

    Returns
    -------
    frame
        A line for each method, the best first: mean over recordings and seeds, limits of the 95 % interval, number of
        recordings and seeds. The interval is over recordings, or over seeds where there is one recording; it is missing
        where neither varies.
    """
    from benchmark.detection.comparing import compared

    names = split_names(methods) if isinstance(methods, str) else list(methods)
    frame = compared(names, load(source, **parameters), metric, seeds)
    return _like(source, frame)


def _polars(source: Any) -> pl.DataFrame:
    if isinstance(source, pl.DataFrame):
        return source
    if type(source).__module__.startswith("pandas"):
        index = source.index
        named = {} if index.name is None and type(index).__name__ == "RangeIndex" else {"time": index}
        columns: Mapping[str, Any] = {**named, **{str(name): source[name] for name in source.columns}}
        return pl.DataFrame({name: _column(column) for name, column in columns.items()})
    raise DataError(f"cannot load a {type(source).__name__}; give a file, a frame, an array or recordings")


def _column(column: Any) -> pl.Series:
    """A column of pandas: times as microseconds in UTC, numbers as they are, anything else as text."""
    import pandas

    kind = str(column.dtype)
    if kind.startswith("datetime"):
        index = pandas.DatetimeIndex(column)
        return pl.Series(np.asarray(index if index.tz is None else index.tz_convert(None)).astype("datetime64[us]"))
    values = np.asarray(column)
    return pl.Series(values if values.dtype.kind in "biuf" else [None if one is None else str(one) for one in values])


def _like(source: Any, frame: pl.DataFrame) -> Any:
    if not type(source).__module__.startswith("pandas"):
        return frame
    import pandas

    return pandas.DataFrame({column.name: column.to_numpy() for column in frame})
