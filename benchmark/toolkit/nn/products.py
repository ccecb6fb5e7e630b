"""Matrix products of networks on the processor, computed by NumPy's library.

In portable arithmetic (`benchmark.arithmetic`) torch's own library (MKL) takes a code path without AVX2. NumPy's
(OpenBLAS) is pinned to kernels with AVX2 and FMA: a product takes about 40 % of the time, and has the same bytes on
every processor too. Wrap training and scoring in `benchmark.toolkit.nn.threads.one_thread`: it keeps both libraries to
one thread. On a graphics card torch does the work. Gradients can be taken once, not of gradients.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional


def product(left: Tensor, right: Tensor) -> Tensor:
    """Multiply matrices.

    Parameters
    ----------
    left : Tensor, shape (…, n, k)
        Any leading axes.
    right : Tensor, shape (k, m) or (…, k, m)
        One matrix, or one for each leading index of ``left``.

    Returns
    -------
    Tensor, shape (…, n, m)
    """
    if left.device.type != "cpu":
        return left @ right
    if not torch.is_grad_enabled():
        return multiply(left, right)
    if left.dim() > 2 and right.dim() == 2:
        rows: Tensor = _Product.apply(left.reshape(-1, left.shape[-1]), right)  # type: ignore[no-untyped-call]
        return rows.view(*left.shape[:-1], right.shape[1])
    result: Tensor = _Product.apply(left, right)  # type: ignore[no-untyped-call]
    return result


def linear(inputs: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return what `torch.nn.functional.linear` does: inputs (…, k), weight (n, k) and bias (n,) to (…, n)."""
    if inputs.device.type != "cpu":
        return functional.linear(inputs, weight, bias)
    flat = inputs.reshape(-1, inputs.shape[-1])
    rows: Tensor = _Affine.apply(flat, weight, bias)  # type: ignore[no-untyped-call]
    return rows if inputs.dim() == 2 else rows.view(*inputs.shape[:-1], len(weight))


class Linear(torch.nn.Linear):
    """A dense layer whose products are those of `linear`."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name that torch gives it
        """Map shape (…, k) to (…, n)."""
        return linear(input, self.weight, self.bias)


def multiply(left: Tensor, right: Tensor) -> Tensor:
    """Multiply matrices, shapes (…, n, k) and (…, k, m), without gradients."""
    # Overflow is no mistake here: a loss that is not finite ends the training.
    with np.errstate(all="ignore"):
        return torch.from_numpy(np.matmul(_array(left), _array(right)))


def _array(matrix: Tensor) -> np.ndarray[Any, Any]:
    """View matrices as an array that OpenBLAS takes as it is; others are copied."""
    matrix = matrix.detach()
    if not (matrix.is_contiguous() or matrix.mT.is_contiguous()):
        matrix = matrix.contiguous()
    return matrix.numpy()


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, left: Tensor, right: Tensor) -> Tensor:
        ctx.save_for_backward(left, right)
        return multiply(left, right)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        left, right = ctx.saved_tensors
        return (
            multiply(gradient, right.mT) if ctx.needs_input_grad[0] else None,
            multiply(left.mT, gradient) if ctx.needs_input_grad[1] else None,
        )


class _Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(rows, weight)
        result = multiply(rows, weight.mT)
        return result if bias is None else result.add_(bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        rows, weight = ctx.saved_tensors
        of_rows, of_weight, of_bias = ctx.needs_input_grad
        return (
            multiply(gradient, weight) if of_rows else None,
            multiply(gradient.mT, rows) if of_weight else None,
            gradient.sum(dim=0) if of_bias else None,
        )
