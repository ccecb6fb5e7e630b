"""Raw terms of the score, computed in blocks of rows."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.threads import one_thread

_SAMPLE_BUDGET = 2**20
"""Largest number of values that one layer holds for a block of rows, over all dropout samples."""


class Scorer(Protocol):
    """Computation of the raw terms of one preset's score."""

    def width(self) -> int:
        """Return the largest number of values that a layer holds for one sample of one row."""

    def terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return the terms, shape (B, P)."""

    def sampled_terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return the terms of each dropout sample, shape (B, S, P)."""


def raw_terms(scorer: Scorer, rows: FloatArray, samples: int, *, sampled: bool = False) -> FloatArray:
    """Return the raw terms (T, P), or those of each dropout sample (T, S, P)."""
    block = max(1, _SAMPLE_BUDGET // (samples * scorer.width()))
    terms = scorer.sampled_terms if sampled else scorer.terms
    with one_thread(), torch.inference_mode():
        parts = [terms(piece, samples) for piece in torch.from_numpy(rows).split(block)]
        return torch.cat(parts).numpy()
