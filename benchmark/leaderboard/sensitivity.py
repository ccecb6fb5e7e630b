"""How a ranking depends on choices: groups and their weights, empty cells, ties, seeds, and the number of groups."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from benchmark.leaderboard.board import Board
from benchmark.leaderboard.judge import ALPHA, Judgement, against_first, group_shares, ordered
from benchmark.leaderboard.standing import shares_of_best, unit_weights
from benchmark.stats.comparisons import holm
from benchmark.stats.power import difference_seeds

WEIGHTINGS = 10_000
SAME_CELLS = 0.2
"""Two methods with equal values on more units than this share are named."""

LISTED = 10


@dataclass(frozen=True)
class Summary:
    """A way to summarise a table, and the method that it puts first."""

    name: str
    first: str
    value: float


@dataclass(frozen=True)
class Sensitivity:
    """What the first place depends on.

    Parameters
    ----------
    firsts : tuple of Summary
        The first method by each summary, side by side.
    without : tuple of (str, str)
        Groups (units, where there are no groups) without which another method is first, each with that method.
    without_best : tuple of (str, str)
        The same for the set: groups without which the winner is not shown; empty where there is no winner.
    few : int
        Smallest number of units whose removal puts the second method first, in the mean over units; 0 where the second
        cannot become first in this way.
    weightings : tuple of (str, float)
        Share of random weightings of the groups in which each method is first, largest first; those above 0.
    tied : float
        Share of units on which two or more methods tie for the best.
    twins : tuple of (str, str, float)
        Pairs of methods with equal values on more than a fifth of the units, and that share.
    seeds : tuple of (str, str)
        The first method of each seed; empty for one seed.
    other_missing : str
        The first method under the other choice about empty cells, in words; empty without such cells.
    more_groups : float
        How many more groups like these would show a difference between the first two with a chance of 80 % (one
        two-sided test at 5 %); 0 where it is shown already, infinity where their means are equal.
    """

    firsts: tuple[Summary, ...]
    without: tuple[tuple[str, str], ...]
    without_best: tuple[tuple[str, str], ...]
    few: int
    weightings: tuple[tuple[str, float], ...]
    tied: float
    twins: tuple[tuple[str, str, float], ...]
    seeds: tuple[tuple[str, str], ...]
    other_missing: str
    more_groups: float


def sensitivity(found: Judgement) -> Sensitivity:
    """Examine a judged table."""
    board, stand = found.board, found.standing
    generator = np.random.default_rng(found.options.seed + 1)
    tied = np.round(board.signed, 12)
    return Sensitivity(
        firsts=_firsts(found),
        without=_without(found),
        without_best=_without_best(found),
        few=few_units(board, *found.order[:2]) if stand.average == "units" else 0,
        weightings=_weightings(board, generator),
        tied=float(((tied == tied.max(axis=1, keepdims=True)).sum(axis=1) > 1).mean()),
        twins=_twins(board),
        seeds=_by_seed(found),
        other_missing=_other_missing(found),
        more_groups=more_groups(found),
    )


def _firsts(found: Judgement) -> tuple[Summary, ...]:
    board, stand = found.board, found.standing
    means = [("mean over units", stand.unit_mean)]
    means += [("mean over groups", stand.group_mean)] if board.grouped else []
    rows = [Summary(name, board.methods[place := ordered(board, mean)[0]], float(mean[place])) for name, mean in means]
    for name, values, sign in (
        ("mean rank", stand.mean_rank, -1),
        ("median rank", stand.median_rank, -1),
        ("share of units won", stand.won, 1),
    ):
        best = np.flatnonzero(np.isclose(sign * values, (sign * values).max(), rtol=0, atol=1e-12))
        rows.append(Summary(name, ", ".join(board.methods[place] for place in best), float(values[best[0]])))
    return tuple(rows)


def _without(found: Judgement) -> tuple[tuple[str, str], ...]:
    """First method without each group, where it is another one."""
    board, average = found.board, found.options.average
    names, group = board.group_names, board.group_of
    if len(names) < 3:
        return ()
    sums = np.zeros((len(names), len(board.methods)))
    np.add.at(sums, group, board.values)
    sizes = np.bincount(group)
    if average == "groups":
        sums, sizes = sums / sizes[:, None], np.ones(len(names), dtype=np.intp)
    means = (sums.sum(axis=0) - sums) / (sizes.sum() - sizes)[:, None]
    other = [(name, board.methods[ordered(board, mean)[0]]) for name, mean in zip(names, means, strict=True)]
    return tuple((name, method) for name, method in other if method != found.first)


def _without_best(found: Judgement) -> tuple[tuple[str, str], ...]:
    """Groups without which the winner is no longer shown. Only few groups are tried; many cannot matter one by one."""
    names = found.board.group_names
    if not found.winner or not 3 <= len(names) <= 60:
        return ()
    lost = []
    for place, name in enumerate(names):
        rest = found.board.take(units=found.board.group_of != place)
        p_values, gaps = against_first(rest, found.order[0], found.options.average, np.random.default_rng(0))
        others = [one for one in found.order if one != found.order[0]]
        adjusted = holm(p_values[others])
        if (adjusted >= ALPHA).any() or (gaps[others] <= 0).any():
            lost.append((name, rest.methods[others[int(np.argmax(adjusted))]]))
    return tuple(lost)


def few_units(board: Board, first: int, second: int) -> int:
    """Smallest number of units without which the second method has a better mean over units than the first."""
    gaps = np.sort(board.signed[:, first] - board.signed[:, second])[::-1]
    rest = gaps.sum() - np.cumsum(gaps)
    ahead = np.flatnonzero(rest[:-1] < -1e-12)
    return int(ahead[0]) + 1 if len(ahead) else 0


def _weightings(board: Board, generator: np.random.Generator) -> tuple[tuple[str, float], ...]:
    if not board.grouped:
        return ()
    group = board.group_of
    means = np.zeros((len(board.group_names), len(board.methods)))
    np.add.at(means, group, board.signed)
    means /= np.bincount(group)[:, None]
    weights = generator.dirichlet(np.ones(len(means)), size=WEIGHTINGS)
    shares = shares_of_best(weights @ means)
    order = np.argsort(-shares, kind="stable")
    return tuple((board.methods[place], float(shares[place])) for place in order if shares[place] > 0)


def _twins(board: Board) -> tuple[tuple[str, str, float], ...]:
    """Pairs of methods with equal values on many units; constant units, where all are equal, do not count."""
    values = board.values[np.ptp(board.values, axis=1) > 0]
    if not len(values):
        return ()
    found = []
    for place, name in enumerate(board.methods):
        same = (values[:, place + 1 :] == values[:, [place]]).mean(axis=0)
        found += [
            (name, board.methods[place + 1 + other], float(same[other])) for other in np.flatnonzero(same > SAME_CELLS)
        ]
    return tuple(sorted(found, key=lambda pair: -pair[2]))


def _by_seed(found: Judgement) -> tuple[tuple[str, str], ...]:
    board = found.board
    if board.by_seed is None:
        return ()
    weights = unit_weights(board, found.options.average)
    firsts = [board.methods[ordered(board, weights @ values)[0]] for values in board.by_seed]
    return tuple((str(place + 1), first) for place, first in enumerate(firsts))


def _other_missing(found: Judgement) -> str:
    if not found.gaps:
        return ""
    other = found.read.without_incomplete_units()
    chosen = "units"
    if found.options.missing == "units":
        other, chosen = found.read.without_incomplete_methods(), "methods"
    if len(other.units) < 1 or len(other.methods) < 2:
        return f"Leaving out {chosen} with an empty cell leaves nothing to compare."
    means = unit_weights(other, found.options.average) @ other.values
    first = other.methods[ordered(other, means)[0]]
    left = f"{len(other.units)} of {len(found.read.units)} units and {len(other.methods)} methods"
    return f"Leaving out {chosen} with an empty cell leaves {left}, and {first} is first."


def more_groups(found: Judgement) -> float:
    """How many more groups would show a difference between the first two; see `Sensitivity`."""
    if len(found.order) < 2 or found.against[1].p < ALPHA:
        return 0.0
    groups = len(found.board.group_names)
    contributions = groups * group_shares(found.board, found.order[0], found.options.average)[found.order[1]]
    needed = difference_seeds(contributions, sides=2)
    return max(1.0, needed - groups) if isfinite(needed) else inf
