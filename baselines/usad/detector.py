"""USAD: two autoencoders with one encoder, the second trained to find what the first has made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows, evenly_spaced

WINDOW = 5
"""Default number of rows of a window, where rows are in time order; that of [1]_ for SMD."""


@dataclass(kw_only=True)
class USAD(Detector):
    r"""Reconstruct windows twice, by two autoencoders that are trained against each other; score by both errors.

    With the encoder E that both share, decoders :math:`D_1, D_2`, :math:`w^1 = D_1(E(w))`, :math:`w^2 = D_2(E(w))`,
    :math:`w^{12} = D_2(E(w^1))`, E and :math:`D_1` minimise the first loss, E and :math:`D_2` the second:

    .. math::

        \ell_1 &= (1 - a) \lVert w - w^1 \rVert^2 + a \lVert w - w^{12} \rVert^2 \\
        \ell_2 &= (1 - a) \lVert w - w^2 \rVert^2 - a \lVert w - w^{12} \rVert^2 \\
        s &= \alpha \lVert w - w^1 \rVert^2 + (1 - \alpha) \lVert w - w^{12} \rVert^2

    in means over the window, with :math:`a = \min(1 - 1/n, A)` in epoch n and A the parameter ``adversarial``. Three
    layers on each side with D/2, D/4 (at least 16) and ``latent`` units, a sigmoid at the end, and values scaled to
    [0, 1] on training rows: a value beyond the training range can never be reconstructed.

    USAD is here and OmniAnomaly [2]_ is not, because one adversarial and no second recurrent model of densities adds
    something to what the package has (`lstm`, `vae`), because a public comparison ranks them alike, and because
    recurrence and flows make OmniAnomaly about four times as slow.

    [1]_ has no bound A: with :math:`a = 1 - 1/n`, :math:`D_2` soon does nothing but spoil :math:`w^{12}`, until the
    sigmoids saturate and usual windows have larger errors than before the training. On made-up rows of four equal
    channels 15 epochs double the error where A is 1, and divide it by 40 where A is 0.1.

    The public code by which the method is known hides this. Before each step it clears only the gradients of the
    decoder that the step changes. The gradient that :math:`\ell_1` leaves in :math:`D_2` is therefore added to that of
    :math:`\ell_2`, in which the adversarial term has the other sign: the two nearly cancel, and so they do in
    :math:`D_1`. A copy in a public benchmark minimises :math:`\ell_1 + \ell_2` by one optimiser, which leaves
    :math:`\tfrac1n (\lVert w - w^1 \rVert^2 + \lVert w - w^2 \rVert^2)`, two plain autoencoders, exactly. Here each
    loss changes its own networks only. Those codes also score windows, or give a point the score of the window around
    it; here a point has the score of the window that ends with it.

    [1]_ trains 250 epochs on SMD. The budget here is smaller, so that a fit takes seconds on one core. No setting was
    tuned on a test figure.

    Parameters
    ----------
    window : int, optional
        Points in the causal window that ends with the scored point. By default 5, and 1 on rows without time order.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points. Only min–max scaling suits the sigmoid.
    latent : int
        Width of the code.
    alpha : float
        Weight α of the first error in the score.
    adversarial : float
        Largest weight A of the adversarial terms; 0 trains two plain autoencoders, 1 is [1]_.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Largest number of windows in a batch.
    epochs : int
        Number of epochs. There is no early stopping: the loss changes with the epoch.
    train_windows : int
        Largest number of training windows; evenly spaced where there are more.
    untrained : bool
        Keep the initial weights: a control that measures the effect of training.

    References
    ----------
    .. [1] J. Audibert, P. Michiardi, F. Guyard, S. Marti, M. A. Zuluaga. USAD: unsupervised anomaly detection on
       multivariate time series. KDD 2020.
    .. [2] Y. Su, Y. Zhao, C. Niu, R. Liu, W. Sun, D. Pei. Robust anomaly detection for multivariate time series through
       stochastic recurrent neural network. KDD 2019.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=1)] | None = None
    scaling: Scaling = "minmax"
    latent: Annotated[int, Field(ge=1)] = 38
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.5
    adversarial: Annotated[float, Field(ge=0, le=1)] = 0.1
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    batch_size: Annotated[int, Field(ge=1)] = 128
    epochs: Annotated[int, Field(ge=1)] = 15
    train_windows: Annotated[int, Field(ge=1)] = 8_192
    untrained: bool = False

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train both autoencoders.

        Raises
        ------
        ParameterError
            If ``window`` is above 1 and the rows have no time order.
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        from baselines.usad.model import Model
        from benchmark.toolkit.scores import refuse_constant

        self._scaler = Scaler.fit(train, self.scaling)
        self._length = self.window or (WINDOW if train.sequential else 1)
        rows = causal_windows(self._scaler.apply(train), self._length)
        self._model = Model(rows.shape[1], self.latent, self.alpha, self.seed)
        if not self.untrained:
            rows = rows[evenly_spaced(len(rows), self.train_windows)]
            self._model.fit(
                rows,
                adversarial=self.adversarial,
                learning_rate=self.learning_rate,
                batch_size=self.batch_size,
                epochs=self.epochs,
            )
        refuse_constant(self.score(validation), validation.values)

    def score(self, recording: Recording) -> FloatArray:
        """Return the weighted errors, shape (T,), in [0, ∞)."""
        return self._model.score(causal_windows(self._scaler.apply(recording), self._length))
