"""Parameters from an explicit generator."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from benchmark.toolkit.nn.initialise import build


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(16, 8), nn.LayerNorm(8), nn.GRU(8, 4, batch_first=True))


def draw(seed: int) -> torch.Tensor:
    made = build(network, torch.Generator().manual_seed(seed))
    return torch.cat([parameter.detach().flatten() for parameter in made.parameters()])


def test_parameters_depend_only_on_the_generator() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = draw(0)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(draw(0), first)
    assert not torch.equal(draw(1), first)


def test_bounds_are_those_of_torch() -> None:
    linear = build(lambda: nn.Linear(16, 400), torch.Generator().manual_seed(0))
    assert 0.24 < linear.weight.abs().max() <= 0.25
    assert 0.24 < linear.bias.abs().max() <= 0.25
    convolution = build(lambda: nn.Conv1d(4, 400, 4), torch.Generator().manual_seed(0))
    assert 0.24 < convolution.weight.abs().max() <= 0.25


def test_normalisation_keeps_its_constants() -> None:
    made = build(network, torch.Generator().manual_seed(0))
    assert torch.equal(made[1].weight, torch.ones(8))


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(3))


class SeededAttention(Attention):
    def initialise(self, generator: torch.Generator) -> None:
        self.query.normal_(generator=generator)


class ForeignAttention(Attention):
    def reset_parameters(self) -> None:
        nn.init.uniform_(self.query, 5, 6)


def test_a_layer_of_another_library_keeps_its_distribution_and_takes_the_generator() -> None:
    before = torch.get_rng_state()
    made = [build(ForeignAttention, torch.Generator().manual_seed(seed)).query for seed in (0, 0, 1)]
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])
    assert ((made[0] >= 5) & (made[0] <= 6)).all()


def test_a_module_draws_its_own_parameters_or_is_refused() -> None:
    made = [build(SeededAttention, torch.Generator().manual_seed(0)).query for _ in range(2)]
    assert torch.equal(made[0], made[1])
    with pytest.raises(TypeError, match="Attention has parameters and no method initialise"):
        build(Attention, torch.Generator())
