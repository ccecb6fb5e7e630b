"""A dense layer, and a hidden layer whose linear map, rectifier and dropout are one operation."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from benchmark.toolkit.nn import products
from benchmark.toolkit.nn.products import multiply


class Linear(products.Linear):
    """A layer x Wᵀ + b in single precision, whatever torch's default type."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, dtype=torch.float32)

    def effective_weight(self) -> Tensor:
        """Return the weight W."""
        return self.weight


def hidden_units(rows: Tensor, weight: Tensor, bias: Tensor, slope: float, mask: Tensor | None = None) -> Tensor:
    """Return mask ⊙ φ(x Wᵀ + b) with φ(u) = u for u > 0, else slope · u; differentiable once.

    Linear map, rectifier and dropout are one operation: a training step consists of about a hundred small operations,
    and torch's overhead between them takes half of its time.

    Parameters
    ----------
    rows : Tensor, shape (…, inputs)
    weight, bias : Tensor, shape (outputs, inputs) and (outputs,)
    slope : float
        Slope of the rectifier on negative inputs.
    mask : Tensor, shape (rows, outputs), optional
        0 for dropped units, 1/(1 − rate) for the others.

    Returns
    -------
    Tensor, shape (…, outputs)
    """
    result: Tensor = _Hidden.apply(rows.flatten(0, -2), weight, bias, slope, mask)
    return result.unflatten(0, rows.shape[:-1]) if rows.dim() > 2 else result


class _Hidden(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor, slope: float, mask: Tensor | None) -> Tensor:
        units = functional.leaky_relu_(multiply(rows, weight.T).add_(bias), slope)
        if mask is not None:
            units.mul_(mask)
        ctx.slope = slope
        ctx.save_for_backward(rows, weight, units, mask)
        return units

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        rows, weight, units, mask = ctx.saved_tensors
        # These kernels of torch take a fifth of the time of `torch.where`. A dropped unit is 0 and so counts as
        # negative, but the mask makes its gradient 0 anyway.
        if ctx.slope:
            gradient = torch.ops.aten.leaky_relu_backward(gradient, units, ctx.slope, True)
        else:
            gradient = torch.ops.aten.threshold_backward(gradient, units, 0.0)
        if mask is not None:
            gradient.mul_(mask)
        of_rows, of_weight, of_bias, *_ = ctx.needs_input_grad
        return (
            multiply(gradient, weight) if of_rows else None,
            multiply(gradient.T, rows) if of_weight else None,
            gradient.sum(dim=0) if of_bias else None,
            None,
            None,
        )
