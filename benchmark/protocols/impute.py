"""Imputation of missing values, learnt from training rows alone and the same for every method."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmark.interfaces.recording import FloatArray, Recording


@dataclass(frozen=True)
class Imputer:
    """Replace missing values by medians of the training rows, and add one channel per pattern of missing values.

    Parameters
    ----------
    medians : ndarray of the type of the values, shape (C,)
        Median of each channel over the training rows where it is present; 0 for a channel without any value.
    indicators : tuple of int
        Channels that get a further channel ``missing:<channel>``, 1 where a value is missing and else 0: those with a
        missing value in training, one of each set that is always missing together.
    """

    medians: FloatArray
    indicators: tuple[int, ...]

    @classmethod
    def fit(cls, train: Recording) -> Imputer:
        """Learn medians and patterns from training rows, without their labels."""
        missing = np.isnan(train.values)
        present = ~missing.all(axis=0)
        medians = np.zeros(len(train.channels), dtype=train.values.dtype)
        medians[present] = np.nanmedian(train.values[:, present], axis=0)
        patterns: dict[bytes, int] = {}
        for channel in np.flatnonzero(missing.any(axis=0)):
            patterns.setdefault(missing[:, channel].tobytes(), int(channel))
        return cls(medians, tuple(patterns.values()))

    def apply(self, recording: Recording) -> Recording:
        """Return the recording with finite values only and the indicator channels appended.

        An indicator has the modality of its channel. It depends on no channel, and none depends on it.
        """
        missing = np.isnan(recording.values)
        flags = missing[:, self.indicators].astype(np.float32)
        values = np.concatenate([np.where(missing, self.medians, recording.values), flags], axis=1)
        names = tuple(f"missing:{recording.channels[channel]}" for channel in self.indicators)
        kinds = tuple(recording.modalities[channel] for channel in self.indicators) if recording.modalities else ()
        dependencies = recording.dependencies
        if dependencies is not None:
            dependencies = np.pad(dependencies, (0, len(names)))
        return replace(
            recording,
            values=values,
            channels=recording.channels + names,
            modalities=recording.modalities + kinds,
            dependencies=dependencies,
        )
