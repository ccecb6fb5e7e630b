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


@pytest.mark.parametrize("power", [-30, -8, 8, 30])
def test_the_unit_of_scores_does_not_move_the_cut_of_the_tail(power):
    values = np.random.default_rng(1).exponential(size=2_000)
    assert thresholds.pot(10.0**power * values) / 10.0**power == pytest.approx(thresholds.pot(values), rel=1e-3)


@given(scores, st.integers(0, 2**32 - 1))
def test_a_known_share_flags_that_many_points(scores, seed):
    labels = np.random.default_rng(seed).random(len(scores)) < 0.4
    labels[0], labels[1] = True, False
    ordered = np.sort(scores)[::-1]
    flagged = thresholds.flag(scores, thresholds.known_share(scores, labels)).sum()
    if ordered[labels.sum() - 1] > ordered[labels.sum()]:
        assert flagged == labels.sum()
    else:  # equal scores are never separated
        assert flagged < labels.sum()
    shuffled = np.random.default_rng(seed).permutation(labels)
    assert thresholds.known_share(scores, shuffled) == thresholds.known_share(scores, labels)


def test_the_policies_depend_on_scores_and_labels_of_validation_alone():
    validation = np.random.default_rng(2).normal(size=500)
    labelled = thresholds.Labelled(np.arange(10.0), np.arange(10) >= 7)
    assert list(thresholds.cuts(validation)) == ["val", "pot"]
    found = thresholds.cuts(validation, labelled)
    assert list(found) == ["val", "pot", "labelled", "share"]
    assert found["labelled"] == 6.5
    assert 6 < found["share"] < 7
