"""Looks at a growing number of seeds, where a seed of a table costs too much to run twenty of them at once.

An artifact declares its looks (`benchmark.interfaces.artifact.Artifact.looks`), as numbers of seeds. At each look the
rules of `benchmark.verdicts.judge` are applied to the first so many seeds. A claim that is reproduced or not reproduced
at a look is decided and stays so, whatever later seeds say; every other claim goes on to the next look. The last look
is the cap, and gives the other verdicts too.

Refutation and confirmation both keep their error rate over the looks: the tests of a look are at its own level
(`benchmark.stats.sequential.look_levels`), and the levels add up to `ALPHA`. P-values are divided by the *weight* of
the look, which is its level over `ALPHA`, and compared with `ALPHA` as everywhere. Corrections over readings, steps and
families are made within a look, for all claims of a family, decided or not.

One thing is stricter: at every look a claim is shown only in a reading that does not refute it at `ALPHA` itself. Else
a number that all seeds refute could be reproduced early, since an early look refutes little.

Looks at 5 and 10 seeds: weights .11 and .89, levels .0056 and .0444.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.numbers import Number
from benchmark.stats.sequential import look_levels
from benchmark.verdicts.judge import ALPHA, Judgement, Verdict

DECIDED: frozenset[Verdict] = frozenset({"REPRODUCED", "NOT_REPRODUCED"})
"""Verdicts that end the looks at a claim."""

Numbers = Mapping[str, Sequence[Number]]
Judged = Mapping[str, tuple[Judgement, Mapping[str, Number]]]
"""Judgement of each claim, and the numbers that it uses."""


@dataclass(frozen=True)
class Look:
    """One look at the seeds.

    Parameters
    ----------
    seeds : int, optional
        It sees the seeds below this number; None for all.
    weight : float
        Share of the error rate that its tests spend, in (0, 1].
    name : str
        In words; empty where there is one look only.
    """

    seeds: int | None = None
    weight: float = 1.0
    name: str = ""

    def sees(self, numbers: Numbers) -> Numbers:
        """The numbers with the values of its seeds."""
        if self.seeds is None:
            return numbers
        return {name: [_cut(number, self.seeds) for number in members] for name, members in numbers.items()}


ONCE = (Look(),)
"""The only look at an artifact that declares none."""


def looks(counts: Sequence[int]) -> tuple[Look, ...]:
    """Return the looks at these numbers of seeds; without any, one look at all seeds.

    The last look takes every seed that there is.
    """
    if not counts:
        return ONCE
    weights = [level / ALPHA for level in look_levels(counts, ALPHA)]
    ends = [*counts[:-1], None]
    return tuple(
        Look(end, weight, f"look {place} of {len(counts)}, {count} seeds")
        for place, (end, count, weight) in enumerate(zip(ends, counts, weights, strict=True), start=1)
    )


def planned(artifact: Artifact, setting: Setting) -> tuple[int, ...]:
    """Numbers of seeds of the looks at an artifact; none where a setting has other seeds than the last look."""
    plan = artifact.looks
    return plan if plan and artifact.seeds(setting) == range(plan[-1]) else ()


def over_looks(rounds: Sequence[Judged]) -> Judged:
    """Judgement of each claim over its looks, with the numbers of the last one.

    A decided claim keeps the judgement of its look. Its reason says if all seeds, at the level of the last look, would
    have decided otherwise.
    """
    *earlier, last = rounds
    result = dict(last)
    for claim, (final, numbers) in last.items():
        first = next((one[claim][0] for one in earlier if one[claim][0].verdict in DECIDED), None)
        if first is not None:
            differs = "" if final.verdict == first.verdict else f"; with all seeds it would be {final.verdict}"
            result[claim] = replace(first, reason=first.reason + differs), numbers
    return result


def _cut(number: Number, seeds: int) -> Number:
    return replace(number, values={seed: value for seed, value in number.values.items() if seed < seeds})
