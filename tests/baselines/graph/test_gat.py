"""Graph attention network."""

from __future__ import annotations

import pytest

from baselines.graph.layers import AttentionLayer
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.registry import METHODS


def test_layers_are_attention_with_heads_side_by_side() -> None:
    layer = METHODS.build("gat[hidden=24,heads=3]").layer()
    assert isinstance(layer, AttentionLayer)
    assert layer.weight.shape == (24, 24)
    assert layer.source.shape == layer.target.shape == (3, 8)


def test_heads_divide_the_width() -> None:
    with pytest.raises(ParameterError, match="hidden=10 is no multiple of heads=4"):
        METHODS.build("gat[hidden=10,heads=4]")
