"""F1 under the rules of published code, and after each change from them to the rules of this package."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from benchmark.evaluation.published_rules import STEPS, evaluation_steps
from benchmark.interfaces.protocol import PublishedRules

LABELS = np.array([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0], bool)


def test_each_step_changes_one_rule():
    generator = np.random.default_rng(0)
    train, validation, test = (generator.random(points) for points in (20, 10, 11))
    test[[3, 4, 5, 9]] = [0.3, 2.0, 0.4, 3.0]
    rules = PublishedRules(2, 2, 25.0)  # whole batches of two windows of two points: 8 of 11
    found = evaluation_steps(rules, train, validation, test, LABELS)
    assert tuple(found) == STEPS
    assert [found[step]["points"] for step in STEPS] == [8, 8, 8, 11]

    first = test[:8] > np.quantile(np.r_[train, validation, test[:8]], 0.75)
    assert first[3:6].tolist() == [False, True, False]
    adjusted = first.copy()
    adjusted[3:6] = True
    own = test > np.quantile(validation, 0.99)
    f1 = [
        f1_score(LABELS[:8], adjusted),
        f1_score(LABELS[:8], first),
        f1_score(LABELS[:8], own[:8]),
        f1_score(LABELS, own),
    ]
    assert [found[step]["F1"] for step in STEPS] == pytest.approx(f1)
    assert f1[0] > f1[1]
    shares = [first.mean(), first.mean(), own[:8].mean(), own.mean()]
    assert [found[step]["flagged"] for step in STEPS] == pytest.approx(shares)
    assert shares[0] != shares[2] != shares[3]
