"""Layers of GAN-UQ's networks: dropout with a generator of its own, spectral normalisation, sampled hidden layers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.toolkit.nn.products import linear
from methods.gan_uq.dense import Linear, hidden_units
from methods.gan_uq.spectral import spectrally_normalised

_CHANCES = 2**16
"""Dropout draws 16 bits a unit, so its rate is a multiple of 2⁻¹⁶."""


class Dropout(nn.Module):
    """Dropout that draws from its own generator; does nothing in evaluation mode.

    Parameters
    ----------
    rate : float
        Probability that a unit is dropped, in [0, 1); rounded to a multiple of 2⁻¹⁶.
    generator : numpy Generator
        Source of the masks in training.
    """

    def __init__(self, rate: float, generator: np.random.Generator) -> None:
        super().__init__()
        self.rate, self.generator = rate, generator

    def forward(self, units: Tensor) -> Tensor:
        """Drop units and scale up the others, in training only."""
        mask = self.mask(units.shape)
        return units if mask is None else units * mask

    def mask(self, shape: torch.Size) -> Tensor | None:
        """Draw a mask: 0 where a unit is dropped, else 1/(1 − rate); None in evaluation mode.

        Four units share a draw of 64 bits: ten times as fast as a uniform number for each, which took a tenth of a
        training step.
        """
        if not self.training or self.rate == 0:
            return None
        dropped = min(max(round(self.rate * _CHANCES), 1), _CHANCES - 1)
        count = shape.numel()
        bits = self.generator.bit_generator.random_raw(-(-count // 4)).view(np.uint16)[:count]
        return torch.from_numpy((bits >= dropped) * np.float32(1 / (1 - dropped / _CHANCES))).view(shape)

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
        self.weight = nn.Parameter(torch.empty(outputs, inputs, dtype=torch.float32))
        self.bias = nn.Parameter(torch.empty(outputs, dtype=torch.float32))
        self.register_buffer("u", torch.empty(outputs, dtype=torch.float32))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw weight and bias as for a plain linear layer, and begin the power iteration."""
        bound = 1 / math.sqrt(self.weight.shape[1])
        self.weight.uniform_(-bound, bound, generator=generator)
        self.bias.uniform_(-bound, bound, generator=generator)
        self.u.normal_(generator=generator)
        for _ in range(10):
            spectrally_normalised(self.weight, self.u, iterate=True)

    def forward(self, rows: Tensor) -> Tensor:
        """Apply the layer with its normalised weight."""
        return linear(rows, self.effective_weight(), self.bias)

    def effective_weight(self) -> Tensor:
        """Return the normalised weight; in training mode take a step of power iteration first."""
        return spectrally_normalised(self.weight, self.u, iterate=self.training)

    def extra_repr(self) -> str:
        """Show the widths."""
        return f"in_features={self.weight.shape[1]}, out_features={self.weight.shape[0]}"


class HiddenLayers(nn.Module):
    """Two hidden layers with a rectifier and dropout behind each.

    Parameters
    ----------
    inputs, hidden : int
        Width of the input and of both layers.
    dropout : Dropout
        Applied behind each rectifier.
    slope : float
        Slope of the rectifier on negative inputs.
    layer : callable
        Makes a layer from its two widths.
    """

    def __init__(
        self,
        inputs: int,
        hidden: int,
        dropout: Dropout,
        slope: float,
        layer: Callable[[int, int], Linear | SpectralLinear] = Linear,
    ) -> None:
        super().__init__()
        self.first, self.second = layer(inputs, hidden), layer(hidden, hidden)
        self.dropout, self.slope = dropout, slope

    def forward(self, rows: Tensor) -> Tensor:
        """Map rows (B, inputs) to units (B, hidden)."""
        return self.second_units(self.units(rows, self.first.effective_weight(), self.first.bias))

    def second_units(self, first_units: Tensor) -> Tensor:
        """Map units of the first layer to those of the second, both (B, hidden)."""
        return self.units(first_units, self.second.effective_weight(), self.second.bias)

    def units(self, rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Return the units of a layer with this weight and bias: rectified, and some dropped in training."""
        mask = self.dropout.mask(torch.Size((len(rows), len(bias))))
        return hidden_units(rows, weight, bias, self.slope, mask)

    def sampled(self, rows: Tensor, masks: Tensor) -> Tensor:
        """Map rows (B, inputs) to the units of S networks (B, S, hidden), masks (2, S, hidden) between them.

        The first layer lies before any dropout: it is computed once for all samples. A mask on the input of the
        second layer is a mask on its weights, so the S second layers are one matrix product.
        """
        shared = hidden_units(rows, self.first.effective_weight(), self.first.bias, self.slope)
        weight = (self.second.effective_weight() * masks[0].unsqueeze(1)).flatten(0, 1)
        units = hidden_units(shared, weight, self.second.bias.repeat(masks.shape[1]), self.slope)
        return units.unflatten(1, masks.shape[1:]).mul_(masks[1])
