"""The tests behind a verdict, and the decision from them, on arrays: for one claim or for thousands of simulated ones.

The last axis of every array of `Evidence` is the readings of a claim; axes before it are claims. `benchmark.verdicts.
judge` has the rules in words. The t-tests are those of `benchmark.stats`, from mean, standard deviation and number of
seeds in place of the values. ``weight`` is the share of `ALPHA` that a look at the seeds may spend
(`benchmark.verdicts.looks`): p-values that decide are divided by it, and so compared with `ALPHA`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
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
    low, high : ndarray, shapes that broadcast
        Smallest and largest value.
    """

    mean: Array
    sd: Array
    count: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, values: ArrayLike) -> Sample:
        """Summarise values whose last axis is the seeds, shape (…, seeds)."""
        array = np.asarray(values, dtype=np.float64)
        low, high = array.min(axis=-1), array.max(axis=-1)
        still = high - low <= 1e-12 * np.maximum(np.abs(low), np.abs(high))
        sd = np.where(still, 0.0, array.std(axis=-1, ddof=1))
        return cls(array.mean(axis=-1), sd, np.full(array.shape[:-1], float(array.shape[-1])), low, high)

    @classmethod
    def joined(cls, samples: Sequence[Sample], join: Callable[[list[Array]], Array]) -> Sample:
        """Put samples together with `numpy.concatenate` or `numpy.stack`."""
        return cls(*(join([getattr(sample, field.name) for sample in samples]) for field in fields(cls)))


@dataclass(frozen=True)
class Evidence:
    """Results of the tests of a claim in each of its readings.

    Parameters
    ----------
    shown, refuted : ndarray, shape (…, readings)
        P-values that the claim holds, and that it does not.
    decidable, as_claimed : ndarray of bool, shape (…, readings)
        Whether the claim could have been shown, and whether every mean is as it says.
    weight : float
        Weight of the look.
    """

    shown: Array
    refuted: Array
    decidable: Bools
    as_claimed: Bools
    weight: float = 1.0

    @property
    def refuted_everywhere(self) -> Array:
        """P-value that the claim holds in no reading: the largest of all, over the weight of the look, shape (…)."""
        return weighted(self.refuted.max(axis=-1), self.weight)

    @property
    def adjusted(self) -> Array:
        """P-values of `shown`, corrected for the number of readings, over the weight of the look."""
        return weighted(self.shown * self.shown.shape[-1], self.weight)

    @property
    def open(self) -> Bools:
        """Readings that do not refute the claim; where all do, the one that is nearest to it."""
        open_: Bools = self.refuted >= ALPHA
        nearest = self.refuted == self.refuted.max(axis=-1, keepdims=True)
        return np.asarray(open_ | (~open_.any(axis=-1, keepdims=True) & nearest))

    @property
    def confirmed(self) -> Bools:
        """Readings that show the claim and do not refute it; `refuted` is at `ALPHA` here at every look."""
        return np.asarray((self.refuted >= ALPHA) & (self.adjusted < ALPHA))


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
        evidence.confirmed.any(axis=-1),
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
        equal_p(sample, printed, widest).max(axis=-1),
        np.minimum(1.0, sample.mean.shape[-1] * outside.min(axis=-1)),
        np.asarray((half_interval(sample, ALPHA * weight / readings) < widest).all(axis=-1)),
        np.zeros(sample.mean.shape[:-1], dtype=np.bool_),
        weight,
    )


def weighted(p_values: ArrayLike, weight: float) -> Array:
    """P-values over the weight of their look, at most 1."""
    return np.asarray(np.minimum(1.0, np.asarray(p_values, dtype=np.float64) / weight))


def outside_p(sample: Sample, printed: ArrayLike, tolerance: ArrayLike) -> Array:
    """P-value that printed ± tolerance is one more run; 1 where it meets the range of the values.

    Of values that never vary it is 1 within the tolerance, else 0.
    """
    printed, tolerance = np.asarray(printed, dtype=np.float64), np.asarray(tolerance, dtype=np.float64)
    p_value = one_run_p(sample.mean, sample.sd, sample.count, printed, tolerance, LIMITS)
    reached = (printed >= sample.low - tolerance) & (printed <= sample.high + tolerance)
    return np.where((sample.sd > 0) & reached, 1.0, p_value)


def below_p(ceiling: Sample, printed: ArrayLike, tolerance: ArrayLike) -> Array:
    """P-value that the ceiling of one more run reaches printed ± tolerance; 1 where its mean does."""
    reached = ceiling.mean >= np.asarray(printed, dtype=np.float64)
    return np.asarray(np.where(reached, 1.0, outside_p(ceiling, printed, tolerance)))


def bounded(refuted: ArrayLike, below: ArrayLike) -> Array:
    """P-value that a number is neither one more run nor below its ceiling: twice the smaller of both, at most 1."""
    return np.asarray(np.minimum(1.0, 2 * np.minimum(refuted, below)))


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

    return np.asarray(stdtrit(sample.count - 1, 1 - alpha) * sample.sd / np.sqrt(sample.count))


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
    large = np.abs(gaps.mean) >= INDIFFERENT
    fixed_up = np.where(large & (gaps.mean > 0), 0.0, 1.0)
    fixed_down = np.where((large & (gaps.mean < 0)) | (gaps.mean == 0), 0.0, 1.0)
    return _one_sided(gaps, claimed, readings, weight, fixed_up, fixed_down, np.asarray(gaps.mean > 0))


def bound_evidence(rooms: Sample, readings: int, weight: float = 1.0) -> Evidence:
    """Test a family of bounds; every room should be 0 or more.

    Parameters
    ----------
    rooms : Sample
        How far a number lies on the allowed side of its bound, shape (…, bounds); the result has no axis of bounds.
    readings, weight
        As in `step_evidence`.
    """
    fixed_up = np.where(rooms.mean >= 0, 0.0, 1.0)
    fixed_down = np.where(rooms.mean <= -INDIFFERENT, 0.0, 1.0)
    return _one_sided(rooms, INDIFFERENT, readings, weight, fixed_up, fixed_down, np.asarray(rooms.mean >= 0))


def _one_sided(
    gaps: Sample,
    claimed: ArrayLike,
    readings: int,
    weight: float,
    fixed_up: Array,
    fixed_down: Array,
    as_claimed: Bools,
) -> Evidence:
    """Test that every gap is above 0; ``fixed_up`` and ``fixed_down`` are the p-values of gaps without a spread."""
    from scipy.special import ncfdtr, stdtr, stdtrit

    steps, varies = gaps.mean.shape[-1], gaps.sd > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = gaps.mean * np.sqrt(gaps.count) / gaps.sd
        effect = np.asarray(claimed, dtype=np.float64) * np.sqrt(gaps.count) / gaps.sd
    up = np.where(varies, stdtr(gaps.count - 1, -statistic), fixed_up)
    down = np.where(varies, stdtr(gaps.count - 1, statistic), fixed_down)
    critical = stdtrit(gaps.count - 1, 1 - ALPHA * weight / readings)
    effect = np.minimum(np.where(varies, effect, 0.0), 1e6)
    power = 1 - ncfdtr(1, gaps.count - 1, effect**2, critical**2)  # of both sides; the wrong one adds less than alpha
    possible = np.where(varies, power >= POWER_DECIDABLE, np.asarray(claimed) >= INDIFFERENT)
    return Evidence(
        up.max(axis=-1),
        np.minimum(1.0, steps * down.min(axis=-1)),
        np.asarray(possible.all(axis=-1)),
        np.asarray(as_claimed.all(axis=-1)),
        weight,
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
        equal_p(changes, 0.0, INDIFFERENT).max(axis=-1),
        np.minimum(1.0, tests * larger.min(axis=-1)),
        np.asarray((half_interval(changes, ALPHA * weight / readings) < INDIFFERENT).all(axis=-1)),
        np.asarray((excess < 0).all(axis=-1)),
        weight,
    )


def stacked(evidence: list[Evidence]) -> Evidence:
    """Put the readings of one claim, each without an axis of readings, behind each other."""
    return Evidence(
        np.array([one.shown for one in evidence]),
        np.array([one.refuted for one in evidence]),
        np.array([one.decidable for one in evidence]),
        np.array([one.as_claimed for one in evidence]),
        evidence[0].weight,
    )
