"""From the raw form to values, fitted on normal training points alone.

Typed columns
    Numbers stay; counts, bytes and seconds become log(1 + x), since their range is up to nine orders of magnitude. A
    category becomes one column of 0 and 1. Which categories have a column is learnt from normal training points: those
    that at least ``rare`` of them have. All others, and those that never occurred, share the column ``(other)``. So the
    columns tell nothing of attacks.
Sequences
    Runs of ``ngram`` consecutive symbols are counted in ``buckets`` columns, to which a fixed hash sends them, and the
    counts are divided by the number of runs of the point, so that its length does not show. Nothing is fitted. A point
    shorter than a run has zeros.

The modality of a channel says how a model may treat it: ``binary``, ``count`` (after the logarithm), ``rate`` (a share
in [0, 1]), ``n-gram`` (a share of runs), or ``category:<column>`` for the columns that are 1 together exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.data.twins import exact
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Categorical, Ragged
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.ngrams import NGRAM, Ngrams

OTHER = "(other)"
"""Name of the column of all categories without a column of their own."""


@dataclass(frozen=True)
class TypedEncoder:
    """Encode numbers and categories.

    Parameters
    ----------
    kept : dict of str to tuple of str
        Names of each categorical column that have a column of their own, sorted.
    """

    kept: dict[str, tuple[str, ...]]

    NUMBERS: ClassVar[tuple[str, ...]] = ("binary", "count", "rate")

    @classmethod
    def fit(cls, train: Recording, rare: int, *, categories: bool = True) -> TypedEncoder:
        """Learn the names of each categorical column that at least ``rare`` of the given points have.

        Parameters
        ----------
        train : Recording
            Normal training points with their raw form.
        rare : int
            Smallest number of points of a name that gets a column, at least 1.
        categories : bool
            False to encode numbers alone.
        """
        columns = train.raw.categories if train.raw is not None and categories else {}
        return cls({name: _frequent(column, rare) for name, column in columns.items()})

    def apply(self, recording: Recording) -> Recording:
        """Return the same points with encoded values; the raw form stays as it is."""
        raw = recording.raw
        if raw is None:
            raise DataError(f"{recording.name!r} has no raw form to encode")
        kinds = recording.modalities or ("count",) * len(recording.channels)
        values, channels, modalities = [logarithms(recording.values, kinds)], [*recording.channels], [*kinds]
        for name, kept in self.kept.items():
            values.append(one_hot(raw.categories[name], kept))
            channels += [f"{name}={value}" for value in (*kept, OTHER)]
            modalities += [f"category:{name}"] * (len(kept) + 1)
        encoded = np.ascontiguousarray(np.concatenate(values, axis=1))
        return replace(recording, values=encoded, channels=tuple(channels), modalities=tuple(modalities))


@dataclass(frozen=True)
class NgramEncoder:
    """Encode sequences of symbols.

    Parameters
    ----------
    ngram : int
        Symbols of a run, at least 1.
    buckets : int
        Number of columns, at least 1.
    """

    ngram: int
    buckets: int

    def apply(self, recording: Recording) -> Recording:
        """Return the same points with shares of runs as values; the raw form stays as it is."""
        if recording.raw is None or recording.raw.sequences is None:
            raise DataError(f"{recording.name!r} has no sequences to encode")
        values = ngram_shares(recording.raw.sequences, self.ngram, self.buckets)
        channels = Ngrams(self.ngram, self.buckets).channels
        return replace(recording, values=values, channels=channels, modalities=(NGRAM,) * self.buckets)


def logarithms(values: FloatArray, kinds: tuple[str, ...]) -> FloatArray:
    """Replace each column x of kind ``count`` by log(1 + x); a missing value stays missing."""
    counts = np.array([kind == "count" for kind in kinds], bool)
    result = values.astype(np.float32, copy=True)
    result[:, counts] = exact.log(1.0 + values[:, counts].astype(np.float64))
    return result


def one_hot(column: Categorical, kept: tuple[str, ...]) -> FloatArray:
    """One column of 0 and 1 for each kept name and a last one for every other, shape (T, len(kept) + 1)."""
    places = {name: place for place, name in enumerate(kept)}
    of_code = np.array([places.get(name, len(kept)) for name in column.names], np.int64)
    return np.eye(len(kept) + 1, dtype=np.float32)[of_code[column.codes]]


def ngram_shares(sequences: Ragged, ngram: int, buckets: int) -> FloatArray:
    """Share of the runs of each sequence that fall into each bucket, shape (T, buckets)."""
    return Ngrams(ngram, buckets).shares(sequences)


def _frequent(column: Categorical, rare: int) -> tuple[str, ...]:
    counts: NDArray[np.int64] = np.bincount(column.codes, minlength=len(column.names))
    return tuple(sorted(name for name, count in zip(column.names, counts, strict=True) if count >= rare))
