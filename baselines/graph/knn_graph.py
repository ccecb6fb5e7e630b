"""A graph of rows, in which each row is linked to its nearest neighbours by direction, and a classifier of its nodes.

Edges depend only on the features. There are two graphs:

Training
    The nodes are the rows of one shuffled mini-batch. Each receives from its k nearest rows in the batch and from
    itself.
Evaluation
    The nodes are a fixed *reference* of training rows, linked like a batch, and the rows to score. A row to score
    receives from its k nearest rows in the reference and from itself, and sends nothing to other rows. So its score
    depends on training rows and itself, and not on the other scored rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from baselines.graph.layers import GraphLayer
from benchmark.toolkit.nn.products import Linear, product
from benchmark.toolkit.nn.unit import unit

_BLOCK = 256  # rows whose similarities to the whole reference are in memory at a time
_GRID = 2.0**19  # similarities are rounded to multiples of 1 / _GRID
_FEW = 2_048  # largest number of columns for which a rounded similarity and its column fit into 32 bits


def nearest(rows: torch.Tensor, candidates: torch.Tensor, k: int) -> torch.Tensor:
    r"""Find the candidates with the largest cosine similarity :math:`x^\top y / (\lVert x \rVert \lVert y \rVert)`.

    Similarities are rounded to multiples of :math:`2^{-19}`, and among equal ones the first candidate is chosen. So the
    choice among copies of a row does not depend on the rounding of a matrix product.

    Parameters
    ----------
    rows, candidates : Tensor of float32, shapes (n, d) and (m, d)
        Features. If both are the same tensor, no row is a candidate for itself. The similarity of a row of zeros is 0.
    k : int
        Number of neighbours; all candidates where there are fewer.

    Returns
    -------
    Tensor of int64, shape (n, min(k, m)), or (n, min(k, n - 1)) for one and the same tensor
        Indices of candidates, the nearest first.
    """
    if rows is candidates:
        directions = unit(rows)
        similarity = product(directions, directions.T)
        similarity.fill_diagonal_(-2)
        return _largest(similarity, min(k, len(rows) - 1))
    others = unit(candidates).T
    # All blocks have the same shape, so that the rounding of a row's products does not depend on the other rows.
    padded = torch.cat([rows, rows.new_zeros(-len(rows) % _BLOCK, rows.shape[1])])
    indices = [_largest(product(unit(block), others), min(k, len(candidates))) for block in padded.split(_BLOCK)]
    return torch.cat(indices)[: len(rows)]


def _largest(similarity: torch.Tensor, k: int) -> torch.Tensor:
    """Find the columns with the k largest entries of each row, (n, k).

    Entries must be at least -2 and are overwritten. Each entry and its column are combined into one integer, so that no
    two integers of a row are equal. Columns are divided into groups. The k largest entries lie in the k groups with the
    largest maxima, so the other groups are dropped before the selection, which saves most of its time.
    """
    count = similarity.shape[1]
    if count <= _FEW:  # in place: after adding 1.5 · 2^23, the low bits of a float32 are the rounded integer
        keys = similarity.mul_(_GRID).add_(1.5 * 2**23).view(torch.int32).sub_(0x4B400000)
    else:
        keys = similarity.mul_(_GRID).round_().long()
    keys.mul_(count).add_(torch.arange(count - 1, -1, -1, device=keys.device, dtype=keys.dtype))
    groups = max(32, 4 * k)
    while keys.shape[1] > 2 * groups:
        whole = keys.shape[1] // groups * groups
        grouped = keys[:, :whole].unflatten(1, (-1, groups))
        best = grouped.amax(dim=1).topk(k, dim=1, sorted=False).indices
        chosen = grouped.gather(2, best[:, None].expand(-1, grouped.shape[1], -1))
        keys = torch.cat([chosen.flatten(1), keys[:, whole:]], dim=1)
    return count - 1 - keys.topk(k, dim=1).values.remainder(count).long()


def links(neighbours: torch.Tensor, first: int = 0) -> torch.Tensor:
    """Combine nodes and their neighbours into links.

    Parameters
    ----------
    neighbours : Tensor of int64, shape (n, k)
        Nodes that each of n nodes receives from, other than itself.
    first : int
        Index of the first of the n nodes among all nodes; the others follow it.

    Returns
    -------
    Tensor of int64, shape (k + 1, n)
        Nodes that each node receives from, itself first.
    """
    own = torch.arange(first, first + len(neighbours), device=neighbours.device)
    return torch.cat([own[None], neighbours.T])


class KnnGraphClassifier(nn.Module):
    r"""Graph layers with residual connections and layer normalisation, and one logit a row.

    .. math::

        h^0_i = \mathrm{ReLU}(W x_i + b), \qquad
        h^{l+1}_i = h^l_i + \mathrm{ReLU}(\mathrm{LayerNorm}(\mathrm{layer}_l(h^l_j : j \in N(i) \cup \{i\}))), \qquad
        z_i = v^\top h^L_i + c

    In training mode the graph is that of the batch. Switching to evaluation mode passes the reference through the
    layers with the current weights.

    Parameters
    ----------
    layer : callable
        Makes a graph layer.
    layers : int
        Number L of graph layers.
    width : int
        Width of the states.
    k : int
        Number of neighbours of a node.
    reference : Tensor of float32, shape (m, d)
        Training rows whose messages evaluated rows receive.
    """

    reference: torch.Tensor
    reference_links: torch.Tensor

    def __init__(
        self, layer: Callable[[], GraphLayer], *, layers: int, width: int, k: int, reference: torch.Tensor
    ) -> None:
        super().__init__()
        self.input = Linear(reference.shape[1], width)
        self.layers = nn.ModuleList([layer() for _ in range(layers)])
        self.normalisations = nn.ModuleList([nn.LayerNorm(width) for _ in range(layers)])
        self.output = Linear(width, 1)
        self.k = k
        self.register_buffer("reference", reference, persistent=False)
        self.register_buffer("reference_links", links(nearest(reference, reference, k)), persistent=False)
        self._reference_messages: list[torch.Tensor] = []

    def train(self, mode: bool = True) -> KnnGraphClassifier:
        """Set the mode; for evaluation, compute the messages of the reference in each layer."""
        super().train(mode)
        self._reference_messages = []
        if not mode:
            with torch.no_grad():
                states = self.input(self.reference).relu()
                self._reference_messages.append(self._layer(0).messages(states))
                for number in range(1, len(self.layers)):
                    own = self._reference_messages[-1]
                    states = self._step(number - 1, states, own, own, self.reference_links)
                    self._reference_messages.append(self._layer(number).messages(states))
        return self

    def forward(self, rows: torch.Tensor, neighbours: torch.Tensor | None = None) -> torch.Tensor:
        """Return the logits of rows.

        Parameters
        ----------
        rows : Tensor of float32, shape (n, d)
            Features.
        neighbours : Tensor of int64, shape (n, k), optional
            Result of `neighbours` for the rows, where it is known already; used in evaluation mode only.

        Returns
        -------
        Tensor of float32, shape (n,)
            One logit a row.
        """
        if self.training:
            nodes = links(nearest(rows, rows, self.k))
        else:
            nodes = links(self.neighbours(rows) if neighbours is None else neighbours, first=len(self.reference))
        states: torch.Tensor = self.input(rows).relu()
        for number in range(len(self.layers)):
            own = self._layer(number).messages(states)
            sent = own if self.training else torch.cat([self._reference_messages[number], own])
            states = self._step(number, states, own, sent, nodes)
        logits: torch.Tensor = self.output(states)
        return logits.squeeze(1)

    def neighbours(self, rows: torch.Tensor) -> torch.Tensor:
        """Find the neighbours of rows in the reference, shapes (n, d) to (n, k)."""
        return nearest(rows, self.reference, self.k)

    def _layer(self, number: int) -> Any:
        """Return one of the layers of `baselines.graph.layers`."""
        return self.layers[number]

    def _step(
        self, number: int, states: torch.Tensor, own: torch.Tensor, sent: torch.Tensor, nodes: torch.Tensor
    ) -> torch.Tensor:
        """Return the states after a layer, from the states and messages of n nodes and the messages of all nodes."""
        received = sent.index_select(0, nodes.flatten()).view(*nodes.shape, -1)
        change: torch.Tensor = self.normalisations[number](self._layer(number).receive(states, own, received))
        return states + change.relu()
