"""The networks of DDMT: a transformer that predicts the noise of a window, and the autoencoder behind its mask."""

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
    """The linear maps from windows to states, and on to queries, keys and values, as one map; d the width.

    Parameters
    ----------
    lift : Tensor, shape (4d, 3M)
        What a point and its neighbours contribute: to the state first, then to query, key and value.
    position : Tensor, shape (L, 4d)
        What the position contributes, and the constants.
    """

    lift: Tensor
    position: Tensor


class Denoiser(nn.Module):
    r"""Predict the noise in a noised window, :math:`\epsilon_\theta(x_t, t)`.

    A circular convolution of three points lifts the channels to the width; sine and cosine codes of position and,
    through three layers, of the diffusion step are added; one encoder layer (attention and two dense layers, each with
    a residual connection and layer normalisation after it), one more normalisation and a circular convolution of three
    points lead back to the channels.

    In evaluation mode nothing is dropped between the first convolution and the attention's first layer. Both are
    linear, so `composed` makes one map of three channels' width out of them, for all steps of the diffusion.

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
            Diffusion step of each, from 0; on the processor, whatever device the windows are on.
        allowed : Tensor of bool, shape (L, L) or (B, 1, L, L)
            Entry (i, j) is True where position i may look at position j; no row is False throughout.
        composed : Composed, optional
            What `composed` gives, in evaluation mode alone.

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
            both = linear(self.embed.unfolded(windows), composed.lift) + composed.position
            states, parts = both.split([self.width, 3 * self.width], dim=2)
            states, parts = states + step, parts + linear(step, self.attention.weight)
        states = self.after_attention(states + self._attend(parts, allowed))
        dense = self._drop(self.second(self._drop(functional.relu(self.first(states)))))
        return self.predict(self.last(self.after_dense(states + dense)))

    @torch.no_grad()
    def composed(self) -> Composed:
        """Compose the linear maps of the present weights."""
        lift, weight = self.embed.matrix, self.attention.weight
        onwards = linear(self.position, weight, self.attention.bias)
        return Composed(torch.cat([lift, linear(weight, lift.T)]), torch.cat([self.position, onwards], dim=1))

    def _attend(self, parts: Tensor, allowed: Tensor) -> Tensor:
        """Attention over queries, keys and values side by side, (B, L, 3d) to (B, L, d)."""
        count, length = parts.shape[:2]
        query, key, value = parts.view(count, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        logits = product(query, key.mT) * math.sqrt(self.heads / self.width)
        weights = torch.softmax(logits.masked_fill_(~allowed, -torch.inf), dim=3)
        seen = product(weights, value)
        return self.merge(seen.transpose(1, 2).reshape(count, length, self.width))

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
        self.first = Convolution(channels, hidden)
        self.narrow = Convolution(hidden, 2 * channels)
        self.widen = Convolution(2 * channels, hidden)
        self.decode = Convolution(hidden, channels)

    def forward(self, windows: Tensor) -> Tensor:
        """Reconstruct windows, shape (B, L, M) to the same."""
        states = functional.relu(self.first(windows)).transpose(1, 2)
        states = functional.max_pool1d(states, 2, ceil_mode=True).transpose(1, 2)  # a window of one point stays one
        states = functional.relu(self.widen(functional.relu(self.narrow(states))))
        length = windows.shape[1]
        nearest = torch.arange(length, device=windows.device) * states.shape[1] // length
        return self.decode(states[:, nearest])


def codes(places: Tensor, width: int) -> Tensor:
    """Sine and cosine of places at wavelengths from 2π to 10,000·2π, shapes (n,) to (n, width)."""
    count = (width + 1) // 2
    rates = torch.exp(-math.log(_LONGEST) * torch.arange(count) / count)
    angles = places[:, None].float() * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)[:, :width]
