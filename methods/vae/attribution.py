"""Surprise of each column of a row, as the score of the variational autoencoder adds it up."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmark.toolkit.nn.attribution import beyond_usual
from benchmark.toolkit.nn.heads import binary_surprise, gaussian_surprise
from benchmark.toolkit.nn.threads import one_thread
from methods.vae.network import BLOCK, Model, Network


def blame(model: Model, rows: Tensor, usual: Tensor) -> NDArray[np.float64]:
    r"""Surprise of each prepared column beyond its mean over ``usual`` rows, in nats: (T, D) and (V, D) to (T, D).

    The score is :math:`-\log \frac1K \sum_k e^{-l_k}`, with :math:`l_k` the surprise of all columns under the k-th
    latent state plus a term of the state alone. The surprise of a column is its mean over the states with the weights
    :math:`e^{-l_k} / \sum_j e^{-l_j}`, which is the derivative of the score by it.

    The surprise of a category belongs to the column that is 1. That of shares is
    :math:`N (x \log (x / \pi) - x + \pi)` for each column, at least 0; its sum is the multinomial's, since shares and
    probabilities both sum to 1.
    """
    with one_thread(), torch.inference_mode():
        found, ordinary = (
            torch.cat([_surprise(model, block) for block in part.split(BLOCK)]).double().numpy()
            for part in (rows, usual)
        )
    return beyond_usual(found, ordinary.mean(axis=0), model.network.layout)


def _surprise(model: Model, rows: Tensor) -> Tensor:
    states, weights = model.weighted_states(rows)
    return (weights[..., None] * _columns(model.network, states, rows)).sum(dim=0)


def _columns(network: Network, states: Tensor, rows: Tensor) -> Tensor:
    """Surprise of each column: states (K, B, latent) and rows (B, D) to (K, B, D)."""
    heads = network.heads
    mean, logits, *blocks, spread = torch.split(heads.layer(network.decode(states)), heads.sizes, dim=-1)
    values, flags, *observed = torch.split(rows, network.layout.sizes, dim=-1)
    found = [gaussian_surprise(values, mean, spread), binary_surprise(flags, logits)]
    for place, (block, seen) in enumerate(zip(blocks, observed, strict=True)):
        logs = block.log_softmax(dim=-1)
        if place < len(network.layout.categories):
            found.append(-seen * logs)
        else:
            found.append(heads.runs * (seen * (seen.clamp_min(1e-12).log() - logs) - seen + logs.exp()))
    return torch.cat(found, dim=-1)
