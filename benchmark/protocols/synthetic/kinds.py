r"""Kinds of synthetic anomalies, in words and formulas.

An anomaly covers n rows from row a on, in some channels. With the values x of the held-out rows, the standard deviation
:math:`\sigma_c` of channel c in training, a sign ± for each channel, and a severity m in units of that deviation:

====================  ==============================================================================================
kind                  values at the rows t = a, …, a + n − 1
====================  ==============================================================================================
spike                 :math:`x_{t,c} \pm m \sigma_c`, with n at most 3: the value jumps and comes back
level shift           :math:`x_{t,c} \pm m \sigma_c`: the level is another one
drift                 :math:`x_{t,c} \pm m \sigma_c (t - a + 1) / n`: the level moves away at a steady pace
variance change       :math:`x_{t,c} + m \sigma_c \varepsilon_{t,c}` with standard normal ε: the values scatter
frozen value          :math:`x_{a,c}`: the sensor repeats its last value
missing beat          the straight line from :math:`x_{a-1,c}` to :math:`x_{a+n,c}`: what usually happens does not
broken correlation    :math:`x_{t + d,c}` with a lag d of its own for each channel: each channel is as usual by itself,
                      the channels no longer fit together; needs two channels
changed frequency     :math:`x_{a + (2 (t - a) \bmod n),c}`: everything happens twice as fast
====================  ==============================================================================================

The first four have a severity. The others change what is there, and change nothing where a channel rests. An anomaly
counts only where it changes a channel by a root mean square of at least `LEAST` standard deviations; else another place
is tried. Rows without time order have spikes and broken correlations of one row only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST = 0.25
"""Least root mean square change of a channel, in training standard deviations, for an anomaly to count."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """Where an anomaly is put, and how severe it is.

    Parameters
    ----------
    start, stop : int
        First row, and the first one after it.
    channels : ndarray of int64
        Columns that change, at least one.
    severity : float
        m, in standard deviations.
    spread : ndarray of float64, shape (C,)
        Standard deviation of each channel in training.
    """

    start: int
    stop: int
    channels: NDArray[np.int64]
    severity: float
    spread: Values

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.stop - self.start


Change = Callable[[Values, Place, np.random.Generator], Values]
"""From all held-out values (T, C) to those of the rows and channels of a place, (n, len(channels))."""


def _shift(values: Values, place: Place, generator: np.random.Generator) -> Values:
    signs = generator.choice([-1.0, 1.0], size=len(place.channels))
    shifted: Values = _own(values, place) + place.severity * signs * place.spread[place.channels]
    return shifted


def _drift(values: Values, place: Place, generator: np.random.Generator) -> Values:
    signs = generator.choice([-1.0, 1.0], size=len(place.channels))
    ramp = np.arange(1, len(place) + 1) / len(place)
    drifted: Values = _own(values, place) + ramp[:, None] * place.severity * signs * place.spread[place.channels]
    return drifted


def _scatter(values: Values, place: Place, generator: np.random.Generator) -> Values:
    noise = generator.standard_normal((len(place), len(place.channels)))
    scattered: Values = _own(values, place) + place.severity * place.spread[place.channels] * noise
    return scattered


def _freeze(values: Values, place: Place, generator: np.random.Generator) -> Values:
    return np.repeat(values[place.start, place.channels][None], len(place), axis=0)


def _bridge(values: Values, place: Place, generator: np.random.Generator) -> Values:
    before, after = values[max(place.start - 1, 0), place.channels], values[min(place.stop, len(values) - 1)]
    share = (np.arange(1, len(place) + 1) / (len(place) + 1))[:, None]
    line: Values = (1 - share) * before + share * after[place.channels]
    return line


def _break(values: Values, place: Place, generator: np.random.Generator) -> Values:
    lags = generator.integers(len(place), max(len(values) - len(place), len(place) + 1), size=len(place.channels))
    rows = (np.arange(place.start, place.stop)[:, None] + lags) % len(values)
    changed: Values = values[rows, place.channels]
    return changed


def _hasten(values: Values, place: Place, generator: np.random.Generator) -> Values:
    rows = place.start + (2 * np.arange(len(place))) % len(place)
    return values[np.ix_(rows, place.channels)]


KINDS: dict[str, Change] = {
    "spike": _shift,
    "level shift": _shift,
    "drift": _drift,
    "variance change": _scatter,
    "frozen value": _freeze,
    "missing beat": _bridge,
    "broken correlation": _break,
    "changed frequency": _hasten,
}
"""How each kind changes values; see the module."""

SHORT = "spike"
"""Kind of at most three rows."""

JOINT = "broken correlation"
"""Kind that needs two channels."""

UNORDERED = ("spike", "broken correlation")
"""Kinds of rows without time order."""


def _own(values: Values, place: Place) -> Values:
    return values[place.start : place.stop, place.channels]


def put(kind: str, values: Values, place: Place, generator: np.random.Generator) -> Values | None:
    """Put an anomaly into values.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    values : ndarray of float64, shape (T, C)
        Values before; they stay as they are.
    place : Place
        Where.
    generator : numpy.random.Generator
        Source of signs, noise and lags.

    Returns
    -------
    ndarray of float64, shape (n, len(channels)), or None
        Values of its rows and channels; None where no channel changes by `LEAST`.
    """
    changed = KINDS[kind](values, place, generator)
    squares = np.square(changed - _own(values, place)).mean(axis=0)
    enough = squares >= np.square(LEAST * place.spread[place.channels])
    return changed if (enough & (squares > 0)).any() else None
