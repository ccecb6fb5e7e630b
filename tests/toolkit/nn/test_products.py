"""Matrix products by NumPy."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.products import Linear, linear, product


def draw(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.mark.parametrize("shape", [(4, 3), (2, 4, 3), (5, 2, 4, 3), (1, 3), (0, 3)])
def test_products_are_those_of_torch(shape: tuple[int, ...]) -> None:
    left, right = draw(*shape), draw(3, 6, seed=1)
    torch.testing.assert_close(product(left, right), left @ right)


@pytest.mark.parametrize("shape", [(3,), (4, 3), (2, 4, 3), (5, 2, 4, 3), (0, 3)])
def test_linear_maps_have_the_shapes_of_torch(shape: tuple[int, ...]) -> None:
    inputs, weight, bias = draw(*shape), draw(6, 3, seed=1), draw(6, seed=2)
    torch.testing.assert_close(linear(inputs, weight, bias), nn.functional.linear(inputs, weight, bias))


def test_overflow_gives_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    large = torch.full((2, 2), 1e30)
    assert not product(large, large).isfinite().any()
    assert not recwarn.list


def test_the_type_stays() -> None:
    assert product(draw(4, 3, dtype=torch.float32), draw(3, 2, dtype=torch.float32)).dtype == torch.float32


def test_any_layout_in_memory() -> None:
    for left in (draw(3, 4).T, draw(8, 6)[::2, ::2], draw(1, 3).expand(4, 3), draw(5, 3)[1:]):
        for right in (draw(3, 2, seed=1), draw(2, 3, seed=1).T, draw(3, 4, seed=1)[:, ::2]):
            torch.testing.assert_close(product(left, right), left @ right)


def test_gradients() -> None:
    left, right = draw(4, 3).requires_grad_(), draw(3, 2, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(product, (left, right))
    assert torch.autograd.gradcheck(product, (draw(2, 4, 3).requires_grad_(), draw(2, 3, 2).requires_grad_()))
    assert torch.autograd.gradcheck(linear, (left, draw(2, 3).requires_grad_(), draw(2).requires_grad_()))
    assert torch.autograd.gradcheck(product, (left, right.detach()))


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_layer_is_that_of_torch(bias: bool) -> None:
    generators = (torch.Generator().manual_seed(3), torch.Generator().manual_seed(3))
    own = build(lambda: Linear(3, 2, bias=bias), generators[0])
    other = build(lambda: nn.Linear(3, 2, bias=bias), generators[1])
    rows = draw(7, 3, dtype=torch.float32)
    torch.testing.assert_close(own(rows), other(rows))
    with torch.inference_mode():
        torch.testing.assert_close(own(rows), other(rows))
