"""The networks of DDMT: a transformer that predicts noise or clean windows, and the autoencoder of the mask."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmark.toolkit.nn.convolution import Convolution
from benchmark.toolkit.nn.products import Linear, linear, product

STEP_WIDTH = 256
"""Width of the sine and cosine code of a diffusion step."""

_LONGEST = 10_000.0


class Composed(NamedTuple):
    """The linear maps from windows to states, queries, keys and values, composed; d is the width.

    Parameters
    ----------
    lift : Tensor, shape (4d, 3M)
        Weights of a point and its two neighbours: first for the state, then for query, key and value.
    position : Tensor, shape (L, 4d)
        Terms of the position, and constants.
    """

    lift: Tensor
    position: Tensor


class Denoiser(nn.Module):
    r"""Predict the noise in a noised window, :math:`\epsilon_\theta(x_t, t)`.

    A circular convolution of three points maps the channels to the width. Sine and cosine codes of the position and of
    the diffusion step are added, the latter through three layers. Then follow one encoder layer (attention and two
    dense layers, each with a residual connection and layer normalisation after it), one more normalisation, and a
    circular convolution of three points back to the channels. ``corrected`` trains the same network to predict the
    clean window.

    In evaluation mode there is no dropout between the first convolution and the first layer of the attention. Both are
    linear, so `composed` computes them as one map from 3M inputs, once for all diffusion steps.

    Parameters
    ----------
    channels : int
        Number of channels M.
    length : int
        Number of points L in a window.
    width : int
        Width d, a multiple of ``heads``.
    heads : int
        Number of attention heads.
    dropout : float
        Share of units dropped after the embedding and in the dense layers, in [0, 1).
    generator : torch.Generator
        Source of the draws of dropout.
    """

    position: Tensor

    def __init__(
        self, channels: int, length: int, width: int, heads: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.width, self.heads, self.dropout, self.generator = width, heads, dropout, generator
        self.embed = Convolution(channels, width, bias=False, padding="circular")
        self.step = nn.Sequential(
            Linear(STEP_WIDTH, width), nn.SiLU(), Linear(width, width), nn.SiLU(), Linear(width, width)
        )
        self.attention = Linear(width, 3 * width)
        self.merge = Linear(width, width)
        self.after_attention = nn.LayerNorm(width)
        self.first = Linear(width, width)
        self.second = Linear(width, width)
        self.after_dense = nn.LayerNorm(width)
        self.last = nn.LayerNorm(width)
        self.predict = Convolution(width, channels, padding="circular")
        self.register_buffer("position", codes(torch.arange(length), width), persistent=False)

    def forward(self, windows: Tensor, steps: Tensor, allowed: Tensor, composed: Composed | None = None) -> Tensor:
        """Predict the noise.

        Parameters
        ----------
        windows : Tensor, shape (B, L, M)
            Noised windows.
        steps : Tensor of int64, shape (B,) or (1,)
            Diffusion step of each window, from 0. Always on the processor, also if the windows are not.
        allowed : Tensor of bool, shape (L, L) or (B, 1, L, L)
            Entry (i, j) is True if position i attends to position j. Every row has a True.
        composed : Composed, optional
            Result of `composed`, for evaluation mode only.

        Returns
        -------
        Tensor, shape (B, L, M)
            Predicted noise.
        """
        step = self.step(codes(steps, STEP_WIDTH).to(windows.device))[:, None]
        if composed is None:
            states = self._drop(self.embed(windows) + self.position) + step
            parts = self.attention(states)
        else:
            both = linear(self.embed.unfolded(windows), composed.lift).add_(composed.position)
            states, parts = both.split([self.width, 3 * self.width], dim=2)
            states, parts = states + step, parts + linear(step, self.attention.weight)
        states = self.after_attention(states + self._attend(parts, allowed))
        dense = self._drop(self.second(self._drop(functional.relu(self.first(states)))))
        return self.predict(self.last(self.after_dense(states + dense)))

    @torch.no_grad()
    def composed(self) -> Composed:
        """Compose the first linear maps with their present weights."""
        lift, weight = self.embed.matrix, self.attention.weight
        onwards = linear(self.position, weight, self.attention.bias)
        return Composed(torch.cat([lift, linear(weight, lift.T)]), torch.cat([self.position, onwards], dim=1))

    def _attend(self, parts: Tensor, allowed: Tensor) -> Tensor:
        """Compute attention from concatenated queries, keys and values, (B, L, 3d) to (B, L, d)."""
        count, length = parts.shape[:2]
        query, key, value = parts.view(count, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        logits = product(query, key.mT) * math.sqrt(self.heads / self.width)
        closed = torch.zeros_like(allowed, dtype=logits.dtype).masked_fill_(~allowed, -torch.inf)
        weights = torch.softmax(logits.add_(closed), dim=3)
        heads = product(weights, value)
        return self.merge(heads.transpose(1, 2).reshape(count, length, self.width))

    def _drop(self, units: Tensor) -> Tensor:
        if not self.training or self.dropout == 0:
            return units
        remaining = torch.rand(units.shape, generator=self.generator).to(units.device) >= self.dropout
        return units * remaining / (1 - self.dropout)


class AutoEncoder(nn.Module):
    """Reconstruct windows (B, L, M) by convolutions: M → 128 → half the points → 2M → 128 → all points → M.

    Kernels have three points, and ReLU is between layers. The description leaves both open.
    """

    def __init__(self, channels: int, hidden: int = 128) -> None:
        super().__init__()
        self.first = Convolution(channels, hidden)
        self.narrow = Convolution(hidden, 2 * channels)
        self.widen = Convolution(2 * channels, hidden)
        self.decode = Convolution(hidden, channels)

    def forward(self, windows: Tensor) -> Tensor:
        """Reconstruct windows, shape (B, L, M) to the same."""
        states = functional.relu(self.first(windows)).transpose(1, 2)
        states = functional.max_pool1d(states, 2, ceil_mode=True).transpose(
            1, 2
        )  # ceil_mode keeps windows of one point
        states = functional.relu(self.widen(functional.relu(self.narrow(states))))
        length = windows.shape[1]
        nearest = torch.arange(length, device=windows.device) * states.shape[1] // length
        return self.decode(states[:, nearest])


def codes(positions: Tensor, width: int) -> Tensor:
    """Return sine and cosine codes of positions, (n,) to (n, width), with wavelengths from 2π to 10,000·2π."""
    count = (width + 1) // 2
    rates = torch.exp(-math.log(_LONGEST) * torch.arange(count) / count)
    angles = positions[:, None].float() * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)[:, :width]
