"""The bound at the oracle cut, on simulated scores: false refutations, and what it is good for."""

import numpy as np
import polars as pl
import pytest

from benchmark.metrics.point import point_metrics
from benchmark.metrics.ranking import best_f1
from benchmark.verdicts.oracle_bound import CASES, Scores, best_cut, f1_of_classes, oracle_bound

CLAIMS = 400
CHANCE = 3 * (0.05 * 0.95 / CLAIMS) ** 0.5


@pytest.fixture(scope="module")
def frame():
    return oracle_bound(np.random.default_rng(0), claims=CLAIMS)


def test_a_right_number_is_refuted_in_at_most_5_percent(frame):
    right = frame.filter(pl.col("truth") == "right")
    assert len(right) == len(CASES) * 3 * 2 * 2
    once, twice = (right.filter(pl.col("looks") == looks)["refuted"] for looks in (1, 2))
    assert once.max() <= 0.05
    assert twice.max() <= 0.05 + CHANCE
    steady = right.filter((pl.col("shift") == 0) & (pl.col("looks") == 2))
    assert steady["refuted"].max() <= 0.05


def test_the_bound_itself_refutes_next_to_no_right_number(frame):
    right = frame.filter(pl.col("truth") == "right")
    assert right["above"].max() <= 0.025
    assert (right["refuted"] <= right["alone"] + 0.01).all()


def test_the_bound_refutes_a_better_method_where_the_cut_is_unsteady(frame):
    """It costs power where the number alone decides, since the p-value is twice the smaller of both."""
    better = frame.filter((pl.col("truth") == "better") & (pl.col("average") == "binary") & (pl.col("cut") == "val"))
    shifted = better.filter(pl.col("shift") > 0)
    assert (shifted["refuted"] > shifted["alone"] + 0.1).all()
    plain = better.filter((pl.col("separation") == 1.5) & (pl.col("variation") == 0) & (pl.col("shift") == 0))
    assert plain["refuted"].min() >= 0.99


def test_numbers_of_many_runs_are_those_of_single_runs():
    generator = np.random.default_rng(1)
    labels = np.arange(30) < 6
    scores = generator.standard_normal((20, 30)) + labels
    best, cuts = best_cut(labels, scores)
    anomalous, normal = f1_of_classes(labels, scores > 0.7)
    for run in range(20):
        one = best_f1(labels, scores[run])
        assert (best[run], cuts[run]) == (pytest.approx(one.f1), pytest.approx(one.cut))
        found = point_metrics(labels, scores[run] > 0.7)
        assert anomalous[run] == pytest.approx(found["f1"])
        assert (anomalous[run] + normal[run]) / 2 == pytest.approx(found["macro_f1"])


def test_equal_seeds_give_equal_frames():
    small = {"cases": (Scores(3.0, shift=1.0),), "seeds": ((5, 10),), "claims": 10}
    first = oracle_bound(np.random.default_rng(0), **small)
    assert first.equals(oracle_bound(np.random.default_rng(0), **small))
    assert first["n"].unique().to_list() == [10]
    assert first["looks"].unique().to_list() == [2]
    assert (first["mean"] <= first["bound"]).all()
