"""``baselines.adapters.in_sample:HBOS[n_bins=30]``: detectors of PyOD as TSB-AD runs them.

TSB-AD (Liu and Paparrizos, NeurIPS 2024) copies detectors of PyOD and changes three things, which are parameters here:

**in-sample scores.** A method is fitted on the whole series, and its scores are those that the fit gave the same points
(``decision_scores_``): a point is no neighbour of itself. Points that are scored and were not fitted on get the
object's ``decision_function``.

**standardising rows.** ``rows=standard`` takes from each row its mean and divides by its standard deviation (divisor
D − 1). A row is a window of one channel, or, with ``window=1``, one point of several channels: then each point is
standardised *across its channels*, and their units mix. So TSB-AD's code of November 2024 does for histograms and
isolation forests of multivariate series. A constant row becomes 0.

**windows.** A row of ``window`` points of C channels has window · C columns, channel after channel. The score of a
window belongs to its middle point (``placed=middle``; ⌈(w − 1)/2⌉ points at the start and ⌊(w − 1)/2⌋ at the end repeat
the nearest score), or a point gets the mean over all windows that hold it (``placed=mean``).

`KMeansWindows` is the k-means method of TSB-AD on such rows, which PyOD does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from baselines.adapters.libraries import class_of, library
from baselines.adapters.plain import Adapted, adapted
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaling
from benchmark.toolkit.seeding import sklearn_seed
from benchmark.toolkit.windows import require_time_order

Rows = NDArray[np.float64]


@dataclass(kw_only=True)
class InSample(Adapted):
    """A detector whose scores of the points that it was fitted on are those of the fit; see the module.

    Parameters
    ----------
    window : int
        Points of a row.
    scaling : {"standard", "none"}
        Scaling of channels by mean and standard deviation of the training points, in float64.
    inverted : bool
        Whether the scores change their sign.
    rows : {"raw", "standard"}
        Whether each row is standardised.
    placed : {"middle", "mean"}
        The points that the score of a window belongs to.
    """

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "none"
    rows: Literal["raw", "standard"] = "raw"
    placed: Literal["middle", "mean"] = "middle"

    def fit(self, train: Recording, validation: Recording) -> None:
        """Build the object and fit it on the rows of the training points. Validation points are not used.

        Raises
        ------
        ParameterError
            If ``window`` is above 1 and the points have no time order, or there are fewer of them.
        """
        parameters = {name: getattr(self, name) for name in self.own}
        if self.seeded and parameters.get(self.seeded) is None:
            parameters[self.seeded] = sklearn_seed(self.seed, "object")
        values = np.asarray(train.values, np.float64)
        self._centre, spread = values.mean(axis=0), values.std(axis=0)
        self._spread = np.where(np.ptp(values, axis=0) > 0, spread, 1.0)
        self._train = self._rows(train)
        self._object = self.wrapped(**parameters)
        self._object.fit(self._train)

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores, shape (T,), higher is more anomalous."""
        rows = self._rows(recording)
        known = getattr(self._object, "decision_scores_", None)
        fitted = known is not None and np.array_equal(rows, self._train)
        scores = np.asarray(known if fitted else self._object.decision_function(rows), np.float64).reshape(-1)
        placed = _over_points(scores, self.window, self.placed)
        return -placed if self.inverted else placed  # type: ignore[return-value]

    def _rows(self, recording: Recording) -> Rows:
        values = np.asarray(recording.values, np.float64)
        if self.scaling == "standard":
            values = (values - self._centre) / self._spread
        if self.window > 1:
            require_time_order(recording, f"window={self.window}")
            if len(values) < self.window:
                raise ParameterError(f"{recording.name}: {len(values)} points hold no window of {self.window}")
            views = np.lib.stride_tricks.sliding_window_view(values, self.window, axis=0)
            values = views.reshape(len(views), -1)
        return _standardised(values) if self.rows == "standard" else np.ascontiguousarray(values)


def _standardised(rows: Rows) -> Rows:
    """Rows with mean 0 and standard deviation 1 (divisor D − 1); a constant row is 0."""
    if rows.shape[1] < 2:
        return np.zeros_like(rows)
    constant = np.ptp(rows, axis=1, keepdims=True) == 0
    centred = np.where(constant, 0.0, rows - rows.mean(axis=1, keepdims=True))
    return np.asarray(centred / np.where(constant, 1.0, rows.std(axis=1, ddof=1, keepdims=True)))


def _over_points(scores: Rows, window: int, placed: str) -> Rows:
    """Scores of points from scores of windows."""
    if window == 1:
        return scores
    if placed == "middle":
        return np.concatenate([[scores[0]] * (window // 2), scores, [scores[-1]] * ((window - 1) // 2)])
    total = np.concatenate([[0.0], np.cumsum(scores)])
    ends = np.arange(1, len(scores) + window)
    first, last = np.maximum(ends - window, 0), np.minimum(ends, len(scores))
    return np.asarray((total[last] - total[first]) / (last - first))


class KMeansWindows:
    """Distance of a row to the nearest of k centres, with scikit-learn's defaults (one start) as in TSB-AD.

    Parameters
    ----------
    clusters : int
        Number of centres.
    random_state : int, optional
        Seed of the start.
    """

    def __init__(self, clusters: int = 20, random_state: int | None = None) -> None:
        self.clusters, self.random_state = clusters, random_state

    def fit(self, rows: Rows) -> KMeansWindows:
        """Find the centres."""
        from sklearn.cluster import KMeans

        self._model = KMeans(n_clusters=self.clusters, random_state=self.random_state).fit(rows)
        return self

    def decision_function(self, rows: Rows) -> Rows:
        """Distances, shape (N,)."""
        nearest = self._model.cluster_centers_[self._model.predict(rows)]
        return np.asarray(np.linalg.norm(rows - nearest, axis=1))


def __getattr__(name: str) -> Any:
    """Return the class around a detector of PyOD, by the name of the class.

    Raises
    ------
    PluginError
        Where PyOD is not installed.
    AttributeError
        For a private name; `benchmark.interfaces.errors.UnknownNameError` for a name that PyOD does not have.
    """
    if name.startswith("_"):
        raise AttributeError(name)
    if name == "KMeans":
        return adapted(KMeansWindows, InSample)
    library("pyod", "pip install 'cloudad-bench[pyod]'")
    models: Any = library("pyod.models", "pip install 'cloudad-bench[pyod]'")
    return adapted(class_of(models, name, "detector of PyOD"), InSample)
