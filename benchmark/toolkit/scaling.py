"""Scaling of channels, fitted on training points only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import FloatArray, Recording

Scaling = Literal["standard", "minmax", "robust", "none"]

LIMIT = 1e15
"""Scaled values are clipped to ±LIMIT so that sums of their squares stay finite in float32."""

_BLOCK = 65_536

_SAFE_POWER = 300
"""Squares of numbers between 2^-300 and 2^300 stay in range in float64."""


@dataclass(frozen=True)
class Scaler:
    """An affine map of each channel, ``(x - centre) / spread``.

    ========== ================== ==========================================
    scaling    centre             spread
    ========== ================== ==========================================
    standard   mean               standard deviation (divisor T)
    minmax     minimum            maximum - minimum
    robust     median             interquartile range, or the standard
                                  deviation where that range is 0
    none       0                  1
    ========== ================== ==========================================

    A channel that is constant in training has spread 1: it is centred and keeps its unit, so that a later change has an
    effect. Test values are not clipped to the training range.

    Parameters
    ----------
    channels : tuple of str, length C
        Channels of the training points.
    centre, spread : ndarray of float64, shape (C,)
        See the table.
    """

    channels: tuple[str, ...]
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def fit(cls, train: Recording, scaling: Scaling) -> Scaler:
        """Learn centre and spread from training points. Labels are not used.

        Parameters
        ----------
        train : Recording
            T ≥ 1 points of finite values.
        scaling : {"standard", "minmax", "robust", "none"}
            Kind of scaling, see the table.

        Raises
        ------
        DataError
            If there is no row, or a value is missing or infinite.
        """
        if len(train) == 0:
            raise DataError(f"{train.name}: the training part has no row to fit a scaling on")
        _require_finite(train)
        if scaling == "none":
            return cls(train.channels, np.zeros(len(train.channels)), np.ones(len(train.channels)))
        values = train.values.astype(np.float64)
        # In units of a power of two, which loses no digit: squares of very large or very small values stay in range.
        power = np.frexp(np.abs(values).max(axis=0))[1]
        power[np.abs(power) < _SAFE_POWER] = 0
        values = np.ldexp(values, -power) if power.any() else values
        low, high = values.min(axis=0), values.max(axis=0)
        if scaling == "minmax":
            centre, spread = low, high - low
        elif scaling == "standard":
            centre, spread = values.mean(axis=0), values.std(axis=0)
        else:
            lower, centre, upper = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
            spread = np.where(upper > lower, upper - lower, values.std(axis=0))
        # Constant by range, not by spread: the mean of equal numbers may have a rounding error.
        constant = high == low
        centre, spread = np.ldexp(np.where(constant, low, centre), power), np.ldexp(spread, power)
        return cls(train.channels, centre, np.where(constant, 1.0, spread))

    def apply(self, recording: Recording) -> Recording:
        """Return a copy of the recording with scaled values (float32).

        Raises
        ------
        DataError
            If its channels differ from those of the training part, or a value is missing or infinite.
        """
        if recording.channels != self.channels:
            raise DataError(
                f"{recording.name}: the detector was fitted on {len(self.channels)} channels "
                f"({', '.join(self.channels[:5])}, …) and the recording has {len(recording.channels)} "
                f"({', '.join(recording.channels[:5])}, …); they must be the same, in the same order"
            )
        _require_finite(recording)
        scaled: FloatArray = np.empty(recording.values.shape, dtype=np.float32)
        for start in range(0, len(recording), _BLOCK):
            # In float64: a channel with a large offset and a small range would lose its digits in float32.
            block = (recording.values[start : start + _BLOCK] - self.centre) / self.spread
            scaled[start : start + _BLOCK] = np.clip(block, -LIMIT, LIMIT)
        return replace(recording, values=scaled)


def _require_finite(recording: Recording) -> None:
    finite = np.isfinite(recording.values)
    if not finite.all():
        row, column = (int(index) for index in np.argwhere(~finite)[0])
        raise DataError(
            f"{recording.name}: a value is missing or infinite; impute before fitting or scoring",
            row=row + 1,
            column=recording.channels[column],
        )
