"""Parts of the transformer's score: the symbols of a sequence, or the columns of a row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.raw import Ragged
from benchmark.toolkit.tokens import pooled
from methods.transformer.sequences import Model


def blame_of_symbols(model: Model, sequences: Ragged, quantile: float, tail: float) -> NDArray[np.float64]:
    r"""Part of each symbol in the score of its sequence, shape (N,) for N symbols in all; they add up to the score.

    With the surprise u of a symbol, the number n of scored symbols of its sequence, and the window w of m scored ones
    whose mean surprise is the upper quantile (the first one, where several are):

    .. math:: b = (1 - \tau) \frac{u}{n} + \tau \frac{u}{m} [\text{in } w]

    A symbol in two windows has the sum. A symbol that is not scored has 0.
    """
    windows, surprise, scored = model.by_symbol(sequences)
    owners, counts = windows.owners, scored.sum(axis=1).clip(1)
    means = (surprise * scored).sum(axis=1) / counts
    points = len(sequences)
    upper = np.flatnonzero(means == pooled(means, owners, points, quantile)[owners])
    chosen = np.zeros(len(owners), bool)
    chosen[upper[np.unique(owners[upper], return_index=True)[1]]] = True
    total = np.bincount(owners, scored.sum(axis=1), minlength=points).clip(1)
    weights = (1 - tail) / total[owners] + tail * chosen / counts
    places = (sequences.starts[owners] + windows.offsets)[:, None] + np.arange(surprise.shape[1])
    blame = np.bincount(places[scored], (surprise * weights[:, None])[scored], minlength=len(sequences.values))
    return np.asarray(blame, np.float64)
