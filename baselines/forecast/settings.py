"""Parameters that the learned forecasters share."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import require_time_order

if TYPE_CHECKING:
    from baselines.forecast.model import Model


@dataclass(kw_only=True)
class Learned(Detector):
    """A forecaster that is trained by gradient descent.

    Parameters
    ----------
    window : int
        Rows of a history, without the scored row. Before the start the first row is repeated.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training rows.
    hidden : int
        Width of the hidden units.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Stretches of 64 scored rows in a batch.
    steps : int
        Training steps, at most; whole epochs, and at least one.
    patience : int
        Epochs without a lower validation loss after which training stops.
    untrained : bool
        Keep the initial weights: a control that measures the effect of training.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=1)] = 32
    scaling: Scaling = "standard"
    hidden: Annotated[int, Field(ge=1)] = 64
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    batch_size: Annotated[int, Field(ge=1)] = 16
    steps: Annotated[int, Field(ge=1)] = 600
    patience: Annotated[int, Field(ge=1)] = 5
    untrained: bool = False

    @abstractmethod
    def _model(self, channels: int) -> Model:
        """Return the model before its training."""

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train, and measure the usual errors.

        Raises
        ------
        ParameterError
            If the rows have no time order.
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        require_time_order(train, f"window={self.window}", "and a forecast has no past")
        self._scaler = Scaler.fit(train, self.scaling)
        self._fitted = self._model(len(train.channels))
        self._fitted.fit(
            self._scaler.apply(train).values,
            self._scaler.apply(validation).values,
            learning_rate=self.learning_rate,
            batch_size=self.batch_size,
            steps=0 if self.untrained else self.steps,
            patience=self.patience,
        )

    def score(self, recording: Recording) -> FloatArray:
        """Return the errors over channels in units of the usual ones, shape (T,), in [0, ∞)."""
        require_time_order(recording, f"window={self.window}", "and a forecast has no past")
        return self._fitted.usual.scores(self._fitted.errors(self._scaler.apply(recording).values))

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the squared score, shape (T, C)."""
        errors = self._fitted.errors(self._scaler.apply(recording).values)
        return shares(self._fitted.usual.blame(errors))

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        """Return the number of epochs trained and the validation loss of the best, none of them if untrained."""
        history = self._fitted.history
        if history is None:
            return {}
        return {"epochs": float(len(history.train)), "validation loss": history.validation[history.best_epoch]}
