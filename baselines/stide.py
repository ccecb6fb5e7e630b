"""STIDE: runs of calls that normal training never had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from baselines.runs import RunCoder, spread_runs
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.ngrams import NGRAM, Ngrams
from benchmark.toolkit.tokens import pooled


@dataclass(kw_only=True)
class Stide(Detector):
    r"""Score a sequence by its runs of calls that occur in no training sequence.

    With m_i = 1 where the i-th run of ``width`` calls is unseen, else 0:

    .. math:: \text{share} = \frac{1}{n} \sum_i m_i, \qquad
              \text{frame} = \max_j \sum_{i = j - F + 1}^{j} m_i + \text{share}

    ``frame`` is the locality frame count of [2]_ with F = 20 runs, the highest number of unseen runs close together.
    It takes few values, so that the share, at most 1, breaks its ties. Padding an attack with normal calls lowers the
    share and not the frame count. [1]_ introduced runs of calls, [2]_ this form with a run of six.

    It needs the raw sequences. Without them a row has no runs, and two stand-ins are scored: columns of hashed runs
    (kind ``n-gram``) by the share of the row that lies in columns that are 0 in all of training, which is the share of
    unseen runs except for collisions of the hash; other columns by the share of those that leave the range of training.

    Parameters
    ----------
    width : int
        Calls of a run.
    frame : int
        Runs of the locality frame.
    by : {"frame", "share"}
        Which score.

    References
    ----------
    .. [1] Forrest, Hofmeyr, Somayaji, Longstaff. A sense of self for Unix processes. IEEE S&P 1996. Hofmeyr, Forrest,
       Somayaji. Intrusion detection using sequences of system calls. Journal of Computer Security 6, 1998.
    .. [2] Warrender, Forrest, Pearlmutter. Detecting intrusions using system calls: alternative data models. IEEE S&P
       1999.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    reads_raw: ClassVar[bool] = True

    width: Annotated[int, Field(ge=1)] = 6
    frame: Annotated[int, Field(ge=1)] = 20
    by: Literal["frame", "share"] = "frame"

    def fit(self, train: Recording, validation: Recording) -> None:
        """Store the runs of training. Validation points are not used.

        Raises
        ------
        ParameterError
            If ``width`` is too large for the number of different calls.
        """
        self._coder: RunCoder | None = None
        if train.raw is not None and train.raw.sequences is not None:
            self._coder = RunCoder.fit(train.raw, self.width)
            self._seen = np.unique(self._coder.runs(train.raw)[0])
        else:
            self._low, self._high = train.values.min(axis=0), train.values.max(axis=0)

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores, shape (T,): in [0, ``frame`` + 1] for ``frame``, in [0, 1] otherwise."""
        if self._coder is None:
            return self._of_rows(recording)
        unseen, owners = self._unseen(recording)
        share = pooled(unseen.astype(np.float64), owners, len(recording), "mean")
        if self.by == "share":
            return share.astype(np.float32)
        counts = frame_counts(unseen, owners, self.frame).astype(np.float64)
        return (pooled(counts, owners, len(recording), "max") + share).astype(np.float32)

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the score, shape (T, C).

        Of sequences: each unseen run counts as the score counts it, once for the share and once more within the worst
        frame (the first one, where several are). Its blame goes in equal parts to its symbols, and from them to the
        columns that hold them. Zeros where the columns are no encoding of the sequences. Of rows: the columns that
        count.
        """
        if self._coder is None:
            return shares(self._of_columns(recording))
        ngrams, raw = Ngrams.of(recording), recording.raw
        assert raw is not None
        assert raw.sequences is not None
        if ngrams is None:
            return np.zeros(recording.values.shape)
        unseen, owners = self._unseen(recording)
        runs = np.bincount(owners, minlength=len(recording))
        weights = unseen / runs[owners]
        if self.by == "frame":
            counts = frame_counts(unseen, owners, self.frame)
            highest = pooled(counts.astype(np.float64), owners, len(recording), "max")
            full = np.flatnonzero(counts == highest[owners])
            ends = full[np.unique(owners[full], return_index=True)[1]]  # the worst frame of each sequence ends here
            places = np.arange(len(owners))
            weights += unseen & (places <= ends[owners]) & (places > ends[owners] - self.frame)
        return shares(ngrams.blame(raw.sequences, spread_runs(weights, owners, self.width, raw.sequences)))

    def _unseen(self, recording: Recording) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Whether each run is in no training sequence, and its sequence."""
        assert self._coder is not None
        assert recording.raw is not None
        numbers, owners = self._coder.runs(recording.raw)
        return ~np.isin(numbers, self._seen), owners

    def _of_rows(self, recording: Recording) -> FloatArray:
        columns = self._of_columns(recording)
        if _hashed(recording):
            return columns.sum(axis=1, dtype=np.float64).astype(np.float32)
        return columns.mean(axis=1).astype(np.float32)

    def _of_columns(self, recording: Recording) -> FloatArray | NDArray[np.bool_]:
        """What each column adds, shape (T, C)."""
        if _hashed(recording):
            return np.where(self._high == 0, recording.values, 0)
        return (recording.values < self._low) | (recording.values > self._high)


def _hashed(recording: Recording) -> bool:
    return set(recording.modalities) == {NGRAM}


def frame_counts(unseen: NDArray[np.bool_], owners: NDArray[np.int64], frame: int) -> NDArray[np.int64]:
    """Number of unseen runs among each run and the ``frame`` − 1 before it in the same sequence, shape (N,)."""
    total = np.append(0, np.cumsum(unseen))
    begins = np.searchsorted(owners, owners, side="left")  # owners are in order
    places = np.arange(len(owners))
    return total[places + 1] - total[np.maximum(begins, places + 1 - frame)]
