"""Graph network with mean aggregation."""

from __future__ import annotations

import torch

from baselines.graph.knn_graph import edges
from benchmark.interfaces.registry import METHODS


def test_a_layer_takes_the_mean_over_neighbours_and_itself() -> None:
    layer = METHODS.build("gnn[hidden=4]").convolution()
    states = torch.linspace(-1, 1, 20).view(5, 4)
    made = layer((states, states), edges(torch.tensor([[1, 2], [0, 2], [3, 4], [4, 0], [0, 1]])))
    mean = (states[0] + states[1] + states[2]) / 3
    expected = layer.lin_l.weight @ mean + layer.lin_l.bias + layer.lin_r.weight @ states[0]
    torch.testing.assert_close(made[0], expected)
