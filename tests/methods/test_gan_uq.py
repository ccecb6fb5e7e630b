from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch

from benchmark.data.recording import Recording
from benchmark.errors import DivergedError, ParameterError
from benchmark.metrics.ranking import auc_pr
from benchmark.nn.initialise import build
from benchmark.registry import METHODS
from methods.gan_uq_calibration import Calibration, corrupt
from methods.gan_uq_corrected import CorrectedGame, divergence_from_prior, negative_log_likelihood
from methods.gan_uq_decisions import ABSTAIN, ANOMALOUS, NORMAL, decide, sliding_threshold
from methods.gan_uq_layers import Dropout, SpectralLinear, stream
from methods.gan_uq_networks import ConfidenceRegulation, Network
from methods.gan_uq_training import Game, adversarial_value, non_saturating, play, reconstruction_loss

STAGES = (
    "feature_encoding",
    "latent_mapping",
    "generative_reconstruction",
    "distribution_discrimination",
    "confidence_regulation",
)
PRESETS = ("published", "corrected")
SMALL = "latent=8,hidden=16,epochs=6,warm_up=2,batch_size=64"


def recording(points: int, seed: int, *, sequential: bool = False) -> Recording:
    """Four channels that two hidden numbers drive: rows off that plane are strange."""
    generator = np.random.default_rng(seed)
    mixing = np.random.default_rng(77).standard_normal((2, 4))
    values = generator.standard_normal((points, 2)) @ mixing + 0.1 * generator.standard_normal((points, 4))
    return Recording(f"plane-{seed}", values.astype(np.float32), ("a", "b", "c", "d"), sequential=sequential)


def fitted(spec: str, *, sequential: bool = False, seed: int = 0):
    detector = METHODS.build(spec, seed=seed)
    detector.fit(recording(400, 0, sequential=sequential), recording(200, 1, sequential=sequential))
    return detector


@pytest.fixture(scope="module", params=PRESETS)
def detector(request):
    return fitted(f"gan-uq[preset={request.param},{SMALL}]")


@pytest.fixture(scope="module")
def corrected():
    return fitted(f"gan-uq[{SMALL}]")


# Formulas


def test_adversarial_value_of_a_worked_example():
    logits = torch.tensor([0.0, math.log(3)])  # D = 1/2, 3/4
    assert adversarial_value(logits, logits).item() == pytest.approx(
        (math.log(1 / 2) + math.log(3 / 4)) / 2 + (math.log(1 / 2) + math.log(1 / 4)) / 2
    )
    assert non_saturating(logits).item() == pytest.approx(-(math.log(1 / 2) + math.log(3 / 4)) / 2)


def test_adversarial_value_at_equilibrium_is_minus_log_four_and_stays_finite_where_d_is_sure():
    assert adversarial_value(torch.zeros(5), torch.zeros(7)).item() == pytest.approx(-math.log(4))
    assert torch.isfinite(adversarial_value(torch.tensor([-500.0]), torch.tensor([500.0])))


def test_reconstruction_loss_sums_over_columns_and_averages_over_rows():
    rows = torch.tensor([[1.0, 2.0], [0.0, 0.0]])
    assert reconstruction_loss(rows, torch.tensor([[1.0, 0.0], [3.0, 4.0]])).item() == pytest.approx((4 + 25) / 2)


def test_likelihood_and_divergence_of_worked_examples():
    value = negative_log_likelihood(torch.tensor(3.0), torch.tensor(1.0), torch.tensor(math.log(4)))
    assert value.item() == pytest.approx(0.5 * (1 + math.log(4)))
    assert divergence_from_prior(torch.zeros(1, 3), torch.zeros(1, 3)).item() == 0
    mean, log_variance = torch.tensor([[1.0, 2.0]]), torch.zeros(1, 2)
    assert divergence_from_prior(mean, log_variance).item() == pytest.approx(2.5)


@pytest.mark.parametrize("offset", [0.0, 1e4, 1e6])
def test_variance_survives_a_large_offset(offset):
    samples = offset + torch.tensor([[-1.0, 1.0, -1.0, 1.0, 0.0]])
    variance = ConfidenceRegulation(0, 0.1, 4)(samples)
    assert variance.item() == pytest.approx(0.8, rel=1e-2)
    assert ConfidenceRegulation(0, 0.1, 4)(torch.full((1, 30), 0.1 + offset)).item() == pytest.approx(0, abs=1e-9)


def test_published_score_is_the_printed_sum():
    detector = fitted(f"gan-uq[preset=published,alpha=0.3,{SMALL}]")
    test = recording(50, 2)
    parts = detector.parts(test)
    assert set(parts) == {"discrimination", "variance"}
    np.testing.assert_allclose(detector.score(test), 0.3 * parts["discrimination"] + 0.7 * parts["variance"], rtol=1e-5)
    rows = torch.from_numpy(detector._rows(test))
    with torch.inference_mode():
        judged = detector.network.distribution_discrimination(rows).sigmoid().numpy()
    np.testing.assert_allclose(parts["discrimination"], 1 - judged, rtol=1e-4, atol=1e-6)


def test_published_variance_is_that_of_explicitly_masked_networks():
    detector = fitted(f"gan-uq[preset=published,samples=7,{SMALL}]")
    network, test = detector.network, recording(20, 2)
    generator = network.generative_reconstruction
    with torch.inference_mode():
        z = network.encode(torch.from_numpy(detector._rows(test)))
        outputs = []
        for first, second in network.confidence_regulation.masks(7, "reconstruction").unbind(1):
            units = torch.relu(generator.hidden.first(z)) * first
            outputs.append(generator.mean(torch.relu(generator.hidden.second(units)) * second).double().numpy())
    expected = np.var(outputs, axis=0).mean(axis=1)
    np.testing.assert_allclose(detector.parts(test)["variance"], expected, rtol=1e-4)


def test_variance_of_the_discriminator_is_another_score():
    test = recording(50, 2)
    one = fitted(f"gan-uq[preset=published,{SMALL}]").parts(test)
    other = fitted(f"gan-uq[preset=published,variance_of=discriminator,{SMALL}]").parts(test)
    np.testing.assert_array_equal(one["discrimination"], other["discrimination"])
    assert other["variance"].max() <= 0.25  # of a number in [0, 1]
    assert not np.allclose(one["variance"], other["variance"])


# Networks


def test_the_five_stages_are_modules_in_order(detector):
    assert tuple(dict(detector.network.named_children())) == STAGES
    rows = torch.zeros(3, 4)
    assert detector.network(rows).shape == (3, 4)
    assert detector.network.encode(rows).shape == (3, 8)


def test_latent_dimension_is_the_papers_by_default():
    assert METHODS.parameters("gan-uq")["latent"] == 256
    assert METHODS.parameters("gan-uq")["samples"] == 30


def test_spectral_layers_have_norm_one():
    layer = build(lambda: SpectralLinear(12, 8), stream(0, "test"))
    layer.train()
    with torch.no_grad():
        layer.weight.mul_(9)
        for _ in range(50):
            layer(torch.zeros(1, 12))
        effective = layer(torch.eye(12)) - layer.bias
    assert torch.linalg.matrix_norm(effective, 2).item() == pytest.approx(1, rel=1e-3)


def test_masks_of_fewer_samples_are_the_first_of_more():
    regulation = ConfidenceRegulation(3, 0.2, 16)
    few, many = regulation.masks(5, "reconstruction"), regulation.masks(30, "reconstruction")
    assert torch.equal(few, many[:, :5])
    assert many.unique().tolist() == [0.0, pytest.approx(1.25)]
    assert not torch.equal(many[0], many[1])


def test_averaged_weights_follow_the_trained_ones():
    network = build(lambda: Network(4, 8, 4, 0.1, 0, corrected=True), stream(0, "test"))
    game = CorrectedGame(network, 0, learning_rate=1e-2, weight=1.0, warm_up=0, decay=0.9)
    before = [weight.clone() for weight in game.averaged]
    with torch.no_grad():
        for parameter in network.generating():
            parameter.add_(1)
    game.stepped()
    share = 1 - 2 / 11  # of the way, in the first step
    for weight, old in zip(game.averaged, before, strict=True):
        torch.testing.assert_close(weight, old + share)
    kept = game.state()["feature_encoding.0.weight"]
    torch.testing.assert_close(kept, game.averaged[0])
    torch.testing.assert_close(network.feature_encoding[0].weight.detach(), before[0] + 1)


# Divergence


class _Fixed(Game[torch.Tensor]):
    """A game whose discriminator is made to say what the test wants."""

    def __init__(self, logit: float, loss: float = 1.0) -> None:
        network = build(lambda: Network(2, 4, 2, 0.1, 0, corrected=False), stream(0, "test"))
        with torch.no_grad():
            network.distribution_discrimination.decision.weight.zero_()
            network.distribution_discrimination.decision.bias.fill_(logit)
        sides = (network.generating(), list(network.distribution_discrimination.parameters()))
        super().__init__(network, *(torch.optim.SGD(side, lr=0.0) for side in sides))
        self.loss = loss

    def make(self, rows):
        return self.network(rows)

    def fakes(self, made):
        return made

    def generator_loss(self, rows, made, *, warm):
        return made.sum() * 0 + self.loss

    def validation_loss(self, rows):
        return 1.0


def _play(game: Game):
    rows = torch.from_numpy(recording(64, 0).values[:, :2].copy())
    return play(game, rows, rows, shuffle=stream(0, "s"), epochs=3, batch_size=16, patience=3)


@pytest.mark.parametrize(("logit", "place"), [(20.0, "at 1 on real and at 1 on"), (-20.0, "at 0 on real and at 0 on")])
def test_a_saturated_discriminator_is_divergence(logit, place):
    with pytest.raises(DivergedError, match=place):
        _play(_Fixed(logit))


def test_a_discriminator_that_doubts_is_not():
    assert len(_play(_Fixed(3.0)).train) == 3


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_is_divergence(value):
    with pytest.raises(DivergedError, match=r"generator's loss is (nan|inf) in epoch 1"):
        _play(_Fixed(0.0, loss=value))


def test_constant_scores_are_divergence():
    with pytest.raises(DivergedError, match="same score"):
        fitted(f"gan-uq[preset=published,alpha=0,samples=1,{SMALL}]")


@pytest.mark.parametrize("preset", PRESETS)
def test_a_step_size_that_explodes_ends_as_divergence(preset):
    with pytest.raises(DivergedError):
        fitted(f"gan-uq[preset={preset},learning_rate=1e30,{SMALL}]")


# Scores


@pytest.mark.parametrize("preset", PRESETS)
def test_the_seed_decides_everything(preset):
    spec, test = f"gan-uq[preset={preset},{SMALL}]", recording(60, 2)
    first, second, other = (fitted(spec, seed=seed).score(test) for seed in (4, 4, 5))
    assert first.tobytes() == second.tobytes()
    assert not np.allclose(first, other)


def test_scores_do_not_hang_on_blocks(detector, monkeypatch):
    test = recording(60, 2)
    whole = detector.score(test)
    monkeypatch.setattr("methods.gan_uq._SAMPLE_BUDGET", 30 * 16 * 7)
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
    normal, strange = recording(100, 2), recording(100, 3)
    strange.values[:] = np.random.default_rng(0).permuted(strange.values, axis=0)
    labels = np.arange(200) >= 100
    scores = np.concatenate([corrected.score(normal), corrected.score(strange)])
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
    assert list(detector.alternatives()[-8:]) == wanted
    own = detector.score(test)
    assert detector.alternative("samples=30", test).tobytes() == own.tobytes()
    assert not np.allclose(detector.alternative("samples=2", test), own)
    assert detector.samples == 30


# Ablation


def test_a_sweep_over_parts_scores_by_each_alone(detector):
    test = recording(60, 2)
    swept = fitted(f"gan-uq[preset={detector.preset},sweep=true,{SMALL}]")
    names = tuple(f"part={name}" for name in swept.parts(test))
    assert swept.alternatives()[: len(names)] == names
    for name, part in detector.parts(test).items():
        np.testing.assert_array_equal(swept.alternative(f"part={name}", test), part)
    assert detector.alternatives() == ()
    with pytest.raises(KeyError, match="part=colour"):
        swept.alternative("part=colour", test)


def test_parts_times_weights_are_the_score(detector):
    test = recording(60, 2)
    weights = detector.weights(test)
    assert sum(weights.values()) == pytest.approx(1)
    total = sum(weights[name] * part.astype(float) for name, part in detector.parts(test).items())
    np.testing.assert_allclose(detector.score(test), total, rtol=1e-5, atol=1e-6)


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
        lambda: Network(4, 16, 8, 0.1, 0, corrected=preset == "corrected"), stream(0, "parameters")
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


# Calibration


def test_weights_follow_the_part_that_sees_the_corruption():
    generator = np.random.default_rng(0)
    labels = np.arange(2000) % 2 == 0
    normal = generator.lognormal(size=(1000, 3)).astype(np.float32)
    corrupted = generator.lognormal(size=(2000, 3)).astype(np.float32)
    corrupted[labels, 1] *= 20
    calibration = Calibration.fit(normal, corrupted, labels, corruptions=1000)
    assert calibration.weights.argmax() == 1
    assert calibration.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(calibration.standardise(normal).mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(calibration.standardise(normal).std(axis=0), 1, rtol=1e-6)


def test_without_evidence_weights_are_equal_and_a_constant_part_is_silent():
    parts = np.random.default_rng(0).lognormal(size=(50, 3)).astype(np.float32)
    parts[:, 2] = 0
    calibration = Calibration.fit(parts, parts, np.zeros(50, dtype=bool), corruptions=0)
    np.testing.assert_allclose(calibration.weights, 1 / 3)
    assert (calibration.standardise(parts + 1)[:, 2] == 0).all()


@pytest.mark.parametrize("sequential", [True, False])
def test_half_of_the_rows_are_corrupted_in_the_channels_that_vary(sequential):
    values = np.random.default_rng(0).standard_normal((400, 6)).astype(np.float32)
    values[:, 2] = 1.5
    changed, labels = corrupt(values, sequential=sequential, generator=np.random.default_rng(1))
    assert labels.mean() == pytest.approx(0.5, abs=0.02)
    assert ((changed != values).any(axis=1) <= labels).all()
    assert (changed != values).any(axis=1)[labels].mean() > 0.9
    assert (changed[:, 2] == 1.5).all()
    again, _ = corrupt(values, sequential=sequential, generator=np.random.default_rng(1))
    assert again.tobytes() == changed.tobytes()


# Decisions


def test_decisions_of_a_worked_example():
    score, std = np.array([0, 2, 0.9, 1.1, 1], np.float32), np.array([0.5, 0.5, 0.5, 0.05, 0], np.float32)
    decisions = decide(score, std, np.ones(5), band=1.0)
    assert decisions.decision.tolist() == [NORMAL, ANOMALOUS, ABSTAIN, ANOMALOUS, NORMAL]
    assert decisions.names[2] == "abstain"
    assert decisions.flags.tolist() == [False, True, False, True, False]
    np.testing.assert_allclose(decisions.confidence, [0.97725, 0.97725, 0.57926, 0.97725, 0.5], atol=1e-4)


def test_the_threshold_slides_with_normal_scores_and_not_with_anomalies():
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
    judged = detector.judge(test)
    np.testing.assert_array_equal(judged.abstained, decisions.decision == ABSTAIN)
    np.testing.assert_array_equal(judged.confidence, decisions.confidence)
    assert decisions.std.shape == decisions.decision.shape == decisions.threshold.shape == (120,)
    assert (decisions.std > 0).any()
    assert ((decisions.confidence >= 0.5) & (decisions.confidence <= 1)).all()
    assert (len(np.unique(decisions.threshold)) == 1) or sequential
    assert (decisions.decision[69] != NORMAL) or preset == "published"
    assert (decisions.decision[:60] == NORMAL).mean() > 0.8


def test_dropout_draws_from_its_own_generator_and_rests_in_evaluation():
    layer = Dropout(0.5, stream(0, "dropout"))
    units = torch.ones(4, 1000)
    before = torch.get_rng_state()
    kept = layer.train()(units)
    assert torch.equal(torch.get_rng_state(), before)
    assert kept.mean().item() == pytest.approx(1, abs=0.1)
    assert layer.eval()(units) is units
