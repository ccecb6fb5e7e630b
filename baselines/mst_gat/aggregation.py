"""The sum over linked series in M-GAT, with its gradient, computed in blocks that fit the processor's cache."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_ENTRIES = 1 << 18  # entries of the dense matrices in one block


def aggregate(weights: Tensor, states: Tensor, senders: Tensor) -> Tensor:
    """Return the weighted sum of the states of each series' senders.

    The weights are spread over a dense matrix of all pairs of series, because one product is faster than a sum over
    links.

    Parameters
    ----------
    weights : Tensor, shape (R, relations, M, S)
        Weight of each sender of a series.
    states : Tensor, shape (R, relations, M, E)
        States of the series.
    senders : Tensor of int64, shape (M, S)
        Senders of each series, all different.

    Returns
    -------
    Tensor, shape (R, relations, M, E)
    """
    if weights.device.type != "cpu":
        series = senders.shape[0]
        dense = weights.new_zeros(*weights.shape[:3], series)
        return dense.scatter(3, senders.expand(weights.shape), weights) @ states
    result: Tensor = _Aggregation.apply(weights.contiguous(), states.contiguous(), senders)
    return result


class _Aggregation(torch.autograd.Function):
    """Compute `aggregate` on the processor."""

    @staticmethod
    def forward(ctx: Any, weights: Tensor, states: Tensor, senders: Tensor) -> Tensor:
        ctx.save_for_backward(weights, states, senders)
        result = np.empty(states.shape, np.float32)
        layout = _Layout(weights, senders)
        for block in layout.blocks:
            np.matmul(layout.dense(weights.numpy()[block]), states.numpy()[block], out=result[block])
        return torch.from_numpy(result)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        weights, states, senders = ctx.saved_tensors
        gradient = gradients[0].contiguous().numpy()
        of_weights, of_states = np.empty(weights.shape, np.float32), np.empty(states.shape, np.float32)
        layout = _Layout(weights, senders)
        for block in layout.blocks:
            mine = gradient[block]
            np.matmul(layout.dense(weights.numpy()[block]).swapaxes(2, 3), mine, out=of_states[block])
            of_weights[block] = layout.linked(np.matmul(mine, states.numpy()[block].swapaxes(2, 3)))
        return torch.from_numpy(of_weights), torch.from_numpy(of_states), None


class _Layout:
    """Positions of the links in dense matrices, one for each row and relation."""

    def __init__(self, weights: Tensor, senders: Tensor) -> None:
        rows, relations, series, _ = weights.shape
        at_a_time = min(max(_ENTRIES // (relations * series**2), 1), rows)
        self.blocks = [slice(start, start + at_a_time) for start in range(0, rows, at_a_time)]
        self._places = (torch.arange(series)[:, None] * series + senders).flatten().numpy()
        self._matrices = np.zeros((at_a_time, relations, series, series), np.float32)

    def dense(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Spread weights (r, relations, M, S) over (r, relations, M, M), in a buffer that the next call overwrites."""
        count, relations = weights.shape[:2]
        matrices = self._matrices[:count]
        matrices.reshape(count * relations, -1)[:, self._places] = weights.reshape(count * relations, -1)
        return matrices

    def linked(self, matrices: NDArray[np.float32]) -> NDArray[np.float32]:
        """Pick the entries of links, (r, relations, M, M) to (r, relations, M, S)."""
        count, relations, series, _ = matrices.shape
        return matrices.reshape(count, relations, -1)[:, :, self._places].reshape(count, relations, series, -1)
