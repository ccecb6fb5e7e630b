"""The networks of MST-GAT: attention between series in each row, convolution along time, and two output networks."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from baselines.mst_gat.aggregation import aggregate
from benchmark.toolkit.nn.products import Linear, linear
from benchmark.toolkit.nn.unit import unit

LATENT = 8
"""Width of the latent state of a row."""

BOUNDS = (-7.0, 5.0)
"""Bounds of the logarithm of a variance."""

_SLOPE = 0.2


class Graph(NamedTuple):
    """The links between series and the relations that they belong to.

    Parameters
    ----------
    senders : Tensor of int64, shape (M, k + 1)
        Row i: the series that series i receives from, itself and its neighbours.
    closed : Tensor, shape (relations, M, k + 1)
        0 if the sender belongs to the relation, −∞ if not. 0 for a series without any sender in the relation.
    audible : Tensor, shape (relations, M, 1)
        0 for a series without any sender in the relation, else 1.
    """

    senders: Tensor
    closed: Tensor
    audible: Tensor


class MGAT(nn.Module):
    r"""Multi-head, intra-modal and inter-modal graph attention between the series of each row.

    .. math::

        e^k_{ij} = \mathrm{LeakyReLU}(a_k^\top W_k h_i + b_k^\top W_k h_j), \qquad
        h^k_i = \mathrm{ReLU}\Big(\sum_j \mathrm{softmax}_{j \in N_k(i)}(e^k_{ij})\, W_k h_j\Big), \qquad
        h'_i = \mathrm{ReLU}(W_f [h^1_i \oplus \dots \oplus h^{m + 2}_i])

    For the m heads, N_k(i) are the neighbours of i and i itself. For the next relation they are those of the same
    modality, for the last one those of other modalities. A sum without terms is 0.

    The relations have the same form, with different parameters and neighbours. They are computed as heads of one
    batched attention over (rows, relations, series), each with its own mask.

    Parameters
    ----------
    width : int
        Width F of a series' state.
    heads : int
        Heads m of the attention over all neighbours.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.relations, self.each = heads + 2, width // heads
        self.lift = Linear(width, self.relations * self.each, bias=False)
        self.receive = nn.Parameter(torch.empty(self.relations, self.each))
        self.send = nn.Parameter(torch.empty(self.relations, self.each))
        self.fuse = Linear(self.relations * self.each, width)

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw the attention vectors uniform on ±1/√n, with n their length."""
        for parameter in (self.receive, self.send):
            parameter.uniform_(-1 / math.sqrt(self.each), 1 / math.sqrt(self.each), generator=generator)

    def forward(self, states: Tensor, graph: Graph) -> Tensor:
        """Return the new states of all series, (B, w, M, F), from states of the same shape."""
        shape = states.shape
        weight = self.lift.weight.view(self.relations, self.each, -1)
        # Both terms of a logit are linear in the state: a⊤W and b⊤W.
        terms = [(vector[:, :, None] * weight).sum(dim=1) for vector in (self.receive, self.send)]
        lifted, receive, send = linear(states.flatten(0, 1), torch.cat([self.lift.weight, *terms])).split(
            [self.relations * self.each, self.relations, self.relations], dim=2
        )
        lifted = lifted.unflatten(2, (self.relations, self.each)).transpose(1, 2)
        weights = attention(receive.transpose(1, 2), send.transpose(1, 2), graph)
        heard = functional.relu(aggregate(weights, lifted, graph.senders) * graph.audible).transpose(1, 2)
        return functional.relu(self.fuse(heard.reshape(*shape[:3], -1)))


def attention(receive: Tensor, send: Tensor, graph: Graph) -> Tensor:
    """Return the weights of the senders of each series, (R, relations, M, k + 1), from the terms of the logits.

    ``receive`` and ``send`` are the terms of receivers and senders, (R, relations, M).
    """
    senders = send.index_select(2, graph.senders.flatten()).unflatten(2, graph.senders.shape)
    logits = functional.leaky_relu(receive[..., None] + senders, _SLOPE) + graph.closed
    return torch.softmax(logits, dim=3)


class TemporalBlock(nn.Module):
    """Causal convolution of three points along time with a residual connection and layer normalisation.

    Parameters
    ----------
    width : int
        Width F of a series' state.
    dilation : int
        Distance between the points of the kernel.
    """

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.mix = Linear(3 * width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, states: Tensor) -> Tensor:
        """Convolve (B, w, M, F) to (B, w − 2·dilation, M, F): only points with all rows that the kernel needs."""
        far, near = 2 * self.dilation, self.dilation
        points = torch.cat([states[:, :-far], states[:, near:-near], states[:, far:]], dim=3)
        return self.norm(states[:, far:] + functional.relu(self.mix(points)))


class Network(nn.Module):
    """M-GAT, temporal convolution, prediction of the next row and variational reconstruction of the present row.

    M-GAT works on each row alone. The input is therefore a stretch of rows, and each row passes M-GAT once, not once
    for every window that contains it. The output has a prediction and a reconstruction for each row whose window lies
    in the stretch.

    Parameters
    ----------
    series, width, heads : int
        Number of series M, width F of a state, number of heads of the attention over all neighbours.
    blocks : int
        Number of temporal blocks, with dilations 1, 2, 4, …
    k : int
        Number of neighbours of a series, not counting itself.
    modalities : Tensor of int64, shape (M,)
        Modality of each series.
    """

    modalities: Tensor

    def __init__(self, series: int, width: int, heads: int, blocks: int, k: int, modalities: Tensor) -> None:
        super().__init__()
        self.k, self.relations = min(k, series - 1), heads + 2
        self.embedding = nn.Parameter(torch.empty(series, width))
        self.rise = nn.Parameter(torch.empty(width))
        self.graph = MGAT(width, heads)
        self.temporal = nn.ModuleList([TemporalBlock(width, 2**block) for block in range(blocks)])
        self.predict = nn.Sequential(Linear(2 * width, width), nn.ReLU(), Linear(width, 1))
        self.encode = nn.Sequential(Linear(series * width, 4 * width), nn.ReLU(), Linear(4 * width, 2 * LATENT))
        self.decode = nn.Sequential(Linear(LATENT, 4 * width), nn.ReLU(), Linear(4 * width, 2 * series))
        self.register_buffer("modalities", modalities, persistent=False)

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw the embeddings of series from a normal distribution, and the direction of values uniform on ±1."""
        self.embedding.normal_(generator=generator)
        self.rise.uniform_(-1, 1, generator=generator)

    def links(self) -> Graph:
        """Build the graph from the embeddings: each series receives from itself and from k others by highest cosine."""
        direction = unit(self.embedding.detach())
        itself = torch.eye(len(direction), dtype=torch.bool, device=direction.device)
        nearest = linear(direction, direction).masked_fill(itself, -torch.inf).topk(self.k, dim=1).indices
        senders = torch.cat([torch.arange(len(direction), device=direction.device)[:, None], nearest], dim=1)
        same = self.modalities[:, None] == self.modalities[senders]
        allowed = torch.stack([torch.ones_like(same)] * (self.relations - 2) + [same, ~same])
        audible = allowed.any(dim=2, keepdim=True)
        closed = direction.new_zeros(allowed.shape).masked_fill(~allowed & audible, -torch.inf)
        return Graph(senders, closed, audible.float())

    def forward(
        self, rows: Tensor, generator: torch.Generator | None = None, graph: Graph | None = None
    ) -> tuple[Tensor, ...]:
        """Predict and reconstruct.

        Parameters
        ----------
        rows : Tensor, shape (B, w, M)
            Stretches of scaled rows.
        generator : torch.Generator, optional
            Draws the latent states. Without it their means are used.
        graph : Graph, optional
            Result of `links`, to save computing it again.

        Returns
        -------
        following : Tensor, shape (B, v, M)
            Prediction of the next row, for each of the last v rows, whose windows are complete.
        mean, log_variance : Tensor, shape (B, v, M)
            Distribution of each of these rows, given its latent state.
        divergence : Tensor, shape (B, v)
            Kullback–Leibler divergence of the latent state from a standard normal one.
        """
        states = self.graph(rows[..., None] * self.rise + self.embedding, self.links() if graph is None else graph)
        for block in self.temporal:
            states = block(states)
        # The first layer has state and embedding as inputs. The product with the embedding is the same for all rows.
        layers: Any = self.predict
        first, activate, last = layers
        of_state, of_embedding = first.weight.chunk(2, dim=1)
        following = linear(states, of_state) + linear(self.embedding, of_embedding, first.bias)
        following = last(activate(following))[..., 0]
        centre, log_spread = self.encode(states.flatten(2)).chunk(2, dim=2)
        log_spread = log_spread.clamp(*BOUNDS)
        divergence = 0.5 * (centre.square() + log_spread.exp() - 1 - log_spread).sum(dim=2)
        latent = centre
        if generator is not None:
            noise = torch.randn(centre.shape, generator=generator).to(centre.device)
            latent = centre + (0.5 * log_spread).exp() * noise
        mean, log_variance = self.decode(latent).chunk(2, dim=2)
        return following, mean, log_variance.clamp(*BOUNDS), divergence
