"""Ask the probes of a task about a fitted detector. No label is in reach but those that a probe brings itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.engine.code import code_version
from benchmark.engine.detect import TEST, VALIDATION, Output, checked, timed
from benchmark.interfaces.cell import digest
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.probe import Answer, Attributes, Fitted, Probe
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording, fingerprint

Numbers = dict[str, float | None]


@dataclass(frozen=True)
class Asked(Output):
    """An output with the answers of probes.

    Parameters
    ----------
    answers : dict of str to dict
        Numbers of each probe by its name.
    measured : dict of str to dict
        Numbers of this machine of each probe, kept with the wall times.
    """

    answers: dict[str, Numbers] = field(default_factory=dict)
    measured: dict[str, Numbers] = field(default_factory=dict)


@dataclass(frozen=True)
class Asking:
    """What is needed of a task to ask its probes; it can be sent to the process of a detector.

    It holds no label but those that a probe brings itself.

    Parameters
    ----------
    name : str
        Name of the task.
    probes : mapping of str to Probe
        Its probes.
    train_unlabelled, validation_unlabelled, test_inputs : Recording
        Its parts without labels.
    """

    name: str
    probes: Mapping[str, Probe]
    train_unlabelled: Recording
    validation_unlabelled: Recording
    test_inputs: Recording

    @classmethod
    def of(cls, task: Task) -> Asking | None:
        """The probes of a task; None where it has none."""
        if not task.probes:
            return None
        return cls(task.name, task.probes, task.train_unlabelled, task.validation_unlabelled, task.test_inputs)


def ask(
    task: Task | Asking,
    detector: Detector,
    output: Output,
    method: str,
    seed: int,
    cost: Mapping[str, float] | None = None,
) -> Output:
    """Ask every probe of a task.

    Parameters
    ----------
    task : Task or Asking
        With its probes.
    detector : Detector
        Fitted on the task.
    output : Output
        Its scores.
    method : str
        Its name, for probes and error messages.
    seed : int
        Seed of the cell: with the names of task and probe it seeds the draws, so that they are equal for each method.
    cost : mapping of str to float, optional
        What the fit took (`benchmark.toolkit.meter`).

    Returns
    -------
    Output
        The same output where the task has no probe; else an `Asked`, with the wall time ``probe <name>`` of each.

    Raises
    ------
    DataError
        For scores or shares of a wrong shape or that are not finite, and for a number of a probe that is not finite.
    """
    if not task.probes:
        return output
    seconds = dict(output.seconds)
    answers: dict[str, Numbers] = {}
    measured: dict[str, Numbers] = {}
    fitted = Fitted(
        method,
        _scoring(detector, method),
        _attributing(detector, method) if isinstance(detector, Attributes) else None,
        task.train_unlabelled,
        task.validation_unlabelled,
        task.test_inputs,
        {part: output.arrays[part] for part in (VALIDATION, TEST)},
        dict(cost or {}),
    )
    for name, probe in task.probes.items():
        text = f"{task.name}|{name}|{seed}"
        generator = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little"))
        with timed(seconds, f"probe {name}"):
            answer: Answer = probe.ask(fitted, generator)
        answers[name] = _numbers(answer.numbers, name, method)
        measured[name] = _numbers(answer.measured, name, method)
    return Asked(output.arrays, output.diagnostics, seconds, answers, measured)


def probes_digest(task: Task) -> str:
    """Hash of everything that the answers to the probes of a task depend on besides the fitted detector.

    Returns
    -------
    str
        Empty where the task has no probe. Else it covers names, fields and source of the probes, the source that asks,
        and the task's name.

    Raises
    ------
    TypeError
        If a probe is no dataclass, or has a field that cannot be hashed.
    """
    if not task.probes:
        return ""
    facts = [
        (name, _content(probe), code_version(type(probe).__module__, __name__)) for name, probe in task.probes.items()
    ]
    return digest([task.name, facts])


def _scoring(detector: Detector, method: str) -> Any:
    def score(recording: Recording) -> NDArray[Any]:
        return checked(detector.score(detector.view(recording.unlabelled())), len(recording), method)

    return score


def _attributing(detector: Attributes, method: str) -> Any:
    def attribute(recording: Recording) -> NDArray[Any]:
        assert isinstance(detector, Detector)
        shares = np.asarray(detector.attribution(detector.view(recording.unlabelled())))
        expected = recording.values.shape
        if shares.shape != expected:
            raise DataError(f"{method}: attribution returned shape {shares.shape} for {expected} points and channels")
        if not np.isfinite(shares).all():
            place = int(np.argmin(np.isfinite(shares).all(axis=1)))
            raise DataError(f"{method}: attribution of point {place} is not finite")
        return shares

    return attribute


def _numbers(numbers: Mapping[str, float | None], probe: str, method: str) -> Numbers:
    found: Numbers = {}
    for name, value in numbers.items():
        found[name] = None if value is None else float(value)
        if value is not None and not np.isfinite(value):
            raise DataError(f"{method}: the probe {probe!r} gives {value} for {name!r}; None says that it is undefined")
    return found


def _content(value: Any) -> Any:
    """The value of a field as JSON can hold it, arrays and recordings by their hash."""
    if isinstance(value, Recording):
        return f"recording {fingerprint([value])}"
    if isinstance(value, np.ndarray) and value.dtype.kind != "O":
        content = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
        return f"array {value.dtype.str} {value.shape} {content}"
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__qualname__, {one.name: _content(getattr(value, one.name)) for one in fields(value)}]
    if isinstance(value, Mapping):
        return [[_content(key), _content(item)] for key, item in value.items()]
    if isinstance(value, tuple | list | frozenset):
        items = [_content(item) for item in value]
        return sorted(items, key=repr) if isinstance(value, frozenset) else items
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a probe holds a value of type {type(value).__name__}, which no key can cover")
