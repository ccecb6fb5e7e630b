"""Calibration of the corrected score: parts standardised on normal rows, weights from corrupted validation rows.

Standardisation uses validation rows, which training did not fit. A part that is constant there (a flat end of a
recording) has no spread, so its mean and spread come from training rows. If it is constant there too, the part
contributes nothing, unless all parts are: then each is centred only, and any change of a part counts.

The corruptions are generic on purpose. They know no channel by name and are none of the anomalies that any protocol
of this package injects (those multiply or zero named channels by a model of contention, failure or degradation). A
seeded half of the validation rows is left alone; in the other half each row, or each segment of a recording, has a
random third of the channels that vary (at least one) changed in one of three ways, all in units of the standard
deviation in training:

``exchange``
    The channels take the values of another row or segment: every value is usual, their combination is not.
``shift``
    Each moves by ±U(0.5, 2).
``noise``
    Each gets Gaussian noise of standard deviation U(0.5, 1.5).
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
"""Points of a corrupted segment where rows are in time order; a row is its own segment elsewhere."""

ENOUGH, MOST = 500, 4
"""Independent corruptions wanted, and copies of the validation part at most that are corrupted to get them."""

SHARE = 1 / 3
STEPS = 6
FLOOR = 1e-12

CONSTANT = 1e-3
"""Standard deviation of the logarithm up to which a part counts as constant: it varies by a thousandth of itself.

Equal rows need not have equal parts: the last bits depend on the position of a row in a matrix product.
"""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """What turns raw parts into a score.

    Parameters
    ----------
    centre, spread : ndarray of float64, shape (P,)
        Mean and standard deviation of the logarithm of each part on validation rows, or on training rows for a part
        that is constant on validation rows. The spread of a part that is constant on both is infinite, or 1 if all
        parts are.
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
        """Standardise on normal rows; choose the weights that rank corrupted ones best.

        Every combination of weights in steps of a sixth is tried. Of those whose average precision P is within half a
        standard error of the best one, the nearest to equal weights is taken: few corruptions are no ground for
        trusting one part alone. The standard error is √(P(1 − P)/n) for n independent corruptions; half of it,
        because weightings are compared on the same rows and err alike.

        Parameters
        ----------
        normal : ndarray, shape (V, P)
            Raw parts of validation rows.
        corrupted : ndarray, shape (W, P)
            Raw parts of rows of which some are corrupted.
        labels : ndarray of bool, shape (W,)
            Which.
        corruptions : int
            Independent corruptions n among them: rows, or segments of a recording.
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
        plain = cls(centre, spread, np.full(normal.shape[1], 1 / normal.shape[1]))
        if not labels.any() or labels.all():
            return plain
        standardised = plain.standardise(corrupted)
        precision = {
            tuple(w): float(average_precision_score(labels, standardised @ w)) for w in _simplex(normal.shape[1])
        }
        best = max(precision.values())
        enough = best - 0.5 * np.sqrt(best * (1 - best) / max(corruptions, 1))
        chosen = min((w for w, p in precision.items() if p >= enough), key=lambda w: sum(part**2 for part in w))
        return cls(plain.centre, spread, np.array(chosen))

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
        Scaled, and normal.
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
    """Corrupt copies of a validation part, each anew, until there are `ENOUGH` corruptions or `MOST` copies.

    Yields
    ------
    values, labels
        As from `corrupt`.
    count : int
        Independent corruptions in this copy: rows, or segments of a recording.
    """
    total = 0
    for copy in range(MOST):
        values, labels = corrupt(
            scaled.values, sequential=scaled.sequential, generator=generator(seed, f"corruptions {copy}")
        )
        count = -(-int(labels.sum()) // (SEGMENT if scaled.sequential else 1))
        total += count
        yield values, labels, count
        if total >= ENOUGH or not count:
            return


def corrupt(
    values: FloatArray, *, sequential: bool, generator: np.random.Generator
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Corrupt about half of the rows; see the module for how.

    Parameters
    ----------
    values : ndarray of float32, shape (T, C)
        Standardised rows that count as normal.
    sequential : bool
        Whether neighbours belong together: then whole segments are corrupted alike.
    generator : numpy Generator

    Returns
    -------
    values : ndarray of float32, shape (T, C)
        A copy.
    labels : ndarray of bool, shape (T,)
        Which rows were corrupted; none where no channel varies.
    """
    values, labels = values.copy(), np.zeros(len(values), dtype=bool)
    varying = np.flatnonzero(np.ptp(values, axis=0) > 0) if len(values) else np.empty(0, dtype=np.intp)
    if not len(varying):
        return values, labels
    original = values.copy()
    length = SEGMENT if sequential else 1
    starts = np.arange(0, len(values), length)
    chosen = np.sort(generator.permutation(starts)[: max(1, len(starts) // 2)])
    some = max(1, round(SHARE * len(varying)))
    for number, start in enumerate(chosen):
        rows = np.arange(start, min(start + length, len(values)))
        columns = generator.permutation(varying)[:some]
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
    """List the weight vectors in steps of 1/STEPS that sum to 1."""
    grid = product(range(STEPS + 1), repeat=parts)
    return [np.array(steps) / STEPS for steps in grid if sum(steps) == STEPS]


def _moments(parts: FloatArray) -> tuple[Numbers, Numbers]:
    """Return mean and standard deviation of the logarithm of each part, each of shape (P,)."""
    logarithms = np.log(parts.astype(np.float64) + FLOOR)
    return logarithms.mean(axis=0), logarithms.std(axis=0)
