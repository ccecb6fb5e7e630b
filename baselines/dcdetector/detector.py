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

    Each channel of a window is normalised by itself and cut into patches; one map attends from patch to patch, the
    other within a patch; both are averaged over channels (`baselines.dcdetector.maps`). With s and r the rows of a
    point in either map and three unstacked layers and some patch lengths, its discrepancy is

    .. math:: d_t = \sum_u \mathrm{kl}(s^u, r^u)_t + \mathrm{kl}(r^u, s^u)_t

    The paper [1]_ lets both branches descend the divergence, for normal points should agree in both views, and calls a
    point with a large one anomalous. Its public code differs from that, and its second version was rewritten to match
    the loss. The presets differ in these, each of which is a parameter too:

    ``published``
        As the public code is. In-patch tokens are P runs of consecutive points, although the map is laid out as if
        they were offsets; rows of the patch-wise map sum to P; the loss is a difference whose value is always 0 while
        its gradient is not; the score is the softmax over the window of :math:`-50 \, d_t`, so that a *small*
        discrepancy is anomalous and every window has its maximum; windows do not overlap. Two departures: the tail is
        scored, by a window that ends with the last row, and the score is the *logarithm* of the softmax. In float32 the
        softmax itself is exactly 0 for most points, one tie that says nothing of their order; the logarithm ranks
        them and ranks all others alike.
    ``corrected``
        As the first version of the paper is: in-patch tokens are offsets, both maps have rows that sum to 1, both
        branches descend, the score is :math:`d_t` itself, averaged over windows that overlap. The mean over a
        batch is taken patch length by patch length, as in the code; the paper adds their maps up first.

    The last epoch counts in both, as in the code, where early stopping compares values that are never a number.
    Validation rows only tell whether the maps collapsed. The paper trains on every window; here a number of windows
    evenly spread over the training rows is used, so that a trace costs seconds: ``train_windows`` 0 is all of them.

    Settings of the public scripts; defaults are those of the server machines but for batches, which are smaller since
    there are fewer windows:

    ========= ====== ======= ===== ======
    dataset   window patches batch epochs
    ========= ====== ======= ===== ======
    SMD       105    5, 7    256   2
    MSL       90     3, 5    64    3
    SMAP      105    3, 5, 7 256   3
    ========= ====== ======= ===== ======

    Rows without order in time have no window. Each is then scored, and trained on, at the end of a window whose other
    rows are training rows drawn by the seed, the same for all, so that a score hangs on no other scored row. The paper
    knows no such rows, and what order the network finds in such a window is that of the draw.

    Parameters
    ----------
    preset : {"corrected", "published"}
        What stands behind the parameters that are not given.
    window : int, optional
        Points of a window; 105 if not given. A shorter recording is preceded by copies of its first row.
    patches : tuple of int, optional
        Patch lengths, each a divisor of the window. If not given, the first two of 5, 7 and 3 that are, or 1.
    inpatch_view : {"offsets", "chunks"}, optional
        Tokens of the in-patch view: points of equal offset in their patch, or runs of consecutive points.
    loss : {"sum", "minmax"}, optional
        Both branches descend, or the patch-wise one ascends.
    score_sign : {"+", "-"}, optional
        Whether a large or a small discrepancy is anomalous.
    window_softmax : bool, optional
        Whether the score is the logarithm of a softmax over the window, at a temperature of 1/50.
    normalise : bool, optional
        Whether rows of the patch-wise map are divided by their sum P.
    stride : int, optional
        Rows from one scored window to the next, at most the window; the window, or a third of it, rounded up.
    train_windows : int
        Training windows, evenly spread; 0 for one at every row.
    batch_size : int
        Windows of a batch.
    epochs : int
        Epochs.
    learning_rate : float
        Adam's step size, halved after every epoch from the second on.
    untrained : bool
        Keep the random initial weights (an ablation).
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
            raise ParameterError(f"patches={self._patches}: a patch length is given twice")
        if self.stride is not None and self.stride > self._length:
            raise ParameterError(f"stride={self.stride} is larger than window={self._length}: points would be left out")
        self._stride = self.stride or -(-self._length // PRESETS[self.preset]["overlap"])

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train the two maps on windows of the training part.

        Raises
        ------
        ParameterError
            If a window is asked for and the rows have no order in time.
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
        """Return the discrepancy, in (−∞, ∞) but for rounding ≥ 0, or the logarithm of its softmax, ≤ 0; shape (T,)."""
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

    def _join(self, windows: Windows, points: int) -> NDArray[np.float64]:
        """Average the scores of each point over the windows that hold it."""
        last = len(windows) - 1
        starts = np.unique(np.append(np.arange(0, last + 1, self._stride), last))
        scores = self.window_scores(windows, starts)
        rows = starts[:, None] + np.arange(self._length)
        held = np.ones(rows.shape)
        if self._stride == self._length and len(starts) > 1:
            # Without overlap the last window is there for the tail alone.
            held[-1] = rows[-1] > rows[-2, -1]
        total = np.bincount(rows.ravel(), (scores * held).ravel())
        return (total / np.bincount(rows.ravel(), held.ravel()))[-points:]

    def _windows(self, recording: Recording) -> Windows | Replaced:
        from baselines.dcdetector.model import Replaced, Windows

        values = self._scaler.apply(recording).values
        if recording.sequential:
            return Windows(values, self._length, self.model.device)
        if self.window is not None:
            advice = "leave window out and each row is scored on its own, after rows of the training part"
            require_time_order(recording, f"window={self.window}", advice)
        return Replaced(values, self._reference, self.model.device)

    def _setting(self, name: str) -> Any:
        """A switch as given, or the preset's."""
        given = getattr(self, name)
        return PRESETS[self.preset][name] if given is None else given
