"""VAE: a variational autoencoder of typed columns, scored by an estimate of the likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.scaling import Scaling
from benchmark.toolkit.scores import refuse_constant
from benchmark.toolkit.windows import evenly_spaced

USUAL = 1_000
"""Validation rows from which the usual surprise of a column is taken, at most."""


@dataclass(kw_only=True)
class VAE(Detector):
    r"""Learn normal rows by a latent-variable model; score a row by how improbable the model finds it.

    Encoder :math:`q(z \mid x)`, a diagonal Gaussian; prior :math:`p(z) = N(0, I)`; decoder :math:`p(x \mid z)`, the
    product of one likelihood for each variable: Gaussian, Bernoulli, categorical or multinomial, by the modality of the
    channel (`benchmark.toolkit.nn.heads`). Both networks have two hidden layers [1]_, and the loss is that of [2]_:

    .. math:: L(x) = -E_q \log p(x \mid z) + \beta \, \mathrm{KL}(q(z \mid x) \,\Vert\, p(z))

    [3]_ scores by the first term, which forgets how improbable the latent state itself is. Here the score is
    −log p(x), estimated by K importance samples from the encoder [4]_:

    .. math:: s(x) = -\log \frac{1}{K} \sum_k \frac{p(x \mid z_k)\, p(z_k)}{q(z_k \mid x)}, \qquad z_k \sim q(z \mid x)

    With K = 1 its mean is the loss at β = 1: surprise plus divergence. With larger K it approaches −log p(x) from
    above. All rows share the K draws of noise, so that a score depends on the row and the seed alone.

    A sequence of symbols is read as the shares of its runs, as the protocol encodes them; a window of rows as the
    columns of all its rows. The papers leave sizes open. The values here were chosen before any test figure was seen:
    small networks, because the training data are thousands of rows.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of continuous channels, fitted on training points; arsinh follows.
    latent : int
        Width of z.
    hidden : int
        Width of each hidden layer.
    beta : float
        β. At 1 training maximises a bound of the likelihood that the score estimates.
    samples : int
        Importance samples K.
    runs : int
        Runs N that the shares of a sequence count as. 100 is of the order of the runs of a short trace.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Rows of a batch.
    steps : int
        Largest number of steps; it bounds the time whatever the number of rows.
    patience : int
        Epochs without a lower validation loss after which training stops. The weights of the best epoch stay.
    train_rows : int
        Largest number of training rows. Where there are more, so many are taken evenly spaced.
    untrained : bool
        Keep the initial weights: a control that measures the effect of training.

    References
    ----------
    .. [1] D. P. Kingma, M. Welling. Auto-encoding variational Bayes. ICLR 2014.
    .. [2] I. Higgins et al. β-VAE: learning basic visual concepts with a constrained variational framework. ICLR 2017.
    .. [3] J. An, S. Cho. Variational autoencoder based anomaly detection using reconstruction probability. SNU Data
       Mining Center, 2015.
    .. [4] Y. Burda, R. Grosse, R. Salakhutdinov. Importance weighted autoencoders. ICLR 2016, equation 8.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    latent: Annotated[int, Field(ge=1)] = 8
    hidden: Annotated[int, Field(ge=1)] = 64
    beta: Annotated[float, Field(ge=0)] = 1.0
    samples: Annotated[int, Field(ge=1)] = 16
    runs: Annotated[int, Field(ge=1)] = 100
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    batch_size: Annotated[int, Field(ge=1)] = 128
    steps: Annotated[int, Field(ge=1)] = 4_000
    patience: Annotated[int, Field(ge=1)] = 10
    train_rows: Annotated[int, Field(ge=1)] = 20_000
    untrained: bool = False

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train on normal rows.

        Raises
        ------
        ParameterError
            If ``window`` is above 1 on rows without order.
        DivergedError
            If a loss is not finite, or all validation rows have one score although they differ.
        """
        from benchmark.toolkit.nn.typed import TypedRows
        from methods.vae.network import Model

        self._rows = TypedRows.fit(train, self.scaling, self.window)
        rows, held_out = self._rows.apply(train), self._rows.apply(validation)
        rows = rows[evenly_spaced(len(rows), self.train_rows)]
        self._model = Model(
            self._rows.layout,
            hidden=self.hidden,
            latent=self.latent,
            runs=self.runs,
            beta=self.beta,
            samples=self.samples,
            seed=self.seed,
        )
        if not self.untrained:
            self.history = self._model.fit(
                rows,
                held_out,
                learning_rate=self.learning_rate,
                batch_size=self.batch_size,
                steps=self.steps,
                patience=self.patience,
            )
        self._usual = held_out[evenly_spaced(len(held_out), USUAL)]
        checked = held_out[:256]
        refuse_constant(self._model.score(checked), checked.numpy())

    def score(self, recording: Recording) -> FloatArray:
        """Return −log p(x) of each point in nats, shape (T,); it may be below 0, because densities may be above 1."""
        return self._model.score(self._rows.apply(recording)).astype(np.float32)

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the surprise beyond the usual one, shape (T, C).

        The usual surprise of a column is its mean over validation rows (`methods.vae.attribution`).
        """
        from benchmark.toolkit.nn.attribution import by_channel
        from methods.vae.attribution import blame

        return shares(by_channel(blame(self._model, self._rows.apply(recording), self._usual), self._rows))
