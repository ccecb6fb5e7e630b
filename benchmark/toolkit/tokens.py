"""Tokens and windows of symbol sequences, for detectors that read `Raw.sequences`.

A vocabulary is learnt from training sequences alone; every other symbol is one token, *other*. A window is a run of
consecutive tokens of one sequence. Scores of windows are pooled into scores of sequences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.raw import Ragged

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """The symbols that have a token of their own.

    Parameters
    ----------
    symbols : ndarray of int64, shape (K,)
        In order: the token of a symbol is its place. K is the token of every other symbol, K + 1 that of padding.
    """

    symbols: Integers

    @classmethod
    def fit(cls, sequences: Ragged, rare: int = 2) -> Vocabulary:
        """Learn the symbols that occur at least ``rare`` times.

        With ``rare`` above 1 the token *other* occurs in training, so that a model can learn it.
        """
        symbols, counts = np.unique(sequences.values, return_counts=True)
        return cls(symbols[counts >= rare].astype(np.int64))

    @property
    def other(self) -> int:
        """Token of a symbol without its own."""
        return len(self.symbols)

    @property
    def padding(self) -> int:
        """Token of a place behind the end of a sequence."""
        return len(self.symbols) + 1

    @property
    def size(self) -> int:
        """Number of tokens, *other* and padding included."""
        return len(self.symbols) + 2

    def encode(self, sequences: Ragged) -> Ragged:
        """Replace symbols by tokens."""
        values = sequences.values.astype(np.int64)
        if not len(self.symbols):
            return Ragged(np.full(len(values), self.other), sequences.starts)
        places = np.minimum(np.searchsorted(self.symbols, values), len(self.symbols) - 1)
        return Ragged(np.where(self.symbols[places] == values, places, self.other), sequences.starts)


class Windows(NamedTuple):
    """Windows of sequences.

    Parameters
    ----------
    tokens : ndarray of int64, shape (N, W)
        The windows, sequence by sequence and in order.
    owners : ndarray of int64, shape (N,)
        Sequence of each window.
    offsets : ndarray of int64, shape (N,)
        Place in its sequence at which a window begins.
    """

    tokens: Integers
    owners: Integers
    offsets: Integers


def windows(tokens: Ragged, width: int, padding: int, stride: int = 1, limit: int = 0) -> Windows:
    """Cut sequences into windows.

    Parameters
    ----------
    tokens : Ragged
        Encoded sequences.
    width : int
        Tokens of a window, at least 1. A shorter sequence has one window, filled with ``padding`` behind its end.
    padding : int
        Token of the filling.
    stride : int
        Distance of the starts of two windows, at least 1. The last window ends with the sequence at any stride.
    limit : int
        Largest number of windows of a sequence, spread evenly from its start to its end; 0 sets none.
    """
    offsets, owners = [], []
    for owner, length in enumerate(tokens.lengths.tolist()):
        last = max(0, length - width)
        starts = np.unique(np.append(np.arange(0, last + 1, stride), last))
        if limit and len(starts) > limit:
            starts = starts[np.arange(limit) * (len(starts) - 1) // max(1, limit - 1)]
        offsets.append(starts)
        owners.append(np.full(len(starts), owner))
    offset, owner_of = (np.concatenate([np.zeros(0, np.int64), *parts]) for parts in (offsets, owners))
    places = offset[:, None] + np.arange(width)
    inside = places < tokens.lengths[owner_of][:, None]
    padded = np.append(tokens.values, padding)
    found = padded[np.where(inside, tokens.starts[owner_of][:, None] + places, len(tokens.values))]
    return Windows(found.astype(np.int64), owner_of, offset)


def pooled(
    scores: NDArray[np.float64], owners: Integers, points: int, how: Literal["mean", "max"] | float
) -> NDArray[np.float64]:
    """Pool the scores of windows into one for each sequence, shape (points,).

    Parameters
    ----------
    scores : ndarray, shape (N,)
        Scores of windows.
    owners : ndarray of int64, shape (N,)
        Sequence of each window, in order; every sequence has a window.
    points : int
        Number of sequences.
    how : {"mean", "max"} or float
        Mean, maximum, or a quantile in [0, 1]: the smallest score that at least this share of the windows reach not
        above.
    """
    counts = np.bincount(owners, minlength=points)
    if how == "mean":
        return np.bincount(owners, weights=scores, minlength=points) / counts
    order = np.lexsort((scores, owners))
    share = 1.0 if how == "max" else float(how)
    place = np.ceil(share * counts).astype(np.int64).clip(min=1) - 1
    return np.asarray(scores[order][np.cumsum(counts) - counts + place], np.float64)
