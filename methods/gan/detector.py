"""GAN: a bidirectional generative adversarial network, scored by reconstruction and discriminator features."""

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


@dataclass(kw_only=True)
class GAN(Detector):
    r"""Learn rows and their codes together by adversarial training; score a row by what its code fails to bring back.

    A BiGAN [1]_ as EGBAD [2]_ uses it: an encoder E, a generator G, and a discriminator D of *pairs*: a row with its
    code (x, E(x)), or a generated row with its state (G(z), z), :math:`z \sim N(0, I)`:

    .. math:: \min_{G, E} \max_D \; E_x \log D(x, E(x)) + E_z \log (1 - D(G(z), z))

    .. math::

        s(x) = \alpha \lVert x - G(E(x)) \rVert_1
             + (1 - \alpha) \lVert f(x, E(x)) - f(G(E(x)), E(x)) \rVert_1

    with f the last hidden units of D. Reasons for this one among the encoder GANs: AnoGAN has no encoder and searches a
    code for each row, which is not real time; f-AnoGAN trains its encoder after the GAN, with a gradient penalty, and
    gradients of gradients are not in the portable arithmetic; `gan-uq` already has a discriminator of rows alone.

    Differences from [2]_, each decided before any test figure was seen:

    * Matched joint distributions do not force E and G to invert each other on single rows, and the score needs that
      they do [3]_. So encoder and generator also minimise ``cycle`` · mean |x − G(E(x))|. ``cycle=0`` is [2]_.
    * Encoder and generator ascend with targets exchanged (the non-saturating form), which is what [2]_'s code does.
    * D has spectrally normalised layers [4]_ in place of batch normalisation and dropout, so that the score of a row
      depends on no other row.
    * A generated category is a vector of probabilities, an observed one is 0 and 1. That alone would give them away
      to D, so noise is added to both in training.
    * Training stops by the mean of the first term of the score over validation rows: an adversarial loss does not fall
      as a model gets better.

    Rows, windows and sequences are read as by `vae`; G has a linear, logistic or softmax output by the modality of a
    channel. Shares x of n runs enter as √(n x).

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of continuous channels, fitted on training points; arsinh follows.
    latent : int
        Width of z; [2]_ has 32 for rows of KDD99 with 121 columns.
    hidden : int
        Width of each hidden layer.
    alpha : float
        α; 0.9 in [2]_.
    cycle : float
        Weight of the reconstruction in training.
    noise : float
        Standard deviation of the noise on the rows that D sees in training.
    learning_rate : float
        Adam's step size on both sides.
    batch_size : int
        Rows of a batch.
    steps : int
        Largest number of steps of each side; it bounds the time whatever the number of rows.
    patience : int
        Epochs without a lower validation loss after which training stops. The weights of the best epoch stay.
    train_rows : int
        Largest number of training rows. Where there are more, so many are taken evenly spaced.
    untrained : bool
        Keep the initial weights: a control that measures the effect of training.

    References
    ----------
    .. [1] J. Donahue, P. Krähenbühl, T. Darrell. Adversarial feature learning. ICLR 2017.
    .. [2] H. Zenati, C. S. Foo, B. Lecouat, G. Manek, V. R. Chandrasekhar. Efficient GAN-based anomaly detection. ICLR
       workshop 2018.
    .. [3] C. Li et al. ALICE: towards understanding adversarial learning for joint distribution matching. NIPS 2017.
    .. [4] T. Miyato, T. Kataoka, M. Koyama, Y. Yoshida. Spectral normalization for generative adversarial networks.
       ICLR 2018.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    latent: Annotated[int, Field(ge=1)] = 32
    hidden: Annotated[int, Field(ge=1)] = 64
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.9
    cycle: Annotated[float, Field(ge=0)] = 1.0
    noise: Annotated[float, Field(ge=0)] = 0.1
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    batch_size: Annotated[int, Field(ge=1)] = 128
    steps: Annotated[int, Field(ge=1)] = 2_500
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
        from methods.gan.network import Model

        self._rows = TypedRows.fit(train, self.scaling, self.window)
        layout = self._rows.layout
        rows, held_out = (layout.inputs(self._rows.apply(part)) for part in (train, validation))
        rows = rows[evenly_spaced(len(rows), self.train_rows)]
        self._model = Model(
            layout,
            hidden=self.hidden,
            latent=self.latent,
            cycle=self.cycle,
            noise=self.noise,
            alpha=self.alpha,
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
        checked = held_out[:256]
        refuse_constant(self._model.score(checked), checked.numpy())

    def score(self, recording: Recording) -> FloatArray:
        """Return the score of each point, shape (T,), in [0, ∞)."""
        rows = self._rows.layout.inputs(self._rows.apply(recording))
        return self._model.score(rows).astype(np.float32)

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the first term of the score, shape (T, C).

        The second term compares hidden units, which no channel owns.
        """
        from benchmark.toolkit.nn.attribution import by_channel

        rows = self._rows.layout.inputs(self._rows.apply(recording))
        return shares(by_channel(self._model.deviations(rows), self._rows))
