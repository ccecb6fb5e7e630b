"""Posterior N(m, diag s²) of z: samples, and divergence from the prior."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def divergence_from_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(m, diag s²) ‖ N(0, I)) of each row, in nats."""
    return 0.5 * mean.square().add_(log_variance.exp()).sub_(1).sub_(log_variance).sum(dim=1)


def sample(mean: Tensor, log_variance: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """Sample z = m + s ε and compute the divergence from the prior; both are differentiable once.

    Parameters
    ----------
    mean, log_variance : Tensor, shape (B, latent)
        m and log s².
    noise : Tensor, shape (B, latent)
        ε, drawn from N(0, I).

    Returns
    -------
    z : Tensor, shape (B, latent)
    divergence : Tensor, shape (B,)
        KL(N(m, diag s²) ‖ N(0, I)) in nats.
    """
    z, divergence = _Sample.apply(mean, log_variance, noise)
    return z, divergence


class _Sample(torch.autograd.Function):
    """Sample, divergence and their gradients with one exponential and few passes over memory."""

    @staticmethod
    def forward(ctx: Any, mean: Tensor, log_variance: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        deviation = (0.5 * log_variance).exp_()
        moved = deviation * noise
        variance = deviation.square_()
        ctx.save_for_backward(mean, moved, variance)
        return mean + moved, 0.5 * (variance - log_variance).sub_(1).addcmul_(mean, mean).sum(dim=1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, of_z: Tensor, of_divergence: Tensor) -> tuple[Tensor, Tensor, None]:
        mean, moved, variance = ctx.saved_tensors
        weight = of_divergence.unsqueeze(1)
        return torch.addcmul(of_z, weight, mean), (moved * of_z).addcmul_(weight, variance - 1).mul_(0.5), None
