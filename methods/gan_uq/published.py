"""GAN-UQ as printed: its game, and the two terms of its score."""

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

    The adversarial term judges G(z) with z from the prior, the reconstruction term G(E(x)), each exactly as printed.
    Nothing ties the codes E(x) to the prior. Early stopping looks at L_rec alone: L_adv is the value of a game, which
    does not fall as training goes well.

    Parameters
    ----------
    network : Network
        All stages.
    seed : int
        Seed of the detector.
    learning_rate : float
        Adam's step size, the same on both sides, with β = (0.5, 0.999) as is usual in adversarial training.
    weight : float
        λ.
    """

    def __init__(self, network: Network, seed: int, *, learning_rate: float, weight: float) -> None:
        def adam(parameters: list[torch.nn.Parameter]) -> torch.optim.Adam:
            return torch.optim.Adam(parameters, lr=learning_rate, betas=(0.5, 0.999), fused=True)

        super().__init__(network, adam(network.generating()), adam(network.discriminating()))
        self.weight, self.prior = weight, torch_generator(seed, "prior")

    def make(self, rows: Tensor, *, warm: bool) -> tuple[Tensor, Tensor]:
        """Return reconstructions, and half as many rows generated from the prior: an estimate of E over z ~ N(0, I).

        Latent mapping and the generator's first layer are both linear, W(M f + m) + w. For reconstructions their
        product W M is formed first: it has the hidden width on both sides and takes a quarter of the multiplications.
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

    def generator_loss(self, rows: Tensor, made: tuple[Tensor, Tensor], *, warm: bool) -> Tensor:
        """Return the generator's side of L_total, its adversarial term in the non-saturating form."""
        reconstructed, generated = made
        logits = self.network.distribution_discrimination(generated)
        return non_saturating(logits) + self.weight * reconstruction_loss(rows, reconstructed)

    def validation_loss(self, rows: Tensor) -> float:
        """Return L_rec."""
        return reconstruction_loss(rows, self.network(rows)).item()


class PublishedScore:
    """The terms of S(x) = α(1 − D(x)) + (1 − α) Var(y).

    Parameters
    ----------
    network : Network
        Trained stages.
    output : {"reconstruction", "discriminator"}
        Whose output y is.
    """

    def __init__(self, network: Network, output: Output) -> None:
        self.network, self.output = network, output

    def width(self) -> int:
        """Numbers that one sample of one row takes at most."""
        network = self.network.generative_reconstruction
        return max(len(network.hidden.second.bias), len(network.mean.bias))

    def terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return 1 − D(x), with dropout off, and Var(y), the mean over coordinates of y, shape (B, 2)."""
        variance = self._variance(rows, samples)
        discrimination = 1 - self.network.distribution_discrimination(rows).sigmoid()
        return torch.stack([discrimination, variance], dim=1)

    def sampled_terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return both terms under each dropout mask, shape (B, S, 2): 1 − D_k(x) and ‖y_k − ȳ‖², mean over k = Var."""
        regulation = self.network.confidence_regulation
        judged = self.network.distribution_discrimination.sampled(rows, regulation.masks(samples, "discrimination"))
        outputs = self._outputs(rows, samples)
        spread = regulation.deviations(outputs).square().flatten(2).mean(dim=2)
        return torch.stack([1 - judged, spread], dim=2)

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
