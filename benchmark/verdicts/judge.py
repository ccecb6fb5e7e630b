"""From the values of seeds to a verdict. The rules were fixed before any claim was judged; none has a free parameter.

All tests are at 5 % over seeds, differences are paired by seed, and Holm's correction covers all tests of one claim.

**A printed number** p, with half-unit h of its last digit, is compared with the mean m of seeds, whose 95 % interval is
m ± w:

- ``REPRODUCED``: |m − p| ≤ h + w, and two one-sided tests show that the mean is nearer to p than to any other number
  printed in the same column (margin: half the distance to the nearest other number; h if there is none).
- ``WITHIN_NOISE``: |m − p| ≤ h + w, but the spread over seeds is too large for the second condition.
- ``DIRECTION_ONLY``: |m − p| > h + w, but the row is significantly on its printed side of every other measured row.
- ``NOT_REPRODUCED``: none of these.

A margin of h alone would demand from five seeds what no random experiment can give (four printed digits). A tolerance
of h + w alone would reward noise, since a wider interval agrees with more numbers. A table is read to compare rows, and
the printed digits say how far apart two rows are without a choice of ours.

**A comparison** (order, better-than, monotone, peak-at) is a family of steps "a above b":

- ``REPRODUCED``: every difference is significant and in the claimed direction.
- ``NOT_REPRODUCED``: at least one difference is significantly reversed, or is 0 at every seed.
- ``DIRECTION_ONLY``: every mean difference is in the claimed direction, but not every one is significant.
- ``WITHIN_NOISE``: some mean difference is reversed, none significantly.

**A plateau** compares the change after its start with the change before it, from the first position of the axis to the
start.

- ``REPRODUCED``: each later change is significantly smaller than the change before (two one-sided tests, each at 5 %),
  and none is a significant rise.
- ``NOT_REPRODUCED``: a later change is a significant rise, or is significantly larger than the change before.
- ``DIRECTION_ONLY``: every later mean is equal or lower, but not significantly within the margin.
- ``WITHIN_NOISE``: some mean rises, not significantly.

Fewer than two seeds have no interval: ``NOT_TESTABLE``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmark.artifacts.published import Printed
from benchmark.stats.comparisons import always, differences, holm, t_test
from benchmark.stats.equivalence import equivalence_test
from benchmark.stats.intervals import MeanInterval, mean_interval

Verdict = Literal[
    "REPRODUCED", "WITHIN_NOISE", "DIRECTION_ONLY", "NOT_REPRODUCED", "INCONSISTENT", "NOT_TESTABLE", "CONSISTENT"
]
"""``CONSISTENT`` is the verdict on a claim of kind ``consistent`` that passes the audit."""

ALPHA = 0.05
Seeds = Mapping[int, float]
"""One value a seed."""


@dataclass(frozen=True)
class Judgement:
    """A verdict with its reason.

    Parameters
    ----------
    verdict : str
        See the module.
    reason : str
        In words, with the numbers that decided.
    measured : str
        Short form of the measured result; empty if there is none.
    """

    verdict: Verdict
    reason: str
    measured: str = ""


@dataclass(frozen=True)
class Step:
    """The claim that one thing is above another.

    Parameters
    ----------
    name : str
        In words: ``64 above 32 in F1@val``.
    upper, lower : mapping of int to float
        One value a seed; those of common seeds are compared.
    """

    name: str
    upper: Seeds
    lower: Seeds

    @property
    def gaps(self) -> list[float]:
        """Upper less lower, one a common seed, in the order of seeds."""
        common = sorted(set(self.upper) & set(self.lower))
        return differences([self.upper[seed] for seed in common], [self.lower[seed] for seed in common]).tolist()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class StepResult:
    """A step with the test of its differences.

    Parameters
    ----------
    name : str
        As in `Step`.
    gaps : list of float
        Differences by seed, at least two.
    p_value : float
        Of the paired t-test, with Holm's correction over the steps of the claim.
    """

    name: str
    gaps: list[float]
    p_value: float

    @property
    def mean(self) -> float:
        """Mean difference."""
        return float(np.mean(self.gaps))

    @property
    def significant(self) -> bool:
        """Whether the mean difference is significant, or the same at every seed."""
        return self.p_value < ALPHA or always(self.gaps)

    @property
    def zero(self) -> bool:
        """Whether the difference is 0 at every seed."""
        return not any(self.gaps)

    @property
    def refuted(self) -> bool:
        """Whether the step is significantly reversed, or 0 at every seed."""
        return self.zero or (self.significant and self.mean < 0)

    def __str__(self) -> str:
        return f"{self.name}: {_mean_text(mean_interval(self.gaps), sign='+')}, adjusted p {self.p_value:.3f}"


def compare_steps(steps: Sequence[Step]) -> list[StepResult]:
    """Test each step, with Holm's correction over all of them; each needs two common seeds."""
    gaps = [step.gaps for step in steps]
    adjusted = holm([float(t_test(np.asarray(gap))) for gap in gaps])
    return [StepResult(step.name, gap, float(p)) for step, gap, p in zip(steps, gaps, adjusted, strict=True)]


def judge_steps(steps: Sequence[Step]) -> Judgement:
    """Judge a comparison; see the module."""
    short = next((step.name for step in steps if len(step.gaps) < 2), None)
    if short is not None:
        return Judgement("NOT_TESTABLE", f"fewer than two common seeds: {short}")
    tested = compare_steps(steps)
    verdict = _steps_verdict(tested)
    claimed = [step for step in tested if step.mean > 0]
    significant = sum(step.significant for step in claimed)
    measured = f"{len(claimed)}/{len(tested)} steps as claimed, {significant} significant"
    return Judgement(verdict, _steps_reason(verdict, tested), measured)


def _steps_verdict(tested: Sequence[StepResult]) -> Verdict:
    if any(step.refuted for step in tested):
        return "NOT_REPRODUCED"
    if all(step.significant for step in tested):
        return "REPRODUCED"
    return "DIRECTION_ONLY" if all(step.mean > 0 for step in tested) else "WITHIN_NOISE"


def _steps_reason(verdict: Verdict, tested: Sequence[StepResult]) -> str:
    """Say how many steps decided the verdict, and quote the one that did most."""
    weakest = max(tested, key=lambda step: step.p_value)
    if verdict == "REPRODUCED":
        return f"every step is significant; the weakest: {weakest}"
    if verdict == "DIRECTION_ONLY":
        return f"every mean is in the claimed direction, not every one significantly: {weakest}"
    if verdict == "WITHIN_NOISE":
        reversed_ = [step for step in tested if step.mean <= 0]
        worst = min(reversed_, key=lambda step: (step.mean, -step.p_value))
        return f"{len(reversed_)} of {len(tested)} not in the claimed direction, none significantly reversed: {worst}"
    refuted = [step for step in tested if step.refuted]
    worst = min(refuted, key=lambda step: step.mean)
    cause = "with no difference at any seed" if worst.zero else "significantly reversed"
    return f"{len(refuted)} of {len(tested)} {cause}: {worst}"


def judge_value(
    values: Seeds,
    printed: Printed,
    others: Sequence[Printed] = (),
    neighbours: Sequence[tuple[str, Printed, Seeds]] = (),
) -> Judgement:
    """Judge a printed number; see the module.

    Parameters
    ----------
    values : mapping of int to float
        Measured, one a seed.
    printed : Printed
        The number.
    others : sequence of Printed
        All numbers printed in the same column; equal ones do not count.
    neighbours : sequence of (name, Printed, mapping of int to float)
        The other rows of the column that are measured, with the numbers printed for them.
    """
    if len(values) < 2:
        return Judgement("NOT_TESTABLE", "one seed has no interval; run at least two")
    numbers = [values[seed] for seed in sorted(values)]
    interval = mean_interval(numbers)
    half = interval.high - interval.mean
    target, unit = float(printed.value), float(printed.half_unit)
    deviation = abs(interval.mean - target)
    measured = _mean_text(interval)
    gap = f"off by {deviation:.4f}, tolerance {unit:g} + {half:.4f}"
    if deviation <= unit + half + 1e-12:
        distances = [abs(float(other.value) - target) for other in others if other.value != printed.value]
        margin = min(distances) / 2 if distances else unit
        if equivalence_test(numbers, target, margin, ALPHA).verdict == "equivalent":
            return Judgement("REPRODUCED", f"{gap}; nearer to it than to any other number of its column", measured)
        return Judgement(
            "WITHIN_NOISE",
            f"{gap}; cannot be distinguished from the column's other printed numbers at 5 %",
            measured,
        )
    steps = [_side(values, printed, *neighbour) for neighbour in neighbours if neighbour[1].value != printed.value]
    if steps and judge_steps(steps).verdict == "REPRODUCED":
        return Judgement("DIRECTION_ONLY", f"{gap}; on its printed side of all {len(steps)} other rows", measured)
    return Judgement("NOT_REPRODUCED", gap, measured)


def _side(values: Seeds, printed: Printed, name: str, other: Printed, seeds: Seeds) -> Step:
    """The claim that a row is on its printed side of another one."""
    if printed.value > other.value:
        return Step(f"above {name}", values, seeds)
    return Step(f"below {name}", seeds, values)


def judge_plateau(names: Sequence[str], first: Seeds, start: Seeds, later: Sequence[Seeds]) -> Judgement:
    """Judge a plateau in one metric; see the module.

    Parameters
    ----------
    names : sequence of str
        Names of the later positions.
    first, start : mapping of int to float
        Values at the first position of the axis and at the start of the plateau.
    later : sequence of mapping of int to float
        Values at each later position.
    """
    steps = [Step(f"{name} against its start", seeds, start) for name, seeds in zip(names, later, strict=True)]
    before = Step("before", start, first).gaps
    if not steps or len(before) < 2 or any(len(step.gaps) < 2 for step in steps):
        return Judgement("NOT_TESTABLE", "a plateau needs a later position and two common seeds")
    tested = compare_steps(steps)
    change = float(np.mean(before))
    largest = max(tested, key=lambda step: abs(step.mean))
    measured = f"{largest.mean:+.4f} after it, {change:+.4f} before"
    rise = next((step for step in tested if step.mean > 0 and step.significant), None)
    if rise is not None:
        return Judgement("NOT_REPRODUCED", f"a significant rise: {rise}", measured)
    if all(step.zero for step in tested):
        return Judgement("REPRODUCED", "no change at any seed", measured)
    if change == 0:
        return Judgement("WITHIN_NOISE", "there is no change before it to compare a later one with", measured)
    verdict, text = _plateau_verdict(tested, abs(change))
    return Judgement(verdict, f"{text}; the change before it is {abs(change):.4f}: {largest}", measured)


def _plateau_verdict(tested: Sequence[StepResult], margin: float) -> tuple[Verdict, str]:
    sizes = [equivalence_test(step.gaps, 0.0, margin, ALPHA).verdict for step in tested]
    if "different" in sizes:
        return "NOT_REPRODUCED", "a significantly larger change"
    if all(size == "equivalent" for size in sizes):
        return "REPRODUCED", "each later change is significantly smaller"
    if all(step.mean <= 0 for step in tested):
        return "DIRECTION_ONLY", "equal or lower, but not significantly within the margin"
    return "WITHIN_NOISE", "neither significantly small nor a significant rise"


def _mean_text(interval: MeanInterval, sign: str = "") -> str:
    return f"{interval.mean:{sign}.4f} ± {interval.high - interval.mean:.4f}"
