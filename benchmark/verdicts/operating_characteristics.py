"""Operating characteristics of the rules: the share of each verdict where the truth is known.

`printed_numbers` simulates claims about a printed number, `comparisons` claims about an order. Both use the tests and
the decision of `benchmark.verdicts.evidence`, so what is simulated are the rules themselves.

**A printed number.** The paper's own run is a draw from a Beta distribution with a mean of its own (uniform in
[.5, .95]) and standard deviation ``spread``, printed with four digits. Each of our readings is n such draws:

- ``right``: one reading has the paper's mean;
- an offset of .01 to .1: the mean of one reading is that far off, and no other reading is nearer;
- ``none``: the printed number is uniform in [0, 1] and has nothing to do with any reading.

The means of the other readings are uniform in [.05, .95], since nobody knows how far another label or threshold moves a
metric. So with many readings some other one may fit by chance: that is the price of giving a paper every reading.
Numbers that must hold together in one reading pay less of it.

**Looks.** A number of seeds may be a plan of looks, ``(5, 10)``: the claim is then judged at five seeds and, if it is
open, at all ten, each at its level (`benchmark.verdicts.looks`).

**A comparison.** Every step has the same true gap and standard deviation ``spread`` of the paired difference (normal).
One reading has that gap; in the others the claim is wrong by the `WRONG` gap at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.stats.comparisons import holm
from benchmark.verdicts.evidence import Evidence, Sample, decide, step_evidence, together_evidence
from benchmark.verdicts.judge import Verdict
from benchmark.verdicts.looks import DECIDED, looks

SPREADS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15)
Plan = int | tuple[int, ...]
"""Number of seeds, or the numbers at each look."""

SEEDS: tuple[Plan, ...] = (5, 10, 20, (5, 10))
OFFSETS: tuple[float | None, ...] = (0.0, 0.01, 0.02, 0.05, 0.1, None)
"""How far our nearest reading is from the paper's mean; None for a printed number without relation to any."""

READINGS = (1, 6, 24)
GAPS = (-0.05, -0.02, 0.0, 0.01, 0.02, 0.05)
STEPS = (1, 5)

WRONG = -0.1
"""True gap of the readings in which a comparison is wrong."""

OTHERS = (0.05, 0.95)
"""Range of the means of other readings."""

DIGITS = 4
HALF_UNIT = 0.5 * 10.0**-DIGITS

Array = NDArray[np.float64]


def printed_numbers(
    generator: np.random.Generator,
    spreads: Sequence[float] = SPREADS,
    seeds: Sequence[Plan] = SEEDS,
    offsets: Sequence[float | None] = OFFSETS,
    readings: Sequence[int] = READINGS,
    claims: int = 400,
    family: int = 1,
    together: int = 1,
) -> pl.DataFrame:
    """Simulate verdicts on printed numbers.

    Parameters
    ----------
    generator : numpy Generator
        Source of all draws.
    spreads : sequence of float
        Standard deviations over seeds.
    seeds : sequence of int or tuple of int
        Numbers of seeds, or plans of looks.
    readings : sequence of int
        Numbers of readings of a claim.
    offsets : sequence of float or None
        As `OFFSETS`.
    claims : int
        Simulated claims of each combination, a multiple of `family`.
    family : int
        Claims of one table, all of the same truth, over which refutations are corrected (Holm).
    together : int
        Numbers of one claim, which must hold in one reading.

    Returns
    -------
    polars DataFrame
        One row for each combination and verdict: ``spread``, ``n`` (seeds at the last look), ``looks`` (how many),
        ``offset`` (null for none), ``truth`` (``right``, ``off by 0.05``, ``none``), ``readings``, ``verdict``,
        ``share`` (in [0, 1]; those of a combination add up to 1).
    """
    rows: list[dict[str, Any]] = []
    for spread, plan, offset, count in product(spreads, map(as_plan, seeds), offsets, readings):
        printed, means = _printed(generator, spread, offset, (claims, count, together))
        values = _beta(generator, means[..., None], spread, (*means.shape, plan[-1]))

        def test(sample: Sample, weight: float, printed: Array = printed, count: int = count) -> Evidence:
            return together_evidence(sample, printed, HALF_UNIT, count, weight)

        place = _place(spread, plan) | {"offset": offset, "truth": _truth(offset), "readings": count}
        rows += [place | shares for shares in _shares(verdicts_over_looks(plan, values, test, family))]
    return pl.DataFrame(rows, schema_overrides={"offset": pl.Float64})


def comparisons(
    generator: np.random.Generator,
    spreads: Sequence[float] = SPREADS,
    seeds: Sequence[Plan] = SEEDS,
    gaps: Sequence[float] = GAPS,
    steps: Sequence[int] = STEPS,
    readings: Sequence[int] = READINGS,
    claims: int = 400,
    claimed: float = 0.02,
) -> pl.DataFrame:
    """Simulate verdicts on comparisons.

    Parameters
    ----------
    generator : numpy Generator
        Source of all draws.
    spreads : sequence of float
        Standard deviations of the paired differences.
    seeds : sequence of int or tuple of int
        Numbers of seeds, or plans of looks.
    steps, readings : sequence of int
        Numbers of steps of a claim, and of its readings.
    gaps : sequence of float
        True difference of every step; a claim is true above 0.
    claims : int
        Simulated claims of each combination.
    claimed : float
        Difference that the paper prints for each step.

    Returns
    -------
    polars DataFrame
        As for `printed_numbers`, with ``gap`` and ``steps`` in place of ``offset`` and ``truth``.
    """
    rows: list[dict[str, Any]] = []
    for spread, plan, gap, length, count in product(spreads, map(as_plan, seeds), gaps, steps, readings):
        means = np.full((claims, count, length, 1), WRONG)
        means[:, 0] = gap
        draws = means + spread * generator.standard_normal((claims, count, length, plan[-1]))

        def test(sample: Sample, weight: float, length: int = length, count: int = count) -> Evidence:
            return step_evidence(sample, np.full(length, claimed), count, weight)

        place = _place(spread, plan) | {"gap": gap, "steps": length, "readings": count}
        rows += [place | shares for shares in _shares(verdicts_over_looks(plan, draws, test))]
    return pl.DataFrame(rows)


def largest_spread(frame: pl.DataFrame, verdict: str, wanted: float = 0.8) -> pl.DataFrame:
    """Largest spread up to which a verdict comes out with a wanted share, for each of the other columns.

    Parameters
    ----------
    frame : polars DataFrame
        From `printed_numbers` or `comparisons`.
    verdict : str
        Verdict that is right.
    wanted : float
        Share, e.g. a power of .8.

    Returns
    -------
    polars DataFrame
        The columns that are no ``spread``, ``verdict`` or ``share``, and ``spread``: the largest one at which, and at
        every smaller one, the share is reached; null for none.
    """
    by = [name for name in frame.columns if name not in ("spread", "verdict", "share")]
    rows = []
    for key, group in frame.filter(pl.col("verdict") == verdict).group_by(by, maintain_order=True):
        reached = None
        for spread, share in group.sort("spread").select("spread", "share").iter_rows():
            if share < wanted:
                break
            reached = spread
        rows.append(dict(zip(by, key, strict=True)) | {"spread": reached})
    return pl.DataFrame(rows, schema_overrides={"spread": pl.Float64})


def _printed(
    generator: np.random.Generator, spread: float, offset: float | None, shape: tuple[int, int, int]
) -> tuple[Array, Array]:
    """Printed numbers, shape (claims, 1, together), and their true means, shape (claims, readings, together)."""
    means = generator.uniform(*OTHERS, shape)
    one = (shape[0], 1, shape[2])
    if offset is None:
        return np.round(generator.uniform(0, 1, one), DIGITS), means
    level = generator.uniform(0.5, 0.95, one)
    side = np.where(generator.random(one) < 0.5, -1.0, 1.0)
    side = np.where(level + offset > OTHERS[1], -1.0, side)
    while (nearer := np.abs(means - level) < offset).any():
        means = np.where(nearer, generator.uniform(*OTHERS, shape), means)
    means[:, :1] = level + side * offset
    return np.round(_beta(generator, level, spread, one), DIGITS), means


def _beta(generator: np.random.Generator, mean: Array, spread: float, shape: tuple[int, ...]) -> Array:
    """Draw from Beta distributions of given means and standard deviation."""
    size = mean * (1 - mean) / spread**2 - 1
    drawn: Array = generator.beta(mean * size, (1 - mean) * size, shape)
    return drawn


def as_plan(seeds: Plan) -> tuple[int, ...]:
    """Return the numbers of seeds of the looks; a number alone is one look."""
    return seeds if isinstance(seeds, tuple) else (seeds,)


def verdicts_over_looks(
    plan: Sequence[int], values: Array, test: Callable[[Sample, float], Evidence], family: int = 1
) -> NDArray[Any]:
    """Verdict of each simulated claim: that of the first look that decides it, else that of the last one.

    Parameters
    ----------
    plan : sequence of int
        Seeds at each look.
    values : ndarray, shape (claims, …, seeds)
        Measured values.
    test : callable
        Evidence from the values of a look and its weight.
    family : int
        Claims over which refutations are corrected.
    """
    rounds = []
    for look, count in zip(looks(plan), plan, strict=True):
        evidence = test(Sample.of(values[..., :count]), look.weight)
        p_values = evidence.refuted_everywhere
        if family > 1:
            p_values = np.concatenate([holm(part) for part in p_values.reshape(-1, family)])
        rounds.append(decide(evidence, p_values))
    verdicts = rounds[-1]
    for earlier in reversed(rounds[:-1]):
        verdicts = np.where(np.isin(earlier, list(DECIDED)), earlier, verdicts)
    return verdicts


def _place(spread: float, plan: Sequence[int]) -> dict[str, Any]:
    return {"spread": spread, "n": plan[-1], "looks": len(plan)}


def _shares(verdicts: NDArray[Any]) -> Iterator[dict[str, Any]]:
    for verdict in get_args(Verdict):
        if verdict in ("REPRODUCED", "DIRECTION_ONLY", "WITHIN_NOISE", "UNDECIDABLE", "NOT_REPRODUCED"):
            yield {"verdict": verdict, "share": float((verdicts == verdict).mean())}


def _truth(offset: float | None) -> str:
    if offset is None:
        return "none"
    return f"off by {offset:g}" if offset else "right"
