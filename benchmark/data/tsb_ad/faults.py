"""Faults of series of TSB-AD that can be seen without a detector."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from benchmark.data.tsb_ad.names import parse_name
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


class Fault(NamedTuple):
    """A fault of a series.

    Parameters
    ----------
    series : str
        Its name.
    kind : str
        ``first anomaly in training``, ``name against labels``, ``no anomaly``, ``no anomaly after training``,
        ``constant channels`` or ``same values as another``.
    detail : str
        The numbers.
    """

    series: str
    kind: str
    detail: str


def faults_of_names(names: Iterable[str]) -> list[Fault]:
    """Series whose first anomaly lies inside the training prefix, by their names alone.

    Raises
    ------
    DataError
        For a name of another form.
    """
    found = []
    for text in names:
        name = parse_name(text)
        if name is None:
            raise DataError(f"{text!r} is no name of a series of TSB-AD")
        if name.anomaly_in_training:
            detail = f"first anomaly at {name.first}, training prefix of {name.train} points"
            found.append(Fault(text, "first anomaly in training", detail))
    return found


def faults_of_series(recordings: Sequence[Recording]) -> list[Fault]:
    """Faults of series that are read: their names against their labels, and their values.

    A channel is constant where it never changes in the series. Two series are the same where their values are equal.
    """
    found: list[Fault] = []
    seen: dict[tuple[tuple[int, ...], str], str] = {}
    for recording in recordings:
        found += _of_labels(recording)
        constant = np.flatnonzero(np.ptp(recording.values, axis=0) == 0)
        if len(constant):
            detail = f"{len(constant)} of {len(recording.channels)}, the first is {recording.channels[constant[0]]}"
            found.append(Fault(recording.name, "constant channels", detail))
        content = np.ascontiguousarray(recording.values)
        key = (content.shape, hashlib.sha256(content.tobytes()).hexdigest())
        if key in seen:
            found.append(Fault(recording.name, "same values as another", seen[key]))
        seen.setdefault(key, recording.name)
    return found


def _of_labels(recording: Recording) -> list[Fault]:
    name = parse_name(recording.name)
    found: list[Fault] = []
    places = np.flatnonzero(recording.labels) if recording.labels is not None else np.array([], dtype=np.intp)
    if name is None:
        return found
    if not len(places):
        return [Fault(recording.name, "no anomaly", f"{len(recording)} points")]
    first = int(places[0])
    if first != name.first:
        detail = f"first label at {first}, {name.first} in the name"
        found.append(Fault(recording.name, "name against labels", detail))
    if first < name.train:
        detail = f"first anomaly at {first}, training prefix of {name.train} points"
        found.append(Fault(recording.name, "first anomaly in training", detail))
    if int(places[-1]) < name.train:
        found.append(Fault(recording.name, "no anomaly after training", f"the last one ends at {int(places[-1])}"))
    return found
