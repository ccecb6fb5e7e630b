"""Fitted detectors that are one function of the points, and small tasks to attack, for tests of the probe evasion."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmark.data.adfa_ld.reader import AdfaLd
from benchmark.data.nsl_kdd.reader import NslKdd
from benchmark.interfaces.probe import Fitted
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.raw import Raw
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.protocol import Threat

Score = Callable[[Recording], NDArray[np.float64]]


@cache
def connections() -> Task:
    """A task of the small twin of NSL-KDD."""
    (task,) = Threat(probe="evasion", rare=3).tasks("nsl-kdd", NslKdd(twin_rows=2_000).read_twin(), 0)
    return task


@cache
def traces(features: str = "all") -> Task:
    """A task of the small twin of ADFA-LD."""
    protocol = Threat(probe="evasion", features=features)  # type: ignore[arg-type]
    (task,) = protocol.tasks("adfa-ld", AdfaLd(twin_share=0.05).read_twin(), 0)
    return task


def fitted(task: Task, score: Score) -> Fitted:
    """The task as the harness shows it to a probe, with this function as the detector."""
    train, validation, test = task.train_unlabelled, task.validation_unlabelled, task.test_inputs
    scores = {"validation": score(validation), "test": score(test)}
    return Fitted("one function", score, None, train, validation, test, scores)


def raw(recording: Recording) -> Raw:
    """The raw form."""
    assert recording.raw is not None
    return recording.raw


def kinds(task: Task) -> NDArray[np.str_]:
    """Kind of each test point."""
    return task.test.covariates["kind"]
