"""The networks of DDMT: a transformer that predicts the noise of a window, and the autoencoder behind its mask."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

STEP_WIDTH = 256
"""Width of the sine and cosine code of a diffusion step."""

_LONGEST = 10_000.0


class Denoiser(nn.Module):
    r"""Predict the noise in a noised window, :math:`\epsilon_\theta(x_t, t)`.

    A circular convolution of three points lifts the channels to the width; sine and cosine codes of position and,
    through three layers, of the diffusion step are added; one encoder layer (attention and two dense layers, each with
    a residual connection and layer normalisation after it), one more normalisation and a circular convolution of three
    points lead back to the channels.

    The first convolution is a product with three shifted copies of the window, the last one a sum of three shifted
    products: the same numbers as a convolution's, without moving the channels to another axis.

    Parameters
    ----------
    channels : int
        Channels M.
    length : int
        Points L of a window.
    width : int
        Width d, a multiple of ``heads``.
    heads : int
        Attention heads.
    dropout : float
        Share of units dropped behind the embedding and in the dense layers, in [0, 1).
    generator : torch.Generator
        What dropout draws from.
    """

    position: Tensor

    def __init__(
        self, channels: int, length: int, width: int, heads: int, dropout: float, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.heads, self.dropout, self.generator = heads, dropout, generator
        self.embed = nn.Conv1d(channels, width, 3, bias=False)
        self.step = nn.Sequential(
            nn.Linear(STEP_WIDTH, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)
        )
        self.attention = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.after_attention = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        self.after_dense = nn.LayerNorm(width)
        self.last = nn.LayerNorm(width)
        self.predict = nn.Conv1d(width, channels, 3)
        self.register_buffer("position", codes(torch.arange(length), width), persistent=False)

    def forward(self, windows: Tensor, steps: Tensor, allowed: Tensor) -> Tensor:
        """Predict the noise.

        Parameters
        ----------
        windows : Tensor, shape (B, L, M)
            Noised windows.
        steps : Tensor of int64, shape (B,) or (1,)
            Diffusion step of each, from 0; on the processor, whatever device the windows are on.
        allowed : Tensor of bool, shape (L, L) or (B, 1, L, L)
            Entry (i, j) is True where position i may look at position j; no row is False throughout.

        Returns
        -------
        Tensor, shape (B, L, M)
            Predicted noise.
        """
        near = torch.cat([windows.roll(1, 1), windows, windows.roll(-1, 1)], dim=2)
        lift = self.embed.weight.permute(0, 2, 1).flatten(1)
        step = self.step(codes(steps, STEP_WIDTH).to(windows.device))
        states = self._drop(functional.linear(near, lift) + self.position) + step[:, None]
        states = self.after_attention(states + self._attend(states, allowed))
        dense = self._drop(self.second(self._drop(functional.relu(self.first(states)))))
        states = self.last(self.after_dense(states + dense))
        lower = self.predict.weight.permute(2, 0, 1).flatten(0, 1)
        left, middle, right = functional.linear(states, lower).chunk(3, dim=2)
        return left.roll(1, 1) + middle + right.roll(-1, 1) + self.predict.bias

    def _attend(self, states: Tensor, allowed: Tensor) -> Tensor:
        count, length, width = states.shape
        parts = self.attention(states).view(count, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed)
        return self.merge(seen.transpose(1, 2).reshape(count, length, width))

    def _drop(self, units: Tensor) -> Tensor:
        if not self.training or self.dropout == 0:
            return units
        kept = torch.rand(units.shape, generator=self.generator).to(units.device) >= self.dropout
        return units * kept / (1 - self.dropout)


class AutoEncoder(nn.Module):
    """Reconstruct windows (B, L, M): convolutions M → 128 → half the points → 2M → 128 → all points → M.

    Kernels of three points and ReLU between layers; the description leaves both open.
    """

    def __init__(self, channels: int, hidden: int = 128) -> None:
        super().__init__()
        self.encode = nn.Sequential(
            nn.Conv1d(channels, hidden, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool1d(2, ceil_mode=True),  # a window of one point stays one
            nn.Conv1d(hidden, 2 * channels, 3, padding=1),
            nn.ReLU(),
        )
        self.widen = nn.Sequential(nn.Conv1d(2 * channels, hidden, 3, padding=1), nn.ReLU())
        self.decode = nn.Conv1d(hidden, channels, 3, padding=1)

    def forward(self, windows: Tensor) -> Tensor:
        """Reconstruct windows, shape (B, L, M) to the same."""
        states = self.widen(self.encode(windows.transpose(1, 2)))
        return self.decode(functional.interpolate(states, size=windows.shape[1])).transpose(1, 2)


def codes(places: Tensor, width: int) -> Tensor:
    """Sine and cosine of places at wavelengths from 2π to 10,000·2π, shapes (n,) to (n, width)."""
    count = (width + 1) // 2
    rates = torch.exp(-math.log(_LONGEST) * torch.arange(count) / count)
    angles = places[:, None].float() * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)[:, :width]
