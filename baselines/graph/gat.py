"""Graph attention network on labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from baselines.graph.classifier import GraphClassifier
from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from baselines.graph.layers import GraphLayer


@dataclass(kw_only=True)
class GAT(GraphClassifier):
    r"""Score a row by the probability of the anomalous class under graph attention over similar rows.

    .. math::

        \mathrm{layer}(h)_i = \big\Vert_m \sum_{j \in N(i) \cup \{i\}} \alpha^m_{ij} W_m h_j + c, \qquad
        \alpha^m_{ij} = \mathrm{softmax}_j \, \mathrm{LeakyReLU}(a_m^\top W_m h_j + b_m^\top W_m h_i)

    The attention layer of [1]_ with m heads side by side (`baselines.graph.layers.AttentionLayer`). Nodes, edges, loss
    and the other parameters are those of `GraphClassifier`.

    Parameters
    ----------
    heads : int
        Attention heads, each of width hidden / heads; hidden is a multiple of it.

    References
    ----------
    .. [1] Veličković, Cucurull, Casanova, Romero, Liò, Bengio. Graph attention networks. ICLR 2018.
    """

    heads: Annotated[int, Field(ge=1)] = 8

    def __post_init__(self) -> None:
        if self.hidden % self.heads:
            raise ParameterError(f"hidden={self.hidden} is no multiple of heads={self.heads}")

    def layer(self) -> GraphLayer:
        """Make an attention layer."""
        from baselines.graph.layers import AttentionLayer

        return AttentionLayer(self.hidden, self.heads)
