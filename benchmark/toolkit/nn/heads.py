r"""Output layers of a generative model of typed columns (`benchmark.toolkit.nn.typed`): one likelihood for each kind.

============  ====================================  ==========================================================
group         model                                 surprise of the observed x, in nats
============  ====================================  ==========================================================
continuous    Gaussian, mean m and variance v       :math:`\tfrac12 (\log 2\pi v + (x - m)^2 / v)`
binary        Bernoulli, logit l                    :math:`\log(1 + e^l) - x l`
category      categorical, probabilities π          :math:`-\sum_i x_i \log \pi_i`
shares        multinomial of N runs,                :math:`N \sum_i x_i \log (x_i / \pi_i)`
              probabilities π
============  ====================================  ==========================================================

The last line is the negative log-likelihood of N x counts up to terms of order log N (Stirling's formula). N is a
constant, because shares do not tell how many runs they were counted from: a long sequence does not weigh more.

The variance is at least 0.01: differences below a tenth of a standard deviation of the training rows are no evidence.
Without that floor a column that hardly varies would decide every score.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmark.toolkit.nn.products import Linear
from benchmark.toolkit.nn.typed import Layout, roots

FLOOR = 2 * math.log(0.1)
"""Least logarithm of a variance."""


def gaussian_surprise(values: Tensor, mean: Tensor, spread: Tensor) -> Tensor:
    """Surprise of continuous values; ``spread`` is any number, from which the log-variance is made."""
    log_variance = FLOOR + functional.softplus(spread - FLOOR)
    return 0.5 * (math.log(2 * math.pi) + log_variance + (values - mean).square() * (-log_variance).exp())


def binary_surprise(values: Tensor, logits: Tensor) -> Tensor:
    """Surprise of values in [0, 1]."""
    return functional.softplus(logits) - values * logits


def category_surprise(values: Tensor, logits: Tensor) -> Tensor:
    """Surprise of one category (…, n), one of whose columns is 1; shape (…)."""
    return -(values * logits.log_softmax(dim=-1)).sum(dim=-1)


def shares_surprise(values: Tensor, logits: Tensor, runs: float) -> Tensor:
    """Surprise of shares (…, n) of ``runs`` runs; shape (…)."""
    return runs * (values * (values.clamp_min(1e-12).log() - logits.log_softmax(dim=-1))).sum(dim=-1)


class Heads(nn.Module):
    """One linear layer from hidden units to the parameters of every likelihood.

    Parameters
    ----------
    hidden : int
        Width of the hidden units.
    layout : Layout
        Groups of the columns.
    runs : float
        N of the multinomial.
    spread : bool
        Give continuous columns a variance of their own. Without it, only `expectation` is defined.
    """

    def __init__(self, hidden: int, layout: Layout, *, runs: float = 1.0, spread: bool = True) -> None:
        super().__init__()
        self.layout, self.runs = layout, runs
        self.sizes = layout.sizes + ([layout.continuous] if spread else [])
        self.layer = Linear(hidden, sum(self.sizes))

    def surprise(self, units: Tensor, rows: Tensor) -> Tensor:
        """Surprise of each variable: units (…, B, H) and prepared rows (B, D) to (…, B, variables)."""
        mean, logits, *blocks, spread = torch.split(self.layer(units), self.sizes, dim=-1)
        values, flags, *observed = torch.split(rows, self.layout.sizes, dim=-1)
        found = [gaussian_surprise(values, mean, spread), binary_surprise(flags, logits)]
        for place, (block, seen) in enumerate(zip(blocks, observed, strict=True)):
            if place < len(self.layout.categories):
                found.append(category_surprise(seen, block)[..., None])
            else:
                found.append(shares_surprise(seen, block, self.runs)[..., None])
        return torch.cat(found, dim=-1)

    def expectation(self, units: Tensor) -> Tensor:
        """Expected row in the form of `Layout.inputs`: units (B, H) to (B, D)."""
        mean, logits, *blocks = torch.split(self.layer(units), self.sizes, dim=-1)[: len(self.layout.sizes)]
        soft = [block.softmax(dim=-1) for block in blocks]
        kinds = len(self.layout.categories)
        shares = [roots(block * float(block.shape[-1])) for block in soft[kinds:]]
        return torch.cat([mean, logits.sigmoid(), *soft[:kinds], *shares], dim=-1)
