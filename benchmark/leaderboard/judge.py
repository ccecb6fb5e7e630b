"""What a table of results shows: who is first, who is not shown to be worse, and if there is a winner.

Every method is compared with the one of the best mean on the same units. The test exchanges the signs of whole groups
(`benchmark.stats.sign_flip`), two-sided, with Holm's correction over the methods. The set that is not distinguishable
from the best holds those that are not shown to be worse at 5 %. There is a winner where the set holds one method.

The best is chosen on the values that it is then tested on. Two-sided tests pay for that: of two equal methods either
can come out first, so each side has 2.5 %. `benchmark.leaderboard.operating` simulates how often the rule errs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.leaderboard.board import Board, Gap, complete
from benchmark.leaderboard.standing import Average, Standing, standing, unit_weights
from benchmark.stats.bayesian import Practical, bayesian_signed_rank
from benchmark.stats.comparisons import holm
from benchmark.stats.intervals import SAME, expanded_percentiles
from benchmark.stats.sign_flip import sign_flip_test, smallest_p

ALPHA = 0.05
ROPE = 0.01
"""Region of practical equality, as a share of the range of the metric."""

COMPARED = 30
"""Methods with a Bayesian comparison: those of the best means."""

BAYESIAN_WORK = 40_000_000
"""Weights that are drawn for all comparisons together: many units get fewer draws, at least a thousand."""


@dataclass(frozen=True)
class Options:
    """How a table is judged.

    Parameters
    ----------
    average : {"units", "groups"}
        The mean that decides.
    missing : {"methods", "units"}
        What is left out where cells are empty (`benchmark.leaderboard.board.complete`).
    rope : float, optional
        Half of the region of practical equality in the unit of the metric; by default 1 % of its range.
    level : float
        Coverage of intervals.
    resamples : int
        Of the bootstrap.
    seed : int
        Of all random draws.
    """

    average: Average = "units"
    missing: str = "methods"
    rope: float | None = None
    level: float = 0.95
    resamples: int = 10_000
    seed: int = 0


@dataclass(frozen=True)
class Against:
    """A method against the first one.

    Parameters
    ----------
    method : str
        Its name.
    difference, low, high : float
        First less this method, higher is better, with its bootstrap interval.
    p, adjusted : float
        Two-sided p-value, and with Holm's correction; 1 for the first method itself.
    practical : Practical
        Probabilities that the first is better by more than the region of practical equality, equal, or worse, over the
        groups (over the units, where there are no groups); NaN beyond the `COMPARED` best methods.
    """

    method: str
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    practical: Practical


@dataclass(frozen=True)
class Judgement:
    """A judged table.

    Parameters
    ----------
    read : Board
        As it was read.
    board : Board
        Without empty cells.
    gaps : tuple of Gap
        Methods with empty cells.
    options : Options
        With the region of practical equality filled in.
    standing : Standing
        In the order of the methods of `board`.
    order : tuple of int
        Positions of the methods, best mean first; equal means by name.
    against : tuple of Against
        In that order, the first method included.
    """

    read: Board
    board: Board
    gaps: tuple[Gap, ...]
    options: Options
    standing: Standing
    order: tuple[int, ...]
    against: tuple[Against, ...]
    rope: float = field(default=nan)

    @property
    def first(self) -> str:
        """The method of the best mean."""
        return self.board.methods[self.order[0]]

    @property
    def not_worse(self) -> tuple[str, ...]:
        """Methods that are not shown to be worse than the first, which is one of them; best mean first."""
        return tuple(one.method for one in self.against if one.adjusted >= ALPHA or one.method == self.first)

    @property
    def winner(self) -> str:
        """The one method that all others are shown to be worse than; empty where there is none."""
        return self.first if len(self.not_worse) == 1 else ""

    @property
    def unit(self) -> str:
        """The word for what is drawn: ``group`` or ``unit``."""
        return "group" if self.board.grouped else "unit"

    @property
    def smallest(self) -> float:
        """Smallest p-value that one comparison can have with so many groups."""
        return smallest_p(len(self.board.group_names))


def judge(read: Board, options: Options | None = None) -> Judgement:
    """Judge a table.

    Raises
    ------
    DataError
        Where fewer than two methods or units remain without empty cells.
    """
    options = options or Options()
    board = complete(read, options.missing)
    generator = np.random.default_rng(options.seed)
    found = standing(board, generator, options.average, options.level, options.resamples)
    order = ordered(board, found.mean)
    rope = options.rope if options.rope is not None else default_rope(board)
    p_values, differences = against_first(board, order[0], options.average, generator)
    adjusted = np.ones(len(order))
    others = [place for place in order if place != order[0]]
    adjusted[others] = holm(p_values[others])
    sides = expanded_percentiles(len(board.group_names), options.level)
    gaps = found.resampled[:, [order[0]]] - found.resampled
    low, high = np.quantile(gaps, sides, axis=0)
    observed = _observations(board, order[0])
    draws = int(np.clip(BAYESIAN_WORK // (observed.shape[0] * min(len(order), COMPARED)), 1_000, 10_000))
    against: list[Against] = []
    for place in order:
        practical = Practical(0.0, 1.0, 0.0)
        if len(against) > COMPARED:
            practical = Practical(nan, nan, nan)
        elif place != order[0]:
            practical = bayesian_signed_rank(observed[:, place], rope, generator, draws)
        against.append(
            Against(
                board.methods[place],
                float(differences[place]),
                float(low[place]),
                float(high[place]),
                float(p_values[place]),
                float(adjusted[place]),
                practical,
            )
        )
    return Judgement(read, board, tuple(read.gaps()), options, found, order, tuple(against), rope)


def ordered(board: Board, means: NDArray[np.float64]) -> tuple[int, ...]:
    """Positions of the methods, best mean first; means that agree to twelve decimals by name."""
    signed = np.round(-means if board.lower else means, 12)
    return tuple(sorted(range(len(means)), key=lambda place: (-signed[place], board.methods[place])))


def against_first(
    board: Board, first: int, average: Average, generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two-sided p-values and mean differences of a method against every one, shapes (methods,).

    Differences that agree to twelve digits are 0: else noise of rounding would be significant.
    """
    shares = group_shares(board, first, average)
    p_values = sign_flip_test(shares, generator)
    return p_values, shares.sum(axis=1)


def group_shares(board: Board, first: int, average: Average) -> NDArray[np.float64]:
    """Share of each group in the mean difference of a method against every one, shape (methods, groups)."""
    weighted = gaps_of(board, first) * unit_weights(board, average)[:, None]
    group = board.group_of
    shares = np.zeros((len(board.group_names), len(board.methods)))
    np.add.at(shares, group, weighted)
    return shares.T


def gaps_of(board: Board, first: int) -> NDArray[np.float64]:
    """A method less every one on each unit, higher is better, shape (units, methods)."""
    signed = board.signed
    own = signed[:, [first]]
    same = np.isclose(own, signed, rtol=SAME, atol=0)
    gaps: NDArray[np.float64] = np.where(same, 0.0, own - signed)
    return gaps


def _observations(board: Board, first: int) -> NDArray[np.float64]:
    """Mean difference of each group, shape (groups, methods): what is independent."""
    group = board.group_of
    sums = np.zeros((len(board.group_names), len(board.methods)))
    np.add.at(sums, group, gaps_of(board, first))
    means: NDArray[np.float64] = sums / np.bincount(group)[:, None]
    return means


def default_rope(board: Board) -> float:
    """0.01 where all values lie in 0 to 1, else 1 % of the span of the values."""
    low, high = float(board.values.min()), float(board.values.max())
    if low >= 0 and high <= 1:
        return ROPE
    return ROPE * (high - low)


def check_options(options: Options) -> None:
    """Refuse options that no table can be judged with.

    Raises
    ------
    ParameterError
        It names the option.
    """
    if options.average not in ("units", "groups"):
        raise ParameterError(f"--average {options.average!r}: write units or groups")
    if options.missing not in ("methods", "units"):
        raise ParameterError(f"--missing {options.missing!r}: write methods or units")
    if options.rope is not None and not options.rope >= 0:
        raise ParameterError(f"--rope {options.rope}: it must be 0 or more")
    if not 0.5 <= options.level < 1:
        raise ParameterError(f"--level {options.level}: it must be at least 0.5 and below 1")
    if options.resamples < 100:
        raise ParameterError(f"--resamples {options.resamples}: at least 100 are needed")
