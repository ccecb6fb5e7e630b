"""Settings of CRL-BSAD: the parameters of the detector, with the values of its preset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from benchmark.toolkit.presets import resolve

Nodes = Literal["channels", "scales"]
Pairs = Literal["neighbours", "crops"]
Negatives = Literal["rows", "corruptions"]
Distance = Literal["knn", "mahalanobis", "mask", "centre"]

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "published": {
        "pairs": "neighbours",
        "negatives": "rows",
        "distance": "knn",
        "variance": 0.0,
        "per_dimension": False,
    },
    "corrected": {
        "pairs": "crops",
        "negatives": "corruptions",
        "distance": "auto",
        "variance": 10.0,
        "per_dimension": True,
    },
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the model needs to know; each field is a parameter of the detector, with two exceptions.

    Parameters
    ----------
    scales : tuple of int
        Rows of each trailing mean: the detector's, or one row for each where rows have no order.
    per_dimension : bool
        Divide equation (5) by the width of an embedding, as the variance term is. Only the preset decides it.
    """

    seed: int
    nodes: Nodes
    pairs: Pairs
    negatives: Negatives
    distance: Distance | Literal["auto"]
    variance: float
    per_dimension: bool
    scales: tuple[int, ...]
    graph: bool
    smoothness: float
    untrained: bool
    hidden: int
    temperature: float
    negative_count: int
    learning_rate: float
    batch_size: int
    epochs: int
    patience: int
    reference_rows: int
    k: int


def settings(detector: object, scales: tuple[int, ...]) -> Settings:
    """Settings of a detector, for trailing means over ``scales`` rows."""
    return resolve(Settings, detector, PRESETS, scales=scales)
