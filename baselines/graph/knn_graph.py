"""A graph whose nodes are rows and whose edges are nearest neighbours by direction, and a classifier of its nodes.

Edges come from the features alone. There are two graphs:

Training
    The nodes are the rows of one shuffled mini-batch; each receives from its k nearest in the batch and from itself.
Evaluation
    The nodes are a fixed *reference* of training rows, linked among themselves as a batch is, and the rows to be
    scored; each of these receives from its k nearest in the reference and from itself, and sends to nobody else. So the
    score of a row depends on training rows and itself, and not on which other rows are scored with it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

_BLOCK = 512  # rows whose similarity to the whole reference is held at a time


def nearest(rows: torch.Tensor, candidates: torch.Tensor, k: int) -> torch.Tensor:
    r"""Find the candidates with the largest cosine similarity :math:`x^\top y / (\lVert x \rVert \lVert y \rVert)`.

    Parameters
    ----------
    rows, candidates : Tensor, shapes (n, d) and (m, d)
        Features. If both are the same tensor, no row is a candidate for itself. A row of zeros is similar to none (0).
    k : int
        Neighbours of a row; all candidates where there are fewer.

    Returns
    -------
    Tensor of int64, shape (n, min(k, m)), or (n, min(k, n - 1)) for one and the same tensor
        Indices of candidates, the nearest first.
    """
    # In double precision: in single, the choice among near-copies would hang on how a matrix product was blocked.
    directions = nn.functional.normalize(rows.double())
    if rows is candidates:
        similarity = directions @ directions.T
        similarity.fill_diagonal_(-torch.inf)
        return similarity.topk(min(k, len(rows) - 1)).indices
    similarity = directions @ nn.functional.normalize(candidates.double()).T
    return similarity.topk(min(k, len(candidates))).indices


def edges(neighbours: torch.Tensor, first: int = 0) -> torch.Tensor:
    """List the edges that lead to each of n targets: one from itself, then one from each neighbour.

    Parameters
    ----------
    neighbours : Tensor of int64, shape (n, k)
        Source nodes that are neighbours of each target.
    first : int
        Number of the first target among the source nodes; the others follow it.

    Returns
    -------
    Tensor of int64, shape (2, n·(k + 1))
        Source and target of each edge, by target. Targets are numbered from 0.
    """
    targets = torch.arange(len(neighbours), device=neighbours.device)[:, None]
    sources = torch.cat([targets + first, neighbours], dim=1)
    return torch.stack([sources.flatten(), targets.expand_as(sources).flatten()])


class KnnGraphClassifier(nn.Module):
    r"""Graph layers with residual connections and layer normalisation, and one logit a row.

    .. math::

        h^0_i = \mathrm{ReLU}(W x_i + b), \qquad
        h^{l+1}_i = h^l_i + \mathrm{ReLU}(\mathrm{LayerNorm}(\mathrm{conv}_l(h^l_j : j \in N(i) \cup \{i\}))), \qquad
        z_i = v^\top h^L_i + c

    In training mode the graph is that of the batch. Going into evaluation mode passes the reference through the layers
    with the weights of that moment.

    Parameters
    ----------
    convolution : callable
        Makes a graph layer, which maps the states of m sources and n targets and the edges between them, (2, E), to
        new states of the targets, (n, width).
    layers : int
        Graph layers L.
    width : int
        Width of the states.
    k : int
        Neighbours of a node.
    reference : Tensor of float32, shape (m, d)
        Training rows that evaluated rows receive from.
    """

    reference: torch.Tensor
    reference_edges: torch.Tensor

    def __init__(
        self, convolution: Callable[[], nn.Module], *, layers: int, width: int, k: int, reference: torch.Tensor
    ) -> None:
        super().__init__()
        self.input = nn.Linear(reference.shape[1], width)
        self.convolutions = nn.ModuleList([convolution() for _ in range(layers)])
        self.normalisations = nn.ModuleList([nn.LayerNorm(width) for _ in range(layers)])
        self.output = nn.Linear(width, 1)
        self.k = k
        self.register_buffer("reference", reference, persistent=False)
        self.register_buffer("reference_edges", edges(nearest(reference, reference, k)), persistent=False)
        self._reference_states: list[torch.Tensor] = []

    def train(self, mode: bool = True) -> KnnGraphClassifier:
        """Set the mode; for evaluation, compute the states of the reference before each layer."""
        super().train(mode)
        self._reference_states = []
        if not mode:
            with torch.no_grad():
                states = self.input(self.reference).relu()
                for layer in range(len(self.convolutions)):
                    self._reference_states.append(states)
                    states = self._layer(layer, states, states, self.reference_edges)
        return self

    def forward(self, rows: torch.Tensor, neighbours: torch.Tensor | None = None) -> torch.Tensor:
        """Return the logits of rows.

        Parameters
        ----------
        rows : Tensor of float32, shape (n, d)
            Features.
        neighbours : Tensor of int64, shape (n, k), optional
            What `neighbours` gives for the rows, where it is known already; for evaluation mode only.

        Returns
        -------
        Tensor of float32, shape (n,)
            One logit a row.
        """
        states: torch.Tensor = self.input(rows).relu()
        if self.training:
            within = edges(nearest(rows, rows, self.k))
            for layer in range(len(self.convolutions)):
                states = self._layer(layer, states, states, within)
        else:
            onto = edges(self.neighbours(rows) if neighbours is None else neighbours, first=len(self.reference))
            for layer, reference in enumerate(self._reference_states):
                states = self._layer(layer, torch.cat([reference, states]), states, onto)
        logits: torch.Tensor = self.output(states)
        return logits.squeeze(1)

    def neighbours(self, rows: torch.Tensor) -> torch.Tensor:
        """Find the neighbours of rows in the reference, shapes (n, d) to (n, k)."""
        return torch.cat([nearest(block, self.reference, self.k) for block in torch.split(rows, _BLOCK)])

    def _layer(self, layer: int, sources: torch.Tensor, targets: torch.Tensor, links: torch.Tensor) -> torch.Tensor:
        change: torch.Tensor = self.normalisations[layer](self.convolutions[layer]((sources, targets), links))
        return targets + change.relu()
