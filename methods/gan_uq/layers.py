"""Layers of GAN-UQ's networks: dropout with a generator of its own, spectral normalisation, sampled hidden layers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional


def seed_of(seed: int, purpose: str) -> int:
    """Seed of one purpose: streams of different purposes are independent, those of one purpose the same each time."""
    return int.from_bytes(hashlib.sha256(f"gan-uq|{seed}|{purpose}".encode()).digest()[:7], "little")


def stream(seed: int, purpose: str) -> torch.Generator:
    """Return the torch generator of a seed and a purpose."""
    return torch.Generator().manual_seed(seed_of(seed, purpose))


class Dropout(nn.Module):
    """Dropout that draws from its own generator; does nothing in evaluation mode.

    Parameters
    ----------
    rate : float
        Chance that a unit is dropped, in [0, 1).
    generator : torch.Generator
        Source of the masks in training.
    """

    def __init__(self, rate: float, generator: torch.Generator) -> None:
        super().__init__()
        self.rate, self.generator = rate, generator

    def forward(self, units: Tensor) -> Tensor:
        """Drop units and scale up the others, in training only."""
        if not self.training or self.rate == 0:
            return units
        # Three times as fast as bernoulli_, a tenth of a training step.
        kept = torch.rand(units.shape, generator=self.generator) >= self.rate
        return units * (kept / (1 - self.rate))

    def extra_repr(self) -> str:
        """Show the rate."""
        return f"rate={self.rate}"


class SpectralLinear(nn.Module):
    """A linear layer whose weight is divided by its largest singular value (Miyato et al. 2018).

    The singular value comes from one step of power iteration per training pass; the iterate is a buffer, so that
    evaluation changes nothing.

    Parameters
    ----------
    inputs, outputs : int
        Widths.
    """

    u: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.empty(outputs))
        self.register_buffer("u", torch.empty(outputs))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw weight and bias as for a plain linear layer, and begin the power iteration."""
        bound = 1 / math.sqrt(self.weight.shape[1])
        self.weight.uniform_(-bound, bound, generator=generator)
        self.bias.uniform_(-bound, bound, generator=generator)
        self.u.normal_(generator=generator)
        for _ in range(10):
            self._iterate()

    @torch.no_grad()
    def _iterate(self) -> None:
        v = functional.normalize(self.weight.T @ self.u, dim=0)
        self.u.copy_(functional.normalize(self.weight @ v, dim=0))

    def forward(self, rows: Tensor) -> Tensor:
        """Apply the layer with its normalised weight."""
        if self.training:
            self._iterate()
        with torch.no_grad():
            v = functional.normalize(self.weight.T @ self.u, dim=0)
        largest = torch.dot(self.u.clone(), self.weight @ v)
        return functional.linear(rows, self.weight / largest.clamp_min(1e-12), self.bias)

    def extra_repr(self) -> str:
        """Show the widths."""
        return f"in_features={self.weight.shape[1]}, out_features={self.weight.shape[0]}"


class HiddenLayers(nn.Module):
    """Two hidden layers with dropout behind each.

    Parameters
    ----------
    inputs, hidden : int
        Width of the input and of both layers.
    dropout : Dropout
        Applied behind each layer.
    activation : callable
        Applied before it.
    linear : callable
        Makes a layer from its two widths.
    """

    def __init__(
        self,
        inputs: int,
        hidden: int,
        dropout: Dropout,
        activation: Callable[[Tensor], Tensor],
        linear: Callable[[int, int], nn.Module] = nn.Linear,
    ) -> None:
        super().__init__()
        self.first, self.second = linear(inputs, hidden), linear(hidden, hidden)
        self.dropout, self.activation = dropout, activation

    def forward(self, rows: Tensor) -> Tensor:
        """Map rows (B, inputs) to units (B, hidden)."""
        units = self.dropout(self.activation(self.first(rows)))
        return self.dropout(self.activation(self.second(units)))

    def sampled(self, rows: Tensor, masks: Tensor) -> Tensor:
        """Map rows (B, inputs) to the units of S networks (B, S, hidden), masks (2, S, hidden) between them.

        The first layer lies before any dropout: it is computed once for all samples. A mask on the input of the
        second layer is a mask on its weights, so the S second layers are one matrix product.
        """
        shared = self.activation(self.first(rows))
        weight = (self.second.weight * masks[0].unsqueeze(1)).flatten(0, 1)
        units = functional.linear(shared, weight).unflatten(1, masks.shape[1:])
        return self.activation(units + self.second.bias).mul_(masks[1])
