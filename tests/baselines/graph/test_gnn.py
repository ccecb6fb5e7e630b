"""Graph network with mean aggregation."""

from __future__ import annotations

from baselines.graph.layers import MeanLayer
from benchmark.interfaces.registry import METHODS


def test_layers_take_means() -> None:
    layer = METHODS.build("gnn[hidden=4]").layer()
    assert isinstance(layer, MeanLayer)
    assert layer.root.weight.shape == layer.neighbours.weight.shape == (4, 4)
