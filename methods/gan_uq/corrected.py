"""Preset ``corrected``: training, and the three parts of the score."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from benchmark.toolkit.nn.products import linear
from benchmark.toolkit.seeding import torch_generator
from methods.gan_uq.networks import Network
from methods.gan_uq.posterior import divergence_from_prior, sample
from methods.gan_uq.training import Game, State, non_saturating

PARTS = ("reconstruction", "features", "epistemic")

LOWEST, HIGHEST = -7.0, 5.0
"""Limits of the log-variance of a reconstructed value, in squared scaled units."""


@dataclass(frozen=True)
class Reconstruction:
    """Output of the generator's side for a batch.

    Parameters
    ----------
    mean, log_variance : Tensor, shape (B, D)
        Mean and log-variance of each reconstructed value.
    divergence : Tensor, shape (B,)
        Kullback–Leibler divergence of the posterior of z from the prior, in nats.
    generated : Tensor, shape (⌈B/2⌉, D)
        Rows generated from the prior; none during the warm-up.
    """

    mean: Tensor
    log_variance: Tensor
    divergence: Tensor
    generated: Tensor


def negative_log_likelihood(rows: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return ½[(x − μ)²/σ² + log σ²] of each value, in nats up to a constant."""
    return 0.5 * ((rows - mean).square() * (-log_variance).exp() + log_variance)


class CorrectedGame(Game[Reconstruction]):
    """Evidence bound, adversarial loss with two time scales and feature matching; scores use averaged weights.

    Parameters
    ----------
    network : Network
        All stages.
    seed : int
        Seed of the detector.
    learning_rate : float
        Adam's step size of the generator; the discriminator's is four times that (Heusel et al. 2017).
    weight : float
        λ, the weight of the negative evidence bound.
    warm_up : int
        Epochs at the start that minimise the squared error only.
    decay : float
        Decay of the exponential moving average of the generator's weights; the first steps use a smaller one.
    """

    def __init__(
        self, network: Network, seed: int, *, learning_rate: float, weight: float, warm_up: int, decay: float
    ) -> None:
        self.generating: list[Tensor] = [*network.generating()]
        super().__init__(
            network,
            torch.optim.Adam(self.generating, lr=learning_rate, fused=True),
            torch.optim.Adam(network.discriminating(), lr=4 * learning_rate, betas=(0.0, 0.9), fused=True),
        )
        self.weight, self.warm_up, self.decay = weight, warm_up, decay
        self.prior, self.posterior = torch_generator(seed, "prior"), torch_generator(seed, "posterior")
        self.averaged = [parameter.detach().clone() for parameter in self.generating]
        self.steps = 0

    def make(self, rows: Tensor, *, warmed_up: bool) -> Reconstruction:
        """Reconstruct from a sample of the posterior and, after the warm-up, generate rows from the prior."""
        network, count = self.network, len(rows)
        code_mean, code_log_variance = network.latent_mapping.posterior(network.feature_encoding(rows))
        noise = torch.randn(code_mean.shape, generator=self.posterior, dtype=torch.float32)
        z, divergence = sample(code_mean, code_log_variance, noise)
        if warmed_up:
            # Half as many as rows: the score uses the discriminator's features of reconstructions, not of these.
            z = torch.cat([z, network.latent_mapping.prior((count + 1) // 2, self.prior)])
        units = network.generative_reconstruction.hidden(z)
        mean = network.generative_reconstruction.mean(units)
        return Reconstruction(mean[:count], _log_variance(network, units[:count]), divergence, mean[count:])

    def fakes(self, made: Reconstruction) -> Tensor:
        """Return reconstructions, which the score compares with rows, and rows generated from the prior."""
        return torch.cat([made.mean, made.generated])

    def generator_loss(self, rows: Tensor, made: Reconstruction, *, warmed_up: bool) -> Tensor:
        """Return adversarial loss + matching loss + λ · negative evidence bound; in the warm-up ½λ · squared error."""
        if not warmed_up:
            return self.weight * 0.5 * (rows - made.mean).square().sum(dim=1).mean()
        discriminator = self.network.distribution_discrimination
        units = discriminator.features(torch.cat([rows, made.mean, made.generated]))
        real, mean, _ = units.split([len(rows), len(rows), len(made.generated)])
        matching = (real - mean).square().sum(dim=1).mean()
        adversarial = non_saturating(discriminator.decision(units).squeeze(-1)[len(rows) :])
        likelihood = negative_log_likelihood(rows, made.mean, made.log_variance).sum(dim=1)
        return adversarial + matching + self.weight * (likelihood + made.divergence).mean()

    def stepped(self) -> None:
        """Move the averaged weights towards the trained ones, faster in the first steps."""
        self.steps += 1
        share = 1 - min(self.decay, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_lerp_(self.averaged, self.generating, share)

    def validation_loss(self, rows: Tensor) -> float:
        """Return the negative evidence bound under the averaged weights, at the posterior's mean."""
        trained = self._swap_in(self.averaged)
        code_mean, code_log_variance = self.network.latent_mapping.posterior(self.network.feature_encoding(rows))
        mean, log_variance = decode(self.network, code_mean)
        self._swap_in(trained)
        likelihood = negative_log_likelihood(rows, mean, log_variance).sum(dim=1)
        return (likelihood + divergence_from_prior(code_mean, code_log_variance)).mean().item()

    def state(self) -> State:
        """Return the averaged weights of the generator's stages and the trained weights of the discriminator."""
        with torch.no_grad():
            trained = self._swap_in(self.averaged)
            state = super().state()
            self._swap_in(trained)
        return state

    def _swap_in(self, weights: list[Tensor]) -> list[Tensor]:
        """Replace the weights of the generator's stages, and return the previous ones."""
        before = [parameter.detach().clone() for parameter in self.generating]
        for parameter, weight in zip(self.generating, weights, strict=True):
            parameter.detach().copy_(weight)
        return before


def decode(network: Network, z: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and log-variance of the reconstruction from z; the latter is limited to [`LOWEST`, `HIGHEST`]."""
    generator = network.generative_reconstruction
    return _heads(network, generator.hidden(z))


def _heads(network: Network, units: Tensor) -> tuple[Tensor, Tensor]:
    return network.generative_reconstruction.mean(units), _log_variance(network, units)


def _log_variance(network: Network, units: Tensor) -> Tensor:
    head = network.generative_reconstruction.log_variance
    assert head is not None
    return functional.hardtanh(head(units), LOWEST, HIGHEST)


class CorrectedScore:
    """Raw parts of the score. All are ≥ 0, and higher means more anomalous.

    ``reconstruction``
        Mean over the point's channels of the negative log-likelihood under μ̄ and σ, minus its least possible value
        ½·`LOWEST`. μ̄ is the mean of the dropout samples.
    ``features``
        Squared distance between x and μ̄ in the discriminator's second hidden layer, mean over its units.
    ``epistemic``
        Variance of the dropout samples, mean over the point's channels.

    Parameters
    ----------
    network : Network
        Trained stages.
    channels : int
        Number of channels. The scored point is the last ``channels`` columns of a window; earlier points have windows
        of their own.
    """

    def __init__(self, network: Network, channels: int) -> None:
        self.network, self.channels = network, channels

    def width(self) -> int:
        """Return the largest number of values that a layer holds for one sample of one row."""
        return max(len(self.network.generative_reconstruction.hidden.second.bias), self.channels)

    def terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return the parts, shape (B, 3)."""
        units = self._units(rows, samples)
        mean, log_variance = _heads(self.network, units.mean(dim=1))
        return torch.stack(
            [
                self._unlikelihood(rows, mean, log_variance),
                self._feature_distance(rows, mean),
                self._epistemic(units),
            ],
            dim=1,
        )

    def sampled_terms(self, rows: Tensor, samples: int) -> Tensor:
        """Return the parts with each sample's own reconstruction in place of μ̄, shape (B, S, 3).

        The epistemic part belongs to all samples together, so it is the same for each.
        """
        units = self._units(rows, samples)
        _, log_variance = _heads(self.network, units.mean(dim=1))
        mean = self.network.generative_reconstruction.mean(units)
        rows, log_variance = rows.unsqueeze(1), log_variance.unsqueeze(1)
        parts = [
            self._unlikelihood(rows, mean, log_variance),
            self._feature_distance(rows, mean),
            self._epistemic(units).unsqueeze(1).expand(-1, samples),
        ]
        return torch.stack(parts, dim=2)

    def _units(self, rows: Tensor, samples: int) -> Tensor:
        masks = self.network.confidence_regulation.masks(samples, "reconstruction")
        return self.network.generative_reconstruction.hidden.sampled(self.network.encode(rows), masks)

    def _unlikelihood(self, rows: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
        point = slice(-self.channels, None)
        values = negative_log_likelihood(rows[..., point], mean[..., point], log_variance[..., point])
        return values.mean(dim=-1) - 0.5 * LOWEST

    def _feature_distance(self, rows: Tensor, mean: Tensor) -> Tensor:
        discriminator = self.network.distribution_discrimination
        return (discriminator.features(rows) - discriminator.features(mean)).square().mean(dim=-1)

    def _epistemic(self, units: Tensor) -> Tensor:
        head = self.network.generative_reconstruction.mean
        point = slice(-self.channels, None)
        samples = linear(units, head.weight[point], head.bias[point])
        return self.network.confidence_regulation(samples).mean(dim=-1)
