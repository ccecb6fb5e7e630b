"""How often the bound at the oracle cut refutes a number, where the truth is known.

F1 at any cut is at most F1 at the best cut on the test labels, so a printed F1 is also refuted by lying above one more
run of the latter (`benchmark.verdicts.judge`). Both numbers of a run come from the same scores. So runs are simulated
down to the scores:

- A run has a separation d, normal over runs (training) with mean ``separation`` and standard deviation ``variation``.
- Scores of normal rows are N(0, 1), of anomalous rows N(d, 1). `SHARE` of the `ROWS` test rows is anomalous, and of
  ``validation`` labelled rows too; `ROWS` normal rows are the unlabelled validation part.
- Test scores are higher than validation scores by a shift, normal over runs with mean 0 and standard deviation
  ``shift``: the cut is then far from the best one, as with a split by collection.
- Measured are F1 of the anomalous class, and the mean of F1 over both classes, at the cuts `CUTS`, and the best F1 on
  the test labels. The mean over both classes is at most (1 + best F1)/2.

The paper's number is one run. ``right``: it has the separation of our runs. ``better``: it has `GAP` more, so its claim
is wrong of our method. There is one reading; more of them make refutation rarer, since every reading must refute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.evaluation.thresholds import QUANTILE
from benchmark.verdicts.evidence import Sample, below_p, bounded, outside_p
from benchmark.verdicts.judge import ALPHA, INDIFFERENT
from benchmark.verdicts.looks import looks
from benchmark.verdicts.operating_characteristics import DIGITS, Plan, as_plan

CUTS = ("labelled", "share", "val")
AVERAGES = ("binary", "macro")
ROWS = 400
SHARE = 0.2
GAP = 2.0


@dataclass(frozen=True)
class Scores:
    """A distribution of scores.

    Parameters
    ----------
    separation : float
        Mean distance of anomalous from normal scores, in their standard deviation.
    variation : float
        Standard deviation of that distance over runs.
    validation : int
        Labelled validation rows: few make the cut unsteady.
    shift : float
        Standard deviation over runs of the shift of test scores.
    """

    separation: float
    variation: float = 0.0
    validation: int = 400
    shift: float = 0.0


CASES = (
    Scores(1.5),
    Scores(1.5, variation=0.5, validation=40),
    Scores(1.5, shift=1.5),
    Scores(3.0),
    Scores(3.0, variation=0.5, validation=40),
    Scores(3.0, shift=2.0),
    Scores(5.0, variation=0.5, validation=40),
)
"""Weak, good and nearly perfect scores, with steady and unsteady runs and cuts."""

SEEDS: tuple[Plan, ...] = (20, (5, 10))
"""As of the two papers' tables."""

Array = NDArray[np.float64]


def oracle_bound(
    generator: np.random.Generator,
    cases: Sequence[Scores] = CASES,
    seeds: Sequence[Plan] = SEEDS,
    claims: int = 400,
) -> pl.DataFrame:
    """Share of printed F1 that is refuted, by the cut alone and with the bound.

    Parameters
    ----------
    generator : numpy Generator
        Source of all draws.
    cases : sequence of Scores
        Distributions of scores.
    seeds : sequence of int or tuple of int
        Numbers of seeds, or plans of looks.
    claims : int
        Simulated claims of each combination.

    Returns
    -------
    polars DataFrame
        One row for each case, truth, cut, average and plan: the fields of `Scores`, ``cut``, ``average``, ``n`` (seeds
        at the last look), ``looks`` (how many), ``truth``, ``mean`` and ``spread`` (mean and standard deviation over
        runs of the number), ``bound`` (mean of what bounds it), ``alone`` and ``refuted`` (share of claims refuted by
        the number alone and with the bound), ``above`` (share refuted by the bound).
    """
    plans = [as_plan(plan) for plan in seeds]
    most, rows = max(plan[-1] for plan in plans), list[dict[str, Any]]()
    for case in cases:
        runs = _runs(generator, case, (claims, most))
        papers = {"right": _runs(generator, case, (claims, 1)), "better": _runs(generator, _better(case), (claims, 1))}
        for (truth, paper), cut, average, plan in product(papers.items(), CUTS, AVERAGES, plans):
            name = f"{average} {cut}"
            printed = np.round(paper[name][:, 0], DIGITS)
            values, ceiling = runs[name], runs[f"{average} bound"]
            shares = _refuted(values, ceiling, printed, plan)
            rows.append(
                asdict(case)
                | {"cut": cut, "average": average, "n": plan[-1], "looks": len(plan), "truth": truth}
                | {"mean": float(values.mean()), "spread": float(values.std()), "bound": float(ceiling.mean())}
                | shares
            )
    return pl.DataFrame(rows)


def _better(case: Scores) -> Scores:
    return replace(case, separation=case.separation + GAP)


def _refuted(values: Array, ceiling: Array, printed: Array, plan: Sequence[int]) -> dict[str, float]:
    """Shares of claims that are refuted at some look."""
    found = {name: np.zeros(len(printed), dtype=bool) for name in ("alone", "refuted", "above")}
    for look, count in zip(looks(plan), plan, strict=True):
        alone = outside_p(Sample.of(values[:, :count]), printed, INDIFFERENT)
        below = below_p(Sample.of(ceiling[:, :count]), printed, INDIFFERENT)
        level = ALPHA * look.weight
        found["alone"] |= alone < level
        found["refuted"] |= bounded(alone, below) < level
        found["above"] |= bounded(1.0, below) < level
    return {name: float(refuted.mean()) for name, refuted in found.items()}


def _runs(generator: np.random.Generator, case: Scores, shape: tuple[int, int]) -> dict[str, Array]:
    """Numbers of simulated runs by name, each of this shape."""
    separation = case.separation + case.variation * generator.standard_normal((*shape, 1))
    shift = case.shift * generator.standard_normal((*shape, 1))
    labels, known = (np.arange(rows) < round(SHARE * rows) for rows in (ROWS, case.validation))
    scores = generator.standard_normal((*shape, ROWS)) + separation * labels + shift
    validation = generator.standard_normal((*shape, case.validation)) + separation * known
    cuts = {
        "labelled": best_cut(known, validation)[1],
        "share": np.quantile(validation, 1 - SHARE, axis=-1),
        "val": np.quantile(generator.standard_normal((*shape, ROWS)), QUANTILE, axis=-1),
    }
    best = best_cut(labels, scores)[0]
    numbers = {"binary bound": best, "macro bound": (1 + best) / 2}
    for name, cut in cuts.items():
        anomalous, normal = f1_of_classes(labels, scores > cut[..., None])
        numbers |= {f"binary {name}": anomalous, f"macro {name}": (anomalous + normal) / 2}
    return numbers


def best_cut(labels: NDArray[np.bool_], scores: Array) -> tuple[Array, Array]:
    """Best F1 and its cut of many runs without ties, as `benchmark.metrics.ranking.best_f1` finds them for one.

    Parameters
    ----------
    labels : ndarray of bool, shape (rows,)
        The same in every run.
    scores : ndarray, shape (…, rows)
        Scores.
    """
    order = np.argsort(-scores, axis=-1)
    hits = np.cumsum(labels[order], axis=-1)
    f1 = 2 * hits / (np.arange(1, len(labels) + 1) + np.count_nonzero(labels))
    flagged = f1.argmax(axis=-1)[..., None]
    ordered = np.take_along_axis(scores, order, axis=-1)
    below = np.take_along_axis(ordered, np.minimum(flagged + 1, len(labels) - 1), axis=-1)
    cut = (np.take_along_axis(ordered, flagged, axis=-1) + below) / 2
    return np.take_along_axis(f1, flagged, axis=-1)[..., 0], cut[..., 0]


def f1_of_classes(labels: NDArray[np.bool_], flags: NDArray[np.bool_]) -> tuple[Array, Array]:
    """F1 of the anomalous and of the normal class of many runs, as `benchmark.metrics.point.point_metrics`."""
    wrong = np.count_nonzero(flags != labels, axis=-1)
    hits = np.count_nonzero(flags & labels, axis=-1)
    kept = np.count_nonzero(~flags & ~labels, axis=-1)
    return 2 * hits / np.maximum(2 * hits + wrong, 1), 2 * kept / np.maximum(2 * kept + wrong, 1)
