"""The interface of a probe: a question to a fitted detector that scores of given points do not answer.

How many changed attacks evade it, which channels it blames, how long one event takes. A protocol builds its probes and
may put into them what it knows: labels, or the channels that an attacker can change. A detector never sees the probe,
only the recordings that the probe asks it to score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray, Recording

SEPARATOR = ": "
"""Between the name of a probe and that of its number where an artifact asks for it: ``latency: p99 ms``."""


@runtime_checkable
class Attributes(Protocol):
    """An optional ability of a detector: to say which channels a score comes from."""

    def attribution(self, recording: Recording) -> FloatArray:
        """Return the shares of the channels in the score of each point: shape (T, C), finite, higher is more."""


@dataclass(frozen=True)
class Fitted:
    """The part of a fitted detector that a probe sees. No recording has labels, groups, times or covariates.

    Parameters
    ----------
    method : str
        ``name[param=value,…]``.
    score : callable
        Scores of any recording with the channels of the task: shape (T,), finite. The harness takes labels away, takes
        the detector's view of it (the raw form only where the detector reads it), and checks the scores. A probe that
        changes points must change values and raw form together.
    attribute : callable, optional
        Shares of the channels in the score: shape (T, C), finite. None where the detector gives none (`Attributes`).
    train, validation : Recording
        The parts that a detector without labels is fitted on.
    test : Recording
        The test part.
    scores : mapping of str to ndarray
        ``validation`` and ``test``: the scores that are measured.
    cost : mapping of str to float
        What the fit took on this machine, by `benchmark.toolkit.meter.COSTS`; one that cannot be read here is absent.
    """

    method: str
    score: Callable[[Recording], NDArray[Any]]
    attribute: Callable[[Recording], NDArray[Any]] | None
    train: Recording
    validation: Recording
    test: Recording
    scores: Mapping[str, NDArray[Any]]
    cost: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The answer of one fitted detector.

    Parameters
    ----------
    numbers : mapping of str to float or None
        Numbers by name, equal on every machine; None where one is undefined. They are part of the result.
    measured : mapping of str to float or None
        Numbers of this machine by name, with the unit in the name: latencies, memory, energy; None where one cannot be
        read here. They are kept with the wall times, never compared, and not part of the result.
    """

    numbers: Mapping[str, float | None] = field(default_factory=dict)
    measured: Mapping[str, float | None] = field(default_factory=dict)


class Probe(Protocol):
    """A probe: a frozen dataclass. Every field is part of the key of its answers.

    A field is a number, text, None, an array without objects, a `Recording`, another such dataclass, or a tuple or
    mapping of these.
    """

    def ask(self, fitted: Fitted, generator: np.random.Generator) -> Answer:
        """Ask a fitted detector.

        Parameters
        ----------
        fitted : Fitted
            The detector and its data.
        generator : numpy.random.Generator
            For every draw: the same for each detector at one task and seed.
        """
