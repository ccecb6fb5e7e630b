"""Decide if a run agrees with the recorded one, apart from rounding and random draws.

This is used only if some bytes differ. **Null hypothesis**: method, data and the split of each seed are the recorded
ones. The two values of a seed are then two draws from one distribution; other rounding or other initial draws make them
differ. So the difference d of a number at a seed (found less recorded) is symmetric about 0, whatever that distribution
is: also for values at a bound, and for a method that collapses at some seeds. **Alternative**: a method, a metric, a
threshold, a label or a split has changed, so that values shift. A change that shifts no value on average is not
detected.

**Error rate.** An honest rerun fails with a probability of at most 1 %, over everything that one call of ``verify``
compares. The tests below are at 0.3 % for groups (Bonferroni) and 0.2 % for single numbers (Holm); the other 0.5 % are
a reserve for distributions that are not normal.

**Shift of a group**: the numbers of one method, one metric or one scenario, tested in each metric. Every d is divided
by the spread of its number and limited to ± `LIMIT`, so that no single value decides. The spread is the standard
deviation of all values of record and run about their common mean, at least `FLOOR`. It does not change if the two
values of a seed change places; with a mean for each side it would be small where all d happen to have one sign, and
1.2 % of simulated reruns failed. Values that come from one training run are dependent: their mean (over the
positions of a figure's axis, over artifacts that share a cell) is one observation e. Observations of different methods,
scenarios and seeds are independent given the splits. With n ≥ `LEAST` of them,

    t = mean(e) · √n / max(sd(e), EVEN),   n − 1 degrees of freedom.

The bound `EVEN` makes t smaller, never larger: the smallest shifts that even a perfect pattern can show are a fraction
of the spread. For symmetric distributions with long tails Student's t is conservative (Efron 1969). Of the shifted
groups, the one that explains most is named first: each of its numbers counts 1 if it moved by more than its spread, and
`STILL` if not. A threshold policy (``val`` of ``F1@val``) is a candidate too if one of its metrics has shifted. The
numbers of a named group are then left out, and the rest is tested again, so that a changed method is not reported as a
change of every metric.

**Shift of one number**, with at least `LEAST` seeds in record and run. Of two tests the smaller p-value counts,
doubled:

- by pairs, where the data are the recorded ones: t = mean(d) · √n / max(sd(d), s, FLOOR) with n − 1 degrees of freedom,
  where s is the root mean square of sd(d) over the numbers of the method;
- without pairs: the difference of the two means by Welch's formula, with a standard error of at least the one that the
  spread of the method in that metric gives.

Both are at most the plain statistics, so their level holds; the bounds protect against seeds that agree by chance. On
other data only the second exists. Five seeds show only large shifts of one number: the groups carry the power. With
fewer seeds single numbers are not tested, since two or three seeds agree by chance too often.

A number that is the same at every seed, in the record and in the run, counts as one observation, because its seeds are
copies. Having no spread, it is tested by pairs with that of its method, with `COPIES_DF` degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from benchmark.stats.comparisons import holm
from benchmark.verdicts.number_pair import FLOOR, LEAST, NumberPair, Seeds, deviation, mean, root_mean_square

GROUP_ALPHA = 0.003
NUMBER_ALPHA = 0.002
"""Error rate over all groups, and over all single numbers."""

EVEN = 0.25
"""Smallest standard deviation of the observations of a group, in spreads."""

COPIES_DF = 4
"""Degrees of freedom of a number whose seeds are copies: those of five seeds."""

STILL = -1 / 3
"""Weight of a number that did not move: it speaks against its group, but less, since noise may hide a shift."""


@dataclass(frozen=True)
class Shift:
    """A shift that is too large for chance.

    Parameters
    ----------
    paper : str
        Paper of its numbers.
    kind : {"method", "metric", "threshold", "scenario", "mean"}
        Kind of group; ``mean`` for a single number.
    name : str
        Which one: ``gan-uq``, ``F1@val``, ``val``, ``injected``; for ``mean`` the name of the number.
    metric : str
        Metric that shows it best.
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
    tests = sum(len(p_values) for key, p_values in _group_tests(rest).items() if key[1] != "threshold")
    named: list[Shift] = []
    while True:
        shifted = {
            key: min(p_values.items(), key=lambda item: item[1])
            for key, p_values in _group_tests(rest).items()
            if min(p_values.values()) * tests < GROUP_ALPHA
        }
        if not shifted:
            return named
        members = {key: [pair for pair in rest if key in _keys(pair)] for key in shifted}
        paper, kind, name = key = max(sorted(shifted), key=lambda key: sum(map(_vote, members[key])))
        metric, p_value = shifted[key]
        best = [pair for pair in members[key] if pair.metric == metric]
        numbers = tuple(pair.name for pair in members[key] if pair.recorded != pair.found)
        means = _grand_mean(pair.recorded for pair in best), _grand_mean(pair.found for pair in best)
        named.append(Shift(paper, kind, name, metric, *means, p_value * tests, numbers))
        rest = [pair for pair in rest if key not in _keys(pair)]


KINDS = ("method", "metric", "scenario", "threshold")
"""Kinds of groups."""


def _key(pair: NumberPair, kind: str) -> Key:
    """The group of a kind that a number belongs to; its name is empty for none."""
    if kind == "threshold":
        return pair.paper, kind, pair.metric.partition("@")[2]
    return pair.paper, kind, str(getattr(pair, kind))


def _keys(pair: NumberPair) -> list[Key]:
    """Groups that a number belongs to."""
    return [key for key in (_key(pair, kind) for kind in KINDS) if key[2]]


def _vote(pair: NumberPair) -> float:
    """Weight of a number for a shift of its groups: 1 if it moved by more than its spread, else `STILL`."""
    return 1.0 if abs(mean(pair.effects)) > 1 else STILL


def _group_tests(pairs: Sequence[NumberPair]) -> dict[Key, dict[str, float]]:
    """P-value of each group in each metric; groups of fewer than `LEAST` observations are left out."""
    from scipy.special import stdtr

    lengths = [len(pair.effects) for pair in pairs]
    effects = np.array([effect for pair in pairs for effect in pair.effects])
    if not len(effects):
        return {}
    seeds = _codes([seed for pair in pairs for seed, _ in zip(pair.common, pair.effects, strict=False)])
    runs = np.repeat(_codes([pair.run for pair in pairs]), lengths)
    tests: dict[Key, dict[str, float]] = {}
    for kind in KINDS:
        names = [(_key(pair, kind), pair.metric) for pair in pairs]
        groups, known = _numbered(names)
        group = np.repeat(groups, lengths)
        kept = np.repeat([bool(key[2]) for key, _ in names], lengths)
        _, first, unit = np.unique(
            np.stack([group, runs, seeds])[:, kept], axis=1, return_index=True, return_inverse=True
        )
        means = np.bincount(unit, effects[kept]) / np.maximum(np.bincount(unit), 1)
        of = group[kept][first]
        count = np.bincount(of, minlength=len(known))
        centre = np.bincount(of, means, len(known)) / np.maximum(count, 1)
        square = np.bincount(of, (means - centre[of]) ** 2, len(known))
        spread = np.sqrt(square / np.maximum(count - 1, 1))
        statistic = centre * np.sqrt(count) / np.maximum(spread, EVEN)
        p_values = 2 * stdtr(np.maximum(count - 1, 1), -np.abs(statistic))
        for index in np.flatnonzero(count >= LEAST):
            key, metric = known[index]
            tests.setdefault(key, {})[metric] = float(p_values[index])
    return tests


Group = tuple[Key, str]
"""A group and a metric."""


def _numbered(names: Sequence[Group]) -> tuple[NDArray[np.intp], list[Group]]:
    """Number of each name in the order in which it comes first, and the names in that order."""
    known = list(dict.fromkeys(names))
    places = {name: place for place, name in enumerate(known)}
    return np.array([places[name] for name in names], dtype=np.intp), known


def _codes(names: Sequence[object]) -> NDArray[np.intp]:
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([places[name] for name in names], dtype=np.intp)


def _number_shifts(pairs: Sequence[NumberPair], explained: set[tuple[str, str]]) -> list[Shift]:
    """Test every number; one that belongs to a named group is not named again."""
    spreads = _spreads(pairs)
    rerun: dict[tuple[str, str], list[float]] = {}
    for pair in pairs:
        if len(pair.differences) > 1:
            rerun.setdefault((pair.paper, pair.method), []).append(deviation(pair.differences))
    adjusted = holm([_number_test(pair, spreads, rerun) for pair in pairs]) if pairs else np.empty(0)
    return [
        Shift(
            pair.paper,
            "mean",
            pair.name,
            pair.metric,
            _grand_mean([pair.recorded]),
            _grand_mean([pair.found]),
            p,
            (pair.name,),
        )
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
    unpaired = _two_sided((mean(second) - mean(first)) / max(error, bound), degrees)
    if not pair.common:
        return unpaired
    values = pair.differences
    spread = max(root_mean_square(rerun.get((pair.paper, pair.method), ())), FLOOR)
    if pair.copies:
        return _two_sided(values[0] / spread, COPIES_DF)
    if len(values) < LEAST:
        return unpaired
    paired = _two_sided(mean(values) * sqrt(len(values)) / max(deviation(values), spread), len(values) - 1)
    return min(1.0, 2 * min(paired, unpaired))


def _welch(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Standard error of a difference of means, with Welch's degrees of freedom."""
    one, two = deviation(first) ** 2 / len(first), deviation(second) ** 2 / len(second)
    if one + two == 0:
        return 0.0, COPIES_DF
    degrees = (one + two) ** 2 / (one**2 / (len(first) - 1) + two**2 / (len(second) - 1))
    return sqrt(one + two), degrees


def _spreads(pairs: Sequence[NumberPair]) -> dict[tuple[str, str, str], float]:
    """Spread over seeds of a method in a metric, at least `FLOOR`."""
    spreads: dict[tuple[str, str, str], list[float]] = {}
    for pair in pairs:
        spreads.setdefault((pair.paper, pair.method, pair.metric), []).append(pair.spread)
    return {key: root_mean_square(values) for key, values in spreads.items()}


def _grand_mean(sides: Iterable[Seeds]) -> float:
    return mean([mean(list(side.values())) for side in sides])


def _two_sided(statistic: float, degrees: float) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(degrees, -abs(statistic)))
