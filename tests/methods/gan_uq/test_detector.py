from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.registry import METHODS
from benchmark.metrics.ranking import auc_pr
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.networks import Network
from tests.fixtures.plane import PRESETS, SMALL, fitted, recording


@pytest.mark.parametrize("preset", PRESETS)
def test_the_seed_decides_everything(preset):
    spec, test = f"gan-uq[preset={preset},{SMALL}]", recording(60, 2)
    first, second, other = (fitted(spec, seed=seed).score(test) for seed in (4, 4, 5))
    assert first.tobytes() == second.tobytes()
    assert not np.allclose(first, other)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_global_state_of_torch_and_numpy_changes_no_byte(preset):
    spec, test = f"gan-uq[preset={preset},{SMALL}]", recording(60, 2)
    usual = fitted(spec).score(test).tobytes()
    threads = torch.get_num_threads()
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(2)
    torch.manual_seed(7)
    try:
        with torch.no_grad(), np.errstate(all="raise"):
            assert fitted(spec).score(test).tobytes() == usual
        assert torch.get_num_threads() == 2
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_num_threads(threads)


@pytest.mark.parametrize("flat_training", [False, True])
def test_anomalies_rank_high_where_validation_rows_are_constant(flat_training):
    detector = METHODS.build(f"gan-uq[{SMALL}]")
    train, validation, test = (recording(points, points, sequential=True) for points in (400, 201, 200))
    validation.values[:] = 0
    if flat_training:
        train.values[:] = 0
    test.values[150:170] += 6
    detector.fit(train, validation)
    scores = detector.score(test)
    assert len(np.unique(scores)) > 100
    assert auc_pr((np.arange(200) >= 150) & (np.arange(200) < 170), scores) > 0.3


def test_scores_do_not_depend_on_blocks(detector, monkeypatch):
    test = recording(60, 2)
    whole = detector.score(test)
    monkeypatch.setattr("methods.gan_uq.scoring._SAMPLE_BUDGET", 30 * 16 * 7)
    np.testing.assert_allclose(detector.score(test), whole, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(detector.score(test.take(np.arange(7, 13))), whole[7:13], rtol=1e-4, atol=1e-5)


def test_one_fit_serves_many_sample_counts():
    detector, test = fitted(f"gan-uq[{SMALL}]"), recording(60, 2)
    thirty = detector.score(test)
    scores = {}
    for samples in (1, 5, 100):
        detector.samples = samples
        scores[samples] = detector.score(test)
        assert np.isfinite(scores[samples]).all()
    assert not np.allclose(scores[5], scores[100])
    detector.samples = 30
    assert detector.score(test).tobytes() == thirty.tobytes()


def test_rows_off_the_plane_rank_high():
    corrected = fitted("gan-uq[latent=8,hidden=32,epochs=20,patience=20,warm_up=5,batch_size=64,learning_rate=1e-2]")
    normal, anomalous = recording(100, 2), recording(100, 3)
    anomalous.values[:] = np.random.default_rng(0).permuted(anomalous.values, axis=0)
    labels = np.arange(200) >= 100
    scores = np.concatenate([corrected.score(normal), corrected.score(anomalous)])
    assert auc_pr(labels, scores) > 0.7


@pytest.mark.parametrize("preset", PRESETS)
def test_windows_of_a_recording(preset):
    detector = fitted(f"gan-uq[preset={preset},window=4,{SMALL}]", sequential=True)
    test = recording(60, 2, sequential=True)
    scores = detector.score(test)
    assert scores.shape == (60,)
    np.testing.assert_allclose(detector.score(test.take(slice(30))), scores[:30], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_sweep_over_samples_scores_one_model_with_each_number(preset):
    detector, test = fitted(f"gan-uq[preset={preset},sweep=true,{SMALL}]"), recording(60, 2)
    wanted = [f"samples={count}" for count in (1, 2, 5, 10, 20, 30, 50, 100)]
    assert list(detector.extra_scores()[-8:]) == wanted
    own = detector.score(test)
    assert detector.extra_score("samples=30", test).tobytes() == own.tobytes()
    assert not np.allclose(detector.extra_score("samples=2", test), own)
    assert detector.samples == 30


def test_a_sweep_over_parts_scores_by_each_alone(detector):
    test = recording(60, 2)
    swept = fitted(f"gan-uq[preset={detector.preset},sweep=true,{SMALL}]")
    names = tuple(f"part={name}" for name in swept.parts(test))
    assert swept.extra_scores()[: len(names)] == names
    for name, part in detector.parts(test).items():
        np.testing.assert_array_equal(swept.extra_score(f"part={name}", test), part)
    assert detector.extra_scores() == ()
    with pytest.raises(KeyError, match="part=colour"):
        swept.extra_score("part=colour", test)


def test_parts_times_weights_are_the_score(detector):
    test = recording(60, 2)
    weights = detector.weights(test)
    assert sum(weights.values()) == pytest.approx(1)
    total = sum(weights[name] * part.astype(float) for name, part in detector.parts(test).items())
    np.testing.assert_allclose(detector.score(test), total, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("window", [1, 4])
def test_corrected_parts_are_those_of_networks_masked_one_by_one(window):
    detector = fitted(f"gan-uq[window={window},samples=7,{SMALL}]", sequential=window > 1)
    test = recording(20, 2, sequential=window > 1)
    rows, point = torch.from_numpy(detector._rows(test)), slice(-4, None)
    network = detector.network
    generator = network.generative_reconstruction
    with torch.inference_mode():
        z, masks = network.encode(rows), network.confidence_regulation.masks(7, "reconstruction")
        units = []
        for first, second in masks.unbind(1):
            hidden = torch.relu(generator.hidden.first(z)) * first
            units.append(torch.relu(generator.hidden.second(hidden)) * second)
        samples = torch.stack([generator.mean(unit) for unit in units], dim=1)
        mean = samples.mean(dim=1)
        log_variance = generator.log_variance(torch.stack(units, dim=1).mean(dim=1)).clamp(-7, 5)
        features = network.distribution_discrimination.features
        unlikely = ((rows - mean) ** 2 / log_variance.exp() + log_variance + 7)[:, point].mean(dim=1) / 2
        expected = np.stack(
            [
                unlikely,
                (features(rows) - features(mean)).square().mean(dim=1),
                samples.var(dim=1, correction=0)[:, point].mean(dim=1),
            ],
            axis=1,
        )
    np.testing.assert_allclose(detector._terms(test), expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("part", ["reconstruction", "features", "epistemic"])
def test_each_part_alone(corrected, part):
    test = recording(60, 2)
    alone = dataclasses.replace(corrected, score_parts=part)
    alone.fit(recording(400, 0), recording(200, 1))
    np.testing.assert_allclose(alone.score(test), corrected.parts(test)[part], rtol=1e-5)


@pytest.mark.parametrize("preset", PRESETS)
def test_an_untrained_copy_is_calibrated_and_not_trained(preset):
    detector = fitted(f"gan-uq[preset={preset},untrained=true,{SMALL}]")
    assert detector.history is None
    fresh = build(
        lambda: Network(4, 16, 8, 0.1, 0, corrected=preset == "corrected"), torch_generator(0, "parameters")
    ).state_dict()
    assert all(torch.equal(weight, fresh[name]) for name, weight in detector.network.state_dict().items())
    assert np.ptp(detector.score(recording(20, 2))) > 0


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ("gan-uq[variance_of=discriminator]", "preset=published"),
        ("gan-uq[preset=published,score_parts=features]", "alpha"),
        ("gan-uq[preset=other]", "preset"),
        ("gan-uq[alpha=1.5]", "alpha"),
        ("gan-uq[dropout=0]", "dropout"),
    ],
)
def test_impossible_parameters_are_refused(spec, problem):
    with pytest.raises(ParameterError, match=problem):
        METHODS.build(spec)
