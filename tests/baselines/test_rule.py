"""The best rule on one or two features."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.rule import Rule
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS

CHANNELS = ("cpu", "memory", "disk")


def labelled(points: int, seed: int, kind: str) -> Recording:
    """Uniform noise in which a row is anomalous where memory is above 0.8, for ``two`` only if disk is above 0.5."""
    values = np.random.default_rng(seed).uniform(0, 1, (points, 3)).astype(np.float32)
    labels = values[:, 1] > 0.8
    if kind == "two":
        labels &= values[:, 2] > 0.5
    return Recording("r", values, CHANNELS, labels)


def fitted(kind: str, **parameters: int) -> Rule:
    rule = Rule(**parameters)
    rule.fit(labelled(2_000, 0, kind), labelled(10, 1, kind))
    return rule


@pytest.mark.parametrize(("kind", "depth"), [("one", 1), ("two", 2)])
def test_a_rule_that_decides_the_label_is_found(kind: str, depth: int) -> None:
    rule, test = fitted(kind, depth=depth), labelled(500, 2, kind)
    assert np.mean((rule.score(test.unlabelled()) > 0.5) == test.labels) > 0.99


def test_one_comparison_does_not_decide_on_two_features() -> None:
    test = labelled(500, 2, "two")
    assert len(np.unique(fitted("two").score(test.unlabelled()))) == 2
    assert np.mean((fitted("two").score(test.unlabelled()) > 0.5) == test.labels) < 0.95


def test_scores_are_shares_of_anomalies_among_training_rows() -> None:
    rule, train = fitted("two"), labelled(2_000, 0, "two")
    scores = rule.score(train.unlabelled())
    for value in np.unique(scores):
        assert value == pytest.approx(train.labels[scores == value].mean())


def test_the_rule_is_in_the_unit_of_its_channels() -> None:
    best, *others = fitted("two", depth=2).leaves()
    assert best.share == 1
    names, signs, cuts = zip(*(condition.split() for condition in best.conditions), strict=True)
    assert dict(zip(names, signs, strict=True)) == {"memory": ">", "disk": ">"}
    assert dict(zip(names, map(float, cuts), strict=True)) == pytest.approx({"memory": 0.8, "disk": 0.5}, abs=0.01)
    assert sum(leaf.rows for leaf in (best, *others)) == 2_000
    assert [leaf.share for leaf in others] == sorted((leaf.share for leaf in others), reverse=True)


def test_a_rule_on_an_earlier_row_of_the_window_names_it() -> None:
    train = labelled(2_000, 0, "one")
    shifted = Recording("r", train.values, CHANNELS, np.roll(train.labels, 2))
    rule = Rule(window=3)
    rule.fit(shifted, shifted)
    assert rule.leaves()[0].conditions[0].startswith("memory 2 rows before > ")


def test_features_that_separate_nothing_leave_one_outcome() -> None:
    constant = Recording("r", np.ones((10, 3), dtype=np.float32), CHANNELS, np.arange(10) < 3)
    rule = Rule()
    rule.fit(constant, constant)
    (leaf,) = rule.leaves()
    assert (leaf.conditions, leaf.share, leaf.rows) == ((), pytest.approx(0.3), 10)
    np.testing.assert_allclose(rule.score(constant), 0.3)


def test_a_third_level_is_refused() -> None:
    with pytest.raises(ParameterError, match="depth"):
        METHODS.build("rule[depth=3]")
