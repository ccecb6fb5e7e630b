from __future__ import annotations

import pytest
import torch
from benchmark.toolkit.nn.linear import Linear, linear, product
from torch.nn import functional


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).requires_grad_()


@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 3, 4), (2, 3, 5, 4)])
@pytest.mark.parametrize("with_bias", [False, True])
def test_linear_and_its_gradients_equal_those_of_torch(shape: tuple[int, ...], with_bias: bool) -> None:
    inputs, weight, bias = normal(*shape), normal(6, 4, seed=1), normal(6, seed=2) if with_bias else None
    outputs = [function(inputs, weight, bias) for function in (linear, functional.linear)]
    torch.testing.assert_close(*outputs)
    parameters = [inputs, weight] + ([bias] if bias is not None else [])
    gradients = [torch.autograd.grad(output.square().sum(), parameters) for output in outputs]
    torch.testing.assert_close(*gradients)
    with torch.inference_mode():
        assert linear(inputs, weight, bias).equal(outputs[0])


def test_gradients_may_have_strides_of_zero() -> None:
    inputs, weight = normal(5, 4), normal(6, 4, seed=1)
    gradients = [
        torch.autograd.grad(function(inputs, weight).sum(), [inputs, weight])
        for function in (linear, functional.linear)
    ]
    torch.testing.assert_close(*gradients)


def test_inputs_may_have_any_strides() -> None:
    inputs, weight = normal(4, 5).T, normal(6, 8, seed=1)[:, ::2]
    torch.testing.assert_close(linear(inputs, weight), functional.linear(inputs, weight))


def test_product_and_its_gradients_equal_those_of_torch() -> None:
    one, other = normal(2, 3, 5, 4), normal(2, 3, 4, 6, seed=1)
    outputs = [product(one, other), one @ other]
    torch.testing.assert_close(*outputs)
    torch.testing.assert_close(*[torch.autograd.grad(output.square().sum(), [one, other]) for output in outputs])


def test_a_product_that_overflows_gives_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert not product(torch.full((1, 2), 1e30), torch.full((2, 1), 1e30)).isfinite().any()
    assert not recwarn.list


def test_a_layer_has_the_parameters_of_torch() -> None:
    layer = Linear(4, 6)
    assert isinstance(layer, torch.nn.Linear)
    inputs = normal(3, 4)
    torch.testing.assert_close(layer(inputs), functional.linear(inputs, layer.weight, layer.bias))
