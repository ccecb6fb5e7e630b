"""What a metric reads: labels with scores, flags or both, checked once, and what several metrics need of them."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.checks import Marks, Scores, finite, marks, require_length
from benchmark.metrics.segments import Segments, segments
from benchmark.metrics.sweep import ThresholdSweep

P = ParamSpec("P")
T = TypeVar("T")


class Evaluated:
    """A detector's output on labelled points.

    Parameters
    ----------
    labels : array_like of bool, shape (T,)
        True where a point is anomalous.
    scores : array_like, shape (T,), optional
        Higher is more anomalous.
    flags : array_like of bool, shape (T,), optional
        True where a point is flagged.
    window : int, optional
        The dataset's VUS window, in points.
    incidents : array_like of int, shape (T,), optional
        Number of the incident of each point from 0; −1 for a point in none.
    time : array_like of int, shape (T,), optional
        Time of each point in microseconds.

    Raises
    ------
    DataError
        If the arrays differ in length, hold no point, a score is not finite, or a label or flag is neither 0 nor 1.
    ParameterError
        If the window is negative; or if a metric reads scores, flags, a window, incidents or times that are not there.
    """

    def __init__(
        self,
        labels: ArrayLike,
        scores: ArrayLike | None = None,
        flags: ArrayLike | None = None,
        window: int | None = None,
        incidents: ArrayLike | None = None,
        time: ArrayLike | None = None,
    ) -> None:
        self.labels: Marks = marks(labels)
        self._scores = None if scores is None else require_length(finite(scores), self.labels, "scores")
        self._flags = None if flags is None else require_length(marks(flags, "flag"), self.labels, "flags")
        if window is not None and window < 0:
            raise ParameterError(f"a window of {window} points: it has to be 0 or more")
        self._window = window
        self._incidents = None if incidents is None else require_length(np.asarray(incidents), self.labels, "incidents")
        self._time = None if time is None else require_length(np.asarray(time), self.labels, "times")
        self._computed: dict[Callable[[Evaluated], Any], Any] = {}

    def at(self, flags: ArrayLike) -> Evaluated:
        """The same labels, scores and window with other flags."""
        other = copy(self)
        other._flags = require_length(marks(flags, "flag"), self.labels, "flags")
        other.__dict__.pop("flag_sweep", None)
        other._computed = {}
        return other

    def once(self, compute: Callable[[Evaluated], T]) -> T:
        """Call a function on this case, or return what it gave the first time."""
        if compute not in self._computed:
            self._computed[compute] = compute(self)
        result: T = self._computed[compute]
        return result

    @property
    def scores(self) -> Scores:
        """Scores, shape (T,)."""
        return _present(self._scores, "scores")

    @property
    def flags(self) -> Marks:
        """Flags, shape (T,)."""
        return _present(self._flags, "flags")

    @property
    def window(self) -> int:
        """The dataset's VUS window, in points."""
        return _present(self._window, "a window")

    @property
    def incidents(self) -> NDArray[np.integer[Any]]:
        """Number of the incident of each point, shape (T,); −1 for a point in none."""
        return _present(self._incidents, "incidents")

    @property
    def time(self) -> NDArray[np.integer[Any]]:
        """Time of each point in microseconds, shape (T,)."""
        return _present(self._time, "times")

    @property
    def known(self) -> frozenset[str]:
        """Which of ``incidents`` and ``time`` are there."""
        parts = {"incidents": self._incidents, "time": self._time}
        return frozenset(name for name, part in parts.items() if part is not None)

    @cached_property
    def anomalies(self) -> int:
        """Number of anomalous points."""
        return int(np.count_nonzero(self.labels))

    @cached_property
    def events(self) -> Segments:
        """Maximal runs of anomalous points."""
        return segments(self.labels)

    @cached_property
    def ascending(self) -> Scores:
        """Scores in ascending order."""
        return np.sort(self.scores)

    @cached_property
    def sweep(self) -> ThresholdSweep:
        """Every threshold of the scores."""
        return ThresholdSweep.of_scores(self.scores)

    @cached_property
    def flag_sweep(self) -> ThresholdSweep:
        """The one threshold that gives the flags; there has to be a flag."""
        return ThresholdSweep.of_flags(self.flags)


def _present(value: T | None, name: str) -> T:
    if value is None:
        raise ParameterError(f"this metric needs {name}")
    return value


Compute = Callable[Concatenate[Evaluated, P], T]


def require_event(undefined: T) -> Callable[[Compute[P, T]], Compute[P, T]]:
    """Decorate a metric that has no value without an event: it then gives ``undefined``."""
    return _unless(lambda case: case.anomalies == 0, undefined)


def require_both_classes(undefined: T) -> Callable[[Compute[P, T]], Compute[P, T]]:
    """Decorate a metric that has no value where labels hold one class only: it then gives ``undefined``."""
    return _unless(lambda case: case.anomalies in (0, len(case.labels)), undefined)


def require_flag(nothing_flagged: T) -> Callable[[Compute[P, T]], Compute[P, T]]:
    """Decorate a metric of flags whose formula needs one: without a flag it gives ``nothing_flagged``."""
    return _unless(lambda case: not case.flags.any(), nothing_flagged)


def _unless(exception: Callable[[Evaluated], bool], value: T) -> Callable[[Compute[P, T]], Compute[P, T]]:
    def decorate(compute: Compute[P, T]) -> Compute[P, T]:
        @wraps(compute)
        def checked(case: Evaluated, /, *args: P.args, **kwargs: P.kwargs) -> T:
            return value if exception(case) else compute(case, *args, **kwargs)

        return checked

    return decorate
