"""Preset ``published``: training and score as the paper prints them."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from benchmark.toolkit.nn.products import linear
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.networks import Network
from methods.gan_uq.training import Game, non_saturating, reconstruction_loss

TERMS = ("discrimination", "variance")
"""1 − D(x) and Var(y), in the order of the printed score."""

Output = Literal["reconstruction", "discriminator"]


class PublishedGame(Game[tuple[Tensor, Tensor]]):
    """L_total = L_adv + λ L_rec.

    The adversarial term uses G(z) with z from the prior and the reconstruction term uses G(E(x)), as printed. No term
    ties the codes E(x) to the prior. Early stopping uses L_rec only: L_adv is the value of a game, which does not fall
    when training succeeds.

    Parameters
    ----------
    network : Network
        All stages.
    seed : int
        Seed of the detector.
    learning_rate : float
        Adam's step size on both sides, with β = (0.5, 0.999) as is usual in adversarial training.
    weight : float
        λ.
    """

    def __init__(self, network: Network, seed: int, *, learning_rate: float, weight: float) -> None:
        def adam(parameters: list[torch.nn.Parameter]) -> torch.optim.Adam:
            return torch.optim.Adam(parameters, lr=learning_rate, betas=(0.5, 0.999), fused=True)

        super().__init__(network, adam(network.generating()), adam(network.discriminating()))
        self.weight, self.prior = weight, torch_generator(seed, "prior")

    def make(self, rows: Tensor, *, warmed_up: bool) -> tuple[Tensor, Tensor]:
        """Return reconstructions (B, D) and rows generated from the prior (⌈B/2⌉, D), for the mean over z ~ N(0, I).

        Latent mapping and the generator's first layer are both linear: W(M f + m) + w for features f. Reconstructions
        use the product W M, of hidden width on both sides. At the default sizes this takes a quarter of the
        multiplications.
        """
        mapping, generator = self.network.latent_mapping, self.network.generative_reconstruction
        first = generator.hidden.first
        weight = linear(first.weight, mapping.mean.weight.T)
        bias = linear(mapping.mean.bias.unsqueeze(0), first.weight, first.bias).squeeze(0)
        encoded = generator.hidden.units(self.network.feature_encoding(rows), weight, bias)
        drawn = generator.hidden.units(mapping.prior((len(rows) + 1) // 2, self.prior), first.weight, first.bias)
        made = generator.mean(generator.hidden.second_units(torch.cat([encoded, drawn])))
        reconstructed, generated = made.split([len(encoded), len(drawn)])
        return reconstructed, generated

    def fakes(self, made: tuple[Tensor, Tensor]) -> Tensor:
        """Return G(z), z from the prior."""
        return made[1]

    def generator_loss(self, rows: Tensor, made: tuple[Tensor, Tensor], *, warmed_up: bool) -> Tensor:
        """Return the generator's side of L_total, its adversarial term in the non-saturating form."""
        reconstructed, generated = made
        logits = self.network.distribution_discrimination(generated)
        return non_saturating(logits) + self.weight * reconstruction_loss(rows, reconstructed)

    def validation_loss(self, rows: Tensor) -> float:
        """Return L_rec."""
        return reconstruction_loss(rows, self.network(rows)).item()


class PublishedScore:
    """Terms of S(x) = α(1 − D(x)) + (1 − α) Var(y).

    Parameters
    ----------
    network : Network
        Trained stages.
    output : {"reconstruction", "discriminator"}
        The network whose output is y.
    """

    def __init__(self, network: Network, output: Output) -> None:
        self.network, self.output = network, output

    def width(self) -> int:
        """Return the largest number of values that a layer holds for one sample of one row."""
        network = self.network.generative_reconstruction
        return max(len(network.hidden.second.bias), network.mean.out_features)

    def terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return 1 − D(x) without dropout, and Var(y) as its mean over the coordinates of y, shape (B, 2)."""
        variance = self._variance(rows, samples)
        discrimination = 1 - self.network.distribution_discrimination(rows).sigmoid()
        return torch.stack([discrimination, variance], dim=1)

    def sampled_terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return the terms of each dropout sample, shape (B, S, 2).

        For sample k these are 1 − D_k(x) and the mean of (y_k − ȳ)² over the coordinates of y, whose mean over k is
        Var(y).
        """
        regulation = self.network.confidence_regulation
        probabilities = self.network.distribution_discrimination.sampled(
            rows, regulation.masks(samples, "discrimination")
        )
        outputs = self._outputs(rows, samples)
        spread = regulation.deviations(outputs).square().flatten(2).mean(dim=2)
        return torch.stack([1 - probabilities, spread], dim=2)

    def _variance(self, rows: Tensor, samples: int) -> Tensor:
        return self.network.confidence_regulation(self._outputs(rows, samples)).flatten(1).mean(dim=1)

    def _outputs(self, rows: Tensor, samples: int) -> Tensor:
        """Return y under each mask, shape (B, S, coordinates)."""
        network, regulation = self.network, self.network.confidence_regulation
        if self.output == "discriminator":
            masks = regulation.masks(samples, "discrimination")
            return network.distribution_discrimination.sampled(rows, masks).unsqueeze(2)
        generator = network.generative_reconstruction
        units = generator.hidden.sampled(network.encode(rows), regulation.masks(samples, "reconstruction"))
        return generator.mean(units)
