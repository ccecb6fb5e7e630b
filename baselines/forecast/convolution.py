"""The network of `cnn`: causal convolutions with growing steps."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from benchmark.toolkit.nn.products import Linear


def dilations(window: int) -> list[int]:
    """Steps of convolutions of two rows that see exactly ``window`` rows: 1, 2, 4, …, the last one shorter.

    Their sum is ``window`` − 1.
    """
    steps: list[int] = []
    while (rest := window - 1 - sum(steps)) > 0:
        steps.append(min(2 ** len(steps), rest))
    return steps


class Network(nn.Module):
    """Forecast every row of a stretch that has ``window`` rows before it.

    Parameters
    ----------
    channels : int
        Channels C.
    hidden : int
        Width of each layer.
    window : int
        Rows that a forecast sees.
    """

    def __init__(self, channels: int, *, hidden: int, window: int) -> None:
        super().__init__()
        self.steps = dilations(window)
        self.first = Linear(channels, hidden)
        self.layers = nn.ModuleList([Linear(2 * hidden, hidden) for _ in self.steps])
        self.last = Linear(hidden, channels)

    def forward(self, stretches: Tensor) -> Tensor:
        """Stretches (B, window + n, C) to forecasts of their last n rows, (B, n, C)."""
        units = self.first(stretches[:, :-1]).relu()
        for step, layer in zip(self.steps, self.layers, strict=True):
            units = layer(torch.cat([units[:, :-step], units[:, step:]], dim=2)).relu()
        forecasts: Tensor = self.last(units)
        return forecasts
