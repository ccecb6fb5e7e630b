"""Vectors of length 1, by the reciprocal root, which has the same bytes on every processor."""

from __future__ import annotations

from torch import Tensor

_LEAST = 1e-24  # squared length


def unit(vectors: Tensor, dim: int = -1) -> Tensor:
    """Divide vectors along ``dim`` by their Euclidean length, which counts as 1e-12 where it is less."""
    return vectors * vectors.square().sum(dim=dim, keepdim=True).clamp_min(_LEAST).rsqrt()
