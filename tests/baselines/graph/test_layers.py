"""Graph layers against their formulas, written node by node."""

from __future__ import annotations

import math

import pytest
import torch

from baselines.graph.layers import AttentionLayer, GraphLayer, MeanLayer
from benchmark.toolkit.nn.initialise import build

NODES, WIDTH, HEADS = 7, 6, 3
LINKS = torch.tensor([[0, 1, 2, 3, 4], [1, 2, 0, 6, 5], [3, 0, 4, 5, 6]])  # five receivers, each from itself and two


def layer(kind: type[GraphLayer], *arguments: int, seed: int = 0) -> GraphLayer:
    return build(lambda: kind(*arguments), torch.Generator().manual_seed(seed)).double()


def states() -> torch.Tensor:
    return torch.randn(NODES, WIDTH, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def output(module: GraphLayer, inputs: torch.Tensor) -> torch.Tensor:
    sent = module.messages(inputs)
    return module.receive(inputs[:5], sent[:5], sent[LINKS])


def test_mean_over_neighbours_and_itself() -> None:
    module, inputs = layer(MeanLayer, WIDTH), states()
    for node, row in enumerate(output(module, inputs)):
        mean = inputs[LINKS[:, node]].mean(dim=0)
        expected = module.neighbours.weight @ mean + module.neighbours.bias + module.root.weight @ inputs[node]
        torch.testing.assert_close(row, expected)


def test_attention_over_neighbours_and_itself() -> None:
    module, inputs = layer(AttentionLayer, WIDTH, HEADS), states()
    with torch.no_grad():
        module.bias.uniform_(-1, 1)
    part = WIDTH // HEADS
    for node, row in enumerate(output(module, inputs)):
        for head in range(HEADS):
            columns = slice(head * part, (head + 1) * part)
            mapped = inputs @ module.weight[columns].T
            logits = mapped[LINKS[:, node]] @ module.source[head] + mapped[node] @ module.target[head]
            attention = torch.nn.functional.leaky_relu(logits, 0.2).softmax(dim=0)
            expected = attention @ mapped[LINKS[:, node]] + module.bias[columns]
            torch.testing.assert_close(row[columns], expected)


@pytest.mark.parametrize(("kind", "arguments"), [(MeanLayer, (WIDTH,)), (AttentionLayer, (WIDTH, HEADS))])
def test_gradients(kind: type[GraphLayer], arguments: tuple[int, ...]) -> None:
    module, inputs = layer(kind, *arguments), states().requires_grad_()
    assert torch.autograd.gradcheck(lambda nodes, *_: output(module, nodes), (inputs, *module.parameters()))


def test_initial_weights_have_the_ranges_of_the_published_layers() -> None:
    attention = layer(AttentionLayer, 64, 8)
    for matrix, bound in (
        (attention.weight, math.sqrt(6 / 128)),
        (attention.source, math.sqrt(6 / 16)),
        (attention.target, math.sqrt(6 / 16)),
    ):
        assert 0.9 * bound < matrix.abs().max() <= bound
    assert not attention.bias.any()
    mean = layer(MeanLayer, 64)
    for matrix in (mean.neighbours.weight, mean.neighbours.bias, mean.root.weight):
        assert 0.9 / 8 < matrix.abs().max() <= 1 / 8
    assert torch.equal(layer(AttentionLayer, 64, 8).weight, attention.weight)
    assert not torch.equal(layer(AttentionLayer, 64, 8, seed=1).weight, attention.weight)
