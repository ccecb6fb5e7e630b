"""The model of GDN: training, errors of forecasts, and their deviation from usual errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from baselines.gdn.network import Network
from baselines.gdn.settings import Settings
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.device import torch_device
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.scores import refuse_constant
from benchmark.toolkit.seeding import generator, torch_generator
from benchmark.toolkit.windows import evenly_spaced

HELD_OUT = 1_024
"""Validation windows for early stopping, at most; evenly spread."""

LEAST_SPREAD = 0.01
"""Added to the interquartile range of a sensor's errors, so that a sensor without errors can be divided by it."""

_ENTRIES = 1 << 18  # entries of the attention in one block


@dataclass(frozen=True)
class Usual:
    """Usual errors of each sensor.

    Parameters
    ----------
    median, spread : ndarray of float64, shape (M,)
        Median of the errors, and their interquartile range plus `LEAST_SPREAD`.
    """

    median: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def fit(cls, errors: NDArray[np.float64]) -> Usual:
        """Measure errors (T, M)."""
        lower, median, upper = np.quantile(errors, [0.25, 0.5, 0.75], axis=0)
        return cls(median, upper - lower + LEAST_SPREAD)

    def deviation(self, errors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (error − median) / spread of errors (T, M), in the same shape."""
        return (errors - self.median) / self.spread


class Model:
    """Network and scores.

    Parameters
    ----------
    settings : Settings
        Parameters of the detector.
    series : int
        Number of sensors M.
    """

    def __init__(self, settings: Settings, series: int) -> None:
        self._settings, self._device = settings, torch_device(settings.device)
        self.network = build(
            lambda: Network(series, settings, torch_generator(settings.seed, "dropout")),
            torch_generator(settings.seed, "parameters"),
        )
        self.network.to(self._device).eval()

    def fit(self, train: FloatArray, validation: FloatArray) -> None:
        """Train on scaled values, (T, M) and (V, M), and measure the usual errors on validation rows.

        Raises
        ------
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        settings = self._settings
        if not settings.untrained:
            drawn = np.sort(generator(settings.seed, "windows").permutation(len(train))[: settings.train_windows])
            held_out = evenly_spaced(len(validation), HELD_OUT)
            self.history = minimise(
                self.network,
                lambda histories, targets: functional.mse_loss(self.network(histories), targets),
                self._pairs(train, drawn),
                self._pairs(validation, held_out),
                optimizer=torch.optim.Adam(
                    self.network.parameters(), lr=settings.learning_rate, betas=(0.9, settings.decay), fused=True
                ),
                generator=torch_generator(settings.seed, "batches"),
                epochs=settings.epochs,
                batch_size=settings.batch_size,
                patience=settings.patience,
            )
        self.usual = Usual.fit(self.errors(validation))
        refuse_constant(self.score(validation), validation)

    def score(self, values: FloatArray) -> FloatArray:
        """Return the largest deviation of a sensor in each row of scaled values (T, M), shape (T,)."""
        errors = self.errors(values)
        usual = Usual.fit(errors) if self._settings.preset == "published" else self.usual
        return usual.deviation(errors).max(axis=1).astype(np.float32)

    def errors(self, values: FloatArray) -> NDArray[np.float64]:
        """Return the absolute errors of the forecasts of scaled values, shape (T, M) for both."""
        errors = np.empty(values.shape)
        with one_thread(), torch.inference_mode():
            links = self.network.links()
            for block in self._blocks(values):
                histories, targets = self._pairs(values, block)
                errors[block] = (self.network(histories, links) - targets).abs().double().cpu().numpy()
        return errors

    def adjacency(self, values: FloatArray) -> FloatArray:
        """Return the mean attention over the rows of scaled values (T, M), shape (M, M)."""
        total = np.zeros((values.shape[1],) * 2)
        with one_thread(), torch.inference_mode():
            links = self.network.links()
            for block in self._blocks(values):
                attention, _ = self.network.weights(self._pairs(values, block)[0], links)
                total += attention.double().sum(dim=0).cpu().numpy()
        return (total / len(values)).astype(np.float32)

    def _pairs(self, values: FloatArray, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return histories (n, M, w) and targets (n, M) of some rows; before the start the first row is repeated."""
        targets = torch.from_numpy(values[rows])
        if not self._settings.window:
            return targets[:, :, None].to(self._device), targets.to(self._device)
        before = np.maximum(rows[:, None] + np.arange(-self._settings.window, 0), 0)
        histories = np.ascontiguousarray(values[before].transpose(0, 2, 1))
        return torch.from_numpy(histories).to(self._device), targets.to(self._device)

    @staticmethod
    def _blocks(values: FloatArray) -> list[NDArray[np.int64]]:
        size = max(_ENTRIES // values.shape[1] ** 2, 1)
        return [np.arange(start, min(start + size, len(values))) for start in range(0, len(values), size)]
