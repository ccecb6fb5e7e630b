"""Graph attention network."""

from __future__ import annotations

import pytest
from torch_geometric.nn import GATConv

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.registry import METHODS


def test_layers_are_attention_with_heads_side_by_side() -> None:
    layer = METHODS.build("gat[hidden=24,heads=3]").convolution()
    assert isinstance(layer, GATConv)
    assert (layer.heads, layer.out_channels, layer.concat) == (3, 8, True)


def test_heads_divide_the_width() -> None:
    with pytest.raises(ParameterError, match="hidden=10 is no multiple of heads=4"):
        METHODS.build("gat[hidden=10,heads=4]")
