from __future__ import annotations

import math

import pytest
import torch

from benchmark.interfaces.errors import DivergedError
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.networks import Network
from methods.gan_uq.training import Game, play
from tests.fixtures.plane import PRESETS, SMALL, fitted, recording


class _Fixed(Game[torch.Tensor]):
    """A game whose discriminator has a constant output."""

    def __init__(self, logit: float, loss: float = 1.0) -> None:
        network = build(lambda: Network(2, 4, 2, 0.1, 0, corrected=False), torch_generator(0, "test"))
        with torch.no_grad():
            network.distribution_discrimination.decision.weight.zero_()
            network.distribution_discrimination.decision.bias.fill_(logit)
        sides = (network.generating(), list(network.distribution_discrimination.parameters()))
        super().__init__(network, *(torch.optim.SGD(side, lr=0.0) for side in sides))
        self.loss = loss

    def make(self, rows, *, warmed_up):
        return self.network(rows)

    def fakes(self, made):
        return made

    def generator_loss(self, rows, made, *, warmed_up):
        return made.sum() * 0 + self.loss

    def validation_loss(self, rows):
        return 1.0


def _play(game: Game):
    rows = torch.from_numpy(recording(64, 0).values[:, :2].copy())
    return play(game, rows, rows, shuffle=torch_generator(0, "s"), epochs=3, batch_size=16, patience=3)


@pytest.mark.parametrize(("logit", "message"), [(20.0, "was 1 on real and 1 on"), (-20.0, "was 0 on real and 0 on")])
def test_a_saturated_discriminator_is_divergence(logit, message):
    with pytest.raises(DivergedError, match=message):
        _play(_Fixed(logit))


def test_an_undecided_discriminator_is_no_divergence():
    assert len(_play(_Fixed(3.0)).train) == 3


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_is_divergence(value):
    with pytest.raises(DivergedError, match=r"generator's loss is (nan|inf) in epoch 1"):
        _play(_Fixed(0.0, loss=value))


def test_constant_scores_are_divergence():
    with pytest.raises(DivergedError, match="same score"):
        fitted(f"gan-uq[preset=published,alpha=0,samples=1,{SMALL}]")


@pytest.mark.parametrize("preset", PRESETS)
def test_an_exploding_step_size_is_divergence(preset):
    with pytest.raises(DivergedError):
        fitted(f"gan-uq[preset={preset},learning_rate=1e30,{SMALL}]")
