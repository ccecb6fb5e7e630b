"""Claims that rows of a published table of results are ahead of others, judged over the groups of its units.

A value of such a number belongs to a group (a data set), not to a seed: its share of the mean, times the number of
groups. So the mean over groups of the values is the mean that the table reports, over units or over groups. Two methods
are compared by the test of `python -m benchmark leaderboard`: exchange of the signs of whole groups, two-sided
(`benchmark.stats.sign_flip`). `benchmark.verdicts.judge` has the rules in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from benchmark.stats.power import difference_seeds
from benchmark.stats.sign_flip import sign_flip_test, smallest_p
from benchmark.verdicts.cases import two_values
from benchmark.verdicts.evidence import Evidence, Sample
from benchmark.verdicts.judge import ALPHA, POWER_DECIDABLE, POWER_WANTED, Verdict
from benchmark.verdicts.rows import RowsClaim
from benchmark.verdicts.step_case import Step, StepCase, chance_of

SEED = 0
"""Seed of the signs that are drawn where there are many groups."""


@dataclass(frozen=True, kw_only=True)
class AheadCase(StepCase):
    """Steps whose values are shares of groups."""

    @staticmethod
    def tested(gaps: Sample, steps: Sequence[Step], readings: int, weight: float) -> Evidence:
        """Test the steps of one reading by exchange of the signs of groups."""
        shares = np.array([step.gaps for step in steps]) / len(steps[0].gaps)
        p_values = sign_flip_test(shares, np.random.default_rng(SEED))
        ahead = gaps.mean > 0
        shown, reversed_ = np.where(ahead, p_values, 1.0), np.where(gaps.mean < 0, p_values, 1.0)
        alpha = ALPHA * weight / readings
        possible = smallest_p(shares.shape[1]) < alpha
        return Evidence(
            np.asarray(shown.max()),
            np.asarray(min(1.0, len(steps) * float(reversed_.min()))),
            np.asarray(possible and min(chance_of(step, alpha, 2) for step in steps) >= POWER_DECIDABLE),
            np.asarray(ahead.all()),
            weight,
        )

    def power(self, verdict: Verdict, index: int) -> str:
        """Chance to show the step that is hardest to show, and the groups that would do."""
        chances = [(self._chance(step), step) for step in self.steps[index]]
        chance, hardest = min(chances, key=lambda one: one[0])
        needed = self.seeds(index)
        groups = "more than a million" if not isfinite(needed) or needed > 1e6 else f"{needed:,.0f}"
        text = f"a step of {hardest.claimed:.4f}: power {chance:.2f} with {len(hardest.gaps)} groups"
        return f"{text}, {groups} groups for {POWER_WANTED:.2f}"

    def _chance(self, step: Step) -> float:
        possible = smallest_p(len(step.gaps)) < self.alpha
        return chance_of(step, self.alpha, 2) if possible else 0.0

    def _seeds(self, step: Step) -> float:
        sd = float(step.sample.sd[0])
        return difference_seeds(two_values(step.claimed, sd), POWER_WANTED, self.alpha, 2) if sd else 2.0


class AheadClaim(RowsClaim):
    """Rows of a table of results in falling order, the last one ahead of each of others.

    Parameters
    ----------
    rows : tuple of str
        Best first.
    than : tuple of str
        Rows that the last of ``rows`` is ahead of.
    """

    case_kind: ClassVar[type[StepCase]] = AheadCase
    kind: Literal["ahead"]
    rows: tuple[str, ...] = Field(min_length=1)
    than: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _compares(self) -> Self:
        if not self.pairs():
            raise ValueError(f"{self.id}: name two rows, or what the row is ahead of (than)")
        return self

    def pairs(self) -> list[tuple[str, str]]:
        """Each row above the next one, and the last above each of the others."""
        return [*pairwise(self.rows), *((self.rows[-1], other) for other in self.than)]
