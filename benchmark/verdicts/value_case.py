"""A printed number over its readings: tests, deciding reading, and the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmark.artifacts.published import Printed
from benchmark.interfaces.numbers import Number
from benchmark.stats.intervals import MeanInterval, mean_interval, prediction_interval
from benchmark.stats.power import equivalence_seeds, paired_power
from benchmark.verdicts.cases import Case, power_text
from benchmark.verdicts.evidence import (
    Evidence,
    Sample,
    below_p,
    bounded,
    equal_p,
    outside_p,
    together_evidence,
)
from benchmark.verdicts.judge import ALPHA, INDIFFERENT, LIMITS, MARGINS, POWER_WANTED, Verdict
from benchmark.verdicts.sift import Found, Sifted

Values = Sequence[float]


@dataclass(frozen=True, kw_only=True)
class ValueCase(Case):
    """A printed number.

    Parameters
    ----------
    printed : Printed
        The number.
    values : sequence of sequence of float
        Measured values of each judged reading, one a seed.
    ceilings : sequence of Number or None
        Upper bound in each judged reading, where there is one: F1 at the best threshold on the test labels.
    floors : sequence of Number or None
        Number of a random score in each judged reading.
    """

    printed: Printed
    values: Sequence[Values]
    ceilings: Sequence[Number | None] = ()
    floors: Sequence[Number | None] = ()

    @property
    def target(self) -> float:
        """The printed number."""
        return float(self.printed.value)

    @property
    def tolerance(self) -> float:
        """Distance from a prediction interval that refutes nothing."""
        return max(float(self.printed.half_unit), INDIFFERENT)

    def distance(self, index: int) -> float:
        """Distance of the mean."""
        return abs(float(np.mean(self.values[index])) - self.target)

    def ease(self, index: int) -> float:
        """The spread, turned around."""
        return -float(np.std(self.values[index]))

    def measured(self, index: int) -> str:
        """Mean with its 95 % interval, within the range of the metric."""
        interval = mean_interval(self.values[index], limits=LIMITS)
        return f"{interval.mean:.4f} [{interval.low:.4f}, {interval.high:.4f}]"

    def run(self, index: int) -> MeanInterval:
        """Interval of one more run, at the level of the look; it holds every measured run."""
        values = self.values[index]
        found = prediction_interval(values, 1 - ALPHA * self.weight, LIMITS)
        return replace(found, low=min(found.low, *values), high=max(found.high, *values))

    def margin(self, index: int) -> float:
        """Smallest margin within which a reading is shown to be equal, corrected; infinity for none."""
        sample = Sample.of([self.values[index]])
        shown = [margin for margin in MARGINS if float(equal_p(sample, self.target, margin)[0]) < self.alpha]
        return min(shown, default=float("inf"))

    def nearest(self, verdict: Verdict) -> int:
        """Return the index of the reading that decided; for a reproduced number the one of the smallest margin."""
        if verdict != "REPRODUCED":
            return super().nearest(verdict)
        assert self.evidence is not None
        possible = np.flatnonzero(self.evidence.confirmed)
        return int(min(possible, key=lambda i: (self.margin(int(i)), self.distance(int(i)))))

    def reason(self, verdict: Verdict, index: int, adjusted: float) -> str:
        """Say what decided, with numbers."""
        assert self.evidence is not None
        interval = self.run(index)
        one_run = f"one run is in [{interval.low:.4f}, {interval.high:.4f}]"
        off = f"the mean is {self.distance(index):.4f} off"
        if verdict == "NOT_REPRODUCED":
            text = f"refuted in {self.count}, adjusted p {adjusted:.2g}; {self._side()}; nearest: {off}, {one_run}"
            return text + self._oracle()
        if verdict == "REPRODUCED":
            equal = int(self.evidence.confirmed.sum())
            text = f"within {self.margin(index):.2f} in {equal} of {self.count}; {off}"
        elif verdict == "UNDECIDABLE":
            half = min(1.0, float(np.ptp(self._interval(index))) / 2)
            text = f"{one_run}, but the mean is only known to ± {half:.4f}, which is {MARGINS[-1]:.2f} or more"
        else:
            text = f"{one_run}; {off}, not shown to be within {MARGINS[-1]:.2f}"
        if float(self.evidence.refuted_everywhere) < ALPHA:
            text += f"; refuted alone, but not after Holm's correction (adjusted p {adjusted:.2g})"
        done = "be reproduced" if verdict == "REPRODUCED" else "fit some reading"
        share = self.coverage(verdict == "REPRODUCED")
        return f"{text}{self._floor(index)}; {share:.0%} of all numbers from 0 to 1 would {done}"

    def power(self, verdict: Verdict, index: int) -> str:
        """Chance to show equality in the deciding reading, if the mean is the printed number."""
        values = self.values[index]
        sd = float(Sample.of([values]).sd[0])
        chance = 1.0 if sd == 0 else 2 * paired_power(MARGINS[-1] / sd, len(values), self.alpha, 1) - 1
        return power_text(f"equality within {MARGINS[-1]:.2f}", max(0.0, chance), len(values), self.seeds(index))

    def seeds(self, index: int) -> float:
        """Seeds for equality within the wider margin."""
        sd = float(Sample.of([self.values[index]]).sd[0])
        return equivalence_seeds(sd, MARGINS[-1], POWER_WANTED, self.alpha)

    def coverage(self, shown: bool) -> float:
        """Share of [0, 1] that some reading would not refute, or would show: a test that accepts all says nothing.

        Parameters
        ----------
        shown : bool
            Whether equality has to be shown; else it is enough not to be refuted.
        """
        accepted = []
        for index in range(len(self.values)):
            run = self.run(index)
            low, high = max(0.0, run.low - self.tolerance), min(1.0, run.high + self.tolerance)
            if shown:
                mean = self._interval(index)
                low, high = max(low, mean[1] - MARGINS[-1]), min(high, mean[0] + MARGINS[-1])
            accepted.append((low, high))
        total, reached = 0.0, 0.0
        for low, high in sorted(accepted):
            if high > low:
                total += max(0.0, high - max(low, reached))
                reached = max(reached, high)
        return total

    def _interval(self, index: int) -> tuple[float, float]:
        interval = mean_interval(self.values[index], 1 - 2 * self.alpha)
        return interval.low, interval.high

    def _side(self) -> str:
        above = [float(np.mean(values)) > self.target for values in self.values]
        if all(above):
            return "all measure more"
        return "measured on both sides" if any(above) else "all measure less"

    def _oracle(self) -> str:
        """Add that even the best threshold on the test labels gives less, where that is so."""
        samples = [(one, Sample.of([list(one.values.values())])) for one in self.ceilings if one is not None]
        if not samples or len(samples) < len(self.ceilings):
            return ""
        if max(ceiling_p(one, self.target, self.tolerance) for one in self.ceilings) >= ALPHA * self.weight:
            return ""
        plain = [one for one in samples if one[0].metric.startswith("F1")] or samples
        number, sample = max(plain, key=lambda one: float(one[1].mean[0]))
        where = f"{number.label}, {number.scenario}"
        return f"; not even at the oracle cut: {number.metric} is at most {float(sample.mean[0]):.4f} ({where})"

    def _floor(self, index: int) -> str:
        """Add that a random score fits too, where it does."""
        floor = self.floors[index] if self.floors else None
        if floor is None or len(floor.values) < 2:
            return ""
        sample = Sample.of([list(floor.values.values())])
        if float(outside_p(sample, self.target, self.tolerance)[0]) < ALPHA:
            return ""
        return f"; a random score fits it there too ({float(sample.mean[0]):.4f})"


def ceiling_p(ceiling: Number | None, target: float, tolerance: float) -> float:
    """As `benchmark.verdicts.evidence.below_p`; 1 where there is no ceiling, or fewer than two seeds of it."""
    if ceiling is None or len(ceiling.values) < 2:
        return 1.0
    return float(below_p(Sample.of([list(ceiling.values.values())]), target, tolerance)[0])


def value_case(
    sifted: Sifted,
    values: Sequence[Values],
    printed: Printed,
    ceilings: Sequence[Number | None],
    floors: Sequence[Number | None],
    weight: float = 1.0,
) -> ValueCase:
    """Test a printed number in the readings that judge it; see `ValueCase`."""
    missing: list[tuple[Found, float]] = [(found, 1.0) for found in sifted.missing]
    evidence: Evidence | None = None
    if values:
        sample = Sample.joined([Sample.of([one]) for one in values], np.stack)
        target, half_unit = float(printed.value), float(printed.half_unit)
        evidence = together_evidence(sample, target, half_unit, len(values), weight)
        tolerance = max(half_unit, INDIFFERENT)
        has_ceiling = np.array([one is not None for one in ceilings])
        below = np.array([ceiling_p(one, target, tolerance) for one in ceilings])
        both = bounded(evidence.refuted, below)
        evidence = replace(evidence, refuted=np.where(has_ceiling, both, evidence.refuted))
    return ValueCase(
        sifted.judged,
        evidence,
        sifted.left_out,
        missing,
        weight=weight,
        printed=printed,
        values=values,
        ceilings=ceilings,
        floors=floors,
    )
