"""Training of a forecaster on stretches of rows, and its errors."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from baselines.forecast.errors import Errors, Usual, clipped
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import History
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.scores import refuse_constant
from benchmark.toolkit.seeding import torch_generator
from benchmark.toolkit.windows import evenly_spaced

STRETCH = 64
"""Rows that are forecast in one pass."""

HELD_OUT = 128
"""Validation stretches for early stopping, at most; evenly spread."""

_BLOCK = 64


class Model:
    """A network, its training, and the errors of its forecasts.

    Parameters
    ----------
    network : callable
        ``network(channels, hidden=…, window=…)`` makes a module that turns stretches (B, window + n, C) into forecasts
        of their last n rows, (B, n, C).
    channels : int
        Channels C.
    hidden, window, seed
        Parameters of the detector.
    """

    def __init__(
        self, network: Callable[..., nn.Module], channels: int, *, hidden: int, window: int, seed: int
    ) -> None:
        self.window, self.seed = window, seed
        self.history: History | None = None
        self.network = build(
            lambda: network(channels, hidden=hidden, window=window), torch_generator(seed, "parameters")
        ).eval()

    def fit(
        self,
        train: FloatArray,
        validation: FloatArray,
        *,
        learning_rate: float,
        batch_size: int,
        steps: int,
        patience: int,
    ) -> None:
        """Train on scaled values (T, C) and (V, C), and measure the usual errors; with 0 steps only the latter.

        Raises
        ------
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        if steps:
            rows, held_out = self._stretches(train), self._stretches(validation)
            held_out = held_out[torch.from_numpy(evenly_spaced(len(held_out), HELD_OUT))]
            self.history = minimise(
                self.network,
                lambda stretches: (self.network(stretches) - stretches[:, self.window :]).square().mean(),
                (rows,),
                (held_out,),
                optimizer=torch.optim.Adam(self.network.parameters(), lr=learning_rate, fused=True),
                generator=torch_generator(self.seed, "batches"),
                epochs=max(1, steps // math.ceil(len(rows) / batch_size)),
                batch_size=batch_size,
                patience=patience,
            )
        errors = self.errors(validation)
        self.usual = Usual.fit(self.errors(train), errors)
        refuse_constant(self.usual.scores(errors), validation)

    def errors(self, values: FloatArray) -> Errors:
        """Return the errors of the forecasts of scaled values, shape (T, C) for both."""
        with one_thread(), torch.inference_mode():
            found = [self.network(block).flatten(0, 1) for block in self._stretches(values).split(_BLOCK)]
        forecasts: Errors = torch.cat(found).double().numpy()
        return values - forecasts[: len(values)]

    def _stretches(self, values: FloatArray) -> Tensor:
        """Clipped values (T, C) in stretches of ``window`` rows before and `STRETCH` rows to forecast.

        Before the start the first row is repeated, and after the end the last: no point is dropped, and no forecast
        sees a later row.
        """
        count = math.ceil(len(values) / STRETCH)
        known = clipped(values)
        before, after = known[:1].repeat(self.window, axis=0), known[-1:].repeat(count * STRETCH - len(known), axis=0)
        padded = torch.from_numpy(np.concatenate([before, known, after]))
        return padded.unfold(0, self.window + STRETCH, STRETCH).transpose(1, 2).contiguous()
