"""Names that columns of results have in practice."""

from __future__ import annotations

import re
from collections.abc import Iterable

UNIT = (
    *("unit", "file", "filename", "file_name", "series", "recording", "time_series", "instance", "task", "task_name"),
    *("problem", "image", "question", "scenario", "dataset", "dataset_name", "data_set", "data", "benchmark", "subset"),
    *("subject", "language", "category", "class", "object", "test", "name", "id"),
)
METHOD = (
    *("method", "methods", "model", "models", "model_name", "algorithm", "algo", "detector", "system", "submission"),
    *("classifier", "learner", "approach", "estimator", "agent", "solver", "method_name", "team"),
)
GROUP = (
    *("group", "groups", "dataset", "dataset_name", "data_set", "collection", "suite", "benchmark", "domain"),
    *("category", "task", "task_type", "source", "family", "field"),
)
SEED = ("seed", "run", "repetition", "repeat", "trial", "fold", "split", "replicate", "random_state")
METRIC = ("metric", "metric_name", "measure")
VALUE = ("value", "score", "result", "metric_value")
SUMMARY = ("average", "avg", "mean", "overall", "total", "macro_avg", "mean_score", "average_score", "rank")
"""Names of rows and columns that summarise the others and are no unit or method."""

COST = (
    *("params", "parameters", "parameter", "size", "flops", "gflops", "macs", "memory", "vram", "time", "runtime"),
    *("seconds", "sec", "latency", "throughput", "speed", "fps", "price", "cost", "energy", "co2", "carbon", "year"),
    *("date", "released", "release", "epochs", "downloads", "likes", "votes", "citations", "context", "layers"),
)
"""Words in names of columns that tell a cost, a size or a date, beside columns of quality."""

OF_SERIES = (
    *("ts_len", "anomaly_len", "num_anomaly", "avg_anomaly_len", "anomaly_ratio", "point_anomaly", "seq_anomaly"),
)
"""Columns of TSB-AD's tables that describe the series."""

LOWER = ("error", "rmse", "mae", "mse", "mape", "loss", "perplexity", "seconds", "latency", "rank", "wer", "cer", "fid")
"""Words in names of metrics of which lower is mostly better."""


def plain(name: str) -> str:
    """Return a name in small letters with single underscores, as the lists of this module have them."""
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def first_named(columns: Iterable[str], names: tuple[str, ...]) -> str:
    """Return the column whose name comes first in a list, or an empty text."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(plain(column), column)
    return next((by_name[name] for name in names if name in by_name), "")


def is_summary(name: str) -> bool:
    """Say if a row or column of this name summarises the others; signs around the name do not count."""
    return plain(re.sub(r"^[^\w]+|[^\w]+$", "", name)) in SUMMARY


def is_cost(name: str) -> bool:
    """Say if a column of this name tells a cost, a size or a date and no quality, by the words of its name."""
    return bool(_words(name) & set(COST))


def lower_by_name(metric: str) -> bool:
    """Say if lower values of a metric are mostly better, by the words of its name."""
    return bool(_words(metric) & set(LOWER))


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.lower()))
