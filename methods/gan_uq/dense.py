"""Linear layers that multiply through NumPy, whose matrix products are fast in portable arithmetic.

torch hands matrix products to MKL. The one code path of MKL that gives equal bytes on every processor
(`benchmark.arithmetic`) takes three to four times as long as OpenBLAS, which NumPy calls. OpenBLAS is pinned to its
kernels for AVX2, so it gives equal bytes on every processor too. Everything but the products stays in torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from benchmark.toolkit.nn.threads import one_thread


class Linear(nn.Linear):
    """A layer x Wᵀ + b in single precision, whatever torch's default type is."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, dtype=torch.float32)

    def forward(self, rows: Tensor) -> Tensor:
        """Map rows (…, inputs) to (…, outputs)."""
        return linear(rows, self.weight, self.bias)

    def effective_weight(self) -> Tensor:
        """Return the weight W."""
        return self.weight


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return x Wᵀ + b of rows (…, inputs), weight (outputs, inputs) and bias (outputs,), differentiable once."""
    result: Tensor = _Affine.apply(rows.flatten(0, -2), weight, bias)
    return result.unflatten(0, rows.shape[:-1]) if rows.dim() > 2 else result


def hidden_units(rows: Tensor, weight: Tensor, bias: Tensor, slope: float, mask: Tensor | None = None) -> Tensor:
    """Return mask ⊙ φ(x Wᵀ + b), φ(u) = u for u > 0 and slope · u below, differentiable once.

    Linear map, rectifier and dropout are one operation: a training step consists of some hundred small ones, and half
    of its time is what torch spends between them.

    Parameters
    ----------
    rows : Tensor, shape (…, inputs)
    weight, bias : Tensor, shape (outputs, inputs) and (outputs,)
    slope : float
        Slope of the rectifier on negative inputs.
    mask : Tensor, shape (rows, outputs), optional
        0 for dropped units, elsewhere the factor of the others.
    """
    result: Tensor = _Hidden.apply(rows.flatten(0, -2), weight, bias, slope, mask)
    return result.unflatten(0, rows.shape[:-1]) if rows.dim() > 2 else result


def product(left: Tensor, right: Tensor) -> Tensor:
    """Return the matrix product of two matrices in single precision, without gradients."""
    return torch.from_numpy(np.dot(left.detach().numpy(), right.detach().numpy()))


@contextmanager
def single_thread() -> Iterator[None]:
    """Compute on one thread inside the block, in torch and in NumPy: the same bytes on any machine.

    NumPy does not warn of overflow there: training itself finds that a loss is not finite.
    """
    from threadpoolctl import threadpool_limits

    with one_thread(), threadpool_limits(limits=1, user_api="blas"), np.errstate(all="ignore"):
        yield


class _Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(rows, weight)
        result = product(rows, weight.T)
        return result if bias is None else result.add_(bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        rows, weight = ctx.saved_tensors
        of_rows, of_weight, of_bias = ctx.needs_input_grad
        return (
            product(gradient, weight) if of_rows else None,
            product(gradient.T, rows) if of_weight else None,
            gradient.sum(dim=0) if of_bias else None,
        )


class _Hidden(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor, slope: float, mask: Tensor | None) -> Tensor:
        units = functional.leaky_relu_(product(rows, weight.T).add_(bias), slope)
        if mask is not None:
            units.mul_(mask)
        ctx.slope = slope
        ctx.save_for_backward(rows, weight, units, mask)
        return units

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        rows, weight, units, mask = ctx.saved_tensors
        # torch's own kernels: `torch.where` takes five times as long. A dropped unit counts as negative, but its gradient
        # is 0 anyway.
        if ctx.slope:
            gradient = torch.ops.aten.leaky_relu_backward(gradient, units, ctx.slope, True)
        else:
            gradient = torch.ops.aten.threshold_backward(gradient, units, 0.0)
        if mask is not None:
            gradient.mul_(mask)
        of_rows, of_weight, of_bias, *_ = ctx.needs_input_grad
        return (
            product(gradient, weight) if of_rows else None,
            product(gradient.T, rows) if of_weight else None,
            gradient.sum(dim=0) if of_bias else None,
            None,
            None,
        )
