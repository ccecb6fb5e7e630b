"""Matrix products of networks on the processor, computed by NumPy's library.

In portable arithmetic torch's own library (MKL) takes a code path without AVX2, while NumPy's (OpenBLAS) is pinned to
kernels with AVX2 and FMA: a product takes about 40 % of the time, and has the same bytes on every processor too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def product(one: Tensor, other: Tensor) -> Tensor:
    """Return ``one @ other``, shapes (…, m, k) and (…, k, n), with equal leading dimensions, to (…, m, n)."""
    if one.device.type != "cpu":
        return one @ other
    if not torch.is_grad_enabled():
        return _matmul(one, other)
    result: Tensor = _Product.apply(one, other)  # type: ignore[no-untyped-call]
    return result


def linear(inputs: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return what `torch.nn.functional.linear` does: inputs (…, k), weight (n, k) and bias (n,) to (…, n)."""
    if inputs.device.type != "cpu":
        return functional.linear(inputs, weight, bias)
    if not torch.is_grad_enabled():
        return _affine(inputs, weight, bias)
    result: Tensor = _Linear.apply(inputs, weight, bias)  # type: ignore[no-untyped-call]
    return result


class Linear(torch.nn.Linear):
    """A dense layer whose products are those of `linear`."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Shapes (…, k) to (…, n)."""
        return linear(inputs, self.weight, self.bias)


class _Product(torch.autograd.Function):
    """Matrix product with its two gradients."""

    @staticmethod
    def forward(ctx: Any, one: Tensor, other: Tensor) -> Tensor:
        ctx.save_for_backward(one, other)
        return _matmul(one, other)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None]:
        gradient = gradients[0].contiguous()  # NumPy multiplies other strides without its library
        one, other = ctx.saved_tensors
        return (
            _matmul(gradient, other.mT) if ctx.needs_input_grad[0] else None,
            _matmul(one.mT, gradient) if ctx.needs_input_grad[1] else None,
        )


class _Linear(torch.autograd.Function):
    """Product with the transpose of a weight, plus a constant, with the three gradients."""

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(inputs, weight)
        return _affine(inputs, weight, bias)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        inputs, weight = ctx.saved_tensors
        gradient = _rows(gradients[0])
        return (
            _matmul(gradient, weight).view(inputs.shape) if ctx.needs_input_grad[0] else None,
            _matmul(_rows(inputs).T, gradient).T if ctx.needs_input_grad[1] else None,
            gradient.sum(dim=0) if ctx.needs_input_grad[2] else None,
        )


def _affine(inputs: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    result = _matmul(_rows(inputs), weight.T)
    if bias is not None:
        result += bias.detach()
    return result.view(*inputs.shape[:-1], len(weight))


def _rows(points: Tensor) -> Tensor:
    """Lay out (…, k) as contiguous rows, (m, k)."""
    return points.reshape(-1, points.shape[-1]).contiguous()


def _matmul(one: Tensor, other: Tensor) -> Tensor:
    with np.errstate(over="ignore", invalid="ignore"):  # as torch does: what is not finite shows in the loss
        return torch.from_numpy(np.matmul(one.detach().numpy(), other.detach().numpy()))
