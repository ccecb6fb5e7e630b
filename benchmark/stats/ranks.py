"""Ranks of methods over datasets: Friedman's test, Nemenyi's critical difference, intervals of mean ranks."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.result_array import ResultArray, Tidy, result_array

ALPHA = 0.05
DIGITS = 12
"""Decimals to which two values must agree to share a rank. Sums in another order differ in later ones."""


@dataclass(frozen=True)
class Ranking:
    """Methods in the order of their mean rank over datasets; rank 1 is best.

    Parameters
    ----------
    methods : tuple of str
        Best first; equal mean ranks by name.
    datasets : tuple of str
        Sorted.
    seeds : int
        Number of seeds over which each dataset's values are averaged before they are ranked.
    ranks : ndarray, shape (datasets, methods)
        Ranks of the averages; ties share their mean rank.
    low, high : ndarray, shape (methods,)
        Bootstrap interval of each mean rank.
    level : float
        Coverage of those intervals.
    statistic, p_value : float
        Friedman's χ² with M − 1 degrees of freedom, for M methods.
    f_statistic, f_p_value : float
        Iman and Davenport's F with (M − 1, (M − 1)(D − 1)) degrees of freedom for D datasets, which is less
        conservative; infinity where all datasets give the same ranks.
    critical_difference : float
        Mean ranks that differ by more than this differ significantly at 5 % (Nemenyi).
    p_values : ndarray, shape (methods, methods)
        P-values of Nemenyi's test for each pair.
    left_out : dict of str to str
        Methods without a rank, each with the reason.
    """

    methods: tuple[str, ...]
    datasets: tuple[str, ...]
    seeds: int
    ranks: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float
    statistic: float
    p_value: float
    f_statistic: float
    f_p_value: float
    critical_difference: float
    p_values: NDArray[np.float64]
    left_out: dict[str, str]

    @property
    def mean_ranks(self) -> NDArray[np.float64]:
        """Mean rank of each method, in [1, M], shape (methods,)."""
        mean: NDArray[np.float64] = self.ranks.mean(axis=0)
        return mean

    @property
    def groups(self) -> list[tuple[int, int]]:
        """First and last position of each maximal run of methods that do not differ significantly.

        All methods are one group where Friedman's test finds no difference: then no pair may be called different.
        """
        last = len(self.methods) - 1
        if not self.p_value < ALPHA:
            return [(0, last)]
        ends = [max(j for j in range(i, last + 1) if self.p_values[i, j] >= ALPHA or i == j) for i in range(last + 1)]
        return [(i, j) for i, j in enumerate(ends) if j > i and (i == 0 or ends[i - 1] < j)]

    def frame(self) -> pl.DataFrame:
        """Columns ``method``, ``mean_rank``, ``low``, ``high``."""
        return pl.DataFrame({"method": self.methods, "mean_rank": self.mean_ranks, "low": self.low, "high": self.high})

    def caveats(self) -> list[str]:
        """Notes to the diagram, one sentence or two each."""
        count = len(self.datasets)
        bars = (
            "Bars join methods that Nemenyi's test cannot distinguish at 5 %."
            if self.p_value < ALPHA
            else "Friedman's test finds no difference at 5 %: one bar joins all, no pair may be read as different."
        )
        notes = [
            f"Friedman χ²({len(self.methods) - 1}) = {self.statistic:.2f}, p {_p(self.p_value)}; {count} datasets, "
            f"mean over {self.seeds} {'seed' if self.seeds == 1 else 'seeds'} each. {bars}",
            f"In brackets: {100 * self.level:g} % interval of the mean rank, bootstrap over datasets and seeds.",
            "A rank does not show how large a difference is, and it depends on the methods compared: "
            "adding or removing one can join or separate two others (Benavoli et al. 2016).",
        ]
        if count < 10:
            notes.append(f"With {count} datasets the test has little power: joined methods need not be equal.")
        notes += [f"Without a rank: {method} ({reason})." for method, reason in sorted(self.left_out.items())]
        return notes


def rank_methods(
    frame: Tidy,
    generator: np.random.Generator,
    higher_is_better: bool = True,
    level: float = 0.95,
    resamples: int = 10_000,
) -> Ranking:
    """Rank methods on every dataset and test whether they differ, as Demšar (2006) recommends.

    Datasets count as independent draws with one vote each.

    Parameters
    ----------
    frame : tidy frame
        See `benchmark.stats.result_array`; a method with a gap gets no rank and is named in `Ranking.left_out`.
    generator : numpy Generator
        Source of the bootstrap for the intervals.
    higher_is_better : bool
        Direction of the metric.
    level : float
        Coverage of the intervals, in (0, 1).
    resamples : int
        Number of bootstrap resamples, at least 1.

    Returns
    -------
    Ranking
        Methods in the order of their mean rank.

    Raises
    ------
    ParameterError
        For fewer than three complete methods or fewer than two datasets.
    DataError
        As `benchmark.stats.result_array.result_array`.
    """
    from scipy.stats import chi2, f

    results = result_array(frame)
    count, methods = len(results.datasets), len(results.methods)
    if methods < 3:
        missing = f" (left out: {', '.join(sorted(results.left_out))})" if results.left_out else ""
        raise ParameterError(f"ranks need three methods or more, there are {methods}{missing}; compare two by pairs")
    if count < 2:
        raise ParameterError(f"ranks need two datasets or more, there is only {results.datasets[0]}; compare by pairs")
    ranks = _ranks(results.values.mean(axis=2).T, higher_is_better)
    order = np.argsort(ranks.mean(axis=0), kind="stable")
    ranks = ranks[:, order]
    low, high = np.quantile(
        bootstrap_mean_ranks(results, generator, higher_is_better, resamples)[:, order],
        [(1 - level) / 2, (1 + level) / 2],
        axis=0,
    )
    statistic = _friedman(ranks)
    rest = count * (methods - 1) - statistic
    f_statistic = (count - 1) * statistic / rest if rest > 1e-9 else inf
    return Ranking(
        methods=tuple(results.methods[index] for index in order),
        datasets=results.datasets,
        seeds=len(results.seeds),
        ranks=ranks,
        low=low,
        high=high,
        level=level,
        statistic=statistic,
        p_value=float(chi2.sf(statistic, methods - 1)),
        f_statistic=f_statistic,
        f_p_value=float(f.sf(f_statistic, methods - 1, (methods - 1) * (count - 1))),
        critical_difference=critical_difference(methods, count),
        p_values=_nemenyi(ranks),
        left_out=results.left_out,
    )


def critical_difference(methods: int, datasets: int, alpha: float = ALPHA) -> float:
    """Nemenyi's critical difference of mean ranks.

    Parameters
    ----------
    methods, datasets : int
        Numbers M ≥ 2 and D ≥ 1.
    alpha : float
        Level, in (0, 1).

    Returns
    -------
    float
        q_α·√(M(M+1)/(6D)), where q_α is the studentised range with infinite degrees of freedom over √2 (Demšar 2006,
        section 3.2.2).
    """
    from scipy.stats import studentized_range

    quantile = float(studentized_range.ppf(1 - alpha, methods, inf)) / sqrt(2)
    return quantile * sqrt(methods * (methods + 1) / (6 * datasets))


def bootstrap_mean_ranks(
    results: ResultArray, generator: np.random.Generator, higher_is_better: bool, resamples: int
) -> NDArray[np.float64]:
    """Mean ranks of resampled datasets and, within each drawn dataset, resampled seeds (the same for every method).

    Returns
    -------
    ndarray, shape (resamples, methods)
        Mean rank of each method in each resample.
    """
    if resamples < 1:
        raise ParameterError(f"resamples is {resamples}; it must be at least 1")
    methods, datasets, seeds = results.values.shape
    drawn = generator.integers(datasets, size=(resamples, datasets))
    weights = generator.multinomial(seeds, np.full(seeds, 1 / seeds), size=(resamples, datasets)) / seeds
    means = np.empty((resamples, datasets, methods))
    for dataset in range(datasets):
        where = drawn == dataset
        means[where] = weights[where] @ results.values[:, dataset].T
    mean: NDArray[np.float64] = _ranks(means, higher_is_better).mean(axis=1)
    return mean


def _ranks(values: NDArray[np.float64], higher_is_better: bool) -> NDArray[np.float64]:
    """Ranks along the last axis, 1 for the best; ties share their mean rank."""
    from scipy.stats import rankdata

    signed = np.round(-values if higher_is_better else values, DIGITS)
    ranks: NDArray[np.float64] = rankdata(signed, axis=-1)
    return ranks


def _friedman(ranks: NDArray[np.float64]) -> float:
    """Friedman's χ², corrected for ties: the spread of rank sums over the spread of ranks within datasets."""
    count, methods = ranks.shape
    middle = (methods + 1) / 2
    within = float(np.square(ranks - middle).sum()) / (count * (methods - 1))
    if within == 0:  # every dataset ties all methods
        return 0.0
    return float(np.square(ranks.mean(axis=0) - middle).sum() * count / within)


def _nemenyi(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-value of each pair of methods."""
    from scikit_posthocs import posthoc_nemenyi_friedman

    p_values: NDArray[np.float64] = posthoc_nemenyi_friedman(ranks).to_numpy(dtype=np.float64)
    return p_values


def _p(value: float) -> str:
    return f"= {value:.3f}" if value >= 0.001 else "< 0.001"
