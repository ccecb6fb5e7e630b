"""The five stages of GAN-UQ as networks, shared by both presets."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmark.toolkit.seeding import generator
from methods.gan_uq.dense import Linear, hidden_units
from methods.gan_uq.layers import Dropout, HiddenLayers, SpectralLinear

SLOPE = 0.2
"""Slope of the discriminator's leaky rectifier on negative inputs, the usual one for discriminators."""


class FeatureEncoding(nn.Sequential):
    """Stage 1: a point or window x (B, D) to features (B, hidden)."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(Linear(inputs, hidden), nn.ReLU(), Linear(hidden, hidden), nn.ReLU())

    def forward(self, rows: Tensor) -> Tensor:
        """Return the features."""
        for layer in self:
            if isinstance(layer, Linear):
                rows = hidden_units(rows, layer.weight, layer.bias, 0.0)
        return rows


class LatentMapping(nn.Module):
    """Stage 2: features (B, hidden) to a latent vector z (B, latent), with prior N(0, I).

    Parameters
    ----------
    hidden, latent : int
        Widths.
    stochastic : bool
        Whether the result is a posterior N(m, diag s²) instead of a single z.
    """

    def __init__(self, hidden: int, latent: int, *, stochastic: bool) -> None:
        super().__init__()
        self.mean = Linear(hidden, latent)
        self.log_variance = Linear(hidden, latent) if stochastic else None

    def forward(self, features: Tensor) -> Tensor:
        """Return z; for a stochastic mapping this is the posterior's mean."""
        return self.mean(features)

    def posterior(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance of the posterior; the latter is limited to [−10, 10]."""
        assert self.log_variance is not None
        return self.mean(features), functional.hardtanh(self.log_variance(features), -10, 10)

    def prior(self, rows: int, generator: torch.Generator) -> Tensor:
        """Draw latent vectors (rows, latent) from N(0, I)."""
        return torch.randn(rows, self.mean.out_features, generator=generator, dtype=torch.float32)


class GenerativeReconstruction(nn.Module):
    """Stage 3, the generator G: a latent vector z (B, latent) to a reconstruction (B, D).

    Parameters
    ----------
    latent, hidden, outputs : int
        Widths.
    dropout : Dropout
        Behind both hidden layers.
    heteroscedastic : bool
        Whether each reconstructed value has a log-variance of its own.
    """

    def __init__(self, latent: int, hidden: int, outputs: int, dropout: Dropout, *, heteroscedastic: bool) -> None:
        super().__init__()
        self.hidden = HiddenLayers(latent, hidden, dropout, slope=0.0)
        self.mean = Linear(hidden, outputs)
        self.log_variance = Linear(hidden, outputs) if heteroscedastic else None

    def forward(self, z: Tensor) -> Tensor:
        """Return the reconstruction."""
        return self.mean(self.hidden(z))


class DistributionDiscrimination(nn.Module):
    """Stage 4, the discriminator D: x (B, D) to the logit of being real (B,).

    Parameters
    ----------
    inputs, hidden : int
        Widths.
    dropout : Dropout
        Behind both hidden layers.
    spectral : bool
        Whether every layer is spectrally normalised.
    """

    def __init__(self, inputs: int, hidden: int, dropout: Dropout, *, spectral: bool) -> None:
        super().__init__()
        layer = SpectralLinear if spectral else Linear
        self.hidden = HiddenLayers(inputs, hidden, dropout, SLOPE, layer)
        self.decision = layer(hidden, 1)

    def features(self, rows: Tensor) -> Tensor:
        """Return the second hidden layer (B, hidden)."""
        return self.hidden(rows)

    def forward(self, rows: Tensor) -> Tensor:
        """Return logits; D itself is their sigmoid."""
        return self.decision(self.features(rows)).squeeze(-1)

    def sampled(self, rows: Tensor, masks: Tensor) -> Tensor:
        """Return D (B, S), in (0, 1), under S dropout masks."""
        return self.decision(self.hidden.sampled(rows, masks)).squeeze(-1).sigmoid()


class ConfidenceRegulation(nn.Module):
    r"""Stage 5: masks and variance of Monte-Carlo dropout.

    One mask is drawn for each sample and shared by all rows: a sample is one network from the approximate posterior of
    the weights, applied to every input. Therefore the score of a row does not depend on other rows or on how rows are
    split into blocks, and no row needs random numbers of its own. The masks of S samples are the first S of any larger
    number, so curves over S are nested.

    Parameters
    ----------
    seed : int
        Seed of the detector.
    rate : float
        Probability that a unit is dropped.
    hidden : int
        Units of a masked layer.
    """

    def __init__(self, seed: int, rate: float, hidden: int) -> None:
        super().__init__()
        self.seed, self.rate, self.hidden = seed, rate, hidden

    def masks(self, samples: int, stage: str) -> Tensor:
        """Return masks (2, samples, hidden) of the two hidden layers of a stage: 0 where dropped, else 1/(1 − rate)."""
        layers = []
        for layer in ("first", "second"):
            uniform = generator(self.seed, f"masks {stage} {layer}").random((samples, self.hidden))
            layers.append(uniform >= self.rate)
        return torch.from_numpy(np.stack(layers).astype(np.float32)) / (1 - self.rate)

    @staticmethod
    def deviations(outputs: Tensor) -> Tensor:
        """Return samples (B, S, …) minus their mean: the first pass of the variance."""
        return outputs - outputs.mean(dim=1, keepdim=True)

    def forward(self, outputs: Tensor) -> Tensor:
        r"""Return Var = E[f²] − E[f]² over samples (B, S, …), shape (B, …), by two passes.

        The printed difference of two large numbers cancels: for f = 10⁴ ± 1 in float32 no correct digit remains. Here
        the first pass subtracts the mean, and the second corrects for the mean that rounding leaves in the deviations.
        """
        deviations = self.deviations(outputs)
        return (deviations.square().mean(dim=1) - deviations.mean(dim=1).square()).clamp_min(0)

    def extra_repr(self) -> str:
        """Show the rate and the width."""
        return f"rate={self.rate}, hidden={self.hidden}"


class Network(nn.Module):
    """All five stages; calling it runs an input through them.

    Parameters
    ----------
    inputs : int
        Columns D of a point or flattened window.
    hidden, latent : int
        Width of hidden layers and of the latent vector.
    rate : float
        Dropout behind the hidden layers of the generator, and of the discriminator if it is not spectral.
    seed : int
        Seed of the detector.
    corrected : bool
        Preset: ``corrected`` has a posterior over z, log-variances and a spectrally normalised discriminator;
        ``published`` has none of these.
    """

    def __init__(self, inputs: int, hidden: int, latent: int, rate: float, seed: int, *, corrected: bool) -> None:
        super().__init__()
        self.feature_encoding = FeatureEncoding(inputs, hidden)
        self.latent_mapping = LatentMapping(hidden, latent, stochastic=corrected)
        self.generative_reconstruction = GenerativeReconstruction(
            latent,
            hidden,
            inputs,
            Dropout(rate, generator(seed, "dropout reconstruction")),
            heteroscedastic=corrected,
        )
        self.distribution_discrimination = DistributionDiscrimination(
            inputs,
            hidden,
            Dropout(0.0 if corrected else rate, generator(seed, "dropout discrimination")),
            spectral=corrected,
        )
        self.confidence_regulation = ConfidenceRegulation(seed, rate, hidden)

    def encode(self, rows: Tensor) -> Tensor:
        """Return z (B, latent) of rows (B, D)."""
        return self.latent_mapping(self.feature_encoding(rows))

    def forward(self, rows: Tensor) -> Tensor:
        """Return the reconstruction of rows (B, D)."""
        return self.generative_reconstruction(self.encode(rows))

    def generating(self) -> list[nn.Parameter]:
        """Return the parameters that the generator's loss trains: encoding, mapping and reconstruction."""
        stages = (self.feature_encoding, self.latent_mapping, self.generative_reconstruction)
        return [parameter for stage in stages for parameter in stage.parameters()]

    def discriminating(self) -> list[nn.Parameter]:
        """Return the parameters of the discriminator."""
        return list(self.distribution_discrimination.parameters())
