"""The detector that learns signatures from labelled attacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from baselines.runs import RunCoder, spread_runs
from baselines.signatures.patterns import learn, matches
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.labels import require_both_classes
from benchmark.toolkit.ngrams import NGRAM, Ngrams
from benchmark.toolkit.scaling import Scaler
from benchmark.toolkit.seeding import sklearn_seed


@dataclass(kw_only=True)
class Signatures(Detector):
    r"""Score a point by the signatures of known attacks that it matches, weighted by their confidence.

    .. math:: s = \sum_{\sigma \in M} \frac{a_\sigma + 1}{a_\sigma + b_\sigma + 2}

    M is the set of different signatures that match; a and b are the numbers of attacks and of normal points of training
    that match a signature, so that the weight is Laplace's estimate that a match is an attack. Two kinds, both learnt
    from training alone:

    - *Runs*, where points have sequences: each run of ``width`` symbols that at least ``run_support`` attacks and no
      normal point hold (b = 0). A trace of an attack is normal work for the most part, so that many runs are of rare
      normal work; the weights know only how often, not why. A long sequence matches more.
    - *Patterns*, where points have other columns than hashed runs: conjunctions of at most ``depth`` comparisons, found
      one after the other by shallow trees (`baselines.signatures.patterns`). Columns are standardised first, as
      in `rule`.

    Where points have both (`cloudtrail`), both count.

    Parameters
    ----------
    width : int
        Symbols of a run.
    run_support : int
        Attacks that must hold a run.
    depth : int
        Comparisons of a pattern.
    patterns : int
        Largest number of patterns.
    support : int
        Attacks that a new pattern must add.
    precision : float
        Share of attacks among the training rows that a new pattern adds, at least.
    """

    supervision: ClassVar[Supervision] = "supervised"
    reads_raw: ClassVar[bool] = True
    silent: ClassVar[bool] = True

    width: Annotated[int, Field(ge=1)] = 6
    run_support: Annotated[int, Field(ge=1)] = 2
    depth: Annotated[int, Field(ge=1)] = 4
    patterns: Annotated[int, Field(ge=1)] = 30
    support: Annotated[int, Field(ge=1)] = 5
    precision: Annotated[float, Field(gt=0, le=1)] = 0.99

    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn signatures. Validation points are not used.

        Raises
        ------
        DataError
            If the training part lacks labels or one of the classes.
        ParameterError
            If ``width`` is too large for the number of different symbols.
        """
        labels = require_both_classes(train)
        self._coder: RunCoder | None = None
        if train.raw is not None and train.raw.sequences is not None:
            self._coder = RunCoder.fit(train.raw, self.width)
            self._learn_runs(*_different(*self._coder.runs(train.raw)), labels)
        self._columns = np.array([kind != NGRAM for kind in train.modalities or ("",) * train.values.shape[1]], bool)
        self._patterns = []
        if self._columns.any():
            self._scaler = Scaler.fit(train, "standard")
            sizes = (self.depth, self.patterns, self.support, self.precision)
            self._patterns = learn(self._rows(train), labels, *sizes, sklearn_seed(self.seed, "ties"))

    def score(self, recording: Recording) -> FloatArray:
        """Return the sums of confidences, shape (T,), at least 0."""
        scores = np.zeros(len(recording))
        if self._coder is not None:
            assert recording.raw is not None
            numbers, owners = _different(*self._coder.runs(recording.raw))
            scores += np.bincount(owners, weights=self._confidence(numbers), minlength=len(recording))
        if self._patterns:
            rows = self._rows(recording)
            for pattern in self._patterns:
                scores += pattern.confidence * matches(pattern.conditions, rows)
        return scores.astype(np.float32)

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the score, shape (T, C); zeros where nothing matches.

        A pattern gives its confidence in equal parts to the columns that it compares. A run gives its own in equal
        parts to its occurrences, they to their symbols, and these to the columns of the runs that hold them; to none
        where the columns are no encoding of the sequences.
        """
        blame = np.zeros(recording.values.shape)
        ngrams, raw = Ngrams.of(recording), recording.raw
        if self._coder is not None and ngrams is not None and raw is not None and raw.sequences is not None:
            numbers, owners = self._coder.runs(raw)
            _, pair, occurrences = np.unique(
                np.stack([owners, numbers]), axis=1, return_inverse=True, return_counts=True
            )
            weights = self._confidence(numbers) / occurrences[pair.ravel()]
            blame += ngrams.blame(raw.sequences, spread_runs(weights, owners, self.width, raw.sequences))
        if self._patterns:
            rows, places = self._rows(recording), np.flatnonzero(self._columns)
            for pattern in self._patterns:
                compared = sorted({places[column] for column, _, _ in pattern.conditions})
                parts = pattern.confidence / len(compared) * matches(pattern.conditions, rows)
                blame[:, compared] += parts[:, None]
        return shares(blame)

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        """Return the number of signatures of each kind, and the share of points that one matches."""
        return {
            "runs": float(len(self._runs)) if self._coder is not None else 0.0,
            "patterns": float(len(self._patterns)),
            "matched share": float((self.score(recording) > 0).mean()),
        }

    def _learn_runs(self, numbers: NDArray[np.int64], owners: NDArray[np.int64], labels: NDArray[np.bool_]) -> None:
        of_attacks, counts = np.unique(numbers[labels[owners]], return_counts=True)
        kept = (counts >= self.run_support) & ~np.isin(of_attacks, numbers[~labels[owners]])
        self._runs = of_attacks[kept]
        self._weights = (counts[kept] + 1) / (counts[kept] + 2)

    def _confidence(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Confidence of each run, 0 where it is no signature."""
        if not len(self._runs):
            return np.zeros(len(numbers))
        places = np.minimum(np.searchsorted(self._runs, numbers), len(self._runs) - 1)
        return np.where(self._runs[places] == numbers, self._weights[places], 0.0)

    def _rows(self, recording: Recording) -> FloatArray:
        return self._scaler.apply(recording).values[:, self._columns]


def _different(numbers: NDArray[np.int64], owners: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each different run of each sequence once, sequence by sequence."""
    order = np.lexsort((numbers, owners))
    numbers, owners = numbers[order], owners[order]
    first = np.ones(len(numbers), bool)
    first[1:] = (numbers[1:] != numbers[:-1]) | (owners[1:] != owners[:-1])
    return numbers[first], owners[first]
