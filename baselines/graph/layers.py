r"""Graph layers where every node receives from the same number of nodes, in dense tensors.

The message of a node is one row of a matrix. The links of n receiving nodes are an index matrix of shape (k + 1, n):
column i contains the rows that node i receives, its own first. Sums over the neighbours of a node are then sums along
the first axis of a tensor of shape (k + 1, n, width), without scattering.
"""

from __future__ import annotations

import math
from abc import abstractmethod

import torch
from torch import nn

from benchmark.toolkit.nn.products import Linear, product


class GraphLayer(nn.Module):
    """A layer from states of width ``width`` to states of the same width."""

    @abstractmethod
    def messages(self, states: torch.Tensor) -> torch.Tensor:
        """Return the messages of nodes from their states: shapes (n, width) to (n, sent)."""

    @abstractmethod
    def receive(self, states: torch.Tensor, own: torch.Tensor, received: torch.Tensor) -> torch.Tensor:
        """Return the new states of the receiving nodes, (n, width).

        Parameters
        ----------
        states : Tensor, shape (n, width)
            Their states.
        own : Tensor, shape (n, sent)
            Their own messages.
        received : Tensor, shape (k + 1, n, sent)
            The messages that they receive, each node's own first.
        """


class MeanLayer(GraphLayer):
    r"""GraphSAGE with the mean (Hamilton et al., NeurIPS 2017, algorithm 1 and equation 2).

    .. math:: h'_i = W_1 \operatorname{mean}_{j \in N(i) \cup \{i\}} h_j + b + W_2 h_i

    The paper concatenates the node's state with the mean over its neighbours before one linear map, which is the sum of
    two. As in torch-geometric's ``SAGEConv``, the activation is left to the caller, states are not scaled to length 1,
    and weights and b are uniform on :math:`\pm 1/\sqrt{\mathrm{width}}`.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.neighbours = Linear(width, width)
        self.root = Linear(width, width, bias=False)

    def messages(self, states: torch.Tensor) -> torch.Tensor:
        """Return the states themselves."""
        return states

    def receive(self, states: torch.Tensor, own: torch.Tensor, received: torch.Tensor) -> torch.Tensor:
        """Map the mean of the messages and the own state, and add both."""
        mean: torch.Tensor = self.neighbours(received.mean(dim=0))
        return mean + self.root(states)


class AttentionLayer(GraphLayer):
    r"""Graph attention (Veličković et al., ICLR 2018, equations 1 to 5), M heads side by side.

    .. math::

        h'_i = \big\Vert_m \sum_{j \in N(i) \cup \{i\}} \alpha^m_{ij} W_m h_j + b, \qquad
        \alpha^m_{ij} = \mathrm{softmax}_j \, \mathrm{LeakyReLU}(a_m^\top W_m h_j + b_m^\top W_m h_i)

    The two vectors of a head are the halves of the paper's :math:`\mathbf{a}`; the slope of LeakyReLU is 0.2. The two
    products with :math:`W_m h` are linear in h, so that one matrix product gives messages and both parts of the
    logits. As in torch-geometric's ``GATConv``, there is a bias b, initially zero, and weights are drawn as Glorot and
    Bengio propose: uniform on :math:`\pm\sqrt{6 / (r + c)}` for a matrix of r rows and c columns, where the vectors of
    all heads form one matrix. The paper's dropout is left out.
    """

    _SLOPE = 0.2

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, width))
        self.source = nn.Parameter(torch.empty(heads, width // heads))
        self.target = nn.Parameter(torch.empty(heads, width // heads))
        self.bias = nn.Parameter(torch.zeros(width))
        # Repeats the weight of a head for each of its columns, as a matrix product.
        self.register_buffer("columns", torch.eye(heads).repeat_interleave(width // heads, dim=1), persistent=False)
        self.columns: torch.Tensor

    def initialise(self, generator: torch.Generator) -> None:
        """Draw the weights; the bias starts at zero."""
        for matrix in (self.weight, self.source, self.target):
            bound = math.sqrt(6 / sum(matrix.shape))
            matrix.uniform_(-bound, bound, generator=generator)
        self.bias.zero_()

    def messages(self, states: torch.Tensor) -> torch.Tensor:
        """Return W h and both parts of the logits of each head, shape (n, width + 2 heads)."""
        by_head = self.weight.view(*self.source.shape, -1)
        parts = [(by_head * vector[:, :, None]).sum(dim=1) for vector in (self.source, self.target)]
        return product(states, torch.cat([self.weight, *parts]).T)

    def receive(self, states: torch.Tensor, own: torch.Tensor, received: torch.Tensor) -> torch.Tensor:
        """Sum the messages, weighted by attention."""
        width, heads = len(self.weight), len(self.source)
        logits = received[:, :, width : width + heads] + own[:, width + heads :]
        attention = nn.functional.leaky_relu(logits, self._SLOPE).softmax(dim=0)
        return (received[:, :, :width] * product(attention, self.columns)).sum(dim=0) + self.bias
