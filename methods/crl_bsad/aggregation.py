"""The sum over neighbours in equation (3), with its gradient, computed in blocks that fit the processor's cache."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

_ENTRIES = 1 << 18  # entries of the adjacency in one block


def aggregate(directions: Tensor, messages: Tensor) -> Tensor:
    r"""Average the messages of all nodes with the weights of equation (2).

    .. math:: o_i = \frac{\sum_j \exp(d_i \cdot d_j)\, m_j}{\sum_j \exp(d_i \cdot d_j)}

    Parameters
    ----------
    directions : Tensor, shape (B, N, D)
        Directions d of the nodes, each of length :math:`1/\sqrt\tau`, or 0.
    messages : Tensor, shape (B, N, E)
        Messages m of the nodes.

    Returns
    -------
    Tensor, shape (B, N, E)
    """
    result: Tensor = _Aggregation.apply(directions, messages)
    return result


class _Aggregation(torch.autograd.Function):
    """Compute `aggregate`. The maximum of each row, |d_i|², is subtracted from its exponents and cancels."""

    @staticmethod
    def forward(ctx: Any, directions: Tensor, messages: Tensor) -> Tensor:
        ones = torch.ones_like(directions[:, :, :1])
        receivers = torch.cat([directions, -directions.square().sum(dim=2, keepdim=True)], dim=2).numpy()
        senders = torch.cat([directions, ones], dim=2).numpy().swapaxes(1, 2)
        summed = torch.cat([messages, ones], dim=2).numpy()
        total = np.empty_like(summed)
        keeps, blocks = any(ctx.needs_input_grad), _blocks(directions)
        count, nodes = directions.shape[:2]
        adjacency = np.empty((count if keeps else blocks[0].stop, nodes, nodes), np.float32)
        for block in blocks:
            weights = adjacency[block] if keeps else adjacency[: min(block.stop, count) - block.start]
            np.matmul(receivers[block], senders[block], out=weights)
            torch.from_numpy(weights).exp_()
            np.matmul(weights, summed[block], out=total[block])
        means = torch.from_numpy(total[:, :, :-1] / total[:, :, -1:])
        if keeps:
            ctx.save_for_backward(directions, messages, means)
            ctx.adjacency, ctx.totals = adjacency, torch.from_numpy(total[:, :, -1:])
        return means

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        directions, messages, means = ctx.saved_tensors
        gradient = gradients[0] / ctx.totals
        lost = (gradient * means).sum(dim=2, keepdim=True)
        receivers = torch.cat([gradient, -lost], dim=2).numpy()
        senders = torch.cat([messages, torch.ones_like(lost)], dim=2).numpy().swapaxes(1, 2)
        of_directions, of_messages = np.empty(directions.shape, np.float32), np.empty(messages.shape, np.float32)
        for block in _blocks(directions):
            weights = ctx.adjacency[block]
            np.matmul(weights.swapaxes(1, 2), gradient[block].numpy(), out=of_messages[block])
            change = np.matmul(receivers[block], senders[block])
            change *= weights
            mine = directions[block].numpy()
            np.add(np.matmul(change, mine), np.matmul(change.swapaxes(1, 2), mine), out=of_directions[block])
        return torch.from_numpy(of_directions), torch.from_numpy(of_messages)


def _blocks(directions: Tensor) -> list[slice]:
    count, nodes, _ = directions.shape
    rows = max(_ENTRIES // nodes**2, 1)
    return [slice(start, start + rows) for start in range(0, count, rows)]
