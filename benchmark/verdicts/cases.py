"""A claim with the tests of its readings: its p-value, and its judgement after the correction over its family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from benchmark.verdicts.evidence import Evidence, decide, weighted
from benchmark.verdicts.judge import ALPHA, POWER_WANTED, Judgement, Verdict
from benchmark.verdicts.sift import Found


@dataclass(frozen=True)
class Case:
    """A claim with its tests.

    Parameters
    ----------
    judged : sequence of Found
        Readings that judge it, in the order of the evidence.
    evidence : Evidence, optional
        Their tests; None where no reading judges it.
    left_out : sequence of Found
        Readings that judge nothing.
    missing : sequence of (Found, float)
        Readings that lack a number, each with the p-value by which its other numbers refute the claim, 1 for none.
    settled : str
        Why the claim is not testable, whatever is measured; empty if it is.
    weight : float
        Share of the error rate that the look at the seeds spends (`benchmark.verdicts.looks`).
    """

    judged: Sequence[Found]
    evidence: Evidence | None
    left_out: Sequence[Found] = ()
    missing: Sequence[tuple[Found, float]] = ()
    settled: str = ""
    weight: float = 1.0

    @property
    def alpha(self) -> float:
        """Error rate of showing the claim in one reading."""
        return ALPHA * self.weight / len(self.judged)

    @property
    def refuted(self) -> float | None:
        """P-value that the claim holds in no reading, over the weight of the look; None for nothing to test."""
        parts = [p for _, p in self.missing]
        if self.evidence is not None:
            parts.append(float(self.evidence.refuted.max()))
        return float(weighted(max(parts), self.weight)) if parts else None

    def judge(self, adjusted: float | None) -> Judgement:
        """Judge the claim.

        Parameters
        ----------
        adjusted : float, optional
            `refuted`, corrected over the family; None for nothing to test.
        """
        refuted = adjusted is not None and adjusted < ALPHA
        if self.evidence is None:
            return self._without_evidence(refuted, adjusted)
        verdict: Verdict = str(decide(self.evidence, 1.0 if adjusted is None else adjusted))  # type: ignore[assignment]
        gap = next((found for found, p in self.missing if p >= ALPHA * self.weight), None)
        if gap is not None and verdict != "REPRODUCED" and float(self.evidence.refuted_everywhere) < ALPHA:
            reason = f"refuted in {self.count}, but not judged in {gap.reading.name}: {gap.missing}"
            return Judgement("NOT_TESTABLE", reason, self.measured(self.nearest(verdict)))
        index = self.nearest(verdict)
        reason = self.reason(verdict, index, 1.0 if adjusted is None else adjusted)
        return Judgement(
            verdict, reason, self.measured(index), self.judged[index].reading.name, self.power(verdict, index)
        )

    @property
    def count(self) -> str:
        """Number of readings that judge, and of those that do not."""
        readings = f"{len(self.judged)} readings" if len(self.judged) > 1 else "1 reading"
        others = len(self.left_out)
        return f"{readings} ({others} judge{'s' if others == 1 else ''} nothing)" if others else readings

    def nearest(self, verdict: Verdict) -> int:
        """Return the index of the reading that decided: the one that speaks most for the claim."""
        assert self.evidence is not None
        evidence, open_ = self.evidence, self.evidence.open
        if verdict == "NOT_REPRODUCED":
            return min(range(len(self.judged)), key=lambda i: (-evidence.refuted[i], self.distance(i)))
        if verdict == "UNDECIDABLE":
            return int(min(np.flatnonzero(open_), key=lambda i: (-self.ease(int(i)), self.distance(int(i)))))
        allowed = evidence.confirmed if verdict == "REPRODUCED" else open_.copy()
        if verdict in ("DIRECTION_ONLY", "WITHIN_NOISE"):
            allowed &= evidence.decidable
        if verdict == "DIRECTION_ONLY":
            allowed &= evidence.as_claimed
        return int(min(np.flatnonzero(allowed), key=lambda i: (evidence.shown[i], self.distance(int(i)))))

    def distance(self, index: int) -> float:
        """How far a reading is from the claim."""
        raise NotImplementedError

    def ease(self, index: int) -> float:
        """How easily the claim could be shown in a reading; only the order counts."""
        raise NotImplementedError

    def measured(self, index: int) -> str:
        """Short form of the result in a reading."""
        raise NotImplementedError

    def reason(self, verdict: Verdict, index: int, adjusted: float) -> str:
        """Say what decided, with numbers."""
        raise NotImplementedError

    def power(self, verdict: Verdict, index: int) -> str:
        """Say what the seeds of a reading could show."""
        raise NotImplementedError

    def seeds(self, index: int) -> float:
        """Seeds that would do to show the claim in a reading."""
        raise NotImplementedError

    def _without_evidence(self, refuted: bool, adjusted: float | None) -> Judgement:
        if self.settled:
            return Judgement("NOT_TESTABLE", self.settled)
        if self.missing:
            found = self.missing[0][0]
            if refuted:
                text = f"refuted by the other rows in each of {len(self.missing)} readings, adjusted p {adjusted:.2g}"
                return Judgement("NOT_REPRODUCED", f"{text}; {found.missing}", reading=found.reading.name)
            return Judgement("NOT_TESTABLE", found.missing)
        if self.left_out:
            found = self.left_out[0]
            text = f"no reading can judge it; {found.reading.name}: {found.left_out}"
            return Judgement("NOT_TESTABLE", text)
        return Judgement("NOT_TESTABLE", "there is no number")


def seeds_text(seeds: float) -> str:
    """Write a number of seeds."""
    if not isfinite(seeds) or seeds > 1e6:
        return "more than a million seeds"
    return f"{seeds:,.0f} seeds"


def power_text(subject: str, power: float, count: float, needed: float) -> str:
    """Write power and seeds."""
    wanted = f"{seeds_text(needed)} for {POWER_WANTED:.2f}"
    return f"{subject}: power {power:.2f} with {count:.0f} seeds, {wanted}"


def two_values(mean: float, sd: float) -> list[float]:
    """Two values of a given mean and standard deviation, for functions that take a sample."""
    return [mean - sd / sqrt(2), mean + sd / sqrt(2)]
