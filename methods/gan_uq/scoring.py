"""Raw terms of the score: computed block by block, and smoothed along a recording."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.threads import one_thread

_SAMPLE_BUDGET = 2**20
"""Numbers that all samples of a block of rows take at most, in one layer."""


class Scorer(Protocol):
    """The raw terms of one preset's score."""

    def width(self) -> int:
        """Return how many numbers one sample of one row takes at most."""

    def terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return the terms, shape (B, P)."""

    def sampled_terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return the terms of each dropout sample, shape (B, S, P)."""


def raw_terms(scorer: Scorer, rows: FloatArray, samples: int, *, sampled: bool = False) -> FloatArray:
    """Return the raw terms (T, P), or those of each dropout sample (T, S, P), block by block."""
    block = max(1, _SAMPLE_BUDGET // (samples * scorer.width()))
    terms = scorer.sampled_terms if sampled else scorer.terms
    with one_thread(), torch.inference_mode():
        parts = [terms(piece, samples) for piece in torch.from_numpy(rows).split(block)]
        return torch.cat(parts).numpy()
