"""Generator, encoder, discriminator and adversarial training of the bidirectional network."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from benchmark.interfaces.errors import DivergedError
from benchmark.toolkit.nn.heads import Heads
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.products import Linear
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import History
from benchmark.toolkit.nn.typed import Layout
from benchmark.toolkit.seeding import torch_generator
from benchmark.toolkit.windows import evenly_spaced
from methods.gan_uq.layers import SpectralLinear

HELD_OUT = 5_000
"""Validation rows for early stopping, at most."""

_SLOPE = 0.2  # of the rectifiers, as in EGBAD
_BETAS = (0.5, 0.999)  # of Adam, as in EGBAD
_BLOCK = 2_048


class Network(nn.Module):
    """The three networks, each with two hidden layers.

    Parameters
    ----------
    layout : Layout
        Columns of a row.
    hidden, latent : int
        Widths.
    """

    def __init__(self, layout: Layout, hidden: int, latent: int) -> None:
        super().__init__()
        width = layout.width
        self.encoder = nn.ModuleList([Linear(width, hidden), Linear(hidden, hidden), Linear(hidden, latent)])
        self.generator = nn.ModuleList([Linear(latent, hidden), Linear(hidden, hidden)])
        self.heads = Heads(hidden, layout, spread=False)
        self.discriminator = nn.ModuleList(
            [SpectralLinear(width + latent, hidden), SpectralLinear(hidden, hidden), SpectralLinear(hidden, 1)]
        )

    def encode(self, rows: Tensor) -> Tensor:
        """E: rows (B, D) to latent states (B, latent)."""
        first, second, last = self.encoder
        states: Tensor = last(functional.leaky_relu(second(functional.leaky_relu(first(rows), _SLOPE)), _SLOPE))
        return states

    def generate(self, states: Tensor) -> Tensor:
        """G: latent states (B, latent) to rows (B, D)."""
        for layer in self.generator:
            states = functional.leaky_relu(layer(states), _SLOPE)
        return self.heads.expectation(states)

    def features(self, rows: Tensor, states: Tensor) -> Tensor:
        """f: the last hidden units of the discriminator of pairs, (B, hidden)."""
        first, second, _ = self.discriminator
        pairs = torch.cat([rows, states], dim=1)
        return functional.leaky_relu(second(functional.leaky_relu(first(pairs), _SLOPE)), _SLOPE)

    def logits(self, rows: Tensor, states: Tensor) -> Tensor:
        """D before the logistic function: above 0 where a pair seems to be a row with its code, (B,)."""
        found: Tensor = self.discriminator[2](self.features(rows, states))
        return found[:, 0]

    def deviation(self, rows: Tensor) -> Tensor:
        """‖x − G(E(x))‖₁ of each row, (B,)."""
        return (rows - self.generate(self.encode(rows))).abs().sum(dim=1)


class Model:
    """The networks, their training and their score.

    Parameters
    ----------
    layout : Layout
        Columns of a row.
    hidden, latent, cycle, noise, alpha, seed
        Parameters of the detector.
    """

    def __init__(
        self, layout: Layout, *, hidden: int, latent: int, cycle: float, noise: float, alpha: float, seed: int
    ) -> None:
        self.latent, self.cycle, self.noise, self.alpha, self.seed = latent, cycle, noise, alpha, seed
        self.network = build(lambda: Network(layout, hidden, latent), torch_generator(seed, "parameters")).eval()
        self._draws = torch_generator(seed, "adversarial draws")

    def fit(
        self, train: Tensor, validation: Tensor, *, learning_rate: float, batch_size: int, steps: int, patience: int
    ) -> History:
        """Train both sides in turn on rows (T, D); the weights with the least deviation of validation rows stay.

        Raises
        ------
        DivergedError
            If a loss is not finite.
        """
        network = self.network
        critic = list(network.discriminator.parameters())
        maker = [*network.encoder.parameters(), *network.generator.parameters(), *network.heads.parameters()]
        sides = [torch.optim.Adam(side, lr=learning_rate, betas=_BETAS, fused=True) for side in (critic, maker)]
        held_out = validation[torch.from_numpy(evenly_spaced(len(validation), HELD_OUT))]
        shuffle, batches = torch_generator(self.seed, "batches"), math.ceil(len(train) / batch_size)
        losses: list[float] = []
        deviations: list[float] = []
        best, best_epoch = _state(network), 0
        with one_thread():
            for epoch in range(max(1, steps // batches)):
                network.train()
                order = torch.randperm(len(train), generator=shuffle)
                total = sum(
                    self._step(train[rows], critic, maker, sides, epoch) * len(rows)
                    for rows in order.tensor_split(batches)
                )
                losses.append(total / len(train))
                network.eval()
                with torch.inference_mode():
                    deviations.append(float(network.deviation(held_out).double().mean()))
                if not math.isfinite(deviations[-1]):
                    raise DivergedError(f"validation loss is {deviations[-1]} after epoch {epoch + 1}")
                if epoch == 0 or deviations[-1] < deviations[best_epoch]:
                    best, best_epoch = _state(network), epoch
                elif epoch - best_epoch >= patience:
                    break
        network.load_state_dict(best)
        return History(tuple(losses), tuple(deviations), best_epoch)

    def score(self, rows: Tensor) -> NDArray[np.float64]:
        """Score rows (T, D), shape (T,)."""
        with one_thread(), torch.inference_mode():
            return torch.cat([self._score(block) for block in rows.split(_BLOCK)]).numpy()

    def deviations(self, rows: Tensor) -> NDArray[np.float64]:
        """|x − G(E(x))| of each column of rows (T, D), shape (T, D)."""
        with one_thread(), torch.inference_mode():
            network = self.network
            parts = [(block - network.generate(network.encode(block))).abs() for block in rows.split(_BLOCK)]
            return torch.cat(parts).double().numpy()

    def _score(self, rows: Tensor) -> Tensor:
        states = self.network.encode(rows)
        made = self.network.generate(states)
        features = [self.network.features(one, states) for one in (rows, made)]
        deviation = (rows - made).abs().double().sum(dim=1)
        unlike = (features[0] - features[1]).abs().double().sum(dim=1)
        return self.alpha * deviation + (1 - self.alpha) * unlike

    def _step(
        self,
        rows: Tensor,
        critic: list[nn.Parameter],
        maker: list[nn.Parameter],
        sides: list[torch.optim.Adam],
        epoch: int,
    ) -> float:
        """One step of the discriminator and one of encoder and generator; return the loss of the latter."""
        network, count = self.network, len(rows)
        prior = torch.randn((count, self.latent), generator=self._draws)
        codes = network.encode(rows)
        again, dreamt = network.generate(torch.cat([codes, prior])).split(count)
        shaken = self._draw(rows)
        fake = dreamt + self._draw(rows)
        logits = network.logits(torch.cat([rows + shaken, fake.detach()]), torch.cat([codes.detach(), prior]))
        _take(sides[0], critic, -_value(*logits.split(count)), epoch)
        logits = network.logits(torch.cat([rows + shaken, fake]), torch.cat([codes, prior]))
        loss = -_value(*logits.split(count)[::-1])
        loss = loss + self.cycle * (rows - again).abs().mean()
        return _take(sides[1], maker, loss, epoch)

    def _draw(self, like: Tensor) -> Tensor:
        return self.noise * torch.randn(like.shape, generator=self._draws)


def _value(true: Tensor, false: Tensor) -> Tensor:
    """Mean of log D where it should be 1, plus mean of log(1 − D) where it should be 0."""
    return functional.logsigmoid(true).mean() + functional.logsigmoid(-false).mean()


def _take(optimizer: torch.optim.Adam, parameters: list[nn.Parameter], loss: Tensor, epoch: int) -> float:
    number = loss.item()
    if not math.isfinite(number):
        raise DivergedError(f"an adversarial loss is {number} in epoch {epoch + 1}")
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()
    return number


def _state(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
