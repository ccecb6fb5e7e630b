"""DCdetector: the discrepancy of two attention maps over patches of a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.nn.device import Device, torch_device
from benchmark.toolkit.scaling import Scaler
from benchmark.toolkit.seeding import generator
from benchmark.toolkit.windows import evenly_spaced, require_time_order

if TYPE_CHECKING:
    from baselines.dcdetector.model import Replaced, Windows

WINDOW = 105
PATCHES = (5, 7, 3)
TEMPERATURE = 50.0

PRESETS: dict[str, dict[str, Any]] = {
    "published": {
        "inpatch_view": "chunks",
        "loss": "minmax",
        "score_sign": "-",
        "window_softmax": True,
        "normalise": False,
        "overlap": 1,
    },
    "corrected": {
        "inpatch_view": "offsets",
        "loss": "sum",
        "score_sign": "+",
        "window_softmax": False,
        "normalise": True,
        "overlap": 3,
    },
}


@dataclass(kw_only=True)
class DCdetector(Detector):
    r"""Score a point by how far two attention maps over the patches of its window diverge.

    Each channel of a window is normalised separately and cut into patches. One map attends from patch to patch, the
    other within a patch. Both are averaged over channels (`baselines.dcdetector.maps`). The discrepancy of a point,
    with s and r its rows in the two maps, summed over three layers (not stacked) and some patch lengths u, is

    .. math:: d_t = \sum_u \mathrm{kl}(s^u, r^u)_t + \mathrm{kl}(r^u, s^u)_t

    In the paper [1]_ both branches minimise the divergence, because normal points should agree in both views, and a
    point with a large divergence is anomalous. The public code differs from that, and the second version of the paper
    was rewritten to match the loss of the code. The presets differ in the following points, each of which is a
    parameter too:

    ``published``
        As in the public code. In-patch tokens are P runs of consecutive points, although the map is laid out as if
        they were offsets. Rows of the patch-wise map sum to P. The loss is a difference whose value is always 0 while
        its gradient is not. The score is the softmax over the window of :math:`-50 \, d_t`, so that a *small*
        discrepancy is anomalous and every window has its maximum. Windows do not overlap. There are two departures from
        the code. The tail is scored, by a window that ends with the last row. The score is the *logarithm* of the
        softmax: in float32 the softmax itself is exactly 0 for most points, so that they are tied; the logarithm ranks
        them and does not change the order of the others.
    ``corrected``
        As in the first version of the paper: in-patch tokens are offsets, both maps have rows that sum to 1, both
        branches minimise the divergence, and the score is :math:`d_t` itself, averaged over overlapping windows. The
        mean over a batch is taken for each patch length, as in the code; the paper adds the maps first.

    Both presets use the weights of the last epoch, as the code does, where early stopping compares values that are
    never a number. Validation rows are only used to detect collapsed maps. The paper trains on every window. Here
    ``train_windows`` windows evenly spaced over the training rows are used, so that a trace takes seconds; 0 means all.

    The table holds the settings of the public scripts. The defaults are those for the server machines (SMD), except
    for smaller batches, because there are fewer windows:

    ========= ====== ======= ===== ======
    dataset   window patches batch epochs
    ========= ====== ======= ===== ======
    SMD       105    5, 7    256   2
    MSL       90     3, 5    64    3
    SMAP      105    3, 5, 7 256   3
    ========= ====== ======= ===== ======

    Rows without time order have no window. Each such row is trained on and scored at the end of a window whose other
    rows are training rows drawn by the seed, the same for all, so that a score does not depend on the other scored
    rows. The paper does not consider such rows. The order of the rows in these windows is that of the draw.

    Parameters
    ----------
    preset : {"corrected", "published"}
        Values of the switches that are not set.
    window : int, optional
        Points of a window; 105 by default. A shorter recording is preceded by copies of its first row.
    patches : tuple of int, optional
        Patch lengths, each a divisor of the window. By default the first two divisors among 5, 7 and 3, or 1.
    inpatch_view : {"offsets", "chunks"}, optional
        Tokens of the in-patch view: points of equal offset in their patch, or runs of consecutive points.
    loss : {"sum", "minmax"}, optional
        Both branches minimise the divergence, or the patch-wise one maximises it.
    score_sign : {"+", "-"}, optional
        ``+`` if a large discrepancy is anomalous, ``-`` if a small one is.
    window_softmax : bool, optional
        Use the logarithm of a softmax over the window, at a temperature of 1/50, as the score.
    normalise : bool, optional
        Divide rows of the patch-wise map by their sum P.
    stride : int, optional
        Rows from one scored window to the next, at most ``window``. By default ``window`` (``published``) or a third of
        it, rounded up (``corrected``).
    train_windows : int
        Number of training windows, evenly spaced; 0 for one at every row.
    batch_size : int
        Windows of a batch.
    epochs : int
        Number of epochs.
    learning_rate : float
        Adam's step size, halved after each epoch from the second on.
    untrained : bool
        Keep the initial weights: a control for the effect of training.
    device : str
        ``cpu``, or ``cuda`` for a graphics card (`benchmark.toolkit.nn.device.Device`).

    References
    ----------
    .. [1] Y. Yang, C. Zhang, T. Zhou, Q. Wen, L. Sun. DCdetector: dual attention contrastive representation learning
       for time series anomaly detection. KDD 2023.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    presets: ClassVar[tuple[str, ...]] = ("corrected", "published")

    preset: Literal["corrected", "published"] = "corrected"
    window: Annotated[int, Field(ge=2)] | None = None
    patches: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None = None
    inpatch_view: Literal["offsets", "chunks"] | None = None
    loss: Literal["sum", "minmax"] | None = None
    score_sign: Literal["+", "-"] | None = None
    window_softmax: bool | None = None
    normalise: bool | None = None
    stride: Annotated[int, Field(ge=1)] | None = None
    train_windows: Annotated[int, Field(ge=0)] = 512
    batch_size: Annotated[int, Field(ge=1)] = 32
    epochs: Annotated[int, Field(ge=1)] = 2
    learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    untrained: bool = False
    device: Device = "cpu"

    def __post_init__(self) -> None:
        self._length = self.window or WINDOW
        fitting = tuple(patch for patch in PATCHES if self._length % patch == 0)[:2] or (1,)
        self._patches = fitting if self.patches is None else tuple(self.patches)
        for patch in self._patches:
            if self._length % patch:
                raise ParameterError(f"patches={self._patches}: {patch} does not divide window={self._length}")
        if len(set(self._patches)) < len(self._patches):
            raise ParameterError(f"patches={self._patches}: a patch length is repeated")
        if self.stride is not None and self.stride > self._length:
            problem = f"stride={self.stride} is larger than window={self._length}"
            raise ParameterError(f"{problem}: some points would have no score")
        self._stride = self.stride or -(-self._length // PRESETS[self.preset]["overlap"])

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train the two maps on windows of the training part.

        Raises
        ------
        ParameterError
            If ``window`` is set and the rows have no time order.
        DivergedError
            If a loss is not finite, or both maps are uniform on validation windows.
        """
        from baselines.dcdetector.model import Model

        self._scaler = Scaler.fit(train, "standard")
        drawn = generator(self.seed, "reference").permutation(len(train))
        self._reference = self._scaler.apply(train).values[np.resize(drawn, self._length - 1)]
        self.model = Model(
            self._length,
            self._patches,
            self._setting("inpatch_view"),
            self._setting("loss"),
            self._setting("normalise"),
            self.seed,
            torch_device(self.device),
        )
        windows = self._windows(train)
        if not self.untrained:
            self.model.train(
                windows,
                evenly_spaced(len(windows), self.train_windows or len(windows)),
                rate=self.learning_rate,
                epochs=self.epochs,
                batch_size=self.batch_size,
            )
        self.model.watch(self._windows(validation if len(validation) else train))

    def score(self, recording: Recording) -> FloatArray:
        """Return the discrepancy, ≥ 0 up to rounding, or the logarithm of its softmax, ≤ 0; shape (T,)."""
        windows = self._windows(recording)
        if not recording.sequential:
            scores = self.window_scores(windows, np.arange(len(windows)))[:, -1]
        else:
            scores = self._join(windows, len(recording))
        return scores.astype(np.float32)

    def window_scores(self, windows: Windows | Replaced, starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Score every point of some windows, shape (B, L)."""
        discrepancy = self.model.discrepancy(windows, starts).astype(np.float64)
        signed = discrepancy if self._setting("score_sign") == "+" else -discrepancy
        if not self._setting("window_softmax"):
            return signed
        signed *= TEMPERATURE
        signed -= signed.max(axis=1, keepdims=True)
        others = np.exp(signed)
        np.put_along_axis(others, signed.argmax(axis=1)[:, None], 0, axis=1)
        # log1p keeps the order of windows whose largest softmax rounds to 1.
        return signed - np.log1p(others.sum(axis=1, keepdims=True))

    def _join(self, windows: Windows | Replaced, points: int) -> NDArray[np.float64]:
        """Average the scores of each point over the windows that contain it."""
        last = len(windows) - 1
        starts = np.unique(np.append(np.arange(0, last + 1, self._stride), last))
        scores = self.window_scores(windows, starts)
        rows = starts[:, None] + np.arange(self._length)
        weights = np.ones(rows.shape)
        if self._stride == self._length and len(starts) > 1:
            # Without overlap the last window scores only the tail.
            weights[-1] = rows[-1] > rows[-2, -1]
        total = np.bincount(rows.ravel(), (scores * weights).ravel())
        return (total / np.bincount(rows.ravel(), weights.ravel()))[-points:]

    def _windows(self, recording: Recording) -> Windows | Replaced:
        from baselines.dcdetector.model import Replaced, Windows

        values = self._scaler.apply(recording).values
        if recording.sequential:
            return Windows(values, self._length, self.model.device)
        if self.window is not None:
            advice = "leave window out to score each row after rows of the training part"
            require_time_order(recording, f"window={self.window}", advice)
        return Replaced(values, self._reference, self.model.device)

    def _setting(self, name: str) -> Any:
        """Return the value of a switch, from the preset where it is not set."""
        value = getattr(self, name)
        return PRESETS[self.preset][name] if value is None else value
