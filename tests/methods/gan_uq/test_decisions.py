from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmark.toolkit.seeding import generator
from methods.gan_uq.decisions import ABSTAIN, ANOMALOUS, NORMAL, decide, sliding_threshold
from methods.gan_uq.layers import Dropout
from tests.fixtures.plane import PRESETS, SMALL, fitted, recording


def test_decisions_of_a_worked_example():
    score, std = np.array([0, 2, 0.9, 1.1, 1], np.float32), np.array([0.5, 0.5, 0.5, 0.05, 0], np.float32)
    decisions = decide(score, std, np.ones(5), band=1.0)
    assert decisions.decision.tolist() == [NORMAL, ANOMALOUS, ABSTAIN, ANOMALOUS, NORMAL]
    assert decisions.names[2] == "abstain"
    assert decisions.flags.tolist() == [False, True, False, True, False]
    np.testing.assert_allclose(decisions.confidence, [0.97725, 0.97725, 0.57926, 0.97725, 0.5], atol=1e-4)


def test_the_threshold_follows_normal_scores_and_not_anomalies():
    generator = np.random.default_rng(0)
    calibration = generator.normal(size=1000).astype(np.float32)
    drifting = (generator.normal(size=4000) + np.linspace(0, 2, 4000)).astype(np.float32)
    drifting[::50] = 1000
    threshold = sliding_threshold(calibration, drifting, buffer=1000, every=250)
    assert threshold[0] < 6
    assert 1 < threshold[-1] - threshold[0] < 4
    later = drifting.copy()
    later[2000:] += 7
    np.testing.assert_array_equal(
        sliding_threshold(calibration, later, buffer=1000, every=250)[:2000], threshold[:2000]
    )


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("preset", PRESETS)
def test_predict_decides_on_every_point(preset, sequential):
    detector = fitted(f"gan-uq[preset={preset},refit=50,{SMALL}]", sequential=sequential)
    test = recording(120, 2, sequential=sequential)
    test.values[60:70] += 30
    decisions = detector.predict(test)
    assert decisions.score.tobytes() == detector.score(test).tobytes()
    judged = detector.decide(test)
    np.testing.assert_array_equal(judged.abstained, decisions.decision == ABSTAIN)
    np.testing.assert_array_equal(judged.confidence, decisions.confidence)
    assert decisions.std.shape == decisions.decision.shape == decisions.threshold.shape == (120,)
    assert (decisions.std > 0).any()
    assert ((decisions.confidence >= 0.5) & (decisions.confidence <= 1)).all()
    assert (len(np.unique(decisions.threshold)) == 1) or sequential
    assert (decisions.decision[69] != NORMAL) or preset == "published"
    assert (decisions.decision[:60] == NORMAL).mean() > 0.8


def test_dropout_draws_from_its_own_generator_and_does_nothing_in_evaluation():
    layer = Dropout(0.5, generator(0, "dropout"))
    units = torch.ones(4, 1000)
    before = torch.get_rng_state()
    active = layer.train()(units)
    assert torch.equal(torch.get_rng_state(), before)
    assert active.mean().item() == pytest.approx(1, abs=0.1)
    assert layer.eval()(units) is units
