"""Adversarial training of GAN-UQ: alternate steps, early stopping, and tests for divergence."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor
from torch.nn import Parameter, functional

from benchmark.interfaces.errors import DivergedError
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import History
from methods.gan_uq.networks import Network

SATURATED = 1e-3
"""A batch's mean discriminator output counts as 0 or 1 if it is closer than this."""

Made = TypeVar("Made")
State = dict[str, Tensor]


def adversarial_value(real: Tensor, fake: Tensor) -> Tensor:
    """Return L_adv = E[log D(x)] + E[log(1 − D(G(z)))] from logits, as printed; D maximises it, at most 0."""
    return functional.logsigmoid(real).mean() + functional.logsigmoid(-fake).mean()


def non_saturating(fake: Tensor) -> Tensor:
    """Return −E[log D(G(z))] from logits: it has the fixed point of L_adv, and a gradient even where D is near 0."""
    return -functional.logsigmoid(fake).mean()


def reconstruction_loss(rows: Tensor, reconstructed: Tensor) -> Tensor:
    """Return L_rec, the mean over rows of the squared Euclidean distance, in squared scaled units."""
    return (rows - reconstructed).square().sum(dim=1).mean()


class Game(ABC, Generic[Made]):
    """Training of one preset: the losses of both sides, the validation loss, and the weights to score with.

    Parameters
    ----------
    network : Network
        All stages.
    generator_optimizer, discriminator_optimizer : Optimizer
        Optimisers of the two sides' parameters.
    """

    warm_up = 0

    def __init__(
        self,
        network: Network,
        generator_optimizer: torch.optim.Optimizer,
        discriminator_optimizer: torch.optim.Optimizer,
    ) -> None:
        self.network = network
        self.generator_optimizer = generator_optimizer
        self.discriminator_optimizer = discriminator_optimizer

    @abstractmethod
    def make(self, rows: Tensor, *, warmed_up: bool) -> Made:
        """Run the generator's side on a batch, with gradients; ``warmed_up`` is True after the warm-up."""

    @abstractmethod
    def fakes(self, made: Made) -> Tensor:
        """Return the generated rows that the discriminator is trained on."""

    @abstractmethod
    def generator_loss(self, rows: Tensor, made: Made, *, warmed_up: bool) -> Tensor:
        """Return the loss of encoding, mapping and reconstruction."""

    @abstractmethod
    def validation_loss(self, rows: Tensor) -> float:
        """Return the mean loss over validation rows, by which training stops."""

    def stepped(self) -> None:
        """Update what depends on the generator's weights, after each of its steps."""

    def state(self) -> State:
        """Return a copy of the weights to score with."""
        return {name: tensor.detach().clone() for name, tensor in self.network.state_dict().items()}


@dataclass
class _Outputs:
    """Mean outputs of the discriminator in the batches of one epoch."""

    real: list[float]
    fake: list[float]

    def saturated(self) -> bool:
        """Return whether every batch's mean is 0 or 1, on real and on generated rows."""
        means = [*self.real, *self.fake]
        return bool(means) and all(min(mean, 1 - mean) < SATURATED for mean in means)


def play(
    game: Game[Made],
    train: Tensor,
    validation: Tensor,
    *,
    shuffle: torch.Generator,
    epochs: int,
    batch_size: int,
    patience: int,
) -> History:
    """Train both sides in turn; leave the network in evaluation mode with the weights of the best epoch.

    Parameters
    ----------
    game : Game
        Losses and optimisers.
    train, validation : Tensor, shape (N, D)
        Prepared rows. The validation loss decides when training stops and which weights remain.
    shuffle : torch.Generator
        Shuffles training rows in each epoch.
    epochs, batch_size, patience : int
        As in `benchmark.toolkit.nn.train.train`. An epoch of the warm-up cannot be the best one.

    Raises
    ------
    DivergedError
        If a loss is not finite, or the discriminator's mean output is 0 or 1 in every batch of an epoch.
    """
    network, warm_up = game.network, min(game.warm_up, epochs - 1)
    train_losses: list[float] = []
    validation_losses: list[float] = []
    best_epoch, best = warm_up, game.state()
    with one_thread(), torch.enable_grad():
        for epoch in range(epochs):
            network.train()
            batches = torch.randperm(len(train), generator=shuffle).tensor_split(math.ceil(len(train) / batch_size))
            train_losses.append(_epoch(game, train, batches, epoch, warmed_up=epoch >= warm_up))
            network.eval()
            with torch.inference_mode():
                validation_losses.append(game.validation_loss(validation))
            if not math.isfinite(validation_losses[-1]):
                raise DivergedError(f"validation loss is {validation_losses[-1]} after epoch {epoch + 1}")
            if epoch <= warm_up or validation_losses[-1] < validation_losses[best_epoch]:
                best_epoch, best = epoch, game.state()
            elif epoch - best_epoch >= patience:
                break
    network.load_state_dict(best)
    network.eval()
    return History(tuple(train_losses), tuple(validation_losses), best_epoch)


def _epoch(game: Game[Made], train: Tensor, batches: Sequence[Tensor], epoch: int, *, warmed_up: bool) -> float:
    outputs, total = _Outputs([], []), 0.0
    generating, discriminating = game.network.generating(), game.network.discriminating()
    for indices in batches:
        rows = train[indices]
        made = game.make(rows, warmed_up=warmed_up)
        if warmed_up:
            _discriminate(game, discriminating, rows, game.fakes(made).detach(), outputs, epoch)
        # The generator's loss passes through the discriminator, whose weights need no gradient here.
        for parameter in discriminating:
            parameter.requires_grad_(False)
        loss = game.generator_loss(rows, made, warmed_up=warmed_up)
        for parameter in discriminating:
            parameter.requires_grad_(True)
        number = loss.item()
        if not math.isfinite(number):
            raise DivergedError(f"the generator's loss is {number} in epoch {epoch + 1}")
        _step(game.generator_optimizer, generating, loss)
        game.stepped()
        total += number * len(indices)
    if outputs.saturated():
        real, fake = (sum(side) / len(side) for side in (outputs.real, outputs.fake))
        raise DivergedError(
            f"the discriminator's mean output was {round(real)} on real and {round(fake)} on generated rows in every "
            f"batch of epoch {epoch + 1}: its gradient vanishes"
        )
    return total / len(train)


def _discriminate(
    game: Game[Made], parameters: list[Parameter], rows: Tensor, fakes: Tensor, outputs: _Outputs, epoch: int
) -> None:
    logits = game.network.distribution_discrimination(torch.cat([rows, fakes]))
    real, fake = logits[: len(rows)], logits[len(rows) :]
    loss = -adversarial_value(real, fake)
    number = loss.item()
    if not math.isfinite(number):
        raise DivergedError(f"the discriminator's loss is {number} in epoch {epoch + 1}")
    _step(game.discriminator_optimizer, parameters, loss)
    with torch.no_grad():
        outputs.real.append(real.sigmoid().mean().item())
        outputs.fake.append(fake.sigmoid().mean().item())


def _step(optimizer: torch.optim.Optimizer, parameters: list[Parameter], loss: Tensor) -> None:
    """Take one step; parameters that the loss does not depend on stay unchanged."""
    gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()
