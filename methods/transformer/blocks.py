"""A transformer block whose products have the same bytes on every processor."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmark.toolkit.nn.products import Linear, product


class Block(nn.Module):
    """Attention and two dense layers, each behind a layer normalisation and beside a residual connection.

    Parameters
    ----------
    width : int
        Width of a token, a multiple of ``heads``.
    heads : int
        Heads of the attention.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.scale = heads, 1 / math.sqrt(width // heads)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.asked, self.known, self.joined = Linear(width, width), Linear(width, 2 * width), Linear(width, width)
        self.wide, self.narrow = Linear(width, 2 * width), Linear(2 * width, width)

    def forward(self, tokens: Tensor, places: Tensor | None = None, barrier: Tensor | None = None) -> Tensor:
        """Map tokens (B, L, width) to the new tokens of some places.

        Parameters
        ----------
        tokens : Tensor, shape (B, L, width)
            Tokens.
        places : Tensor of int, shape (m,), optional
            Places to compute, all L if absent. They attend to all L.
        barrier : Tensor, shape (m, L), optional
            Added to the logits: −∞ where a place may not attend to another.

        Returns
        -------
        Tensor, shape (B, m, width)
        """
        normal = self.before(tokens)
        if places is not None:
            tokens = tokens[:, places]
        asked = self._by_head(self.asked(normal if places is None else normal[:, places]))
        keys, values = (self._by_head(part) for part in self.known(normal).chunk(2, dim=-1))
        logits = product(asked, keys.transpose(2, 3)) * self.scale
        weights = (logits if barrier is None else logits + barrier).softmax(dim=-1)
        tokens = tokens + self.joined(product(weights, values).transpose(1, 2).flatten(2))
        return tokens + self.narrow(functional.gelu(self.wide(self.between(tokens))))

    def _by_head(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(2, (self.heads, -1)).transpose(1, 2).contiguous()


class Table(nn.Module):
    """Learned vectors: one row for each of n things, drawn from a normal distribution.

    Parameters
    ----------
    rows, width : int
        Shape.
    spread : float
        Standard deviation of the initial values.
    """

    def __init__(self, rows: int, width: int, spread: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(rows, width))
        self.spread = spread

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw the vectors."""
        self.weight.normal_(std=self.spread, generator=generator)
