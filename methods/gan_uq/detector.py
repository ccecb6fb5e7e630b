"""GAN-UQ: a generative adversarial detector with an estimate of its uncertainty."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.detector import Decision, Detector, Supervision
from benchmark.interfaces.errors import DivergedError, ParameterError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows
from methods.gan_uq.calibration import Calibration, calibrate
from methods.gan_uq.decisions import ABSTAIN, Decisions, decide, sliding_threshold

_LARGEST_VALUE = 1e6
_CALIBRATION_ROWS = 5_000
_SWEPT_SAMPLES = (1, 2, 5, 10, 20, 30, 50, 100)


@dataclass(kw_only=True)
class GanUQ(Detector):
    r"""Learn the distribution of normal rows with a generator and a discriminator; score by both and by uncertainty.

    Five stages: feature encoding, latent mapping with prior :math:`N(0, I)`, generative reconstruction, distribution
    discrimination and confidence regulation (`methods.gan_uq.networks`). Two presets of one architecture:

    ``published``
        The method as the paper prints it: :math:`L_{total} = L_{adv} + \lambda L_{rec}` and

        .. math:: S(x) = \alpha (1 - D(x)) + (1 - \alpha) \operatorname{Var}(y).

    ``corrected``
        The stated idea, corrected. According to the abstract, anomalies are detected by reconstruction error, which the
        printed score leaves out, and by a discriminator, whose output at equilibrium is ½ everywhere. Therefore: a
        spectrally normalised discriminator on generated rows *and* reconstructions, non-saturating loss with two time
        scales, feature matching, a posterior over z with its divergence from the prior (without it the adversarial
        loss never trains the decoder on the codes that it scores with), heteroscedastic reconstruction after a warm-up
        by squared error, averaged generator weights, and

        .. math:: S(x) = \sum_p w_p \, \frac{\log s_p(x) - m_p}{d_p}

        over reconstruction, discriminator features and epistemic variance. The parts are standardised (m, d) on normal
        validation rows, or on training rows if they are constant on validation rows. The weights are chosen on
        validation rows with seeded synthetic corruptions (`methods.gan_uq.calibration`). Logarithms are used because
        the parts are non-negative with long tails, so one extreme row would determine the spread of a raw part.

    Dropout acts behind the generator's hidden layers (in ``published`` behind the discriminator's too). All rows share
    one mask per sample: a score depends only on the row and the seed, see
    `methods.gan_uq.networks.ConfidenceRegulation`. ``samples``, ``score_parts``, ``alpha`` and ``band`` may be
    changed after `fit`; the calibration is updated.

    The result depends on rounding: another instruction set changes the scores of one seed (`docs/gan-uq.md`).

    The parameters name the choices that the paper leaves open, with their reasons:

    Parameters
    ----------
    preset : {"corrected", "published"}
        See above.
    window : int
        Points in the causal window that ends with the scored point; 1 scores each point by itself.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points; not in the paper. With unit variances no channel dominates
        L_rec. ``corrected`` then applies arsinh, which changes values within ±1 little and shortens the long tails of
        telemetry.
    latent : int
        Dimension of z. 256 is the paper's own best.
    hidden : int
        Width of every hidden layer; not in the paper. 64 is about twice the number of columns, as for the other
        networks here.
    dropout : float
        Probability that a hidden unit is dropped; not in the paper. 0.1 is the common choice for Monte-Carlo dropout.
    samples : int
        Monte-Carlo samples S; 30 is where the paper's curve flattens.
    alpha : float
        α of ``published``; not in the paper. ½ gives both terms equal weight.
    reconstruction_weight : float
        λ; not in the paper. L_rec sums over columns, so λ = 1 weights the mean squared error about thirty times against
        an adversarial term of order 1. Adversarial autoencoders usually have 10 to 50.
    variance_of : {"reconstruction", "discriminator"}
        The network whose output is y in ``published``; not in the paper. The reconstruction is the model's prediction
        *for x*, and its variance grows with distance from the training data. The discriminator's output is already
        the other term.
    score_parts : {"all", "reconstruction", "features", "epistemic"}
        Parts of the ``corrected`` score, for ablations. ``alpha`` selects the terms of ``published``.
    learning_rate : float
        Adam's step size for the generator; not in the paper. 2e-3 with at most 20 epochs ranked corrupted validation
        rows better than 1e-3 with 30 or 3e-3 with 15. The test part was not used for this choice.
    batch_size, epochs, patience : int
        Largest number of rows in a batch and of epochs, and number of epochs without a lower validation loss after
        which training stops.
    warm_up : int
        Epochs at the start of ``corrected`` that minimise the squared error only, so that the log-variance is fitted
        to a reconstruction that is already close.
    decay : float
        Decay of the moving average of the generator's weights in ``corrected``.
    band : float
        `predict` abstains if the threshold is within this many predictive standard deviations of the score. At 1, a
        decision needs the agreement of about five in six samples.
    buffer, refit : int
        Number of scores from which `predict` computes its sliding threshold, and points between two fits of it.
    sweep : bool
        Also measure `extra_scores` of the same fitted model: each part by itself, and other numbers of samples.
    untrained : bool
        Do not train the networks, but calibrate as usual. A control.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    presets: ClassVar[tuple[str, ...]] = ("published", "corrected")

    preset: Literal["published", "corrected"] = "corrected"
    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    latent: Annotated[int, Field(ge=1)] = 256
    hidden: Annotated[int, Field(ge=1)] = 64
    dropout: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.1
    samples: Annotated[int, Field(ge=1)] = 30
    alpha: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    reconstruction_weight: Annotated[float, Field(ge=0.0)] = 1.0
    variance_of: Literal["reconstruction", "discriminator"] = "reconstruction"
    score_parts: Literal["all", "reconstruction", "features", "epistemic"] = "all"
    learning_rate: Annotated[float, Field(gt=0.0)] = 2e-3
    batch_size: Annotated[int, Field(ge=1)] = 256
    epochs: Annotated[int, Field(ge=1)] = 20
    patience: Annotated[int, Field(ge=1)] = 5
    warm_up: Annotated[int, Field(ge=0)] = 5
    decay: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.999
    band: Annotated[float, Field(ge=0.0)] = 1.0
    buffer: Annotated[int, Field(ge=1)] = 5_000
    refit: Annotated[int, Field(ge=1)] = 500
    sweep: bool = False
    untrained: bool = False

    def __post_init__(self) -> None:
        if self.preset == "corrected" and self.variance_of != "reconstruction":
            raise ParameterError("gan-uq: variance_of belongs to preset=published; corrected has the reconstruction's")
        if self.preset == "published" and self.score_parts != "all":
            raise ParameterError("gan-uq: score_parts belongs to preset=corrected; use alpha=1 or alpha=0 in published")

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train the networks, then calibrate the score on validation rows.

        Raises
        ------
        DivergedError
            If a loss is not finite, the discriminator's mean output is 0 or 1 in every batch of an epoch, or all
            validation rows have the same score although they differ.
        """
        import torch

        from methods.gan_uq.fitting import fit_network

        self._scaler = Scaler.fit(train, self.scaling)
        self._channels = len(train.channels)
        rows, held_out = self._rows(train), self._rows(validation)
        self.network, self.history = fit_network(self, torch.from_numpy(rows), torch.from_numpy(held_out))
        self._training = train.unlabelled()
        self._validation = validation.take(slice(-_CALIBRATION_ROWS, None)).unlabelled()
        self._calibrations: dict[int, Calibration] = {}
        self._refuse_constant(held_out)

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores, shape (T,): in [0, ∞) for ``published``, near 0 on normal rows for ``corrected``."""
        terms = self._standardised(self._terms(recording))
        return (terms @ self._weights()).astype(np.float32)

    def parts(self, recording: Recording) -> dict[str, FloatArray]:
        """Return each part of the score by name, shape (T,); the score is their sum weighted by `weights`.

        The parts are 1 − D(x) and Var(y) for ``published``, and the three standardised parts for ``corrected``.
        """
        terms = self._standardised(self._terms(recording)).astype(np.float32)
        return dict(zip(self._names(), terms.T.copy(), strict=True))

    def weights(self, recording: Recording) -> dict[str, float]:
        """Return the weight of each part in the score of a recording."""
        return dict(zip(self._names(), self._weights().tolist(), strict=True))

    def predict(self, recording: Recording) -> Decisions:
        """Decide on every point: normal, anomalous, or abstain where the dropout samples disagree.

        On rows in time order the threshold follows recent scores (`methods.gan_uq.decisions.sliding_threshold`). On
        rows without order, all points have the threshold of the validation scores.
        """
        score, calibration = self.score(recording), self.score(self._validation)
        sampled = self._standardised(self._terms(recording, sampled=True))
        std = (sampled @ self._weights()).std(axis=1).astype(np.float32)
        every = self.refit if recording.sequential else max(1, len(recording))
        threshold = sliding_threshold(calibration, score, buffer=self.buffer, every=every)
        return decide(score, std, threshold, self.band)

    def decide(self, recording: Recording) -> Decision:
        """Return the decisions of `predict` in the form of the harness."""
        decisions = self.predict(recording)
        return Decision(decisions.flags, decisions.confidence, decisions.decision == ABSTAIN)

    def extra_scores(self) -> tuple[str, ...]:
        """Return the names of the scores that ``sweep`` adds: ``part=…`` and ``samples=…``."""
        if not self.sweep:
            return ()
        return (*(f"part={name}" for name in self._names()), *(f"samples={count}" for count in _SWEPT_SAMPLES))

    def extra_score(self, name: str, recording: Recording) -> FloatArray:
        """Score every point by one of the `extra_scores`."""
        if name not in self.extra_scores():
            raise KeyError(name)
        kind, _, value = name.partition("=")
        if kind == "part":
            return self.parts(recording)[value]
        other = copy(self)
        other.samples = int(value)
        return other.score(recording)

    def _rows(self, recording: Recording) -> FloatArray:
        """Return the input of the networks, shape (T, window × channels)."""
        return self._prepared(self._scaler.apply(recording))

    def _prepared(self, scaled: Recording) -> FloatArray:
        values = np.clip(scaled.values, -_LARGEST_VALUE, _LARGEST_VALUE)
        if self.preset == "corrected":
            values = np.arcsinh(values)
        return causal_windows(replace(scaled, values=values), self.window)

    def _terms(self, recording: Recording, *, sampled: bool = False) -> FloatArray:
        return self._scaled_terms(self._scaler.apply(recording), sampled=sampled)

    def _scaled_terms(self, scaled: Recording, *, sampled: bool = False) -> FloatArray:
        """Return the raw terms (T, P), or those of each dropout sample (T, S, P)."""
        from methods.gan_uq.fitting import scorer
        from methods.gan_uq.scoring import raw_terms

        return raw_terms(
            scorer(self.network, self.preset, self.variance_of, self._channels),
            self._prepared(scaled),
            self.samples,
            sampled=sampled,
        )

    def _standardised(self, terms: FloatArray) -> NDArray[np.float64]:
        if self.preset == "published":
            return terms.astype(np.float64)
        return self._calibration().standardise(terms)

    def _weights(self) -> NDArray[np.float64]:
        if self.preset == "published":
            return np.array([self.alpha, 1 - self.alpha])
        if self.score_parts == "all":
            return self._calibration().weights
        return np.array([float(name == self.score_parts) for name in self._names()])

    def _names(self) -> tuple[str, ...]:
        from methods.gan_uq.corrected import PARTS
        from methods.gan_uq.published import TERMS

        return PARTS if self.preset == "corrected" else TERMS

    def _calibration(self) -> Calibration:
        """Return the calibration for the present number of samples, fitted once."""
        if self.samples not in self._calibrations:
            validation, training = self._scaler.apply(self._validation), self._scaler.apply(self._training)
            self._calibrations[self.samples] = calibrate(self._scaled_terms, validation, training, self.seed)
        return self._calibrations[self.samples]

    def _refuse_constant(self, held_out: FloatArray) -> None:
        if (held_out == held_out[0]).all():
            return
        scores = self.score(self._validation)
        if not np.isfinite(scores).all():
            raise DivergedError(f"{np.count_nonzero(~np.isfinite(scores))} of {len(scores)} scores are not finite")
        if np.ptp(scores) == 0:
            raise DivergedError(f"all {len(scores)} validation rows have the same score, {scores[0]:g}")
