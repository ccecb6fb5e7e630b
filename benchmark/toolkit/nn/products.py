"""Matrix products on the processor by NumPy.

In portable arithmetic (`benchmark.arithmetic`) torch multiplies matrices on MKL's path for all processors, which uses
neither AVX2 nor fused multiply-add. NumPy's OpenBLAS is pinned to its AVX2 kernels and takes a third of the time, with
the same bytes on every processor just as well. Wrap training and scoring in
`benchmark.toolkit.nn.threads.one_thread`: it keeps OpenBLAS to one thread too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn


def product(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Multiply matrices, with gradients of any order.

    Parameters
    ----------
    left : Tensor, shape (..., n, k)
        Leading axes are rows like any other.
    right : Tensor, shape (k, m)
        Of the same type and on the same device. On a device other than the processor torch does the work.

    Returns
    -------
    Tensor, shape (..., n, m)
    """
    if left.device.type != "cpu":
        return left @ right
    made: torch.Tensor = _Product.apply(left.reshape(-1, left.shape[-1]), right)  # type: ignore[no-untyped-call]
    return made.view(*left.shape[:-1], right.shape[1])


class Linear(nn.Linear):
    """A linear layer like torch's, computed by `product`."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002 - the name that torch gives it
        """Return ``input`` · weightᵀ + bias, shape (..., m)."""
        made = product(input, self.weight.T)
        return made if self.bias is None else made + self.bias


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(left, right)
        return torch.from_numpy(_array(left) @ _array(right))

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        left, right = ctx.saved_tensors
        return (
            product(gradient, right.T) if ctx.needs_input_grad[0] else None,
            product(left.T, gradient) if ctx.needs_input_grad[1] else None,
        )


def _array(matrix: torch.Tensor) -> NDArray[Any]:
    """View a matrix as an array that BLAS takes as it is; any other is copied."""
    matrix = matrix.detach()
    if not (matrix.is_contiguous() or matrix.T.is_contiguous()):
        matrix = matrix.contiguous()
    array: NDArray[np.floating[Any]] = matrix.numpy()
    return array
