"""The network of `lstm`: one layer of long short-term memory, with a gradient of its own.

The gradient by hand takes six operations a row where torch records some thirty. torch's own layer comes from a library
(oneDNN) that chooses its kernels by processor.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from benchmark.toolkit.nn.products import Linear, multiply


class Recurrence(torch.autograd.Function):
    """States of a long short-term memory from what its gates receive of the inputs."""

    @staticmethod
    def forward(ctx: Any, received: Tensor, weight: Tensor) -> Tensor:
        """Inputs of the gates (L, B, 4H), in, forget, out, candidate, and weight (4H, H) to states (L, B, H)."""
        length, batch, width = received.shape[0], received.shape[1], weight.shape[1]
        gates = torch.empty_like(received)
        cells = received.new_zeros((length + 1, batch, width))
        bounded = received.new_empty((length, batch, width))
        states = received.new_zeros((length + 1, batch, width))
        for row in range(length):
            total = received[row] if row == 0 else multiply(states[row], weight.mT).add_(received[row])
            torch.sigmoid(total[:, : 3 * width], out=gates[row, :, : 3 * width])
            torch.tanh(total[:, 3 * width :], out=gates[row, :, 3 * width :])
            enter, keep, leave, candidate = gates[row].chunk(4, dim=1)
            torch.addcmul(keep * cells[row], enter, candidate, out=cells[row + 1])
            torch.tanh(cells[row + 1], out=bounded[row])
            torch.mul(leave, bounded[row], out=states[row + 1])
        ctx.save_for_backward(weight, gates, cells, bounded, states)
        return states[1:].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        """Propagate the gradient of the states back through the rows."""
        weight, gates, cells, bounded, states = ctx.saved_tensors
        length, width = len(gates), weight.shape[1]
        slopes = gates * (1 - gates)
        slopes[:, :, 3 * width :] = 1 - gates[:, :, 3 * width :].square()
        found = torch.empty_like(gates)
        of_state, of_cell = torch.zeros_like(bounded[0]), torch.zeros_like(bounded[0])
        for row in reversed(range(length)):
            enter, keep, leave, candidate = gates[row].chunk(4, dim=1)
            of_state = of_state + gradient[row]
            of_cell = of_cell + of_state * leave * (1 - bounded[row].square())
            outer = torch.cat([of_cell * candidate, of_cell * cells[row], of_state * bounded[row], of_cell * enter], 1)
            torch.mul(outer, slopes[row], out=found[row])
            of_cell = of_cell * keep
            of_state = multiply(found[row], weight)
        flat = found.flatten(0, 1)
        return found, multiply(flat.mT, states[:-1].flatten(0, 1))


class Network(nn.Module):
    """Forecast every row of a stretch that has ``window`` rows before it.

    Parameters
    ----------
    channels : int
        Channels C.
    hidden : int
        Width H of the state.
    window : int
        Rows that are read before the first forecast.
    """

    def __init__(self, channels: int, *, hidden: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.read = Linear(channels, 4 * hidden)
        self.recur = nn.Parameter(torch.empty(4 * hidden, hidden))
        self.last = Linear(hidden, channels)

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw the recurrent weights uniform on ±1/√H."""
        bound = 1 / math.sqrt(self.recur.shape[1])
        self.recur.uniform_(-bound, bound, generator=generator)

    def forward(self, stretches: Tensor) -> Tensor:
        """Stretches (B, window + n, C) to forecasts of their last n rows, (B, n, C)."""
        received = self.read(stretches[:, :-1].transpose(0, 1).contiguous())
        states: Tensor = Recurrence.apply(received, self.recur)
        forecasts: Tensor = self.last(states[self.window - 1 :]).transpose(0, 1)
        return forecasts
