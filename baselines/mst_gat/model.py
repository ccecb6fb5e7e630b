"""The model of MST-GAT: training, and the score of each series at each point."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from baselines.mst_gat.network import Graph, Network
from baselines.mst_gat.settings import Settings
from benchmark.interfaces.errors import DivergedError
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.device import torch_device
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.seeding import torch_generator

STRETCH = 50
"""Number of windows in a training stretch; their ends are one row apart."""

HELD_OUT = 2_000
"""Validation windows for early stopping, at most."""

_BLOCK = 128  # rows scored in one pass, so that their attention fits the cache


class Model:
    """Network and scores.

    Parameters
    ----------
    settings : Settings
        Parameters of the detector.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings, self._window = settings, settings.window
        self._device = torch_device(settings.device)
        self._latent = torch_generator(settings.seed, "latent states")
        self.network = build(
            lambda: Network(
                len(settings.modalities),
                settings.hidden,
                settings.heads,
                int(math.log2(settings.window + 1)) - 1,
                settings.k,
                torch.tensor(settings.modalities),
            ),
            torch_generator(settings.seed, "parameters"),
        )
        self.network.to(self._device).eval()

    def fit(self, train: FloatArray, validation: FloatArray) -> None:
        """Train on scaled values, (T, M) and (V, M).

        Raises
        ------
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        settings = self._settings
        if not settings.untrained:
            self.history = minimise(
                self.network,
                self.loss,
                (stretches(train, self._window, settings.train_windows).to(self._device),),
                (stretches(validation, self._window, HELD_OUT).to(self._device),),
                optimizer=torch.optim.Adam(self.network.parameters(), lr=settings.learning_rate, fused=True),
                generator=torch_generator(settings.seed, "batches"),
                epochs=settings.epochs,
                batch_size=settings.batch_size,
                patience=settings.patience,
            )
        rows = validation[-4 * STRETCH :]
        scores = self.score(rows)
        if not np.isfinite(scores).all() or (np.ptp(scores) == 0 and len(np.unique(rows)) > 1):
            raise DivergedError(f"every validation point has the score {scores[0].sum()}")

    def loss(self, rows: Tensor) -> Tensor:
        """Return the mean loss of stretches (B, S, M).

        It is the squared error of prediction plus the negative evidence lower bound of reconstruction. In evaluation
        mode the latent states are not drawn; their means are used.
        """
        generator = self._latent if self.network.training else None
        following, mean, log_variance, divergence = self.network(rows, generator)
        present = rows[:, self._window - 1 :]
        density = 0.5 * (math.log(2 * math.pi) + log_variance + (present - mean).square() * (-log_variance).exp())
        loss = density.mean() + divergence.mean() / rows.shape[2]
        if self._window > 1:
            loss = loss + functional.mse_loss(following[:, :-1], present[:, 1:])
        return loss

    def score(self, values: FloatArray) -> NDArray[np.float64]:
        """Score every series at every point of scaled values, shape (T, M) for both."""
        window, count = self._window, len(values)
        # One row more than the first window needs, so that the first point has a prediction too.
        rows = torch.from_numpy(np.concatenate([np.repeat(values[:1], window, axis=0), values])).to(self._device)
        scores = np.empty(values.shape)
        with one_thread(), torch.inference_mode():
            graph = self.network.links()
            for start in range(0, count, _BLOCK):
                stop = min(start + _BLOCK, count)
                scores[start:stop] = self._errors(rows[start : stop + window], graph)
        return scores

    def _errors(self, rows: Tensor, graph: Graph) -> NDArray[np.float64]:
        gamma = self._settings.gamma
        following, mean, log_variance, _ = (part[0] for part in self.network(rows[None], graph=graph))
        present = rows[self._window :].double()
        spread = log_variance[1:].double()
        surprise = (present - mean[1:].double()).square() * (-spread).exp()
        probability = (-0.5 * (surprise + spread + math.log(2 * math.pi))).exp().clamp(max=1)
        error = (following[:-1].double() - present).square() if self._window > 1 else 0.0
        return ((error + gamma * (1 - probability)) / (1 + gamma)).cpu().numpy()


def stretches(values: FloatArray, window: int, count: int) -> Tensor:
    """Cut values (T, M) into stretches that hold `STRETCH` windows each, (N, window − 1 + STRETCH, M).

    Stretches follow each other, so that a window ends at every row but the first few. The last stretch ends at the last
    row. If this makes more windows than ``count``, stretches are left out evenly over time. If there are too few rows,
    the first one is repeated on the left.
    """
    span = window - 1 + STRETCH
    rows = np.concatenate([np.repeat(values[:1], max(span - len(values), 0), axis=0), values])
    last = len(rows) - span
    starts = np.append(np.arange(0, last, STRETCH), last)
    wanted = min(len(starts), math.ceil(count / STRETCH))
    starts = starts[np.unique(np.linspace(0, len(starts) - 1, wanted).round().astype(int))]
    return torch.from_numpy(rows[starts[:, None] + np.arange(span)])
