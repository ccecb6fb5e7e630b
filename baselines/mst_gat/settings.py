"""Settings of MST-GAT: the parameters of the detector, with modalities and window resolved for the data."""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.toolkit.presets import resolve


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of the model. Each field is a parameter of the detector.

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
    """Return the settings of a detector, with the modalities of the series and the number of rows in a window."""
    return resolve(Settings, detector, {}, modalities=modalities, window=window)
