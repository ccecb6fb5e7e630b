"""Runs of consecutive symbols as numbers, so that sets of runs can be compared fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.raw import Ragged, Raw
from benchmark.toolkit.tokens import Vocabulary, windows

BITS = 63
"""Bits of the number of a run."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class RunCoder:
    """Number the runs of sequences: equal runs have equal numbers, different ones different numbers.

    A symbol that did not occur when the coder was fitted is *other*. A sequence shorter than a run is one run, filled
    up behind its end.

    Parameters
    ----------
    vocabulary : Vocabulary
        Symbols with a token of their own.
    alphabet : tuple of str
        Names of the symbols; other sequences must have the same.
    width : int
        Symbols of a run.
    """

    vocabulary: Vocabulary
    alphabet: tuple[str, ...]
    width: int

    @classmethod
    def fit(cls, raw: Raw, width: int) -> RunCoder:
        """Learn the symbols of the sequences of the raw form.

        Raises
        ------
        ParameterError
            If a run of so many symbols does not fit into one number.
        """
        vocabulary = Vocabulary.fit(_sequences(raw), rare=1)
        bits = vocabulary.size.bit_length()
        if bits * width > BITS:
            raise ParameterError(
                f"width={width} is too wide for {vocabulary.size} different symbols: at most {BITS // bits}"
            )
        return cls(vocabulary, raw.alphabet, width)

    def runs(self, raw: Raw) -> tuple[Integers, Integers]:
        """Number and owner of each run, sequence by sequence in order; every sequence has at least one run.

        Raises
        ------
        DataError
            If the symbols have other names than those that the coder was fitted on.
        """
        if raw.alphabet != self.alphabet:
            raise DataError("the sequences have another alphabet than those of training; it must be the same")
        cut = windows(self.vocabulary.encode(_sequences(raw)), self.width, self.vocabulary.padding)
        shifts = self.vocabulary.size.bit_length() * np.arange(self.width)
        return (cut.tokens << shifts).sum(axis=1), cut.owners


def spread_runs(weights: NDArray[np.float64], owners: Integers, width: int, sequences: Ragged) -> NDArray[np.float64]:
    """Spread the weight of each run over its symbols in equal parts.

    Parameters
    ----------
    weights : ndarray, shape (R,)
        Weight of each run, in the order of `RunCoder.runs`.
    owners : ndarray of int64, shape (R,)
        Sequence of each run.
    width : int
        Symbols of a run.
    sequences : Ragged
        The sequences. Of one shorter than a run, the run is as long as it.

    Returns
    -------
    ndarray of float64, shape (N,)
        For each symbol of all sequences.
    """
    begins = sequences.starts[owners] + np.arange(len(owners)) - np.searchsorted(owners, owners, side="left")
    lengths = np.minimum(width, sequences.lengths[owners])
    inside = np.arange(width) < lengths[:, None]
    places = (begins[:, None] + np.arange(width))[inside]
    parts = np.broadcast_to((weights / np.maximum(lengths, 1))[:, None], inside.shape)[inside]
    return np.asarray(np.bincount(places, parts, minlength=len(sequences.values)), np.float64)


def _sequences(raw: Raw) -> Ragged:
    assert raw.sequences is not None
    return raw.sequences
