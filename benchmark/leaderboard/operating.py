"""How often the rules for tables err, by simulation: a winner where methods are equal, and the best one left out.

A value is the sum of the difficulty of its unit, which all methods share, an effect of method and group, an effect of
method and unit, and the true mean of the method. Effects are normal, or skewed (exponential) or with heavy tails
(Student's t with three degrees of freedom), all of mean 0. Sizes of groups are equal, or as unequal as in TSB-AD's
multivariate track. The rules are those of `benchmark.leaderboard.judge`; nothing is simulated but the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.leaderboard.board import Board
from benchmark.leaderboard.judge import ALPHA, group_shares, ordered
from benchmark.leaderboard.standing import Average, unit_weights
from benchmark.stats.comparisons import holm
from benchmark.stats.sign_flip import sign_flip_test

Effect = Literal["normal", "skewed", "heavy"]

UNEQUAL = (25, 25, 23, 28, 20, 14, 11, 11, 7, 5, 4, 2, 1, 1, 1, 1, 1)
"""Units of the 17 data sets of TSB-AD's multivariate track."""

AT_ONCE = 100
"""Tables of which the signs are exchanged together."""

BETWEEN, WITHIN = 0.1, 0.1
"""Standard deviations of the effects of method and group, and of method and unit."""


def simulate(
    generator: np.random.Generator,
    groups: Sequence[int],
    methods: int,
    boards: int,
    average: Average = "units",
    effect: Effect = "normal",
    equal: int | None = None,
    behind: float = 1.0,
) -> dict[str, Any]:
    """Judge simulated tables.

    Parameters
    ----------
    generator : numpy Generator
        Source of everything.
    groups : sequence of int
        Number of units of each group.
    methods : int
        Number of methods.
    boards : int
        Number of tables.
    average : {"units", "groups"}
        The mean that decides.
    effect : {"normal", "skewed", "heavy"}
        Distribution of the effects.
    equal : int, optional
        Number of methods that are equally good and the best; all by default.
    behind : float
        How much lower the true mean of the others is.

    Returns
    -------
    dict
        ``wrong_winner``: share of tables with a winner that is not the only best method (any, where two or more are
        equal). ``best_left_out``: share in which the first of the equally best methods is not in the set. ``size``:
        mean size of the set.
    """
    best = methods if equal is None else equal
    truth = np.where(np.arange(methods) < best, 0.0, -behind)
    group = np.repeat(np.arange(len(groups)), groups)
    names = tuple(f"m{place:03d}" for place in range(methods))
    wrong = left_out = size = 0
    for done in range(0, boards, AT_ONCE):
        judged = [
            _shares(_values(generator, group, truth, effect), group, names, average)
            for _ in range(min(AT_ONCE, boards - done))
        ]
        p_values = sign_flip_test(np.concatenate([shares for _, shares in judged]), generator).reshape(-1, methods)
        for (first, _), p in zip(judged, p_values, strict=True):
            others = np.delete(np.arange(methods), first)
            kept = {first, *others[holm(p[others]) >= ALPHA].tolist()}
            wrong += len(kept) == 1 and (best > 1 or 0 not in kept)
            left_out += 0 not in kept
            size += len(kept)
    return {"wrong_winner": wrong / boards, "best_left_out": left_out / boards, "size": size / boards}


def characteristics(
    generator: np.random.Generator,
    boards: int = 2_000,
    methods: Sequence[int] = (2, 5, 20),
    effects: Sequence[Effect] = ("normal", "skewed", "heavy"),
) -> pl.DataFrame:
    """Simulate equal methods, over sizes of groups, numbers of methods, means and effects.

    Returns
    -------
    polars DataFrame
        Columns ``groups`` (``10 of 1``, ``17 unequal``, …), ``methods``, ``average``, ``effect``, and those of
        `simulate`.
    """
    sizes = {"10 of 1": (1,) * 10, "50 of 1": (1,) * 50, "10 of 10": (10,) * 10, "17 unequal": UNEQUAL}
    averages: tuple[Average, ...] = ("units", "groups")
    return pl.DataFrame(
        [
            {"groups": name, "methods": count, "average": average, "effect": effect}
            | simulate(generator, groups, count, boards, average, effect)
            for name, groups in sizes.items()
            for count in methods
            for average in averages
            for effect in effects
            if average == "units" or max(groups) > min(groups)
        ]
    )


def _values(
    generator: np.random.Generator, group: NDArray[np.intp], truth: NDArray[np.float64], effect: Effect
) -> NDArray[np.float64]:
    """One table, shape (units, methods)."""
    methods = len(truth)
    values = truth + _draw(generator, effect, (len(group), 1))
    values = values + BETWEEN * _draw(generator, effect, (int(group.max()) + 1, methods))[group]
    return values + WITHIN * _draw(generator, effect, (len(group), methods))


def _shares(
    values: NDArray[np.float64], group: NDArray[np.intp], names: tuple[str, ...], average: Average
) -> tuple[int, NDArray[np.float64]]:
    """Position of the first method, and the shares of the groups in its differences from every one."""
    units = tuple(map(str, range(len(group))))
    board = Board("", "", False, units, tuple(map(str, group)), True, names, values)
    first = ordered(board, unit_weights(board, average) @ values)[0]
    return first, group_shares(board, first, average)


def _draw(generator: np.random.Generator, effect: Effect, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Draws of mean 0 and standard deviation 1."""
    if effect == "skewed":
        return generator.exponential(size=shape) - 1
    if effect == "heavy":
        heavy: NDArray[np.float64] = generator.standard_t(3, size=shape) / np.sqrt(3.0)
        return heavy
    return generator.standard_normal(shape)
