"""Layers of GAN-UQ: dropout with its own generator, spectrally normalised layers, and pairs of hidden layers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.toolkit.nn.products import linear
from methods.gan_uq.dense import Linear, hidden_units
from methods.gan_uq.spectral import spectrally_normalised

_LEVELS = 2**16
"""Dropout draws 16 random bits for each unit, so its rate is a multiple of 2⁻¹⁶."""


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
        """Drop units and scale up the others, in training mode only."""
        mask = self.mask(units.shape)
        return units if mask is None else units * mask

    def mask(self, shape: torch.Size) -> Tensor | None:
        """Draw a mask: 0 where a unit is dropped, else 1/(1 − rate); None in evaluation mode.

        One draw of 64 bits serves four units. A uniform number for each unit takes ten times as long, a tenth of a
        training step.
        """
        if not self.training or self.rate == 0:
            return None
        dropped = min(max(round(self.rate * _LEVELS), 1), _LEVELS - 1)
        count = shape.numel()
        bits = self.generator.bit_generator.random_raw(-(-count // 4)).view(np.uint16)[:count]
        return torch.from_numpy((bits >= dropped) * np.float32(1 / (1 - dropped / _LEVELS))).view(shape)

    def extra_repr(self) -> str:
        """Show the rate."""
        return f"rate={self.rate}"


class SpectralLinear(nn.Module):
    """A linear layer whose weight is divided by its largest singular value (Miyato et al. 2018).

    Each pass in training mode takes one step of power iteration towards the singular vector, which is a buffer. Passes
    in evaluation mode do not change it.

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
        """Draw weight and bias as for a plain linear layer, and take the first ten steps of power iteration."""
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
        """Return the normalised weight; in training mode, after a step of power iteration."""
        return spectrally_normalised(self.weight, self.u, iterate=self.training)

    def extra_repr(self) -> str:
        """Show the widths."""
        return f"in_features={self.weight.shape[1]}, out_features={self.weight.shape[0]}"


class HiddenLayers(nn.Module):
    """Two hidden layers with a rectifier and dropout behind each.

    Parameters
    ----------
    inputs, hidden : int
        Widths of the input and of both layers.
    dropout : Dropout
        Dropout behind each rectifier.
    slope : float
        Slope of the rectifier on negative inputs.
    layer : callable
        Builds a layer from its two widths.
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
        """Return the units of a layer with this weight and bias, after rectifier and dropout."""
        mask = self.dropout.mask(torch.Size((len(rows), len(bias))))
        return hidden_units(rows, weight, bias, self.slope, mask)

    def sampled(self, rows: Tensor, masks: Tensor) -> Tensor:
        """Map rows (B, inputs) to the units (B, S, hidden) of S networks with dropout masks (2, S, hidden).

        The first layer comes before any dropout, so it is computed once for all samples. Masking the input of the
        second layer is the same as masking its weights, so the S second layers are one matrix product.
        """
        shared = hidden_units(rows, self.first.effective_weight(), self.first.bias, self.slope)
        weight = (self.second.effective_weight() * masks[0].unsqueeze(1)).flatten(0, 1)
        units = hidden_units(shared, weight, self.second.bias.repeat(masks.shape[1]), self.slope)
        return units.unflatten(1, masks.shape[1:]).mul_(masks[1])
