"""Scores of a detector on rows that nobody labelled, with the share of each channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.detection.cut import Cut
from benchmark.detection.division import Division
from benchmark.detection.guard import faults_of
from benchmark.detection.shares import shares_of
from benchmark.engine.detect import checked, refuse_constant
from benchmark.engine.limits import one_thread
from benchmark.engine.method import fitted_spec, smoothing_of
from benchmark.evaluation.smoothing import smoothed
from benchmark.evaluation.thresholds import flag
from benchmark.interfaces.detector import Decides, Detector
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS


@dataclass(frozen=True)
class Scored:
    """Scores of one method on one recording.

    Parameters
    ----------
    method : str
        ``name[…]``.
    source : Recording
        The scored rows as they were read.
    scores : ndarray of float64, shape (T,)
        Higher is more anomalous.
    cut : float
        A row is flagged where its score is above.
    shares : ndarray of float64, shape (T, C)
        Share of each channel of ``source`` in the score of a row, each at least 0; a row sums to 1, or to 0 where no
        channel has a part in it.
    uncertainty : ndarray of float64, shape (T,), optional
        1 − confidence of the detector's own decision, in [0, 0.5], where it states one.
    """

    method: str
    source: Recording
    scores: NDArray[np.float64]
    cut: float
    shares: NDArray[np.float64]
    uncertainty: NDArray[np.float64] | None = None

    @property
    def flags(self) -> NDArray[np.bool_]:
        """True where a row is flagged, shape (T,)."""
        return flag(self.scores, self.cut)


def detect(method: str, division: Division, cut: Cut, seed: int = 0) -> Scored:
    """Fit a method on the first part of a recording and score the second.

    Parameters
    ----------
    method : str
        ``name[…]`` of a detector that needs no label.
    division : Division
        The parts.
    cut : callable
        Rule of the cut, from `benchmark.detection.cut.cut_by`.
    seed : int
        Seed of the detector.

    Raises
    ------
    ParameterError
        If the method needs labels.
    DataError
        If it gives no usable scores on this recording; the message names both.
    PluginError
        If it raises anything else.
    """
    detector = fitted(method, division, seed)
    length = smoothing_of(method)
    name = division.source.name
    with faults_of(method, name, detector), one_thread():
        held_out = checked(detector.score(division.validation), len(division.validation), method)
        scores = checked(detector.score(division.scored), len(division.scored), method)
        refuse_constant(scores, division.scored, method)
        medians = np.median(division.train.values, axis=0)
        shares = shares_of(detector, division.scored, division.source.channels, medians, scores, method)
        decided = detector.decide(division.scored) if isinstance(detector, Decides) else None
    return Scored(
        method,
        division.source,
        smoothed(scores.astype(np.float64), length),
        cut(smoothed(held_out.astype(np.float64), length), step_seconds(division.source)),
        shares,
        None if decided is None else 1 - decided.confidence,
    )


def fitted(method: str, division: Division, seed: int = 0) -> Detector:
    """Build and fit a detector; see `detect` for the errors."""
    detector = METHODS.build(fitted_spec(method), seed=seed)
    if detector.supervision not in ("unsupervised", "none"):
        raise ParameterError(
            f"{method} is trained with labels, and detection has none; 'python -m benchmark list' shows which methods "
            "need no label"
        )
    with faults_of(method, division.source.name, detector), one_thread():
        detector.fit(division.train, division.validation)
    return detector


def step_seconds(recording: Recording) -> float:
    """Median seconds between two rows; 1 where there is no time."""
    if recording.time is None or len(recording) < 2:
        return 1.0
    return float(np.median(np.diff(recording.time))) / 1e6
