"""Settings of MST-GAT: the parameters of the detector, and what it settles about the data."""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.toolkit.presets import resolve


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the model needs to know; each field is a parameter of the detector.

    Parameters
    ----------
    modalities : tuple of int, length M
        Modality of each series.
    window : int
        Rows of a window.
    """

    seed: int
    modalities: tuple[int, ...]
    window: int
    k: int
    hidden: int
    heads: int
    gamma: float
    learning_rate: float
    batch_size: int
    epochs: int
    patience: int
    train_windows: int
    untrained: bool
    device: str


def settings(detector: object, modalities: tuple[int, ...], window: int) -> Settings:
    """Settings of a detector, for series of the given modalities and windows of so many rows."""
    return resolve(Settings, detector, {}, modalities=modalities, window=window)
