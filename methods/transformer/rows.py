"""Masked modelling of rows: a column is hidden and predicted from the others."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmark.interfaces.recording import Recording
from benchmark.toolkit.nn.heads import binary_surprise, category_surprise, gaussian_surprise, shares_surprise
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.products import Linear
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import History
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.nn.typed import Layout, TypedRows
from benchmark.toolkit.seeding import torch_generator
from benchmark.toolkit.windows import causal_windows, evenly_spaced
from methods.transformer.blocks import Block, Table

HIDDEN_SHARE = 0.2
"""Share of the variables that are hidden at once."""

HELD_OUT = 1_000
"""Validation rows for early stopping, at most."""

CALIBRATION = 2_000
"""Validation rows from which the usual surprise of a variable is taken, at most."""

RUNS = 100
"""Runs that shares count as, where a sequence is read in its encoded form."""

_BLOCK = 128


def windows_of(rows: TypedRows, recording: Recording, window: int) -> Tensor:
    """Prepared rows with those before them, (T, window, D); the newest is the last."""
    newest = rows.apply(recording)
    windows = causal_windows(replace(recording, values=newest.numpy()), window)
    return torch.from_numpy(windows.reshape(len(newest), window, -1))


class Network(nn.Module):
    """One token for each variable, two blocks, and the likelihood of hidden variables.

    The token of a variable holds its values in the window. Of a hidden one the newest value is 0, and a vector of its
    own is added. The second block computes hidden variables alone: their surprise is all that is needed.

    Parameters
    ----------
    layout : Layout
        Columns of a row.
    window, width, heads : int
        Rows of a window; width of a token; heads of the attention.
    """

    def __init__(self, layout: Layout, window: int, width: int, heads: int) -> None:
        super().__init__()
        self.layout, self.window, self.width = layout, window, width
        self.scalars = layout.continuous + layout.binary
        self.names, self.hidden = Table(layout.variables, width, 1.0), Table(layout.variables, width, 1.0)
        self.values = Table(window * self.scalars, width, 1 / math.sqrt(window))
        self.means, self.spreads = (Table(self.scalars, width + 1, 1 / math.sqrt(width)) for _ in range(2))
        blocks = [*layout.categories, *layout.shares]
        self.read = nn.ModuleList([Linear(window * size, width) for size in blocks])
        self.written = nn.ModuleList([Linear(width, size) for size in blocks])
        self.first, self.second, self.last = Block(width, heads), Block(width, heads), nn.LayerNorm(width)

    def forward(self, windows: Tensor, chosen: Tensor) -> Tensor:
        """Surprise of the chosen variables, all hidden at once: (B, window, D) and (m,), ascending, to (B, m)."""
        tokens = self.last(self.second(self.first(self._tokens(windows, chosen)), chosen))
        scalars = chosen[chosen < self.scalars]
        units, newest = tokens[:, : len(scalars)], windows[:, -1]
        mean, spread = (
            (units * table.weight[scalars, :-1]).sum(dim=2) + table.weight[scalars, -1]
            for table in (self.means, self.spreads)
        )
        values, measured = newest[:, scalars], scalars < self.layout.continuous
        found = [
            torch.where(measured, gaussian_surprise(values, mean, spread), binary_surprise(values.clamp(0, 1), mean))
        ]
        observed = newest.split(self.layout.sizes, dim=1)[2:]
        for place, block in enumerate((chosen[len(scalars) :] - self.scalars).tolist(), len(scalars)):
            logits = self.written[block](tokens[:, place])
            if block < len(self.layout.categories):
                found.append(category_surprise(observed[block], logits)[:, None])
            else:
                found.append(shares_surprise(observed[block], logits, RUNS)[:, None])
        return torch.cat(found, dim=1)

    def _tokens(self, windows: Tensor, chosen: Tensor) -> Tensor:
        shown = torch.ones(self.layout.variables)
        shown[chosen] = 0
        scalars, *blocks = self.layout.inputs(windows).split(
            [self.scalars, *self.layout.categories, *self.layout.shares], dim=2
        )
        shown_values = self._visible(scalars, shown[: self.scalars])[..., None]
        tokens = [(shown_values * self.values.weight.view(self.window, self.scalars, self.width)).sum(dim=1)]
        for place, (layer, block) in enumerate(zip(self.read, blocks, strict=True)):
            tokens.append(layer(self._visible(block, shown[self.scalars + place]).flatten(1))[:, None])
        added = self.names.weight + (1 - shown)[:, None] * self.hidden.weight
        return torch.cat(tokens, dim=1) + added

    @staticmethod
    def _visible(values: Tensor, shown: Tensor) -> Tensor:
        """Values (B, window, n), the newest times ``shown``."""
        return torch.cat([values[:, :-1], values[:, -1:] * shown], dim=1)


class Model:
    """The network, its training, and the surprise of each variable.

    Parameters
    ----------
    layout : Layout
        Columns of a row.
    window, width, heads, seed
        Parameters of the detector.
    """

    def __init__(self, layout: Layout, *, window: int, width: int, heads: int, seed: int) -> None:
        self.seed = seed
        self.network = build(lambda: Network(layout, window, width, heads), torch_generator(seed, "parameters")).eval()
        self._count = max(1, round(HIDDEN_SHARE * layout.variables))
        self._draws = torch_generator(seed, "hidden variables")
        order = torch.randperm(layout.variables, generator=torch_generator(seed, "groups"))
        self._groups = [group.sort().values for group in order.split(self._count)]
        self._usual = np.zeros(layout.variables)

    def fit(
        self, train: Tensor, validation: Tensor, *, learning_rate: float, batch_size: int, steps: int, patience: int
    ) -> History:
        """Minimise the mean surprise of hidden variables of windows (T, window, D).

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

    def loss(self, windows: Tensor) -> Tensor:
        """Mean surprise of a random share of the variables; in evaluation mode of all, group by group."""
        if not self.network.training:
            return self._surprise(windows).mean()
        chosen = torch.randperm(len(self._usual), generator=self._draws)[: self._count]
        surprise: Tensor = self.network(windows, chosen.sort().values)
        return surprise.mean()

    def calibrate(self, validation: Tensor) -> None:
        """Take the mean surprise of each variable over validation windows as its usual one."""
        rows = validation[torch.from_numpy(evenly_spaced(len(validation), CALIBRATION))]
        self._usual = self.surprises(rows).mean(axis=0)

    def surprises(self, windows: Tensor) -> NDArray[np.float64]:
        """Surprise of each variable beyond its usual one, in nats: (T, window, D) to (T, variables)."""
        with one_thread(), torch.inference_mode():
            found = [self._surprise(block).double() for block in windows.split(_BLOCK)]
            return torch.cat(found).numpy() - self._usual

    def _surprise(self, windows: Tensor) -> Tensor:
        found = windows.new_empty((len(windows), len(self._usual)))
        for group in self._groups:
            found[:, group] = self.network(windows, group)
        return found
