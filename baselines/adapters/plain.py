"""An object with ``fit(X)`` and a score becomes a detector, without subclassing.

The object is fitted on the training rows, a matrix of shape (T, C), or on causal windows of them. Its constructor's
parameters are those of the method, so that ``name[param=value]`` reaches them.

Which way is anomalous follows from the convention of the object:

- a scikit-learn outlier detector (`sklearn.base.OutlierMixin`): ``score_samples`` or ``decision_function``, negated,
  because there a low value is anomalous;
- any other object: ``decision_function`` as it is, as in PyOD, or ``score_samples`` negated, as in scikit-learn.

``inverted=true`` turns the direction.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, make_dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import PluginError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.seeding import sklearn_seed
from benchmark.toolkit.windows import causal_windows

SCORES = ("decision_function", "score_samples")
"""Methods that give scores, in the order in which they are looked for."""

SEEDS = ("random_state", "seed")
"""Parameters of a constructor that take the seed of the cell, unless the user sets them."""


@dataclass(kw_only=True)
class Adapted(Detector):
    """A detector around an object of another class.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 gives the object the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    inverted : bool
        Whether the scores change their sign.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    wrapped: ClassVar[type[Any]]
    own: ClassVar[tuple[str, ...]] = ()
    seeded: ClassVar[str] = ""

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    inverted: bool = False

    def fit(self, train: Recording, validation: Recording) -> None:
        """Build the object and fit it on training rows. Validation points are not used."""
        parameters = {name: getattr(self, name) for name in self.own}
        if self.seeded and parameters.get(self.seeded) is None:
            parameters[self.seeded] = sklearn_seed(self.seed, "object")
        self._scaler = Scaler.fit(train, self.scaling)
        self._object = self.wrapped(**parameters)
        self._object.fit(self._rows(train))

    def score(self, recording: Recording) -> FloatArray:
        """Return the object's scores, shape (T,), higher is more anomalous."""
        scores: Any = np.asarray(raw_scores(self._object, self._rows(recording)), np.float64).reshape(-1)
        return -scores if self.inverted else scores

    def _rows(self, recording: Recording) -> Any:
        """Rows of float64, shape (T, window · C), writable: some libraries insist on it."""
        return np.array(causal_windows(self._scaler.apply(recording), self.window), np.float64)


def raw_scores(fitted: Any, rows: FloatArray) -> Any:
    """Scores of an object's own, turned so that higher is more anomalous; see the module."""
    from sklearn.base import OutlierMixin

    low_is_anomalous = isinstance(fitted, OutlierMixin)
    names = SCORES[::-1] if low_is_anomalous else SCORES
    name = next(name for name in names if hasattr(fitted, name))
    scores = np.asarray(getattr(fitted, name)(rows))
    return -scores if low_is_anomalous or name == "score_samples" else scores


def is_adaptable(loaded: Any) -> bool:
    """Whether a class has ``fit`` and a score."""
    return (
        isinstance(loaded, type)
        and callable(getattr(loaded, "fit", None))
        and any(hasattr(loaded, name) for name in SCORES)
    )


def adapted(loaded: type[Any], base: type[Adapted] = Adapted) -> type[Detector]:
    """Return a detector class around a class.

    Parameters
    ----------
    loaded : type
        With ``fit`` and one of `SCORES`.
    base : type
        `Adapted`, or a subclass that fits or scores in another way.

    Raises
    ------
    PluginError
        If a parameter of its constructor has no default that JSON can hold, so that no key could name it.
    """
    taken = {"window", "scaling", "inverted", "smoothing", "seed"}
    own, fields, seeded = [], [], ""
    for name, parameter in inspect.signature(loaded).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) or name in taken - set(SEEDS):
            continue
        if parameter.default is parameter.empty:
            raise PluginError(f"{loaded.__module__}:{loaded.__name__}: its parameter {name!r} has no default")
        if name in SEEDS:
            seeded = name
        if name == "seed" or not _is_plain(parameter.default):
            continue  # the harness sets the seed; an object stays the class's own default
        own.append(name)
        default = parameter.default
        fields.append((name, Any, field(default=tuple(default) if isinstance(default, list) else default)))
    made = make_dataclass(
        loaded.__name__,
        fields,
        bases=(base,),
        namespace={
            "wrapped": loaded,
            "own": tuple(own),
            "seeded": seeded,
            "__doc__": inspect.getdoc(loaded) or f"{loaded.__name__} of {loaded.__module__}.",
        },
        kw_only=True,
    )
    made.__module__ = loaded.__module__
    return made


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)
