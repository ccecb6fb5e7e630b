import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.evaluation import thresholds
from benchmark.metrics.point import point_metrics

scores = st.lists(st.integers(0, 20), min_size=2, max_size=60).map(lambda values: np.array(values, dtype=np.float32))


@given(scores, st.integers(0, 2**32 - 1))
def test_best_f1_is_the_best_of_all_cuts(scores, seed):
    labels = np.random.default_rng(seed).random(len(scores)) < 0.4
    cut = thresholds.best_f1(scores, labels)
    reached = point_metrics(labels, thresholds.flag(scores, cut))["f1"]
    tried = [point_metrics(labels, scores >= value)["f1"] for value in np.unique(scores)]
    assert reached == pytest.approx(max([*tried, 0.0]) if labels.any() else 0.0)


def test_best_f1_flags_every_point_where_that_is_best():
    zeros = np.zeros(4, dtype=np.float32)
    assert thresholds.flag(zeros, thresholds.best_f1(zeros, np.ones(4, dtype=bool))).all()


def test_quantile_flags_one_in_a_hundred():
    values = np.random.default_rng(0).normal(size=10_000).astype(np.float32)
    assert (values > thresholds.quantile(values)).mean() == pytest.approx(0.01, abs=1e-3)


def test_constant_scores_are_never_flagged_by_quantile_or_pot():
    values = np.ones(100, dtype=np.float32)
    assert not thresholds.flag(values, thresholds.quantile(values)).any()
    assert not thresholds.flag(values, thresholds.pot(values)).any()


def test_pot_finds_the_tail_of_an_exponential():
    # P(x > c) = exp(-c), so the cut of risk 1e-3 lies at ln 1000 = 6.91.
    values = np.random.default_rng(1).exponential(size=200_000)
    assert thresholds.pot(values) == pytest.approx(np.log(1000), abs=0.15)


@pytest.mark.parametrize(
    ("supervision", "policy"),
    [("supervised", "val-f1"), ("weak", "val-f1"), ("unsupervised", "val-q99"), ("none", "val-q99")],
)
def test_supervision_decides_the_policy_of_val(supervision, policy):
    assert thresholds.validation_policy(supervision) == policy
