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
    r"""Embed one row: encode each node, weight the nodes by cosine similarity, aggregate.

    .. math::

        h_i &= \mathrm{ReLU}(W_e^{(i)} x_i + b_e^{(i)}) && (1) \\
        A_{ij} &= \frac{\exp(\cos(h_i, h_j)/\tau)}{\sum_k \exp(\cos(h_i, h_k)/\tau)} && (2) \\
        z_i &= \mathrm{ReLU}\Big(\sum_j A_{ij} W_g h_j + W_t h_i\Big) && (3)

    The paper prints equation (1) for a whole row, and (2) and (3) for nodes. Both hold if :math:`W_e` is block diagonal
    with one block for each node. It prints equation (3) with :math:`W_t + h_i`, a matrix plus a vector, which is
    undefined; the product is used here. It leaves σ open; ReLU is used here, as in (1).

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
        False leaves out the sum over neighbours: z_i = ReLU(W_t h_i).
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
        """Draw parameters uniform on ±1/√n, with n the number of inputs of one output."""
        _, features, width = self.encode.shape
        for parameter, inputs in ((self.encode, features), (self.bias, features), (self.neighbours, width)):
            parameter.uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs), generator=generator)
        self.own.uniform_(-1 / math.sqrt(width), 1 / math.sqrt(width), generator=generator)

    def hidden(self, x: Tensor) -> Tensor:
        """Compute equation (1), (B, N, F) to (B, N, D)."""
        return torch.relu(torch.baddbmm(self.bias, x.transpose(0, 1), self.encode)).transpose(0, 1).contiguous()

    def adjacency(self, h: Tensor) -> Tensor:
        """Compute equation (2), (B, N, D) to (B, N, N); every row sums to 1."""
        direction = unit(h)
        return torch.softmax(direction @ direction.transpose(1, 2) / self.temperature, dim=-1)

    def forward(self, x: Tensor) -> Tensor:
        """Compute equations (1) to (3), (B, N, F) to (B, N, D)."""
        h = self.hidden(x)
        if not self.graph:
            return torch.relu(h @ self.own)
        own, messages = (h @ torch.cat([self.own, self.neighbours], dim=1)).chunk(2, dim=2)
        return torch.relu(aggregate(unit(h) / math.sqrt(self.temperature), messages) + own)


def info_nce(anchor: Tensor, positive: Tensor, negatives: Tensor, temperature: float) -> Tensor:
    r"""Compute equation (4) for each anchor, shape (B,).

    .. math:: L = -\log \frac{e^{\cos(z, z^+)/\tau}}{e^{\cos(z, z^+)/\tau} + \sum_{k=1}^{K} e^{\cos(z, z_k^-)/\tau}}

    The printed sum runs over k, but its term does not contain k. Here each of the K negatives has its own term.

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
    """Return the cosine of every anchor (B, E) with each of the others (M, E), shape (B, M)."""
    return linear(unit(anchor), unit(others))


def smoothness(later: Tensor, earlier: Tensor) -> Tensor:
    """Compute equation (5), the mean of ‖z_{t+1} − z_t‖², for pairs of consecutive rows, each (B, E)."""
    return (later - earlier).square().sum(dim=1).mean()


def spread_shortfall(embeddings: Tensor) -> Tensor:
    """Return the mean over dimensions of max(0, 1 − standard deviation), for embeddings (B, E); 0 without collapse.

    This is the variance term of A. Bardes, J. Ponce, Y. LeCun, VICReg, ICLR 2022.
    """
    return torch.relu(1 - (embeddings.var(dim=0, correction=0) + 1e-4).rsqrt().reciprocal()).mean()


@dataclass(frozen=True, kw_only=True)
class Views:
    """Compute the encoder's inputs from windows (W, C) that end with the row to embed.

    Parameters
    ----------
    scales : tuple of int
        Rows of each trailing mean; the longest is H.
    nodes : {"channels", "scales"}
        Meaning of a node of the graph.
    """

    scales: tuple[int, ...]
    nodes: Nodes

    @property
    def horizon(self) -> int:
        """Number of rows H in the longest scale."""
        return max(self.scales)

    @cached_property
    def weights(self) -> Tensor:
        """Result of `scale_weights` for the scales, (H + 1, H, S)."""
        return scale_weights(self.scales)

    def full(self, windows: Tensor) -> Tensor:
        """Compute trailing means over all rows of each scale, (B, W, C) to (B, N, F)."""
        return arrange(windows[:, -self.horizon :].transpose(1, 2) @ self.weights[-1], self.nodes)

    def cropped(self, windows: Tensor, context: Tensor) -> Tensor:
        """Compute trailing means of which each uses the newest ``context`` rows at most; ``context`` has shape (B,)."""
        return arrange(windows[:, -self.horizon :].transpose(1, 2) @ self.weights[context], self.nodes)


def scale_weights(scales: tuple[int, ...]) -> Tensor:
    """Return the weights that map a window to trailing means at several scales, for each number of available rows.

    Parameters
    ----------
    scales : tuple of int
        Rows of each mean; the longest is H.

    Returns
    -------
    Tensor, shape (H + 1, H, S)
        Entry c averages the newest min(c, s) of H rows for scale s. Entry 0 is not used.
    """
    rows = max(scales)
    weights = torch.zeros(rows + 1, rows, len(scales))
    for context in range(1, rows + 1):
        for index, scale in enumerate(scales):
            used = min(scale, context)
            weights[context, rows - used :, index] = 1 / used
    return weights


def arrange(means: Tensor, nodes: Nodes) -> Tensor:
    """Arrange trailing means (B, C, S) as nodes with features, (B, N, F)."""
    return means if nodes == "channels" else means.transpose(1, 2)
