"""Training of CRL-BSAD's encoder: which rows are pulled together and which are pushed apart."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from benchmark.toolkit.nn.train import History
from benchmark.toolkit.nn.train import train as minimise
from methods.crl_bsad.corruption import corrupt
from methods.crl_bsad.network import Encoder, Views, cosines, info_nce, smoothness, spread_shortfall

Pairs = Literal["neighbours", "crops"]
Negatives = Literal["rows", "corruptions"]

JITTER = 0.05
MASKED = 0.1
UNLABELLED = -1


class Objective:
    """The weighted sum of losses over a batch.

    Parameters
    ----------
    network : Encoder
        What is trained.
    views : Views
        How windows become its inputs.
    windows, pseudo : Tensor, shape (T, W, C) and (T,)
        Training windows, and their pseudo-labels: 1 anomalous, 0 normal, −1 none.
    pairs : {"neighbours", "crops"}
        Positive of an unlabelled row: the row before it, or the same row seen from a crop that begins later.
    negatives : {"rows", "corruptions"}
        Negatives of an unlabelled row: other rows of the batch, or corrupted windows.
    count : int
        Negatives K.
    temperature, smooth, variance : float
        τ of equation (4), and the weights of equation (5) and of the variance term.
    per_dimension : bool
        Divide equation (5) by the width of an embedding, as the variance term is.
    seed : int
        Seed of crops, corruptions and draws.
    """

    def __init__(
        self,
        network: Encoder,
        views: Views,
        windows: Tensor,
        pseudo: Tensor,
        *,
        pairs: Pairs,
        negatives: Negatives,
        count: int,
        temperature: float,
        smooth: float,
        per_dimension: bool,
        variance: float,
        seed: int,
    ) -> None:
        self.network, self.views = network, views
        self.windows, self.pseudo = windows, pseudo
        self.pairs, self.negatives, self.count = pairs, negatives, count
        self.temperature, self.variance = temperature, variance
        self.smooth, self.per_dimension = smooth, per_dimension
        self.seed, self.generator = seed, torch.Generator().manual_seed(seed)
        pools = [torch.nonzero(pseudo == label)[:, 0] for label in (0, 1)]
        self.pools = pools if all(len(pool) for pool in pools) else None  # one class alone has no negatives

    def __call__(self, windows: Tensor, pseudo: Tensor) -> Tensor:
        """Mean loss of a batch; in evaluation mode the random draws are the same in every call."""
        generator = self.generator if self.network.training else torch.Generator().manual_seed(self.seed)
        anchor = self.embed(self.views.full(windows))
        before = self.embed(self.views.full(windows[:, :-1])) if windows.shape[1] > 1 else None
        loss = self._contrast(anchor, before, windows, pseudo, generator)
        if before is not None and self.smooth:
            weight = self.smooth / anchor.shape[1] if self.per_dimension else self.smooth
            loss = loss + weight * smoothness(anchor, before)
        if self.variance:
            loss = loss + self.variance * spread_shortfall(anchor)
        return loss

    def embed(self, inputs: Tensor) -> Tensor:
        """Embedding of a row: the embeddings of its nodes side by side, (B, N·D)."""
        return self.network(inputs).flatten(1)

    def positive(self, windows: Tensor, generator: torch.Generator) -> Tensor:
        """The same rows seen from crops that begin later, some newest values masked, a little noise added."""
        count, _, channels = windows.shape
        windows = windows + JITTER * torch.randn(windows.shape, generator=generator)
        if windows.shape[1] > 1:
            masked = torch.rand((count, channels), generator=generator) < MASKED
            newest = torch.where(masked, windows[:, :-1].mean(dim=1), windows[:, -1])
            windows = torch.cat([windows[:, :-1], newest[:, None]], dim=1)
        shortest = (self.views.horizon + 1) // 2  # two crops overlap in half of the longest scale at least
        context = torch.randint(shortest, self.views.horizon + 1, (count,), generator=generator)
        return self.embed(self.views.cropped(windows, context))

    def _contrast(
        self, anchor: Tensor, before: Tensor | None, windows: Tensor, pseudo: Tensor, generator: torch.Generator
    ) -> Tensor:
        neighbours = self.pairs == "neighbours" and before is not None
        positive = before if neighbours else self.positive(windows, generator)
        # The batch is in random order, so the next rows of it are a random choice.
        count = len(anchor)
        if self.negatives == "corruptions":
            others, offset = self.embed(self.views.full(corrupt(windows, generator))), 0
        else:
            others, offset = anchor, 1
        wanted = min(self.count, count - offset)
        picked = (torch.arange(count)[:, None] + torch.arange(offset, offset + wanted)) % count
        unlike = cosines(anchor, others).gather(1, picked)
        labelled = pseudo != UNLABELLED
        if self.pools is None or not labelled.any():
            return info_nce(anchor, positive, unlike, self.temperature).mean()
        losses = [info_nce(anchor[~labelled], positive[~labelled], unlike[~labelled], self.temperature)]
        pools = [self.embed(self.views.full(self.windows[self._draw(pool, generator)])) for pool in self.pools]
        for label in (0, 1):
            mine = anchor[pseudo == label]
            friend = pools[label][torch.randint(self.count, (len(mine),), generator=generator)]
            losses.append(info_nce(mine, friend, cosines(mine, pools[1 - label]), self.temperature))
        return torch.cat(losses).mean()

    def _draw(self, pool: Tensor, generator: torch.Generator) -> Tensor:
        return pool[torch.randint(len(pool), (self.count,), generator=generator)]


def fit_encoder(
    objective: Objective, validation: Tensor, *, rate: float, epochs: int, batch_size: int, patience: int
) -> History:
    """Train the encoder by Adam; see `benchmark.toolkit.nn.train.train`.

    Raises
    ------
    DivergedError
        If a loss is not finite.
    """
    return minimise(
        objective.network,
        objective,
        (objective.windows, objective.pseudo),
        (validation, torch.full((len(validation),), UNLABELLED)),
        optimizer=torch.optim.Adam(objective.network.parameters(), lr=rate),
        generator=torch.Generator().manual_seed(objective.seed),
        epochs=epochs,
        batch_size=batch_size,
        patience=patience,
    )
