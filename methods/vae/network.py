"""Encoder, decoder and training of the variational autoencoder."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from benchmark.toolkit.nn.heads import Heads
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.products import Linear
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import History
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.nn.typed import Layout
from benchmark.toolkit.seeding import torch_generator
from benchmark.toolkit.windows import evenly_spaced

HELD_OUT = 5_000
"""Validation rows for early stopping, at most."""

BLOCK = 256
"""Rows scored at once, so that their samples fit the cache."""

_LIMIT = 10.0  # largest absolute log-variance of a posterior
_SLOPE = 0.1


class Network(nn.Module):
    """Two hidden layers to the posterior of the latent state, two back to the likelihoods of the columns.

    Parameters
    ----------
    layout : Layout
        Columns of a row.
    hidden, latent : int
        Widths.
    runs : float
        N of shares; see `benchmark.toolkit.nn.heads`.
    """

    def __init__(self, layout: Layout, hidden: int, latent: int, runs: float) -> None:
        super().__init__()
        self.layout = layout
        self.encoder = nn.ModuleList([Linear(layout.width, hidden), Linear(hidden, hidden), Linear(hidden, 2 * latent)])
        self.decoder = nn.ModuleList([Linear(latent, hidden), Linear(hidden, hidden)])
        self.heads = Heads(hidden, layout, runs=runs)

    def posterior(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of the latent state of rows (B, D), both (B, latent)."""
        first, second, last = self.encoder
        units = functional.leaky_relu(first(self.layout.inputs(rows)), _SLOPE)
        units = functional.leaky_relu(second(units), _SLOPE)
        mean, log_variance = last(units).chunk(2, dim=-1)
        return mean, log_variance.clamp(-_LIMIT, _LIMIT)

    def surprise(self, states: Tensor, rows: Tensor) -> Tensor:
        """Surprise of each variable of rows (B, D), given latent states (…, B, latent); shape (…, B, variables)."""
        return self.heads.surprise(self.decode(states), rows)

    def decode(self, states: Tensor) -> Tensor:
        """Hidden units from which the heads read, (…, B, hidden), of latent states (…, B, latent)."""
        for layer in self.decoder:
            states = functional.leaky_relu(layer(states), _SLOPE)
        return states


class Model:
    """The network, its training and its score.

    Parameters
    ----------
    layout : Layout
        Columns of a row.
    hidden, latent, runs, beta, samples, seed
        Parameters of the detector.
    """

    def __init__(
        self, layout: Layout, *, hidden: int, latent: int, runs: float, beta: float, samples: int, seed: int
    ) -> None:
        self.beta, self.seed = beta, seed
        self.network = build(lambda: Network(layout, hidden, latent, runs), torch_generator(seed, "parameters")).eval()
        self._draws = torch_generator(seed, "latent states")
        self._noise = torch.randn((samples, 1, latent), generator=torch_generator(seed, "importance samples"))

    def fit(
        self, train: Tensor, validation: Tensor, *, learning_rate: float, batch_size: int, steps: int, patience: int
    ) -> History:
        """Minimise the loss of rows (T, D) by Adam until that of validation rows stops to fall.

        Raises
        ------
        DivergedError
            If a loss is not finite.
        """
        return minimise(
            self.network,
            self.loss,
            (train,),
            (validation[torch.from_numpy(evenly_spaced(len(validation), HELD_OUT))],),
            optimizer=torch.optim.Adam(self.network.parameters(), lr=learning_rate, fused=True),
            generator=torch_generator(self.seed, "batches"),
            epochs=max(1, steps // math.ceil(len(train) / batch_size)),
            batch_size=batch_size,
            patience=patience,
        )

    def loss(self, rows: Tensor) -> Tensor:
        """Mean over rows of surprise + β · divergence from the prior, by one latent state each.

        In evaluation mode every call draws the same states.
        """
        generator = self._draws if self.network.training else torch_generator(self.seed, "validation")
        mean, log_variance = self.network.posterior(rows)
        noise = torch.randn(mean.shape, generator=generator)
        surprise = self.network.surprise(mean + noise * (0.5 * log_variance).exp(), rows).sum(dim=-1)
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=-1)
        return (surprise + self.beta * divergence).mean()

    def score(self, rows: Tensor) -> NDArray[np.float64]:
        """Estimate −log p(x) of rows (T, D), shape (T,)."""
        with one_thread(), torch.inference_mode():
            return torch.cat([self._evidence(block) for block in rows.split(BLOCK)]).numpy()

    def weighted_states(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Latent states of rows (B, D), (K, B, latent), and the weight of each in the score, (K, B), sum 1."""
        states, evidence = self._samples(rows)
        return states, evidence.softmax(dim=0)

    def _evidence(self, rows: Tensor) -> Tensor:
        return math.log(len(self._noise)) - self._samples(rows)[1].logsumexp(dim=0)

    def _samples(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Latent states (K, B, latent) and log p(x | z) p(z) / q(z | x) of each, (K, B)."""
        mean, log_variance = self.network.posterior(rows)
        states = mean + self._noise * (0.5 * log_variance).exp()
        surprise = self.network.surprise(states, rows).double().sum(dim=-1)
        ratio = 0.5 * (self._noise.double().square() + log_variance.double() - states.double().square()).sum(dim=-1)
        return states, ratio - surprise
