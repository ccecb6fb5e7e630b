"""The protocol `synthetic`: the fit of ``native``, tested on its validation rows with synthetic anomalies in them.

It answers which of several settings finds more, before any labelled anomaly is seen. Training and validation parts are
those of ``native``, so that a setting is fitted once for both. The test part is the validation part with anomalies of
the kinds of `benchmark.protocols.synthetic.kinds`. So validation rows set thresholds, stop the training early, and are
tested on. This flatters every setting, and all alike; nothing of the test part of ``native`` is used.

The rows are divided into blocks of `BLOCK` rows, at most `MOST`, at least one. Each block has one anomaly, in its
middle half, of the next kind of a shuffled order. Its length is 1 to 3 rows of a spike, else 8, 16 or 32, its severity
uniform in [1, 4] standard deviations, and its channels between one and a quarter of those that vary in training. A
block whose rows no try of `TRIES` changes enough stays as it is. Real anomalies among the validation rows count as
normal, since nobody may know of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.protocol import Grouping, Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols.native import Native
from benchmark.protocols.synthetic.kinds import JOINT, KINDS, SHORT, UNORDERED, Place, put

BLOCK = 120
"""Rows of a block."""

MOST = 48
"""Most blocks of a recording."""

TRIES = 20
"""Tries to find a place of a block that changes enough."""

LENGTHS = (8, 16, 32)
"""Rows of an anomaly that is no spike."""

SEVERITY = (1.0, 4.0)
"""Least and largest severity, in standard deviations of training rows."""


@dataclass(kw_only=True)
class Synthetic(Native):
    """``native`` with its validation rows as the test part, and synthetic anomalies in them; see the module."""

    seed_name: ClassVar[str] = "Synthetic"

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make one task per recording; see `Native.tasks`.

        A recording whose validation rows no anomaly changes, since no channel varies in training, is left out.

        Raises
        ------
        DataError
            As `Native.tasks`; or if no anomaly can be put into any recording.
        """
        tasks = Native(by=self.by, test=self.test, validation=self.validation).tasks(dataset, recordings, seed)
        tested: list[Task] = []
        flat: list[DataError] = []
        for task in tasks:
            try:
                tested.append(self._tested(task, self.generator(dataset, seed, f"anomalies {task.name}")))
            except DataError as error:
                flat.append(error)
        if flat and not tested:
            raise flat[0]
        return tested

    @staticmethod
    def _tested(task: Task, generator: np.random.Generator) -> Task:
        held_out, kinds = with_anomalies(task.train_unlabelled, task.validation_unlabelled, generator)
        return replace(
            task, test=held_out, groupings={"kind": Grouping(kinds, tuple(KINDS), with_normal=True)}, probes={}
        )


def with_anomalies(
    train: Recording, held_out: Recording, generator: np.random.Generator
) -> tuple[Recording, NDArray[np.int8]]:
    """Put anomalies into held-out rows.

    Parameters
    ----------
    train : Recording
        Training rows, from which the spread of each channel is taken.
    held_out : Recording
        Normal rows; they stay as they are.
    generator : numpy.random.Generator
        Source of kinds, places and severities.

    Returns
    -------
    recording : Recording
        The rows with the anomalies, and labels.
    kinds : ndarray of int8, shape (T,)
        Place of the kind in `KINDS` at each anomalous row, −1 elsewhere.

    Raises
    ------
    DataError
        If there is no place that an anomaly changes.
    """
    names = [name for name in KINDS if train.sequential or name in UNORDERED]
    names = [name for name in names if name != JOINT or len(train.channels) > 1]
    order = generator.permutation(len(names))
    spread = train.values.std(axis=0, dtype=np.float64)
    values = held_out.values.astype(np.float64)
    kinds = np.full(len(held_out), -1, np.int8)
    blocks = max(1, min(MOST, len(held_out) // BLOCK))
    edges = np.arange(blocks + 1) * len(held_out) // blocks
    for number in range(blocks):
        name = names[order[number % len(names)]]
        for _ in range(TRIES):
            place = _drawn(name, int(edges[number]), int(edges[number + 1]), spread, train.sequential, generator)
            changed = put(name, values, place, generator)
            if changed is not None:
                values[place.start : place.stop, place.channels] = changed
                kinds[place.start : place.stop] = list(KINDS).index(name)
                break
    if (kinds < 0).all():
        raise DataError(f"{held_out.name}: no synthetic anomaly changes its {len(held_out)} validation rows")
    labelled = replace(held_out, values=values.astype(np.float32), labels=kinds >= 0, part=None)
    return labelled, kinds


def _drawn(
    name: str, first: int, end: int, spread: NDArray[np.float64], ordered: bool, generator: np.random.Generator
) -> Place:
    """Draw a place in the middle half of a block."""
    rows = end - first
    length = 1 if not ordered else int(generator.integers(1, 4) if name == SHORT else generator.choice(LENGTHS))
    length = max(1, min(length, rows // 2))
    start = first + int(generator.integers(rows // 4, max(rows - rows // 4 - length, rows // 4) + 1))
    varying = np.flatnonzero(spread > 0) if (spread > 0).any() else np.arange(len(spread))
    least = 2 if name == JOINT and len(varying) > 1 else 1
    count = int(generator.integers(least, max(len(varying) // 4, least) + 1))
    channels = np.sort(generator.choice(varying, count, replace=False))
    severity = float(generator.uniform(*SEVERITY))
    return Place(start, min(start + length, end), channels, severity, np.where(spread > 0, spread, 1.0))
