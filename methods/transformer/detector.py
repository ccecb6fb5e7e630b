"""Transformer: masked modelling of the columns of rows, next-symbol modelling of sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.raw import Ragged
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.ngrams import Ngrams
from benchmark.toolkit.scaling import Scaling
from benchmark.toolkit.scores import refuse_constant
from benchmark.toolkit.tokens import pooled
from benchmark.toolkit.windows import evenly_spaced, require_time_order

_CHECKED = 256


@dataclass(kw_only=True)
class Transformer(Detector):
    r"""Predict each part of a point from its other parts; score by the mean surprise and its upper quantile.

    Two blocks of attention with pre-normalisation [1]_. What is predicted depends on the form of the points:

    ``rows``
        Masked modelling, as of words in [2]_: a fifth of the variables is hidden and predicted from the others.
        A variable is a continuous or binary column, or a category, and is one token. Its likelihood is Gaussian,
        Bernoulli or categorical (`benchmark.toolkit.nn.heads`). To score a row its variables are divided into five
        groups, drawn once for a seed, and each group is hidden in turn: five passes in place of one for each variable.
        The surprise of variable i is :math:`u_i = -\log p(x_i \mid x_{\text{shown}})`, less its mean over validation
        rows: a density has the unit of its column, so that raw surprises of two columns do not compare. With
        ``window`` above 1 a token holds the earlier values of its variable too, and only the newest is hidden.
    ``sequences``
        Next-symbol modelling, as in [3]_: :math:`u_i = -\log p(c_i \mid c_{i-31}, \dots, c_{i-1})` by windows of 32
        symbols, each of which begins 24 later than the one before. The first 8 give context only. At most 32 windows of
        a sequence, evenly spread, are scored. A symbol that occurs less than twice in training is *other*. The upper
        quantile is that of the mean surprises of the windows: a stretch that is long enough to be no accident.

    .. math:: s = (1 - \tau) \operatorname{mean}_i u_i + \tau \, Q_q(u)

    with Q_q the smallest value that at least the share q of the surprises do not exceed. The mean finds what is unusual
    everywhere, the quantile what is unusual in one part: an attacker who adds ordinary calls lowers the mean, not the
    worst stretch. Sizes and weights were chosen before any test figure was seen, by the time that a cell may take.

    Parameters
    ----------
    form : {"auto", "rows", "sequences"}
        ``auto``: sequences where the columns of the recording are an encoding of its sequences (modality ``n-gram``)
        and the sequences themselves are there; else rows.
    window : int
        Points in the causal window that ends with the scored point, for rows; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of continuous channels, fitted on training points; arsinh follows.
    hidden : int
        Width of a token, a multiple of ``heads``.
    heads : int
        Heads of the attention.
    quantile : float
        q.
    tail : float
        Weight τ of the quantile.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Rows, or windows of sequences, of a batch.
    steps : int
        Largest number of steps; it bounds the time whatever the number of rows.
    patience : int
        Epochs without a lower validation loss after which training stops. The weights of the best epoch stay.
    train_rows : int
        Largest number of training rows or windows. Where there are more, so many are taken evenly spaced.
    untrained : bool
        Keep the initial weights: a control that measures the effect of training.

    References
    ----------
    .. [1] A. Vaswani et al. Attention is all you need. NIPS 2017; normalisation before each part as in R. Xiong et al.,
       On layer normalization in the transformer architecture, ICML 2020.
    .. [2] J. Devlin, M.-W. Chang, K. Lee, K. Toutanova. BERT: pre-training of deep bidirectional transformers for
       language understanding. NAACL 2019.
    .. [3] A. Radford, K. Narasimhan, T. Salimans, I. Sutskever. Improving language understanding by generative
       pre-training. OpenAI, 2018.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    reads_raw: ClassVar[bool] = True

    form: Literal["auto", "rows", "sequences"] = "auto"
    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    hidden: Annotated[int, Field(ge=1)] = 32
    heads: Annotated[int, Field(ge=1)] = 2
    quantile: Annotated[float, Field(ge=0, le=1)] = 0.9
    tail: Annotated[float, Field(ge=0, le=1)] = 0.5
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    batch_size: Annotated[int, Field(ge=1)] = 64
    steps: Annotated[int, Field(ge=1)] = 800
    patience: Annotated[int, Field(ge=1)] = 5
    train_rows: Annotated[int, Field(ge=1)] = 10_000
    untrained: bool = False

    def __post_init__(self) -> None:
        if self.hidden % self.heads:
            raise ParameterError(f"hidden={self.hidden} is no multiple of heads={self.heads}")

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train on normal points.

        Raises
        ------
        DataError
            If ``form=sequences`` and the recording has no sequences.
        ParameterError
            If ``window`` is above 1 on rows without order.
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        encoded = "n-gram" in train.modalities and train.raw is not None and train.raw.sequences is not None
        self._sequential = self.form == "sequences" or (self.form == "auto" and encoded)
        if self._sequential:
            self._fit_sequences(_sequences(train), _sequences(validation))
        else:
            self._fit_rows(train, validation)
        checked = validation.take(slice(_CHECKED))
        refuse_constant(self.score(checked), checked.values)

    def score(self, recording: Recording) -> FloatArray:
        """Return the score of each point in nats, shape (T,)."""
        mean, upper = self._parts(recording)
        return ((1 - self.tail) * mean + self.tail * upper).astype(np.float32)

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the score, shape (T, C).

        Rows: in the surprises beyond the usual ones; that of a category belongs to its column that is 1. Sequences: in
        the surprises of the symbols, each weighted as the score weights it; a symbol belongs in equal parts to the
        columns of the runs that hold it. Zeros where the columns are no encoding of the sequences.
        """
        if self._sequential:
            from methods.transformer.attribution import blame_of_symbols

            sequences, ngrams = _sequences(recording), Ngrams.of(recording)
            if ngrams is None:
                return np.zeros(recording.values.shape)
            symbols = blame_of_symbols(self._symbols, sequences, self.quantile, self.tail)
            return shares(ngrams.blame(sequences, symbols))
        from benchmark.toolkit.nn.attribution import by_channel, by_column
        from methods.transformer.rows import windows_of

        windows = windows_of(self._rows, recording, self.window)
        surprises = np.maximum(self._columns.surprises(windows), 0)
        columns = by_column(surprises, windows[:, -1].numpy(), self._rows.layout)
        return shares(by_channel(columns, self._rows))

    def _parts(self, recording: Recording) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and upper quantile of the surprises of each point, both (T,)."""
        if self._sequential:
            sequences = _sequences(recording)
            mean, stretches, owners = self._symbols.surprises(sequences)
            return mean, pooled(stretches, owners, len(sequences), self.quantile)
        from methods.transformer.rows import windows_of

        surprises = self._columns.surprises(windows_of(self._rows, recording, self.window))
        points, variables = surprises.shape
        owners = np.repeat(np.arange(points), variables)
        return surprises.mean(axis=1), pooled(surprises.ravel(), owners, points, self.quantile)

    def _fit_rows(self, train: Recording, validation: Recording) -> None:
        from benchmark.toolkit.nn.typed import TypedRows
        from methods.transformer.rows import Model, windows_of

        if self.window > 1:
            require_time_order(train, f"window={self.window}", "use window=1")
        self._rows = TypedRows.fit(train, self.scaling)
        rows, held_out = (windows_of(self._rows, part, self.window) for part in (train, validation))
        self._columns = Model(
            self._rows.layout, window=self.window, width=self.hidden, heads=self.heads, seed=self.seed
        )
        if not self.untrained:
            self.history = self._columns.fit(
                rows[evenly_spaced(len(rows), self.train_rows)],
                held_out,
                learning_rate=self.learning_rate,
                batch_size=self.batch_size,
                steps=self.steps,
                patience=self.patience,
            )
        self._columns.calibrate(held_out)

    def _fit_sequences(self, train: Ragged, validation: Ragged) -> None:
        from methods.transformer.sequences import Model

        self._symbols = Model(train, width=self.hidden, heads=self.heads, seed=self.seed)
        if not self.untrained:
            self.history = self._symbols.fit(
                train,
                validation,
                learning_rate=self.learning_rate,
                batch_size=self.batch_size,
                steps=self.steps,
                patience=self.patience,
                train_windows=self.train_rows,
            )


def _sequences(recording: Recording) -> Ragged:
    if recording.raw is None or recording.raw.sequences is None:
        raise DataError(f"{recording.name}: it has no sequences of symbols; use form=rows")
    return recording.raw.sequences
