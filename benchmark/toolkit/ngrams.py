"""Hashed runs of symbols as columns: to which column a run belongs, and which columns a blamed symbol is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.raw import Ragged
from benchmark.interfaces.recording import FloatArray, Recording

NGRAM = "n-gram"
"""Modality of a column of hashed runs."""

_PRIME = np.uint64(1_099_511_628_211)  # FNV-1a, 64 bits
_OFFSET = np.uint64(14_695_981_039_346_656_037)


class Runs(NamedTuple):
    """The runs of sequences.

    Parameters
    ----------
    starts : ndarray of int64, shape (R,)
        Place of the first symbol of each run among all symbols.
    owners : ndarray of int64, shape (R,)
        Sequence of each run.
    columns : ndarray of int64, shape (R,)
        Column of each run.
    """

    starts: NDArray[np.int64]
    owners: NDArray[np.int64]
    columns: NDArray[np.int64]


@dataclass(frozen=True)
class Ngrams:
    """Columns of the runs of ``ngram`` consecutive symbols, hashed to ``buckets`` columns by a fixed hash.

    Parameters
    ----------
    ngram : int
        Symbols of a run, at least 1.
    buckets : int
        Number of columns, at least 1.
    """

    ngram: int
    buckets: int

    @classmethod
    def of(cls, recording: Recording) -> Ngrams | None:
        """Columns of a recording that was encoded so; None where it has other columns or no sequences."""
        raw = recording.raw
        if raw is None or raw.sequences is None or set(recording.modalities) != {NGRAM}:
            return None
        return cls(int(recording.channels[0].partition("-")[0]), len(recording.channels))

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(f"{self.ngram}-gram {bucket}" for bucket in range(self.buckets))

    def runs(self, sequences: Ragged) -> Runs:
        """The runs of sequences, in order. None reaches into the next sequence; a shorter sequence has none."""
        length = max(0, len(sequences.values) - self.ngram + 1)
        hashed = np.full(length, _OFFSET, np.uint64)
        symbols = sequences.values.astype(np.uint64)
        for offset in range(self.ngram):
            hashed = (hashed ^ symbols[offset : offset + length]) * _PRIME
        columns = ((hashed ^ (hashed >> np.uint64(32))) % np.uint64(self.buckets)).astype(np.int64)
        owners = sequences.owners
        starts = np.flatnonzero(owners[:length] == owners[self.ngram - 1 :][:length])
        return Runs(starts, owners[starts], columns[starts])

    def shares(self, sequences: Ragged) -> FloatArray:
        """Share of the runs of each sequence in each column, (T, buckets); zeros for a sequence without a run."""
        runs = self.runs(sequences)
        counts = self._summed(runs, np.ones(len(runs.starts)), len(sequences))
        shares: FloatArray = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).astype(np.float32)
        return shares

    def blame(self, sequences: Ragged, symbols: NDArray[np.float64]) -> NDArray[np.float64]:
        """Spread the blame of symbols over the columns of the runs that hold them.

        Each symbol gives equal parts to the runs that hold it.

        Parameters
        ----------
        sequences : Ragged
            T sequences of N symbols in all.
        symbols : ndarray of float64, shape (N,)
            Blame of each symbol, at least 0.

        Returns
        -------
        ndarray of float64, shape (T, buckets)
            Zeros for a sequence without a run.
        """
        runs = self.runs(sequences)
        places = runs.starts[:, None] + np.arange(self.ngram)
        holding = np.bincount(places.ravel(), minlength=len(symbols))
        parts = np.divide(symbols, holding, out=np.zeros(len(symbols)), where=holding > 0)
        return self._summed(runs, parts[places].sum(axis=1), len(sequences))

    def _summed(self, runs: Runs, weights: NDArray[np.float64], points: int) -> NDArray[np.float64]:
        cells = runs.owners * self.buckets + runs.columns
        found = np.bincount(cells, weights=weights, minlength=points * self.buckets)
        return np.asarray(found, np.float64).reshape(points, self.buckets)
