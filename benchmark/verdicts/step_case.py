"""A comparison or a plateau over its readings: tests, deciding reading, and the reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmark.stats.comparisons import differences
from benchmark.stats.intervals import mean_interval
from benchmark.stats.power import Sides, difference_power, difference_seeds, equivalence_seeds, paired_power
from benchmark.verdicts.cases import Case, power_text
from benchmark.verdicts.cases import two_values as sample_of
from benchmark.verdicts.evidence import Evidence, Sample, plateau_evidence, stacked, step_evidence
from benchmark.verdicts.judge import ALPHA, INDIFFERENT, POWER_WANTED, Verdict
from benchmark.verdicts.sift import Found

Seeds = Mapping[int, float]


@dataclass(frozen=True)
class Step:
    """The claim that one thing is above another.

    Parameters
    ----------
    name : str
        In words: ``64 above 32 in F1@labelled``.
    upper, lower : mapping of int to float
        One value a seed; those of common seeds are compared.
    claimed : float
        Difference that the paper claims, above 0.
    ends : (str, str)
        Rows or positions that are compared; empty where the step is no difference of two.
    """

    name: str
    upper: Seeds
    lower: Seeds
    claimed: float = INDIFFERENT
    ends: tuple[str, str] = ("", "")

    @cached_property
    def gaps(self) -> list[float]:
        """Upper less lower, one a common seed, in the order of seeds."""
        common = sorted(set(self.upper) & set(self.lower))
        return differences([self.upper[seed] for seed in common], [self.lower[seed] for seed in common]).tolist()  # type: ignore[no-any-return]

    @cached_property
    def sample(self) -> Sample:
        """The differences, shape (1,)."""
        return Sample.of([self.gaps])


@dataclass(frozen=True, kw_only=True)
class StepCase(Case):
    """A comparison.

    Parameters
    ----------
    steps : sequence of sequence of Step
        Steps of each judged reading.
    samples : sequence of Sample
        Differences of these steps, shape (steps,).
    """

    steps: Sequence[Sequence[Step]]
    samples: Sequence[Sample]

    @staticmethod
    def tested(gaps: Sample, steps: Sequence[Step], readings: int, weight: float) -> Evidence:
        """Test the steps of one reading."""
        return step_evidence(gaps, [step.claimed for step in steps], readings, weight)

    def distance(self, index: int) -> float:
        """The least mean difference, turned around."""
        return -float(self.samples[index].mean.min())

    def ease(self, index: int) -> float:
        """The claimed difference in standard deviations, of the step where it is least."""
        return min(
            step.claimed / sd if sd else float("inf")
            for step, sd in zip(self.steps[index], self.samples[index].sd, strict=True)
        )

    def measured(self, index: int) -> str:
        """Number of steps in the claimed direction."""
        means = self.samples[index].mean
        return f"{int((means > 0).sum())} of {len(means)} steps as claimed"

    def reason(self, verdict: Verdict, index: int, adjusted: float) -> str:
        """Say what decided, and quote the step that did most."""
        assert self.evidence is not None
        worst = self.steps[index][int(self.samples[index].mean.argmin())]
        quoted = f"{worst.name}: {_gap(worst)}"
        if verdict == "NOT_REPRODUCED":
            return f"a step is reversed or without any difference in {self.count}, adjusted p {adjusted:.2g}: {quoted}"
        if verdict == "REPRODUCED":
            number = int(self.evidence.confirmed.sum())
            return f"every step is shown in {number} of {self.count}; the least: {quoted}"
        if verdict == "UNDECIDABLE":
            least = min(step.claimed for step in self.steps[index])
            text = f"a difference of {least:.4f} could be shown in none of {self.count}; the least step: {quoted}"
        elif verdict == "DIRECTION_ONLY":
            number = int(self.evidence.as_claimed.sum())
            text = f"every mean is as claimed in {number} of {self.count}, not every step is shown: {quoted}"
        else:
            text = f"neither shown nor refuted in {self.count}: {quoted}"
        if float(self.evidence.refuted_everywhere) < ALPHA:
            text += f"; refuted alone, but not after Holm's correction (adjusted p {adjusted:.2g})"
        return text

    def power(self, verdict: Verdict, index: int) -> str:
        """Chance to show the step that is hardest to show, at the claimed difference."""
        chances = [(self._chance(step), step) for step in self.steps[index]]
        chance, hardest = min(chances, key=lambda one: one[0])
        return power_text(f"a step of {hardest.claimed:.4f}", chance, len(hardest.gaps), self.seeds(index))

    def seeds(self, index: int) -> float:
        """Seeds for the step that needs most."""
        return max(self._seeds(step) for step in self.steps[index])

    def _chance(self, step: Step) -> float:
        return chance_of(step, self.alpha)

    def _seeds(self, step: Step) -> float:
        sd = float(step.sample.sd[0])
        if sd == 0:
            return 2.0 if step.claimed >= INDIFFERENT else float("inf")
        return difference_seeds(sample_of(step.claimed, sd), POWER_WANTED, self.alpha)


@dataclass(frozen=True, kw_only=True)
class PlateauCase(StepCase):
    """A plateau: its steps are changes that should be small."""

    @staticmethod
    def tested(gaps: Sample, steps: Sequence[Step], readings: int, weight: float) -> Evidence:
        """Test that every change is small."""
        return plateau_evidence(gaps, readings, weight)

    def distance(self, index: int) -> float:
        """The largest change."""
        return float(np.abs(self.samples[index].mean).max())

    def ease(self, index: int) -> float:
        """The least spread, turned around."""
        return -float(self.samples[index].sd.max())

    def measured(self, index: int) -> str:
        """The largest change."""
        return f"largest change {_gap(self._largest(index))}"

    def reason(self, verdict: Verdict, index: int, adjusted: float) -> str:
        """Say what decided, and quote the largest change."""
        assert self.evidence is not None
        largest = self._largest(index)
        quoted = f"{largest.name}: {_gap(largest)}"
        if verdict == "NOT_REPRODUCED":
            return f"a change of more than {INDIFFERENT} in {self.count}, adjusted p {adjusted:.2g}: {quoted}"
        if verdict == "REPRODUCED":
            number = int(self.evidence.confirmed.sum())
            return f"every change is within {INDIFFERENT} in {number} of {self.count}; the largest: {quoted}"
        if verdict == "UNDECIDABLE":
            return f"a change within {INDIFFERENT} could be shown in none of {self.count}: {quoted}"
        return f"neither small nor large is shown in {self.count}: {quoted}"

    def _largest(self, index: int) -> Step:
        return self.steps[index][int(np.abs(self.samples[index].mean).argmax())]

    def _chance(self, step: Step) -> float:
        sd = float(step.sample.sd[0])
        if sd == 0:
            return 1.0
        return max(0.0, 2 * paired_power(INDIFFERENT / sd, len(step.gaps), self.alpha, 1) - 1)

    def _seeds(self, step: Step) -> float:
        return equivalence_seeds(float(step.sample.sd[0]), INDIFFERENT, POWER_WANTED, self.alpha)


def step_case(
    judged: Sequence[tuple[Found, Sequence[Step]]],
    left_out: Sequence[Found],
    missing: Sequence[tuple[Found, Sequence[Step]]],
    kind: type[StepCase] = StepCase,
    weight: float = 1.0,
) -> StepCase:
    """Test a comparison or a plateau in every reading.

    Parameters
    ----------
    judged : sequence of (Found, steps)
        Readings with every step.
    left_out : sequence of Found
        Readings that judge nothing.
    missing : sequence of (Found, steps)
        Readings that lack some step, each with the steps that it has.
    kind : type
        `StepCase`, or a kind of it.
    weight : float
        Share of the error rate of the look.
    """
    count = max(1, len(judged))
    samples = [_sample(steps) for _, steps in judged]
    evidence = [kind.tested(sample, steps, count, weight) for sample, (_, steps) in zip(samples, judged, strict=True)]
    partly = [(found, _refuted(steps, kind)) for found, steps in missing]
    return kind(
        [found for found, _ in judged],
        stacked(evidence) if evidence else None,
        left_out,
        partly,
        weight=weight,
        steps=[steps for _, steps in judged],
        samples=samples,
    )


def chance_of(step: Step, alpha: float, sides: Sides = 1) -> float:
    """Chance to show a step at the claimed difference, by a t-test at a level."""
    sd = float(step.sample.sd[0])
    if sd == 0:
        return float(step.claimed >= INDIFFERENT)
    return difference_power(sd, len(step.gaps), step.claimed, alpha, sides)


def _refuted(steps: Sequence[Step], kind: type[StepCase]) -> float:
    usable = [step for step in steps if len(set(step.upper) & set(step.lower)) > 1]
    return float(kind.tested(_sample(usable), usable, 1, 1.0).refuted) if usable else 1.0


def _sample(steps: Sequence[Step]) -> Sample:
    """Differences of steps, shape (steps,); at once where all have the same seeds, which is quicker."""
    seeds = {tuple(sorted(set(step.upper) & set(step.lower))) for step in steps}
    if len(seeds) > 1:
        return Sample.joined([step.sample for step in steps], np.concatenate)
    (common,) = seeds
    upper = [step.upper[seed] for step in steps for seed in common]
    lower = [step.lower[seed] for step in steps for seed in common]
    return Sample.of(differences(upper, lower).reshape(len(steps), len(common)))


def _gap(step: Step) -> str:
    interval = mean_interval(step.gaps)
    return f"{interval.mean:+.4f} ± {interval.high - interval.mean:.4f}"
