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
    """Settings of the model. Each field but the two below is a parameter of the detector.

    Parameters
    ----------
    scales : tuple of int
        Rows of each trailing mean: the detector's value, or 1 for each on rows without order.
    per_dimension : bool
        Divide equation (5) by the width of an embedding, as the variance term is. Set by the preset only.
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
    """Return the settings of a detector, with trailing means over ``scales`` rows."""
    return resolve(Settings, detector, PRESETS, scales=scales)
