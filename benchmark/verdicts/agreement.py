"""Does a run agree with the recorded one, beyond rounding and other random draws?

Used only for numbers whose bytes differ. **Null hypothesis**: the method, the data and the split of each seed are the
recorded ones; the values of a seed are then two draws from one distribution, which other rounding or other initial draws
separate. So the difference d of a number at a seed (found less recorded) is symmetric about 0, whatever the distribution:
also for values at a bound, and for a method that collapses at some seeds. **Alternative**: a method, a metric, a
threshold, a label or a split was changed, and values shift. A change that moves no value on average is not detected.

**Error rate.** An honest rerun fails with a probability of at most 1 %, over everything that one call of ``verify``
compares: 0.5 % for shifts of groups (Bonferroni), 0.5 % for shifts of single numbers (Holm).

**Shift of a group**: the numbers of a method, of a metric or of a scenario, each in one metric. Every d is divided by the
spread of its method in that metric (root mean square over its numbers of the standard deviation over seeds, of both runs;
at least `FLOOR`) and limited to ± `LIMIT`, so that no outlier decides. The mean over what is computed from one training
run (the positions of a figure's axis, artifacts that share a cell) is one observation, since its parts are dependent;
observations of different methods, scenarios and seeds are independent given the split. Student's t over these n ≥
`LEAST` observations,

    t = mean(e) · √n / max(sd(e), EVEN),   n − 1 degrees of freedom,

is never larger than without the bound `EVEN`: a perfectly even shift counts from a fraction of a seed's spread on. For
symmetric differences with long tails Student's t is conservative (Efron 1969). Groups are named one after the other, the
one with the smallest p-value first; the numbers of a named group are left out of the tests of the rest, so that a changed
method is not reported again as a change of every metric.

**Shift of one number**, paired by seed where the data are the recorded ones and at least two seeds are common:

    t = mean(d) · √n / max(sd(d), spread of d in the method's other numbers, FLOOR),   n − 1 degrees of freedom,

else (other data, other seeds) the difference of the two means by Welch's formula, its standard error no smaller than from
the spread of the method's numbers. Both are at most the plain statistic, which holds its level; the bounds protect
against seeds that agree by chance. Five seeds alone show only large shifts of one number: groups carry the power.

A number that is the same at all seeds, in the record and in the run, is one observation: its seeds are copies. It has no
spread of its own; the method's takes its place, with `COPIES_DF` degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

import numpy as np

from benchmark.stats.comparisons import holm

GROUP_ALPHA = 0.005
NUMBER_ALPHA = 0.005
FLOOR = 0.005
"""Smallest spread that a method is credited with: one point of a few hundred that crosses a threshold."""

LIMIT = 3.0
EVEN = 0.1
LEAST = 5
COPIES_DF = 4
STILL = -1 / 3
"""Weight of a number that did not move against naming its group: noise may hide a shift, so less than one that did."""


Seeds = Mapping[int, float]


@dataclass(frozen=True)
class NumberPair:
    """One number in the record and in the run.

    Parameters
    ----------
    paper, name : str
        Paper, and name of the number in the record.
    method, metric, scenario : str
        Groups that it belongs to; the method without its parameters.
    run : str
        Numbers with the same ``run`` are computed from the same training runs.
    recorded, found : mapping of int to float
        One value a seed, at least one.
    paired : bool
        Whether the data are the recorded ones, so that equal seeds have equal splits.
    """

    paper: str
    name: str
    method: str
    metric: str
    scenario: str
    run: str
    recorded: Seeds
    found: Seeds
    paired: bool = True

    @property
    def common(self) -> list[int]:
        """Seeds in both, in order, if they can be paired."""
        return sorted(set(self.recorded) & set(self.found)) if self.paired else []

    @property
    def differences(self) -> list[float]:
        """Found less recorded at each common seed; one alone where all seeds are copies."""
        values = [self.found[seed] - self.recorded[seed] for seed in self.common]
        return values[:1] if self.copies else values

    @property
    def copies(self) -> bool:
        """Whether no seed changes the number, in the record and in the run; two or three may agree by chance."""
        both = (self.recorded.values(), self.found.values())
        return all(len(values) >= LEAST and len(set(values)) == 1 for values in both)


    @property
    def spread(self) -> float:
        """Standard deviation over seeds, of record and run together; at least `FLOOR`."""
        both = [stdev(values) for side in (self.recorded, self.found) if len(values := list(side.values())) > 1]
        return max(_root_mean_square(both), FLOOR)

    @property
    def effects(self) -> list[float]:
        """The differences in units of the spread, limited to ± `LIMIT`."""
        return [max(-LIMIT, min(LIMIT, difference / self.spread)) for difference in self.differences]


@dataclass(frozen=True)
class Shift:
    """A shift that is too large for chance.

    Parameters
    ----------
    paper : str
        Paper of its numbers.
    kind : {"method", "metric", "threshold", "scenario", "paper", "mean"}
        What has shifted; ``paper`` for every metric at once, ``mean`` for a single number.
    name : str
        Which: ``gan-uq``, ``F1@val``, ``val``, ``injected``; for ``mean`` the name of the number.
    metric : str
        Metric that shows it best, or all of them.
    recorded, found : float
        Mean over the numbers of the group in that metric.
    p_value : float
        Corrected for all tests of its family.
    numbers : tuple of str
        Names of the numbers that differ and belong to it.
    """

    paper: str
    kind: str
    name: str
    metric: str
    recorded: float
    found: float
    p_value: float
    numbers: tuple[str, ...]


def shifts(pairs: Sequence[NumberPair]) -> list[Shift]:
    """Find the shifts between a record and a run; see the module.

    Parameters
    ----------
    pairs : sequence of NumberPair
        Every number that both have, of all papers: the error rate holds over all of them.
    """
    groups = _group_shifts(pairs)
    explained = {(shift.paper, name) for shift in groups for name in shift.numbers}
    return [*groups, *_number_shifts(pairs, explained)]


Key = tuple[str, str, str]
"""Paper, kind and name of a group."""


def _group_shifts(pairs: Sequence[NumberPair]) -> list[Shift]:
    """Name the shifted group that explains most, leave its numbers out, and go on with the rest."""
    rest = [pair for pair in pairs if len(pair.common) > 1]
    tests = sum(len(found) for key, found in _group_tests(rest).items() if key[1] != "threshold")
    named: list[Shift] = []
    while True:
        shifted = {
            key: min(found.items(), key=lambda item: item[1])
            for key, found in _group_tests(rest).items()
            if min(found.values()) * tests < GROUP_ALPHA
        }
        if not shifted:
            return named
        members = {key: [pair for pair in rest if key in _keys(pair)] for key in shifted}
        paper, kind, name = key = max(sorted(shifted), key=lambda key: sum(map(_vote, members[key])))
        metric, p_value = shifted[key]
        best = [pair for pair in members[key] if pair.metric == metric]
        numbers = tuple(pair.name for pair in members[key] if pair.recorded != pair.found)
        recorded, found = _mean(pair.recorded for pair in best), _mean(pair.found for pair in best)
        named.append(Shift(paper, kind, name, metric, recorded, found, p_value * tests, numbers))
        rest = [pair for pair in rest if key not in _keys(pair)]


def _keys(pair: NumberPair) -> list[Key]:
    """Groups that a number belongs to."""
    policy = pair.metric.partition("@")[2]
    names = {"method": pair.method, "metric": pair.metric, "scenario": pair.scenario, "threshold": policy}
    return [(pair.paper, kind, name) for kind, name in names.items() if name]


def _vote(pair: NumberPair) -> float:
    """Weight of a number for a shift of its groups: 1 if it moved by more than its spread, else `STILL`."""
    return 1.0 if abs(fmean(pair.effects)) > 1 else STILL


def _group_tests(pairs: Sequence[NumberPair]) -> dict[Key, dict[str, float]]:
    """P-value of each group in each metric; groups of fewer than `LEAST` observations are left out."""
    units: dict[tuple[Key, str], dict[tuple[str, int], list[float]]] = {}
    for pair in pairs:
        for key in _keys(pair):
            group = units.setdefault((key, pair.metric), {})
            for seed, effect in zip(pair.common, pair.effects, strict=False):
                group.setdefault((pair.run, seed), []).append(effect)
    tests: dict[Key, dict[str, float]] = {}
    for (key, metric), group in units.items():
        effects = [fmean(parts) for parts in group.values()]
        if len(effects) >= LEAST:
            statistic = fmean(effects) * sqrt(len(effects)) / max(stdev(effects), EVEN)
            tests.setdefault(key, {})[metric] = _two_sided(statistic, len(effects) - 1)
    return tests


def _number_shifts(pairs: Sequence[NumberPair], explained: set[tuple[str, str]]) -> list[Shift]:
    """Test every number; one that belongs to a named group is not named again."""
    spreads = _spreads(pairs)
    rerun: dict[tuple[str, str], list[float]] = {}
    for pair in pairs:
        if len(pair.differences) > 1:
            rerun.setdefault((pair.paper, pair.method), []).append(stdev(pair.differences))
    adjusted = holm([_number_test(pair, spreads, rerun) for pair in pairs]) if pairs else np.empty(0)
    return [
        Shift(pair.paper, "mean", pair.name, pair.metric, _mean([pair.recorded]), _mean([pair.found]), p, (pair.name,))
        for pair, p in zip(pairs, map(float, adjusted), strict=True)
        if p < NUMBER_ALPHA and (pair.paper, pair.name) not in explained
    ]


def _number_test(
    pair: NumberPair,
    spreads: Mapping[tuple[str, str, str], float],
    rerun: Mapping[tuple[str, str], Sequence[float]],
) -> float:
    """Two-sided p-value of a shift of one number."""
    if pair.recorded == pair.found or min(len(pair.recorded), len(pair.found)) < LEAST:
        return 1.0
    first, second = list(pair.recorded.values()), list(pair.found.values())
    bound = spreads[pair.paper, pair.method, pair.metric] * sqrt(1 / len(first) + 1 / len(second))
    error, degrees = _welch(first, second)
    unpaired = _two_sided((fmean(second) - fmean(first)) / max(error, bound), degrees)
    if not pair.common:
        return unpaired
    values = pair.differences
    spread = max(_root_mean_square(rerun.get((pair.paper, pair.method), ())), FLOOR)
    if pair.copies:
        return _two_sided(values[0] / spread, COPIES_DF)
    if len(values) < LEAST:
        return unpaired
    paired = _two_sided(fmean(values) * sqrt(len(values)) / max(stdev(values), spread), len(values) - 1)
    return min(1.0, 2 * min(paired, unpaired))


def _welch(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Standard error of a difference of means, with Welch's degrees of freedom."""
    one, two = stdev(first) ** 2 / len(first), stdev(second) ** 2 / len(second)
    if one + two == 0:
        return 0.0, COPIES_DF
    degrees = (one + two) ** 2 / (one**2 / (len(first) - 1) + two**2 / (len(second) - 1))
    return sqrt(one + two), degrees


def _spreads(pairs: Sequence[NumberPair]) -> dict[tuple[str, str, str], float]:
    """Spread over seeds of a method in a metric, at least `FLOOR`."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for pair in pairs:
        found.setdefault((pair.paper, pair.method, pair.metric), []).append(pair.spread)
    return {key: _root_mean_square(values) for key, values in found.items()}


def _root_mean_square(values: Sequence[float]) -> float:
    return sqrt(fmean([value**2 for value in values])) if values else 0.0


def _mean(sides: Iterable[Seeds]) -> float:
    return fmean([fmean(side.values()) for side in sides])


def _two_sided(statistic: float, degrees: float) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(degrees, -abs(statistic)))
