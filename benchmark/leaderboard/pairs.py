"""Ranks of the best methods with a test of every pair, for the diagram of critical differences."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from benchmark.leaderboard.judge import Judgement
from benchmark.leaderboard.standing import ranks_of, unit_weights
from benchmark.stats.comparisons import holm
from benchmark.stats.group_bootstrap import bootstrap_means
from benchmark.stats.intervals import expanded_percentiles
from benchmark.stats.ranks import Ranking
from benchmark.stats.sign_flip import sign_flip_test

MOST = 25
"""Methods in the diagram: the best ones by mean rank."""


def ranking(found: Judgement) -> Ranking | None:
    """Rank the best methods; None for fewer than three.

    Each pair is compared by Wilcoxon's signed-rank test in which the signs of whole groups are exchanged
    (`benchmark.stats.sign_flip`), as in `benchmark.stats.ranks`, here for many pairs at once. Ranks are among the
    methods of the diagram.
    """
    from scipy.stats import rankdata

    board, stand = found.board, found.standing
    if len(board.methods) < 3:
        return None
    order = np.lexsort((np.array(board.methods), np.round(stand.mean_rank, 12)))[:MOST]
    signed, group = board.signed[:, order], board.group_of
    pairs = list(combinations(range(len(order)), 2))
    shares = np.zeros((len(pairs), len(board.group_names)))
    for row, (one, two) in enumerate(pairs):
        gaps = np.where(
            np.isclose(signed[:, one], signed[:, two], rtol=1e-12, atol=0), 0.0, signed[:, one] - signed[:, two]
        )
        kept = gaps != 0
        ranks = np.sign(gaps[kept]) * rankdata(np.round(np.abs(gaps[kept]), 15))
        np.add.at(shares[row], group[kept], ranks)
    adjusted = holm(sign_flip_test(shares, np.random.default_rng(found.options.seed)))
    p_values = np.ones((len(order), len(order)))
    for (one, two), p in zip(pairs, adjusted, strict=True):
        p_values[one, two] = p_values[two, one] = p
    ranks, low, high = ranks_of(signed), stand.rank_low[order], stand.rank_high[order]
    left_out = {gap.method: f"no value on {gap.missing} units" for gap in found.gaps if gap.method not in board.methods}
    if len(left_out) > MOST:
        left_out = {f"{len(left_out)} methods": "empty cells"}
    if len(order) < len(board.methods):
        generator = np.random.default_rng(found.options.seed)
        equal = unit_weights(board, "units")[None]
        resampled = bootstrap_means(ranks, group, equal, generator, found.options.resamples)[0]
        sides = expanded_percentiles(len(board.group_names), found.options.level)
        low, high = np.quantile(resampled, sides, axis=0)
        left_out |= {f"{len(board.methods) - len(order)} methods": "a worse mean rank than those drawn"}
        again = np.argsort(ranks.mean(axis=0), kind="stable")
        order, ranks, low, high = order[again], ranks[:, again], low[again], high[again]
        p_values = p_values[np.ix_(again, again)]
    return Ranking(
        methods=tuple(board.methods[place] for place in order),
        recordings=board.units,
        clusters=len(board.group_names),
        seeds=1 if board.by_seed is None else len(board.by_seed),
        ranks=ranks,
        low=low,
        high=high,
        level=found.options.level,
        p_values=p_values,
        left_out=left_out,
        unit="unit",
    )
