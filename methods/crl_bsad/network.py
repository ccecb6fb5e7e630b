"""The encoder of CRL-BSAD and its losses, equations (1) to (5) of the paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from benchmark.toolkit.nn.products import linear
from benchmark.toolkit.nn.unit import unit
from methods.crl_bsad.aggregation import aggregate
from methods.crl_bsad.settings import Nodes


class Encoder(nn.Module):
    r"""Embed one row: encode each node, weigh nodes by their likeness, aggregate.

    .. math::

        h_i &= \mathrm{ReLU}(W_e^{(i)} x_i + b_e^{(i)}) && (1) \\
        A_{ij} &= \frac{\exp(\cos(h_i, h_j)/\tau)}{\sum_k \exp(\cos(h_i, h_k)/\tau)} && (2) \\
        z_i &= \mathrm{ReLU}\Big(\sum_j A_{ij} W_g h_j + W_t h_i\Big) && (3)

    Equation (1) is printed for a whole row, (2) and (3) for nodes. Both hold at once where :math:`W_e` is block
    diagonal, one block a node. Equation (3) is printed with :math:`W_t + h_i`, a matrix plus a vector; a product is
    meant. The printed σ is left open; ReLU is that of (1).

    Shapes: x (B, N, F), h and z (B, N, D), A (B, N, N).

    Parameters
    ----------
    nodes : int
        Nodes N.
    features : int
        Features F of a node.
    width : int
        Width D of a node's embedding.
    temperature : float
        τ of equation (2), above 0.
    graph : bool
        Without it the sum over neighbours is left out: z_i = ReLU(W_t h_i).
    """

    def __init__(self, nodes: int, features: int, width: int, temperature: float, graph: bool) -> None:
        super().__init__()
        self.encode = nn.Parameter(torch.empty(nodes, features, width))
        self.bias = nn.Parameter(torch.empty(nodes, 1, width))
        self.neighbours = nn.Parameter(torch.empty(width, width))
        self.own = nn.Parameter(torch.empty(width, width))
        self.temperature, self.graph = temperature, graph

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw parameters uniform on ±1/√n, n the inputs of one output."""
        _, features, width = self.encode.shape
        for parameter, inputs in ((self.encode, features), (self.bias, features), (self.neighbours, width)):
            parameter.uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs), generator=generator)
        self.own.uniform_(-1 / math.sqrt(width), 1 / math.sqrt(width), generator=generator)

    def hidden(self, x: Tensor) -> Tensor:
        """Equation (1): (B, N, F) to (B, N, D)."""
        return torch.relu(torch.baddbmm(self.bias, x.transpose(0, 1), self.encode)).transpose(0, 1).contiguous()

    def adjacency(self, h: Tensor) -> Tensor:
        """Equation (2): (B, N, D) to (B, N, N); every row sums to 1."""
        direction = unit(h)
        return torch.softmax(direction @ direction.transpose(1, 2) / self.temperature, dim=-1)

    def forward(self, x: Tensor) -> Tensor:
        """Equations (1) to (3): (B, N, F) to (B, N, D)."""
        h = self.hidden(x)
        if not self.graph:
            return torch.relu(h @ self.own)
        own, messages = (h @ torch.cat([self.own, self.neighbours], dim=1)).chunk(2, dim=2)
        return torch.relu(aggregate(unit(h) / math.sqrt(self.temperature), messages) + own)


def info_nce(anchor: Tensor, positive: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    r"""Equation (4) for each anchor, shape (B,).

    .. math:: L = -\log \frac{e^{\cos(z, z^+)/\tau}}{e^{\cos(z, z^+)/\tau} + \sum_{k=1}^{K} e^{\cos(z, z_k^-)/\tau}}

    The printed sum runs over k and its term names no k; each of the K negatives is meant.

    Parameters
    ----------
    anchor, positive : Tensor, shape (B, E)
        Embeddings.
    negatives : Tensor, shape (B, K)
        Cosines of each anchor with its negatives.
    temperature : float
        τ, above 0.
    """
    cosine = (unit(anchor) * unit(positive)).sum(dim=1, keepdim=True)
    logits = torch.cat([cosine, negatives], dim=1) / temperature
    return torch.logsumexp(logits, dim=1) - logits[:, 0]


def cosines(anchor: Tensor, others: Tensor) -> Tensor:
    """Cosine of every anchor (B, E) with every other (M, E), shape (B, M)."""
    return linear(unit(anchor), unit(others))


def smoothness(later: Tensor, earlier: Tensor) -> Tensor:
    """Equation (5): mean over time of ‖z_{t+1} − z_t‖², for pairs of consecutive rows, each (B, E)."""
    return (later - earlier).square().sum(dim=1).mean()


def spread_shortfall(embeddings: Tensor) -> Tensor:
    """What each dimension's standard deviation lacks to 1, mean over dimensions: 0 where none has collapsed.

    The variance term of A. Bardes, J. Ponce, Y. LeCun, VICReg, ICLR 2022.
    """
    return torch.relu(1 - (embeddings.var(dim=0, correction=0) + 1e-4).rsqrt().reciprocal()).mean()


@dataclass(frozen=True, kw_only=True)
class Views:
    """The views of a window (W, C) whose last row is the one that is embedded.

    Parameters
    ----------
    scales : tuple of int
        Rows of each trailing mean; the longest is H.
    nodes : {"channels", "scales"}
        What a node of the graph is.
    """

    scales: tuple[int, ...]
    nodes: Nodes

    @property
    def horizon(self) -> int:
        """Rows H that the longest scale sees."""
        return max(self.scales)

    @cached_property
    def weights(self) -> Tensor:
        """What `scale_weights` gives for windows of H rows, (H + 1, H, S)."""
        return scale_weights(self.scales)

    def full(self, windows: Tensor) -> Tensor:
        """Trailing means over the whole of every scale, (B, W, C) to (B, N, F)."""
        return arrange(windows[:, -self.horizon :].transpose(1, 2) @ self.weights[-1], self.nodes)

    def cropped(self, windows: Tensor, context: Tensor) -> Tensor:
        """Trailing means that see no more than the newest ``context`` rows, shape (B,), of each window."""
        return arrange(windows[:, -self.horizon :].transpose(1, 2) @ self.weights[context], self.nodes)


def scale_weights(scales: tuple[int, ...]) -> Tensor:
    """Weights that turn a window into trailing means at several scales, for each number of rows that may be seen.

    Parameters
    ----------
    scales : tuple of int
        Rows of each mean; the longest is H.

    Returns
    -------
    Tensor, shape (H + 1, H, S)
        Entry c averages the newest min(c, s) of H rows for scale s; entry 0 is not used.
    """
    rows = max(scales)
    weights = torch.zeros(rows + 1, rows, len(scales))
    for context in range(1, rows + 1):
        for index, scale in enumerate(scales):
            seen = min(scale, context)
            weights[context, rows - seen :, index] = 1 / seen
    return weights


def arrange(means: Tensor, nodes: Nodes) -> Tensor:
    """Lay trailing means (B, C, S) out as nodes and their features, (B, N, F)."""
    return means if nodes == "channels" else means.transpose(1, 2)
