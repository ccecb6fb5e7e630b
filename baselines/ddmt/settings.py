"""Settings of DDMT: the parameters of the detector, with the values of its preset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from benchmark.toolkit.presets import resolve

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "published": {
        "hidden": 512,
        "heads": 8,
        "last_beta": 0.05,
        "learning_rate": 1e-4,
        "batch_size": 4,
        "epochs": 2,
        "train_windows": 64,
    },
    "corrected": {
        "hidden": 64,
        "heads": 4,
        "last_beta": 0.02,
        "learning_rate": 2e-3,
        "batch_size": 8,
        "epochs": 12,
        "train_windows": 128,
    },
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of the model. Each field is a parameter of the detector."""

    seed: int
    preset: Literal["corrected", "published"]
    hidden: int
    heads: int
    band: int
    mask_share: float
    correlation: float
    reach: int
    steps: int
    last_beta: float
    noise_step: int
    denoising_steps: int
    draws: int
    samples: int
    learning_rate: float
    batch_size: int
    epochs: int
    autoencoder_epochs: int
    patience: int
    train_windows: int
    untrained: bool
    device: str


def settings(detector: object) -> Settings:
    """Return the settings of a detector."""
    return resolve(Settings, detector, PRESETS)
