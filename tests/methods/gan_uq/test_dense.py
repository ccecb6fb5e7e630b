from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from benchmark.toolkit.nn.products import linear
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.dense import hidden_units
from methods.gan_uq.posterior import divergence_from_prior, sample
from methods.gan_uq.spectral import spectrally_normalised


def _draw(*shapes: tuple[int, ...]) -> list[torch.Tensor]:
    source = torch_generator(0, "test")
    return [torch.randn(shape, generator=source).requires_grad_() for shape in shapes]


def _same_values_and_gradients(ours: torch.Tensor, torchs: torch.Tensor, inputs: list[torch.Tensor]) -> None:
    torch.testing.assert_close(ours, torchs)
    weights = torch.randn(ours.shape, generator=torch_generator(0, "weights"))
    for one, other in zip(
        torch.autograd.grad((ours * weights).sum(), inputs),
        torch.autograd.grad((torchs * weights).sum(), inputs),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(9, 4), (3, 5, 4)])
def test_a_linear_map_and_its_gradients_are_torchs(shape):
    inputs = _draw(shape, (6, 4), (6,))
    _same_values_and_gradients(linear(*inputs), functional.linear(*inputs), inputs)


@pytest.mark.parametrize("slope", [0.0, 0.2])
@pytest.mark.parametrize("dropped", [False, True])
def test_hidden_units_and_their_gradients_are_torchs(slope, dropped):
    inputs = _draw((9, 4), (6, 4), (6,))
    mask = (torch.rand(9, 6, generator=torch_generator(0, "mask")) > 0.3) / 0.7 if dropped else None
    expected = functional.leaky_relu(functional.linear(*inputs), slope)
    expected = expected if mask is None else expected * mask
    _same_values_and_gradients(hidden_units(*inputs, slope, mask), expected, inputs)


def test_sample_and_divergence_and_their_gradients_are_torchs():
    mean, log_variance = _draw((5, 7), (5, 7))
    noise = torch.randn(5, 7, generator=torch_generator(0, "noise"))
    z, divergence = sample(mean, log_variance, noise)
    expected = mean + (0.5 * log_variance).exp() * noise, divergence_from_prior(mean, log_variance)
    ours, torchs = (torch.cat([a, b.unsqueeze(1)], dim=1) for a, b in ((z, divergence), expected))
    _same_values_and_gradients(ours, torchs, [mean, log_variance])


def test_a_normalised_weight_and_its_gradient_are_torchs():
    weight, left = _draw((6, 4), (6,))
    left = left.detach()
    with torch.no_grad():
        right = functional.normalize(weight.T @ left, dim=0)
        moved = functional.normalize(weight @ right, dim=0)
    expected = weight / torch.dot(moved, weight @ right)
    ours = spectrally_normalised(weight, left, iterate=True)
    torch.testing.assert_close(left, moved)
    _same_values_and_gradients(ours, expected, [weight])
