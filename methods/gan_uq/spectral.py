"""Spectral normalisation: division of a weight by its largest singular value."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.function import once_differentiable


def spectrally_normalised(weight: Tensor, left: Tensor, *, iterate: bool) -> Tensor:
    """Return W/σ, shape (outputs, inputs); differentiable once in W.

    σ = uᵀWv with v = Wᵀu/‖Wᵀu‖; the gradient treats u and v as constants (Miyato et al. 2018).

    Parameters
    ----------
    weight : Tensor, shape (outputs, inputs)
        W.
    left : Tensor, shape (outputs,)
        u, an estimate of the first left singular vector.
    iterate : bool
        Whether to take a step of power iteration first: u becomes Wv/‖Wv‖, in place.
    """
    normalised: Tensor = _Normalised.apply(weight, left, iterate)
    return normalised


class _Normalised(torch.autograd.Function):
    """Computed in NumPy, whose small products take a third of the time of torch's."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, left: Tensor, iterate: bool) -> Tensor:
        matrix, u = weight.detach().numpy(), left.numpy()
        with np.errstate(all="ignore"):
            v = _unit(u @ matrix)
            image = matrix @ v
            if iterate:
                u[:] = _unit(image)
            ctx.largest = max(float(u @ image), 1e-12)
            ctx.u, ctx.v, ctx.matrix = u.copy(), v, matrix
            return torch.from_numpy(matrix * np.float32(1 / ctx.largest))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        of_normalised = gradient.numpy()
        with np.errstate(all="ignore"):
            along = np.float32(float((of_normalised * ctx.matrix).sum()) / ctx.largest)
            difference = of_normalised - np.outer(along * ctx.u, ctx.v)
            return torch.from_numpy(difference * np.float32(1 / ctx.largest)), None, None


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector * np.float32(1 / max(sqrt(float(vector @ vector)), 1e-12))
