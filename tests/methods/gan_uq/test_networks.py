from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from benchmark.interfaces.registry import METHODS
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.corrected import CorrectedGame, negative_log_likelihood
from methods.gan_uq.layers import SpectralLinear
from methods.gan_uq.networks import ConfidenceRegulation, Network
from methods.gan_uq.posterior import divergence_from_prior
from methods.gan_uq.training import adversarial_value, non_saturating, reconstruction_loss
from tests.fixtures.plane import SMALL, fitted, recording

STAGES = (
    "feature_encoding",
    "latent_mapping",
    "generative_reconstruction",
    "distribution_discrimination",
    "confidence_regulation",
)


def test_adversarial_value_of_a_worked_example():
    logits = torch.tensor([0.0, math.log(3)])  # D = 1/2, 3/4
    assert adversarial_value(logits, logits).item() == pytest.approx(
        (math.log(1 / 2) + math.log(3 / 4)) / 2 + (math.log(1 / 2) + math.log(1 / 4)) / 2
    )
    assert non_saturating(logits).item() == pytest.approx(-(math.log(1 / 2) + math.log(3 / 4)) / 2)


def test_adversarial_value_is_minus_log_four_at_equilibrium_and_finite_for_large_logits():
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


def test_the_five_stages_are_modules_in_order(detector):
    assert tuple(dict(detector.network.named_children())) == STAGES
    rows = torch.zeros(3, 4)
    assert detector.network(rows).shape == (3, 4)
    assert detector.network.encode(rows).shape == (3, 8)


def test_latent_dimension_is_the_papers_by_default():
    assert METHODS.parameters("gan-uq")["latent"] == 256
    assert METHODS.parameters("gan-uq")["samples"] == 30


def test_spectral_layers_have_norm_one():
    layer = build(lambda: SpectralLinear(12, 8), torch_generator(0, "test"))
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
    network = build(lambda: Network(4, 8, 4, 0.1, 0, corrected=True), torch_generator(0, "test"))
    game = CorrectedGame(network, 0, learning_rate=1e-2, weight=1.0, warm_up=0, decay=0.9)
    before = [weight.clone() for weight in game.averaged]
    with torch.no_grad():
        for parameter in network.generating():
            parameter.add_(1)
    game.stepped()
    share = 1 - 2 / 11  # of the way, in the first step
    for weight, old in zip(game.averaged, before, strict=True):
        torch.testing.assert_close(weight, old + share)
    scoring = game.state()["feature_encoding.0.weight"]
    torch.testing.assert_close(scoring, game.averaged[0])
    torch.testing.assert_close(network.feature_encoding[0].weight.detach(), before[0] + 1)
