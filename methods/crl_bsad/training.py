"""Training of CRL-BSAD's encoder: positives, negatives and the loss of a batch."""

from __future__ import annotations

import torch
from torch import Tensor

from benchmark.toolkit.nn.train import History
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.seeding import torch_generator
from methods.crl_bsad.corruption import corrupt
from methods.crl_bsad.network import Encoder, Views, cosines, info_nce, smoothness, spread_shortfall
from methods.crl_bsad.settings import Settings

JITTER = 0.05
MASKED = 0.1
UNLABELLED = -1


class Objective:
    """The loss of a batch: InfoNCE (4), smoothness (5) and the variance term, weighted.

    Parameters
    ----------
    network : Encoder
        The encoder to train.
    views : Views
        Computes its inputs from windows.
    windows, pseudo : Tensor, shape (T, W, C) and (T,)
        Training windows, and their pseudo-labels: 1 anomalous, 0 normal, −1 none.
    settings : Settings
        Pairs, negatives, temperature and weights.
    """

    def __init__(self, network: Encoder, views: Views, windows: Tensor, pseudo: Tensor, settings: Settings) -> None:
        self.network, self.views, self.settings = network, views, settings
        self.windows, self.pseudo = windows, pseudo
        self.generator = torch_generator(settings.seed, "objective")
        pools = [torch.nonzero(pseudo == label)[:, 0] for label in (0, 1)]
        self.pools = pools if all(len(pool) for pool in pools) else None  # with one class there are no negatives

    def __call__(self, windows: Tensor, pseudo: Tensor) -> Tensor:
        """Return the mean loss of a batch. In evaluation mode the random draws are the same in every call."""
        settings = self.settings
        generator = self.generator if self.network.training else torch_generator(settings.seed, "validation")
        sees_past = windows.shape[1] > 1
        inputs = {"anchor": self.views.full(windows)}
        if sees_past and (settings.smoothness or settings.pairs == "neighbours"):
            inputs["before"] = self.views.full(windows[:, :-1])
        if not sees_past or settings.pairs == "crops":
            inputs["positive"] = self.crops(windows, generator)
        if settings.negatives == "corruptions":
            inputs["negatives"] = self.views.full(corrupt(windows, generator))
        embedded = self.embed(torch.cat(list(inputs.values()))).split(len(windows))  # one pass is faster than four
        parts = dict(zip(inputs, embedded, strict=True))
        anchor = parts["anchor"]
        positive = parts["positive"] if "positive" in parts else parts["before"]
        loss = self._contrast(anchor, positive, parts.get("negatives"), pseudo, generator)
        if sees_past and settings.smoothness:
            weight = settings.smoothness / anchor.shape[1] if settings.per_dimension else settings.smoothness
            loss = loss + weight * smoothness(anchor, parts["before"])
        if settings.variance:
            loss = loss + settings.variance * spread_shortfall(anchor)
        return loss

    def embed(self, inputs: Tensor) -> Tensor:
        """Embed rows, (B, N, F) to (B, N·D): the embeddings of the nodes of a row, concatenated."""
        return self.network(inputs).flatten(1)

    def crops(self, windows: Tensor, generator: torch.Generator) -> Tensor:
        """Compute inputs of the same rows from crops that begin later, with noise and some newest values masked."""
        count, _, channels = windows.shape
        windows = windows + JITTER * torch.randn(windows.shape, generator=generator)
        if windows.shape[1] > 1:
            masked = torch.rand((count, channels), generator=generator) < MASKED
            newest = torch.where(masked, windows[:, :-1].mean(dim=1), windows[:, -1])
            windows = torch.cat([windows[:, :-1], newest[:, None]], dim=1)
        shortest = (self.views.horizon + 1) // 2  # two crops share at least half of the longest scale
        context = torch.randint(shortest, self.views.horizon + 1, (count,), generator=generator)
        return self.views.cropped(windows, context)

    def _contrast(
        self, anchor: Tensor, positive: Tensor, negatives: Tensor | None, pseudo: Tensor, generator: torch.Generator
    ) -> Tensor:
        # The batch is in random order, so its next rows are a random choice.
        count, offset = len(anchor), 0 if negatives is not None else 1
        others = anchor if negatives is None else negatives
        wanted = min(self.settings.negative_count, count - offset)
        picked = (torch.arange(count)[:, None] + torch.arange(offset, offset + wanted)) % count
        unlike = cosines(anchor, others).gather(1, picked)
        labelled = pseudo != UNLABELLED
        if self.pools is None or not labelled.any():
            return info_nce(anchor, positive, unlike, self.settings.temperature).mean()
        losses = [info_nce(anchor[~labelled], positive[~labelled], unlike[~labelled], self.settings.temperature)]
        pools = [self.embed(self.views.full(self.windows[self._draw(pool, generator)])) for pool in self.pools]
        for label in (0, 1):
            mine = anchor[pseudo == label]
            friend = pools[label][torch.randint(self.settings.negative_count, (len(mine),), generator=generator)]
            losses.append(info_nce(mine, friend, cosines(mine, pools[1 - label]), self.settings.temperature))
        return torch.cat(losses).mean()

    def _draw(self, pool: Tensor, generator: torch.Generator) -> Tensor:
        return pool[torch.randint(len(pool), (self.settings.negative_count,), generator=generator)]


def fit_encoder(objective: Objective, validation: Tensor) -> History:
    """Train the encoder by Adam; see `benchmark.toolkit.nn.train.train`.

    Raises
    ------
    DivergedError
        If a loss is not finite.
    """
    settings = objective.settings
    return minimise(
        objective.network,
        objective,
        (objective.windows, objective.pseudo),
        (validation, torch.full((len(validation),), UNLABELLED)),
        optimizer=torch.optim.Adam(objective.network.parameters(), lr=settings.learning_rate, fused=True),
        generator=torch_generator(settings.seed, "batches"),
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        patience=settings.patience,
    )
