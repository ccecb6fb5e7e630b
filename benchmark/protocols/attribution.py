"""The protocol of attribution: incidents whose channels are known, and the probe that compares them with the blame.

The data are those of the protocol ``native``. The covariate ``culprits`` of a test part names the channels that took
part in an incident, as operators noted them (`smd[culprits=true]`). Each stretch of test points of one value is one
incident, and is asked about with the `CONTEXT` points before it, which detectors that look back need.

A point's blame is divided by its sum, so that no point outweighs the others, and the blame of an incident is the mean
over its points. Where a detector does not say itself which channels its score comes from, it is asked by occlusion: a
channel takes its median in training at all points of the stretch. Orders without a model: ``random order``, its exact
expectation, and ``simple order``, by the distance from the median in robust units of training, averaged likewise.

The mean of the measures of `benchmark.metrics.explanation` is over incidents of a recording, then over recordings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.probe import Answer, Fitted
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.metrics.explanation import explanation_means
from benchmark.protocols.native import Native
from benchmark.toolkit.attribution import shares
from benchmark.toolkit.occlusion import occlusion
from benchmark.toolkit.scaling import Scaler

COVARIATE = "culprits"
"""Covariate of the test points: bit c is 1 where channel c, from 0, took part in an incident."""

CONTEXT = 128
"""Points before an incident that a detector is shown with it, fewer at the start of the test part."""

ORDERS = ("random order", "simple order")
"""Orders without a model."""


@dataclass(frozen=True)
class Attribution:
    """Ask a detector for the channels to blame for incidents.

    Parameters
    ----------
    spans : tuple of (int, int)
        First point of each incident, and the first one after it.
    culprits : ndarray of bool, shape (incidents, C)
        Channels that took part in each.
    """

    spans: tuple[tuple[int, int], ...]
    culprits: NDArray[np.bool_]

    @classmethod
    def of(cls, test: Recording) -> Attribution:
        """Find the incidents of a test part.

        Raises
        ------
        DataError
            If it has no covariate `COVARIATE`, no incident in it, or names a channel that does not exist.
        """
        if COVARIATE not in test.covariates:
            raise DataError(f"{test.name!r} has no covariate {COVARIATE!r}; use a dataset that has, smd[culprits=true]")
        noted = np.asarray(test.covariates[COVARIATE], np.int64)
        channels = len(test.channels)
        if (noted >> channels).any():
            row = int(np.flatnonzero(noted >> channels)[0])
            raise DataError(f"{COVARIATE} {noted[row]} names a channel beyond the {channels} there are", row=row + 1)
        edges = np.flatnonzero(np.diff(noted, prepend=0, append=0))
        spans = tuple((start, stop) for start, stop in pairwise(edges.tolist()) if noted[start])
        if not spans:
            raise DataError(f"{test.name!r} has no incident whose channels are known")
        masks = [(int(noted[start]) >> np.arange(channels)) & 1 for start, _ in spans]
        return cls(spans, np.array(masks, bool))

    def ask(self, fitted: Fitted, generator: np.random.Generator) -> Answer:
        """Measure the blame of every incident; nothing is drawn.

        Returns
        -------
        Answer
            The numbers of `explanation_means` for `ORDERS`, and ``Incidents``, their number.
        """
        usual = np.median(fitted.train.values, axis=0).astype(np.float32)
        scaler = Scaler.fit(fitted.train, "robust")
        blame, simple = [], []
        for start, stop in self.spans:
            first = max(0, start - CONTEXT)
            piece = fitted.test.take(slice(first, stop))
            found = shares(_blame(fitted, piece, usual))
            blame.append(found[start - first :].mean(axis=0))
            simple.append(shares(np.abs(scaler.apply(piece).values))[start - first :].mean(axis=0))
        blames = (np.zeros(self.culprits.shape), np.stack(simple))
        means = explanation_means(np.stack(blame), self.culprits, dict(zip(ORDERS, blames, strict=True)))
        return Answer({**means, "Incidents": float(len(self.spans))})


def _blame(fitted: Fitted, piece: Recording, usual: NDArray[np.float32]) -> NDArray[np.float64]:
    if fitted.attribute is not None:
        return np.asarray(fitted.attribute(piece), np.float64)
    return occlusion(fitted.score, piece, usual, [np.array([channel]) for channel in range(len(usual))])


@dataclass(kw_only=True)
class AttributionProtocol(Native):
    """The protocol ``native`` with the probe ``attribution``; see the module."""

    seed_name: ClassVar[str] = "Attribution"

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make one task per recording; see `Native.tasks`.

        Raises
        ------
        DataError
            As `Native.tasks` and `Attribution.of`.
        """
        tasks = super().tasks(dataset, recordings, seed)
        return [replace(task, probes={"attribution": Attribution.of(task.test)}) for task in tasks]
