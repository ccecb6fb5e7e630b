"""Methods over recordings: differences and ranks with recordings as the unit, in clusters.

Values are averaged over seeds first. A method is compared on recordings that it was not chosen on, so what varies is
the recording; seeds are copies of the same recordings. Recordings of one machine or spacecraft resemble each other:
they are a cluster, and a test exchanges the signs of whole clusters (`benchmark.stats.signed_rank`).

Every pair of methods has its own test, with Holm's correction over the pairs (Benavoli et al. 2016): whether two
methods differ does not depend on the ranks of others, as it does in Nemenyi's test of mean ranks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.clusters import Clusters, cluster_positions
from benchmark.stats.comparisons import differences, holm
from benchmark.stats.intervals import MeanInterval, hierarchical_interval
from benchmark.stats.result_array import Tidy, result_array
from benchmark.stats.sign_flip import sign_flip_test
from benchmark.stats.signed_rank import Alternative, signed_rank_test, signed_ranks

ALPHA = 0.05
DIGITS = 12
"""Decimals to which two values must agree to share a rank. Sums in another order differ in later ones."""


class RecordingDifference(NamedTuple):
    """First method minus second, over recordings.

    Parameters
    ----------
    interval : MeanInterval
        Mean over recordings of the mean over seeds, with its bootstrap interval (`hierarchical_interval`).
    p_value : float
        Signed-rank test over recordings or clusters (`signed_rank_test`).
    """

    interval: MeanInterval
    p_value: float


def difference_over_recordings(
    first: Mapping[str, ArrayLike],
    second: Mapping[str, ArrayLike],
    clusters: Clusters | None,
    generator: np.random.Generator,
    level: float = 0.95,
    alternative: Alternative = "two-sided",
) -> RecordingDifference:
    """Compare two methods, a detector and a control, with recordings as the unit.

    Parameters
    ----------
    first, second : mapping of str to array_like, shape (seeds,)
        Values of each recording, the same recordings and seeds in both; pairs are of one recording and seed.
    clusters : mapping of str to str or None, optional
        Cluster of each recording; without it every recording is independent.
    generator : numpy Generator
        Source of the bootstrap, and of drawn signs where there are too many clusters to enumerate them.
    level : float
        Coverage of the interval.
    alternative : {"two-sided", "greater", "less"}
        Of the test. It is of ranks, so it can be significant where the interval of the mean holds 0, and the reverse.

    Returns
    -------
    RecordingDifference
        Interval and p-value; NaN limits and p for a single recording.

    Raises
    ------
    ParameterError
        For different recordings or seeds, or a value that is not finite.
    """
    alone = sorted(first.keys() ^ second.keys())
    if alone:
        raise ParameterError(f"recording {alone[0]} has values of one method only; compare the same recordings")
    gaps = {name: differences(np.atleast_1d(first[name]), np.atleast_1d(second[name])) for name in first}
    interval = hierarchical_interval(gaps, clusters, generator, level)
    means = [float(gap.mean()) for gap in gaps.values()]
    return RecordingDifference(
        interval, signed_rank_test(means, cluster_positions(list(gaps), clusters), alternative, generator)
    )


@dataclass(frozen=True)
class Ranking:
    """Methods in the order of their mean rank over recordings; rank 1 is best.

    Parameters
    ----------
    methods : tuple of str
        Best first; equal mean ranks by name.
    recordings : tuple of str
        Sorted.
    clusters : int
        Number of clusters of recordings; as many as recordings if they are independent.
    seeds : int
        Number of seeds over which each recording's values are averaged before they are ranked.
    ranks : ndarray, shape (recordings, methods)
        Ranks of the averages; ties share their mean rank.
    low, high : ndarray, shape (methods,)
        Bootstrap interval of each mean rank, over clusters and recordings (`hierarchical_interval`).
    level : float
        Coverage of those intervals.
    p_values : ndarray, shape (methods, methods)
        P-values of the signed-rank test of each pair, with Holm's correction over all pairs; 1 on the diagonal.
    left_out : dict of str to str
        Methods without a rank, each with the reason.
    unit : str
        The word for a recording in notes.
    """

    methods: tuple[str, ...]
    recordings: tuple[str, ...]
    clusters: int
    seeds: int
    ranks: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float
    p_values: NDArray[np.float64]
    left_out: dict[str, str]
    unit: str = "recording"

    @property
    def mean_ranks(self) -> NDArray[np.float64]:
        """Mean rank of each method, in [1, M] for M methods, shape (methods,)."""
        mean: NDArray[np.float64] = self.ranks.mean(axis=0)
        return mean

    @property
    def groups(self) -> list[tuple[int, int]]:
        """First and last position of each longest run of neighbours in which no pair differs significantly."""
        differ = self.p_values < ALPHA
        count = len(self.methods)
        ends = [max(j for j in range(i, count) if not differ[i : j + 1, i : j + 1].any()) for i in range(count)]
        return [(i, j) for i, j in enumerate(ends) if j > i and (i == 0 or ends[i - 1] < j)]

    def frame(self) -> pl.DataFrame:
        """Columns ``method``, ``mean_rank``, ``low``, ``high``."""
        return pl.DataFrame({"method": self.methods, "mean_rank": self.mean_ranks, "low": self.low, "high": self.high})

    def caveats(self) -> list[str]:
        """Notes to the diagram, one sentence or two each."""
        count, pairs = len(self.recordings), len(self.methods) * (len(self.methods) - 1) // 2
        clustered = self.clusters < count
        names = f"{self.unit}s"
        unit = f"{count} {names} in {self.clusters} clusters" if clustered else f"{count} {names}"
        resampled = f"clusters and {names}" if clustered else names
        notes = [
            f"Each pair is compared by Wilcoxon's signed-rank test over {unit}, mean over {self.seeds} "
            f"{'seed' if self.seeds == 1 else 'seeds'} each, with Holm's correction over {pairs} pairs. Bars join "
            "neighbours among which no pair differs at 5 %.",
            f"In brackets: {100 * self.level:g} % interval of the mean rank, bootstrap over {resampled}.",
            "A rank does not show how large a difference is, and mean ranks depend on the methods compared "
            "(Benavoli et al. 2016).",
        ]
        if pairs * 2.0 ** (1 - self.clusters) >= ALPHA:
            unit = "cluster" if clustered else self.unit
            units = f"{self.clusters} {unit}{'s' if self.clusters > 1 else ''}"
            notes.append(f"With {units} no pair of {pairs} can be shown to differ at 5 %: joined is not equal.")
        notes += [f"Without a rank: {method} ({reason})." for method, reason in sorted(self.left_out.items())]
        return notes


def rank_methods(
    frame: Tidy,
    generator: np.random.Generator,
    higher_is_better: bool = True,
    level: float = 0.95,
    resamples: int = 10_000,
    clusters: Clusters | None = None,
) -> Ranking:
    """Rank methods on every recording and test which pairs differ.

    Parameters
    ----------
    frame : tidy frame
        See `benchmark.stats.result_array`; its datasets are the recordings. A method with a gap gets no rank and is
        named in `Ranking.left_out`.
    generator : numpy Generator
        Source of the bootstrap for the intervals, and of drawn signs where clusters are too many to enumerate them.
    higher_is_better : bool
        Direction of the metric.
    level : float
        Coverage of the intervals, in (0, 1).
    resamples : int
        Number of bootstrap resamples, at least 1.
    clusters : mapping of str to str or None, optional
        Cluster of each recording; without it every recording is independent and has one vote.

    Returns
    -------
    Ranking
        Methods in the order of their mean rank.

    Raises
    ------
    ParameterError
        For fewer than three complete methods or fewer than two recordings.
    DataError
        As `benchmark.stats.result_array.result_array`.
    """
    results = result_array(frame)
    count, methods = len(results.datasets), len(results.methods)
    if methods < 3:
        missing = f" (left out: {', '.join(sorted(results.left_out))})" if results.left_out else ""
        raise ParameterError(f"ranks need three methods or more, there are {methods}{missing}; compare two by pairs")
    if count < 2:
        raise ParameterError(f"ranks need two recordings or more, there is only {results.datasets[0]}")
    groups = cluster_positions(results.datasets, clusters)
    means = results.values.mean(axis=2)
    ranks = _ranks(means.T, higher_is_better)
    order = np.argsort(ranks.mean(axis=0), kind="stable")
    ranks, means = ranks[:, order], means[order]
    limits = [
        hierarchical_interval(dict(zip(results.datasets, column, strict=True)), clusters, generator, level, resamples)
        for column in ranks.T
    ]
    return Ranking(
        methods=tuple(results.methods[index] for index in order),
        recordings=results.datasets,
        clusters=len(groups),
        seeds=len(results.seeds),
        ranks=ranks,
        low=np.array([one.low for one in limits]),
        high=np.array([one.high for one in limits]),
        level=level,
        p_values=_pairwise(means, groups, generator),
        left_out=results.left_out,
    )


def _ranks(values: NDArray[np.float64], higher_is_better: bool) -> NDArray[np.float64]:
    """Ranks along the last axis, 1 for the best; ties share their mean rank."""
    from scipy.stats import rankdata

    signed = np.round(-values if higher_is_better else values, DIGITS)
    ranks: NDArray[np.float64] = rankdata(signed, axis=-1)
    return ranks


def _pairwise(
    means: NDArray[np.float64], groups: list[NDArray[np.intp]], generator: np.random.Generator
) -> NDArray[np.float64]:
    """P-value of each pair of methods, corrected over all pairs, shape (methods, methods)."""
    pairs = list(combinations(range(len(means)), 2))
    gaps = [differences(means[one], means[two]) for one, two in pairs]
    if 1 < len(groups) < means.shape[1]:
        adjusted = holm(sign_flip_test(np.array([signed_ranks(gap, groups) for gap in gaps]), generator))
    else:
        adjusted = holm([signed_rank_test(gap, groups, generator=generator) for gap in gaps])
    p_values = np.ones((len(means), len(means)))
    for (one, two), p in zip(pairs, adjusted, strict=True):
        p_values[one, two] = p_values[two, one] = p
    return p_values
