"""Where each method stands: five summaries side by side, and intervals from a hierarchical bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.leaderboard.board import Board
from benchmark.stats.group_bootstrap import bootstrap_means
from benchmark.stats.intervals import expanded_percentiles

Average = Literal["units", "groups"]
Array = NDArray[np.float64]

DIGITS = 12
"""Decimals to which two values must agree to share a rank."""


@dataclass(frozen=True)
class Standing:
    """Summaries of each method, arrays of shape (methods,) in the order of the board.

    Parameters
    ----------
    unit_mean, group_mean : ndarray
        Mean over units, and mean over groups of the mean within each.
    mean_rank, median_rank : ndarray
        Over units; 1 is best, ties share their mean rank.
    won : ndarray
        Share of units on which the method is best; k methods that tie get 1/k each.
    average : {"units", "groups"}
        The mean that the following are of.
    low, high : ndarray
        Interval of the mean.
    place : ndarray
        Rank of the mean; ties share their mean rank.
    place_low, place_high : ndarray
        Interval of the rank of the mean.
    rank_low, rank_high : ndarray
        Interval of the mean rank.
    best : ndarray
        Share of resamples in which the mean is the best one.
    resampled : ndarray, shape (resamples, methods)
        Means of the resamples, with a sign so that higher is better.
    """

    unit_mean: Array
    group_mean: Array
    mean_rank: Array
    median_rank: Array
    won: Array
    average: Average
    low: Array
    high: Array
    place: Array
    place_low: Array
    place_high: Array
    rank_low: Array
    rank_high: Array
    best: Array
    resampled: Array

    @property
    def mean(self) -> Array:
        """The mean that the table is ordered by."""
        return self.unit_mean if self.average == "units" else self.group_mean


def unit_weights(board: Board, average: Average) -> Array:
    """Weight of each unit in a mean, shape (units,); they add up to 1."""
    group = board.group_of
    sizes = np.bincount(group)
    if average == "units":
        return np.full(len(group), 1 / len(group))
    weights: Array = 1 / (sizes[group] * len(sizes))
    return weights


def ranks_of(signed: Array) -> Array:
    """Ranks along the last axis, 1 for the highest; ties share their mean rank."""
    from scipy.stats import rankdata

    ranks: Array = rankdata(np.round(-signed, DIGITS), axis=-1)
    return ranks


def shares_of_best(signed: Array) -> Array:
    """Share of rows in which each column is the highest, shape (columns,); ties are divided."""
    rounded = np.round(signed, DIGITS)
    first = rounded == rounded.max(axis=1, keepdims=True)
    shares: Array = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def standing(
    board: Board,
    generator: np.random.Generator,
    average: Average = "units",
    level: float = 0.95,
    resamples: int = 10_000,
) -> Standing:
    """Summarise a board without empty cells.

    The percentiles of intervals of means are expanded for few groups (`benchmark.stats.intervals`). Those of ranks are
    plain: a rank has bounds.

    Parameters
    ----------
    board : Board
        Complete, with two units or more.
    generator : numpy Generator
        Source of the resamples.
    average : {"units", "groups"}
        The mean that intervals and ranks are of.
    level : float
        Coverage in (0, 1).
    resamples : int
        Number of resamples.
    """
    signed = board.signed
    ranks = ranks_of(signed)
    weights = np.stack([unit_weights(board, average), unit_weights(board, "units")])
    both = bootstrap_means(np.hstack([signed, ranks]), board.group_of, weights, generator, resamples)
    methods = len(board.methods)
    resampled, resampled_ranks = both[0, :, :methods], both[1, :, methods:]
    sides = expanded_percentiles(len(board.group_names), level)
    plain = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(resampled, sides, axis=0)
    if board.lower:
        low, high = -high, -low
    rank_low, rank_high = np.quantile(resampled_ranks, sides, axis=0)
    place_low, place_high = np.quantile(ranks_of(resampled), plain, axis=0, method="closest_observation")
    means = {kind: unit_weights(board, kind) @ board.values for kind in ("units", "groups")}
    own = -means[average] if board.lower else means[average]
    return Standing(
        unit_mean=means["units"],
        group_mean=means["groups"],
        mean_rank=ranks.mean(axis=0),
        median_rank=np.median(ranks, axis=0),
        won=shares_of_best(signed),
        average=average,
        low=low,
        high=high,
        place=ranks_of(own[None])[0],
        place_low=place_low,
        place_high=place_high,
        rank_low=rank_low,
        rank_high=rank_high,
        best=shares_of_best(resampled),
        resampled=resampled,
    )
