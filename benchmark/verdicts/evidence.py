"""The tests behind a verdict, and the decision from them, on arrays: for one claim or for thousands of simulated ones.

The last axis of every array of `Evidence` is the readings of a claim; axes before it are claims. `benchmark.verdicts.
judge` has the rules in words. The t-tests are those of `benchmark.stats`, from mean, standard deviation and number of
seeds in place of the values. ``weight`` is the share of `ALPHA` that a look at the seeds may spend
(`benchmark.verdicts.looks`): the p-values of `Evidence` are divided by it, and so compared with `ALPHA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.stats.equivalence import one_run_p
from benchmark.verdicts.judge import ALPHA, INDIFFERENT, LIMITS, MARGINS, POWER_DECIDABLE

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """Values over seeds, as much of them as the tests need.

    Parameters
    ----------
    mean, sd, count : ndarray, shapes that broadcast
        Mean, standard deviation (n − 1; 0 where values never vary) and number of seeds, at least 2.
    """

    mean: Array
    sd: Array
    count: Array

    @classmethod
    def of(cls, values: ArrayLike) -> Sample:
        """Summarise values whose last axis is the seeds, shape (…, seeds)."""
        array = np.asarray(values, dtype=np.float64)
        low, high = array.min(axis=-1), array.max(axis=-1)
        still = high - low <= 1e-12 * np.maximum(np.abs(low), np.abs(high))
        sd = np.where(still, 0.0, array.std(axis=-1, ddof=1))
        return cls(array.mean(axis=-1), sd, np.full(array.shape[:-1], float(array.shape[-1])))


@dataclass(frozen=True)
class Evidence:
    """Results of the tests of a claim in each of its readings.

    Parameters
    ----------
    shown, refuted : ndarray, shape (…, readings)
        P-values that the claim holds, and that it does not, divided by the weight of the look.
    decidable, as_claimed : ndarray of bool, shape (…, readings)
        Whether the claim could have been shown, and whether every mean is as it says.
    """

    shown: Array
    refuted: Array
    decidable: Bools
    as_claimed: Bools

    @property
    def refuted_everywhere(self) -> Array:
        """P-value that the claim holds in no reading: the largest of all, shape (…)."""
        largest: Array = self.refuted.max(axis=-1)
        return largest

    @property
    def adjusted(self) -> Array:
        """P-values of `shown`, corrected for the number of readings."""
        return np.asarray(np.minimum(1.0, self.shown * self.shown.shape[-1]))

    @property
    def open(self) -> Bools:
        """Readings that do not refute the claim; where all do, the one that is nearest to it."""
        open_: Bools = self.refuted >= ALPHA
        nearest = self.refuted == self.refuted.max(axis=-1, keepdims=True)
        return np.asarray(open_ | (~open_.any(axis=-1, keepdims=True) & nearest))


def decide(evidence: Evidence, adjusted: ArrayLike) -> NDArray[Any]:
    """Verdict of each claim.

    Parameters
    ----------
    evidence : Evidence
        Tests by reading.
    adjusted : array_like, shape (…)
        `Evidence.refuted_everywhere` after Holm's correction over the family of the claim.

    Returns
    -------
    ndarray of str, shape (…)
        One of `benchmark.verdicts.judge.Verdict`.
    """
    open_ = evidence.open
    decidable = open_ & evidence.decidable
    cases = [
        np.asarray(adjusted) < ALPHA,
        (open_ & (evidence.adjusted < ALPHA)).any(axis=-1),
        ~decidable.any(axis=-1),
        (decidable & evidence.as_claimed).any(axis=-1),
    ]
    verdicts = ["NOT_REPRODUCED", "REPRODUCED", "UNDECIDABLE", "DIRECTION_ONLY"]
    decided: NDArray[Any] = np.select(cases, verdicts, "WITHIN_NOISE")
    return decided


def together_evidence(
    sample: Sample, printed: ArrayLike, half_unit: ArrayLike, readings: int, weight: float = 1.0
) -> Evidence:
    """Test printed numbers that should hold together; one alone has an axis of length 1.

    Parameters
    ----------
    sample : Sample
        Measured values in [0, 1], shape (…, numbers); the result has no axis of numbers.
    printed, half_unit : array_like, shapes that broadcast
        The numbers, and half a unit of their last digit.
    readings, weight
        As in `step_evidence`.
    """
    widest = MARGINS[-1]
    outside = outside_p(sample, printed, np.maximum(half_unit, INDIFFERENT))
    return Evidence(
        weighted(equal_p(sample, printed, widest).max(axis=-1), weight),
        weighted(sample.mean.shape[-1] * outside.min(axis=-1), weight),
        np.asarray((half_interval(sample, ALPHA * weight / readings) < widest).all(axis=-1)),
        np.zeros(sample.mean.shape[:-1], dtype=np.bool_),
    )


def weighted(p_values: ArrayLike, weight: float) -> Array:
    """P-values over the weight of their look, at most 1."""
    return np.asarray(np.minimum(1.0, np.asarray(p_values, dtype=np.float64) / weight))


def outside_p(sample: Sample, printed: ArrayLike, tolerance: ArrayLike) -> Array:
    """P-value that printed ± tolerance is one more run; of values that never vary, 1 within the tolerance, else 0."""
    return one_run_p(sample.mean, sample.sd, sample.count, printed, tolerance, LIMITS)


def equal_p(sample: Sample, target: ArrayLike, margin: float) -> Array:
    """P-value of two one-sided t-tests that the mean is within a margin of a target; 0 or 1 without a spread."""
    from scipy.special import stdtr

    spare = margin - np.abs(sample.mean - np.asarray(target, dtype=np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = spare * np.sqrt(sample.count) / sample.sd
    p_value: Array = np.where(sample.sd > 0, stdtr(sample.count - 1, -statistic), np.where(spare > 0, 0.0, 1.0))
    return p_value


def half_interval(sample: Sample, alpha: float) -> Array:
    """Half of the 1 − 2α interval of the mean."""
    from scipy.special import stdtrit

    half: Array = stdtrit(sample.count - 1, 1 - alpha) * sample.sd / np.sqrt(sample.count)
    return half


def step_evidence(gaps: Sample, claimed: ArrayLike, readings: int, weight: float = 1.0) -> Evidence:
    """Test a family of steps; every one should be above 0.

    Parameters
    ----------
    gaps : Sample
        Paired differences, shape (…, steps); the result has no axis of steps.
    claimed : array_like, shape (steps,)
        Differences that the paper claims, above 0.
    readings : int
        Number of readings of the claim, which the correction of `Evidence.adjusted` will take.
    weight : float
        Share of `ALPHA` of the look, in (0, 1].
    """
    from scipy.special import ncfdtr, stdtr, stdtrit

    steps = gaps.mean.shape[-1]
    varies, large = gaps.sd > 0, np.abs(gaps.mean) >= INDIFFERENT
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = gaps.mean * np.sqrt(gaps.count) / gaps.sd
        effect = np.asarray(claimed, dtype=np.float64) * np.sqrt(gaps.count) / gaps.sd
    fixed_up = np.where(large & (gaps.mean > 0), 0.0, 1.0)
    fixed_down = np.where((large & (gaps.mean < 0)) | (gaps.mean == 0), 0.0, 1.0)
    up = np.where(varies, stdtr(gaps.count - 1, -statistic), fixed_up)
    down = np.where(varies, stdtr(gaps.count - 1, statistic), fixed_down)
    critical = stdtrit(gaps.count - 1, 1 - ALPHA * weight / readings)
    effect = np.minimum(np.where(varies, effect, 0.0), 1e6)
    power = 1 - ncfdtr(1, gaps.count - 1, effect**2, critical**2)  # of both sides; the wrong one adds less than alpha
    possible = np.where(varies, power >= POWER_DECIDABLE, np.asarray(claimed) >= INDIFFERENT)
    return Evidence(
        weighted(up.max(axis=-1), weight),
        weighted(steps * down.min(axis=-1), weight),
        np.asarray(possible.all(axis=-1)),
        np.asarray((gaps.mean > 0).all(axis=-1)),
    )


def plateau_evidence(changes: Sample, readings: int, weight: float = 1.0) -> Evidence:
    """Test that each change is within `INDIFFERENT` of 0.

    Parameters
    ----------
    changes : Sample
        Paired differences of each later position from the start, shape (…, positions).
    readings, weight
        As in `step_evidence`.
    """
    from scipy.special import stdtr

    tests = 2 * changes.mean.shape[-1]
    excess = np.abs(changes.mean) - INDIFFERENT
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = excess * np.sqrt(changes.count) / changes.sd
    fixed = np.where(excess > 0, 0.0, 1.0)
    larger = np.where(changes.sd > 0, stdtr(changes.count - 1, -statistic), fixed)
    return Evidence(
        weighted(equal_p(changes, 0.0, INDIFFERENT).max(axis=-1), weight),
        weighted(tests * larger.min(axis=-1), weight),
        np.asarray((half_interval(changes, ALPHA * weight / readings) < INDIFFERENT).all(axis=-1)),
        np.asarray((excess < 0).all(axis=-1)),
    )


def stacked(evidence: list[Evidence]) -> Evidence:
    """Put the readings of one claim, each without an axis of readings, behind each other."""
    return Evidence(
        np.array([one.shown for one in evidence]),
        np.array([one.refuted for one in evidence]),
        np.array([one.decidable for one in evidence]),
        np.array([one.as_claimed for one in evidence]),
    )
