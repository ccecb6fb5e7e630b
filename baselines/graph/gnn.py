"""Graph network with mean aggregation on labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baselines.graph.classifier import GraphClassifier

if TYPE_CHECKING:
    from baselines.graph.layers import GraphLayer


@dataclass(kw_only=True)
class GNN(GraphClassifier):
    r"""Score a row by the probability of the anomalous class under mean aggregation over similar rows.

    .. math:: \mathrm{layer}(h)_i = W_1 \operatorname{mean}_{j \in N(i) \cup \{i\}} h_j + b + W_2 h_i

    The layer of GraphSAGE [1]_ with the mean (`baselines.graph.layers.MeanLayer`): the papers name a graph network
    without its layer, and this is the common one for rows that were not in the graph in training. Nodes, edges, loss
    and every parameter are those of `GraphClassifier`.

    References
    ----------
    .. [1] Hamilton, Ying, Leskovec. Inductive representation learning on large graphs. NeurIPS 2017.
    """

    def layer(self) -> GraphLayer:
        """Make a layer with mean aggregation."""
        from baselines.graph.layers import MeanLayer

        return MeanLayer(self.hidden)
