"""Simulated reruns of recorded numbers: how often the statistics of `verify` fail an honest one.

Each recorded number keeps its mean m and standard deviation s over seeds; a number that no seed changes stays as it is.
Record and rerun are both drawn anew. The value of number i at a seed is

    m + s·(√q·a + √(1 − q)·b),   within [0, 1]

where a is the effect of the split of that seed, the same in both, and b that of the training run, drawn twice. Both
effects are half shared: a among all numbers of a scenario, b among all numbers of a training run
(`benchmark.verdicts.number_pair.NumberPair.run`); they have mean 0 and variance 1. q is the share of the variance that
the split explains. An honest rerun differs from its record by b alone. `shift` moves the rerun.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmark.verdicts.agreement import Shift, shifts
from benchmark.verdicts.number_pair import NumberPair, deviation, mean

COLLAPSE = 0.38
"""Share of the training runs of a collapsing method that end at 0."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Reruns:
    """A distribution of reruns.

    Parameters
    ----------
    split : float
        Share q of the variance over seeds that the split explains, in [0, 1].
    two_valued : tuple of str
        Methods whose training runs have two effects only, −1 and 1.
    collapsing : tuple of str
        Methods of which `COLLAPSE` of the training runs give 0 in every metric.
    seeds : int
        Seeds of every number; 0 for those recorded.
    """

    split: float = 0.5
    two_valued: tuple[str, ...] = ()
    collapsing: tuple[str, ...] = ()
    seeds: int = 0


def failures(pairs: Sequence[NumberPair], reruns: Reruns, generator: np.random.Generator, count: int) -> float:
    """Share of simulated honest reruns in which the statistics find a shift.

    Parameters
    ----------
    pairs : sequence of NumberPair
        Numbers of a record (`benchmark.verdicts.pairs.number_pairs`); what was found is not used.
    reruns : Reruns
        Their distribution.
    generator : numpy Generator
        Source of all draws.
    count : int
        Number of reruns.
    """
    failed = [bool(shifts(simulated(pairs, reruns, generator))) for _ in range(count)]
    return sum(failed) / count


def named(
    pairs: Sequence[NumberPair],
    reruns: Reruns,
    generator: np.random.Generator,
    count: int,
    shift: Callable[[NumberPair, float], float],
) -> list[list[Shift]]:
    """Shifts that the statistics find in each of ``count`` reruns whose numbers are moved.

    Parameters
    ----------
    pairs, reruns, generator, count
        As for `failures`.
    shift : callable
        How far a number is moved, from the number and its standard deviation over seeds.
    """
    found = []
    for _ in range(count):
        moved = []
        for pair in simulated(pairs, reruns, generator):
            step = shift(pair, deviation(list(pair.recorded.values())))
            moved.append(replace(pair, found={seed: _bounded(value + step) for seed, value in pair.found.items()}))
        found.append(shifts(moved))
    return found


def simulated(pairs: Sequence[NumberPair], reruns: Reruns, generator: np.random.Generator) -> list[NumberPair]:
    """Draw a record and an honest rerun of it."""
    draws = _Draws(reruns, generator)
    result = []
    for pair in pairs:
        values = list(pair.recorded.values())
        seeds = range(reruns.seeds) if reruns.seeds else sorted(pair.recorded)
        centre, spread = mean(values), deviation(values) if len(values) > 1 else 0.0
        if spread == 0:
            copies = dict.fromkeys(seeds, centre)
            result.append(replace(pair, recorded=copies, found=copies))
            continue
        common = centre + spread * np.sqrt(reruns.split) * draws.split(pair.scenario, len(seeds))
        own = spread * np.sqrt(1 - reruns.split)
        sides = [
            draws.collapsed(pair, side, common + own * draws.run(pair, side, len(seeds)))
            for side in ("recorded", "found")
        ]
        recorded, found = (dict(zip(seeds, map(_bounded, side.tolist()), strict=True)) for side in sides)
        result.append(replace(pair, recorded=recorded, found=found))
    return result


class _Draws:
    """Effects of splits and training runs, half shared."""

    def __init__(self, reruns: Reruns, generator: np.random.Generator) -> None:
        self.reruns, self.generator = reruns, generator
        self._shared: dict[tuple[str, ...], Array] = {}

    def split(self, scenario: str, count: int) -> Array:
        """Effect of the split of each seed on one number."""
        return self._half(("split", scenario), count)

    def run(self, pair: NumberPair, side: str, count: int) -> Array:
        """Effect of the training run of each seed on one number."""
        if pair.method in self.reruns.two_valued:
            return np.sign(self._of(("run", pair.run, side), count))
        return self._half(("run", pair.run, side), count)

    def collapsed(self, pair: NumberPair, side: str, values: Array) -> Array:
        """Values with 0 where the training run collapsed."""
        if pair.method not in self.reruns.collapsing:
            return values
        from scipy.special import ndtri

        return np.where(self._of(("run", pair.run, side), len(values)) < ndtri(COLLAPSE), 0.0, values)

    def _half(self, key: tuple[str, ...], count: int) -> Array:
        own = self.generator.standard_normal(count)
        return np.asarray((self._of(key, count) + own) / np.sqrt(2))

    def _of(self, key: tuple[str, ...], count: int) -> Array:
        """One draw for each seed that all numbers with this key share; more seeds are drawn when they are needed."""
        known = self._shared.get(key, np.empty(0))
        if len(known) < count:
            known = np.concatenate([known, self.generator.standard_normal(count - len(known))])
            self._shared[key] = known
        return known[:count]


def _bounded(value: float) -> float:
    return float(min(1.0, max(0.0, value)))
