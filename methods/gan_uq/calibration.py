"""Calibration of the corrected score: parts standardised on normal rows, weights from corrupted validation rows.

Standardisation uses validation rows because the networks were not fitted to them. A part that is constant on these
rows (a flat end of a recording) has no spread there, so its mean and spread come from training rows. A part that is
constant on training rows too contributes nothing. If all parts are constant on both, each is centred but not scaled,
so that any change of a part shows in the score.

The corruptions are generic on purpose. They use no channel name, and they differ from every anomaly that a protocol of
this package injects (those multiply or zero named channels by a model of contention, failure or degradation). A seeded
half of the validation rows stays unchanged. In the other half, each row (or each segment of a recording in time order)
has a random third of its varying channels, at least one, changed in one of three ways. Units are standard deviations
of the training rows:

``exchange``
    The channels take the values of another row or segment: each value is usual, their combination is not.
``shift``
    Each channel moves by ±U(0.5, 2).
``noise``
    Each channel gets Gaussian noise of standard deviation U(0.5, 1.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.seeding import generator

KINDS = ("exchange", "shift", "noise")
SEGMENT = 20
"""Points of a corrupted segment where rows are in time order; elsewhere each row is a segment."""

WANTED_CORRUPTIONS, MOST_COPIES = 500, 4
"""Independent corruptions to reach, and the largest number of copies of the validation part that are corrupted."""

CHANNEL_SHARE = 1 / 3
WEIGHT_STEPS = 6
FLOOR = 1e-12

CONSTANT = 1e-3
"""A part counts as constant up to this standard deviation of its logarithm, a relative variation of a thousandth.

Equal rows need not have exactly equal parts: the last bits depend on the position of a row in a matrix product.
"""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Standardisation and weights that turn raw parts into a score.

    Parameters
    ----------
    centre, spread : ndarray of float64, shape (P,)
        Mean and standard deviation of the logarithm of each part on validation rows, or on training rows for a part
        that is constant on validation rows. The spread of a part that is constant on both is infinite; it is 1 if all
        parts are constant on both.
    weights : ndarray of float64, shape (P,)
        Non-negative, summing to 1.
    """

    centre: Numbers
    spread: Numbers
    weights: Numbers

    @classmethod
    def fit(
        cls,
        normal: FloatArray,
        corrupted: FloatArray,
        labels: NDArray[np.bool_],
        *,
        corruptions: int,
        training: Callable[[], FloatArray],
    ) -> Calibration:
        """Standardise on normal rows, then choose the weights that rank corrupted rows best.

        All weights in steps of a sixth are tried. Among those whose average precision P is within half a standard error
        of the best, the weights nearest to equal ones are chosen: a few corruptions are not enough evidence to rely on
        one part alone. The standard error is √(P(1 − P)/n) for n independent corruptions. Half of it is used because
        all weights are compared on the same rows, so their errors are correlated.

        Parameters
        ----------
        normal : ndarray, shape (V, P)
            Raw parts of validation rows.
        corrupted : ndarray, shape (W, P)
            Raw parts of rows, some of them corrupted.
        labels : ndarray of bool, shape (W,)
            True for corrupted rows.
        corruptions : int
            Number n of independent corruptions: of corrupted rows, or of corrupted segments of a recording.
        training : callable
            Returns the raw parts of training rows, shape (N, P); called only if a part is constant on validation rows.
        """
        from sklearn.metrics import average_precision_score

        centre, spread = _moments(normal)
        if (spread <= CONSTANT).any():
            of_training = _moments(training())
            constant = spread <= CONSTANT
            centre, spread = (np.where(constant, *pair) for pair in zip(of_training, (centre, spread), strict=True))
        varies = spread > CONSTANT
        spread = np.where(varies, spread, np.inf if varies.any() else 1.0)
        equal = cls(centre, spread, np.full(normal.shape[1], 1 / normal.shape[1]))
        if not labels.any() or labels.all():
            return equal
        standardised = equal.standardise(corrupted)
        precision = {
            tuple(w): float(average_precision_score(labels, standardised @ w)) for w in _simplex(normal.shape[1])
        }
        best = max(precision.values())
        required = best - 0.5 * np.sqrt(best * (1 - best) / max(corruptions, 1))
        chosen = min((w for w, p in precision.items() if p >= required), key=lambda w: sum(part**2 for part in w))
        return cls(centre, spread, np.array(chosen))

    def standardise(self, parts: FloatArray) -> Numbers:
        """Return (log part − centre)/spread of each part, shape (T, …, P)."""
        return (np.log(parts.astype(np.float64) + FLOOR) - self.centre) / self.spread


def calibrate(
    parts: Callable[[Recording], FloatArray], validation: Recording, training: Recording, seed: int
) -> Calibration:
    """Calibrate the score of a fitted network.

    Parameters
    ----------
    parts : callable
        Returns the raw parts (T, P) of a scaled recording.
    validation, training : Recording
        Scaled normal rows.
    seed : int
        Seed of the corruptions.
    """
    corrupted, labels, count = [], [], 0
    for values, changed, added in corruptions(validation, seed):
        corrupted.append(parts(replace(validation, values=values)))
        labels.append(changed)
        count += added
    return Calibration.fit(
        parts(validation),
        np.concatenate(corrupted),
        np.concatenate(labels),
        corruptions=count,
        training=lambda: parts(training),
    )


def corruptions(scaled: Recording, seed: int) -> Iterator[tuple[FloatArray, NDArray[np.bool_], int]]:
    """Corrupt copies of a validation part, with new draws each, up to `WANTED_CORRUPTIONS` or `MOST_COPIES`.

    Yields
    ------
    values, labels
        What `corrupt` returns.
    count : int
        Independent corruptions in this copy: corrupted rows, or corrupted segments of a recording.
    """
    total = 0
    for copy in range(MOST_COPIES):
        values, labels = corrupt(
            scaled.values, sequential=scaled.sequential, generator=generator(seed, f"corruptions {copy}")
        )
        count = -(-int(labels.sum()) // (SEGMENT if scaled.sequential else 1))
        total += count
        yield values, labels, count
        if total >= WANTED_CORRUPTIONS or not count:
            return


def corrupt(
    values: FloatArray, *, sequential: bool, generator: np.random.Generator
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Corrupt about half of the rows, as the module describes.

    Parameters
    ----------
    values : ndarray of float32, shape (T, C)
        Standardised normal rows.
    sequential : bool
        Whether rows are in time order: then whole segments are corrupted, in the same channels.
    generator : numpy Generator
        Source of all draws.

    Returns
    -------
    values : ndarray of float32, shape (T, C)
        A corrupted copy.
    labels : ndarray of bool, shape (T,)
        True for corrupted rows; all False if no channel varies.
    """
    values, labels = values.copy(), np.zeros(len(values), dtype=bool)
    varying = np.flatnonzero(np.ptp(values, axis=0) > 0) if len(values) else np.empty(0, dtype=np.intp)
    if not len(varying):
        return values, labels
    original = values.copy()
    length = SEGMENT if sequential else 1
    starts = np.arange(0, len(values), length)
    chosen = np.sort(generator.permutation(starts)[: max(1, len(starts) // 2)])
    changed_channels = max(1, round(CHANNEL_SHARE * len(varying)))
    for number, start in enumerate(chosen):
        rows = np.arange(start, min(start + length, len(values)))
        columns = generator.permutation(varying)[:changed_channels]
        _change(values, original, np.ix_(rows, columns), KINDS[number % len(KINDS)], generator)
        labels[rows] = True
    return values, labels


def _change(
    values: FloatArray,
    original: FloatArray,
    block: tuple[NDArray[np.intp], ...],
    kind: str,
    generator: np.random.Generator,
) -> None:
    rows, columns = block
    if kind == "exchange":
        source = (rows + generator.integers(1, max(2, len(values)))) % len(values)
        values[block] = original[source, columns]
    elif kind == "shift":
        values[block] += generator.choice((-1, 1), columns.shape) * generator.uniform(0.5, 2.0, columns.shape)
    else:
        values[block] += generator.uniform(0.5, 1.5) * generator.standard_normal((rows.size, columns.size))


def _simplex(parts: int) -> list[Numbers]:
    """List all non-negative weights in steps of 1/`WEIGHT_STEPS` that sum to 1."""
    grid = product(range(WEIGHT_STEPS + 1), repeat=parts)
    return [np.array(steps) / WEIGHT_STEPS for steps in grid if sum(steps) == WEIGHT_STEPS]


def _moments(parts: FloatArray) -> tuple[Numbers, Numbers]:
    """Return mean and standard deviation of the logarithm of each part, each of shape (P,)."""
    logarithms = np.log(parts.astype(np.float64) + FLOOR)
    return logarithms.mean(axis=0), logarithms.std(axis=0)
