from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from benchmark.toolkit.nn.convolution import Convolution
from benchmark.toolkit.nn.initialise import build


def layer(channels: int, outputs: int, **given: object) -> Convolution:
    return build(lambda: Convolution(channels, outputs, **given), torch.Generator().manual_seed(0))


@pytest.mark.parametrize("padding", ["zeros", "circular"])
@pytest.mark.parametrize(("channels", "outputs"), [(3, 7), (7, 3)])
@pytest.mark.parametrize("length", [1, 2, 9])
@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_values_and_gradients_equal_those_of_torch(
    padding: str, channels: int, outputs: int, length: int, kernel: int
) -> None:
    network = layer(channels, outputs, kernel=kernel, padding=padding)
    windows = torch.randn((4, length, channels), generator=torch.Generator().manual_seed(1)).requires_grad_()
    places = torch.arange(-(kernel // 2), length + kernel // 2)
    continued = windows[:, places % length]
    if padding == "zeros":
        continued = continued * ((places >= 0) & (places < length))[:, None]
    expected = functional.conv1d(continued.transpose(1, 2), network.weight, network.bias).transpose(1, 2)
    outputs_of = [network(windows), expected]
    torch.testing.assert_close(*outputs_of)
    parameters = [windows, *network.parameters()]
    torch.testing.assert_close(*[torch.autograd.grad(output.square().sum(), parameters) for output in outputs_of])


def test_parameters_have_shapes_and_bounds_of_torch() -> None:
    network, other = layer(5, 4), torch.nn.Conv1d(5, 4, 3)
    for parameter, expected in zip(network.parameters(), other.parameters(), strict=True):
        assert parameter.shape == expected.shape
        assert parameter.abs().max() <= 1 / math.sqrt(15)
    assert layer(5, 4, bias=False).bias is None
