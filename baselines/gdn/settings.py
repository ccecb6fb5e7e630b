"""Settings of GDN: the parameters of the detector, with the values of its preset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from benchmark.toolkit.presets import resolve

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "published": {"decay": 0.999, "dropout": 0.2},
    "corrected": {"decay": 0.99, "dropout": 0.0},
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of the model. Each field but the three below is a parameter of the detector.

    Parameters
    ----------
    window : int
        Rows of a history; 0 on rows without order, where a sensor is predicted from the others in the same row.
    decay : float
        Decay β₂ of Adam's squared gradients. Set by the preset only.
    dropout : float
        Share of units dropped before the last layer, in [0, 1). Set by the preset only.
    """

    seed: int
    preset: Literal["corrected", "published"]
    window: int
    embedding: int
    k: int
    hidden: int
    decay: float
    dropout: float
    learning_rate: float
    batch_size: int
    epochs: int
    patience: int
    train_windows: int
    untrained: bool
    device: str


def settings(detector: object, window: int) -> Settings:
    """Return the settings of a detector, with the number of rows in a history."""
    return resolve(Settings, detector, PRESETS, window=window)
