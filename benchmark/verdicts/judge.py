"""From the values of seeds to a verdict. The rules were written before any claim was judged; none has a free number.

Everything is tested at 5 % over seeds, pairs by seed, with Holm's correction over all the tests of one claim.

**A printed number** p, with half-unit h of its last digit, against the mean m of seeds whose 95 % interval is m ± w:

- ``REPRODUCED``: |m − p| ≤ h + w, and two one-sided tests show that the mean lies nearer to p than to any other number
  printed in the same column (margin: half the distance to the nearest other; h where there is no other).
- ``WITHIN_NOISE``: |m − p| ≤ h + w, but the seeds scatter too much to show the second.
- ``DIRECTION_ONLY``: |m − p| > h + w, but the row stands on its printed side of every other measured row, each shown.
- ``NOT_REPRODUCED``: none of these.

h alone as margin would ask of five seeds what no random experiment can give (four printed digits); h + w alone would
reward noise, for the wider the interval, the more numbers it agrees with. Whether one row's number can be told from
those of the others is what a table is read for, and the paper's digits answer it without a choice of ours.

**A comparison** (order, better-than, monotone, peak-at) is a family of steps "a above b":

- ``REPRODUCED``: every step is shown.
- ``NOT_REPRODUCED``: at least one step is shown to go the other way, or is exactly nothing at every seed.
- ``DIRECTION_ONLY``: every mean goes the claimed way, but not every step is shown.
- ``WITHIN_NOISE``: some mean goes the other way, none shown.

**A plateau** is what later positions add to its beginning, on the scale of what came before: the change from the first
position of the axis to the beginning.

- ``REPRODUCED``: each later change is shown to be smaller than that (two one-sided tests, each at 5 %), and none is
  shown to be a rise.
- ``NOT_REPRODUCED``: a later change is shown to be a rise, or to be larger than that.
- ``DIRECTION_ONLY``: every later mean stays or falls, but that it is small is not shown.
- ``WITHIN_NOISE``: some mean rises, not shown.

Fewer than two seeds have no interval: ``NOT_TESTABLE``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from benchmark.artifacts.published import Printed
from benchmark.stats.comparisons import differences, equivalence_test, holm, t_test
from benchmark.stats.intervals import MeanInterval, mean_interval

Verdict = Literal[
    "REPRODUCED", "WITHIN_NOISE", "DIRECTION_ONLY", "NOT_REPRODUCED", "INCONSISTENT", "NOT_TESTABLE", "CONSISTENT"
]
"""``CONSISTENT`` is what a claim of kind ``consistent`` gets that stands the audit."""

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
        What was measured, short; empty where nothing was.
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
        return differences([self.upper[one] for one in common], [self.lower[one] for one in common]).tolist()  # type: ignore[no-any-return]


def judge_steps(steps: Sequence[Step]) -> Judgement:
    """Judge a comparison; see the module."""
    gaps = [step.gaps for step in steps]
    short = [step.name for step, gap in zip(steps, gaps, strict=True) if len(gap) < 2]
    if short:
        return Judgement("NOT_TESTABLE", f"fewer than two common seeds: {short[0]}")
    means = [float(np.mean(gap)) for gap in gaps]
    adjusted = [float(p) for p in holm([float(t_test(np.asarray(gap))) for gap in gaps])]
    nothing = [not any(gap) for gap in gaps]
    shown = [p < ALPHA for p in adjusted]
    texts = [_step_text(step, gap, p) for step, gap, p in zip(steps, gaps, adjusted, strict=True)]
    against = [i for i, mean in enumerate(means) if nothing[i] or (shown[i] and mean < 0)]
    worst = min(range(len(steps)), key=lambda i: (means[i], -adjusted[i]))
    measured = f"{sum(mean > 0 for mean in means)}/{len(steps)} steps as claimed, {_shown(shown, means)} shown"
    if against:
        first = min(against, key=lambda i: means[i])
        said = "no difference at any seed" if nothing[first] else "shown to go the other way"
        return Judgement("NOT_REPRODUCED", f"{len(against)} of {len(steps)} {said}: {texts[first]}", measured)
    if all(shown):
        weakest = max(range(len(steps)), key=lambda i: adjusted[i])
        return Judgement("REPRODUCED", f"every step is shown; the weakest: {texts[weakest]}", measured)
    if all(mean > 0 for mean in means):
        weakest = max(range(len(steps)), key=lambda i: adjusted[i])
        return Judgement(
            "DIRECTION_ONLY", f"every mean goes the claimed way, not every one shown: {texts[weakest]}", measured
        )
    count = sum(mean <= 0 for mean in means)
    return Judgement("WITHIN_NOISE", f"{count} of {len(steps)} go the other way, none shown: {texts[worst]}", measured)


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
        The other rows of the column that are measured, with what is printed for them.
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
            return Judgement("REPRODUCED", f"{gap}; nearer to it than to any other of its column", measured)
        return Judgement("WITHIN_NOISE", f"{gap}; the seeds do not tell it from other numbers of its column", measured)
    steps = [
        Step(f"{'above' if printed.value > other.value else 'below'} {name}", *_sides(printed, other, values, seeds))
        for name, other, seeds in neighbours
        if other.value != printed.value
    ]
    if steps and judge_steps(steps).verdict == "REPRODUCED":
        return Judgement("DIRECTION_ONLY", f"{gap}; on its printed side of all {len(steps)} other rows", measured)
    return Judgement("NOT_REPRODUCED", gap, measured)


def judge_plateau(names: Sequence[str], first: Seeds, start: Seeds, later: Sequence[Seeds]) -> Judgement:
    """Judge a plateau in one metric; see the module.

    Parameters
    ----------
    names : sequence of str
        Names of the later positions.
    first, start : mapping of int to float
        Values at the first position of the axis and where the plateau begins.
    later : sequence of mapping of int to float
        Values at each later position.
    """
    steps = [Step(f"{name} against its start", seeds, start) for name, seeds in zip(names, later, strict=True)]
    before = Step("before", start, first).gaps
    gaps = [step.gaps for step in steps]
    if not steps or len(before) < 2 or any(len(gap) < 2 for gap in gaps):
        return Judgement("NOT_TESTABLE", "a plateau needs a later position and two common seeds")
    margin = abs(float(np.mean(before)))
    means = [float(np.mean(gap)) for gap in gaps]
    adjusted = [float(p) for p in holm([float(t_test(np.asarray(gap))) for gap in gaps])]
    texts = [_step_text(step, gap, p) for step, gap, p in zip(steps, gaps, adjusted, strict=True)]
    measured = f"{max(means, key=abs):+.4f} after it, {float(np.mean(before)):+.4f} before"
    scale = f"the change before it is {margin:.4f}"
    rises = [i for i, mean in enumerate(means) if mean > 0 and adjusted[i] < ALPHA]
    if rises:
        return Judgement("NOT_REPRODUCED", f"shown to rise: {texts[rises[0]]}", measured)
    if not any(any(gap) for gap in gaps):
        return Judgement("REPRODUCED", "no change at any seed", measured)
    if margin == 0:
        return Judgement("WITHIN_NOISE", "there is no change before it to measure a later one by", measured)
    found = [equivalence_test(gap, 0.0, margin, ALPHA).verdict for gap in gaps]
    worst = max(range(len(means)), key=lambda i: abs(means[i]))
    if "different" in found:
        return Judgement("NOT_REPRODUCED", f"shown to change by more; {scale}: {texts[worst]}", measured)
    if all(one == "equivalent" for one in found):
        return Judgement("REPRODUCED", f"each later change is shown to be smaller; {scale}: {texts[worst]}", measured)
    if all(mean <= 0 for mean in means):
        return Judgement("DIRECTION_ONLY", f"stays or falls, not shown to be slight; {scale}: {texts[worst]}", measured)
    return Judgement("WITHIN_NOISE", f"neither small nor a rise is shown; {scale}: {texts[worst]}", measured)


def _sides(printed: Printed, other: Printed, values: Seeds, seeds: Seeds) -> tuple[Seeds, Seeds]:
    return (values, seeds) if printed.value > other.value else (seeds, values)


def _shown(shown: Sequence[bool], means: Sequence[float]) -> int:
    return sum(one and mean > 0 for one, mean in zip(shown, means, strict=True))


def _step_text(step: Step, gap: Sequence[float], p: float) -> str:
    return f"{step.name}: {_mean_text(mean_interval(gap), sign='+')}, adjusted p {p:.3f}"


def _mean_text(interval: MeanInterval, sign: str = "") -> str:
    return f"{interval.mean:{sign}.4f} ± {interval.high - interval.mean:.4f}"
