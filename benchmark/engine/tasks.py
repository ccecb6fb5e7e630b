"""The tasks of a cell: load a dataset, apply a protocol, and hash what a detector will see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.engine.ask import probes_digest
from benchmark.engine.received import received
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.detector import Supervision
from benchmark.interfaces.errors import BenchmarkError, DataError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording, fingerprint
from benchmark.interfaces.registry import DATASETS, PROTOCOLS


@dataclass(frozen=True)
class TaskDigest:
    """Hashes of the parts of a task.

    Parameters
    ----------
    name : str
        Name of the task.
    labelled, unlabelled : str
        Training and validation data, as supervised and as unsupervised detectors see them.
    test : str
        Everything that is scored: test data and both validation parts, all without labels, and which of the labelled
        validation part and the training part are needed.
    truth : str
        The same parts with their labels, which a detector of supervision ``oracle`` sees.
    probes : str
        Everything that the answers to the task's probes depend on besides; empty without a probe.
    """

    name: str
    labelled: str
    unlabelled: str
    test: str
    truth: str
    probes: str = ""

    def fit(self, supervision: Supervision) -> str:
        """Hash of everything that `Detector.fit` sees, or that an ``oracle`` is told."""
        if supervision == "oracle":
            return self.truth
        return self.labelled if supervision in ("supervised", "weak") else self.unlabelled


def file_stamps(dataset: str, variant: Variant, root: Path | None) -> tuple[tuple[str, int, int], ...]:
    """Path, size and modification time of each file; a dataset is read again when they change. Empty for a twin."""
    if variant == "twin" or root is None:
        return ()
    files = [file.resolve() for file in DATASETS.build(dataset).files(root)]
    return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)


def load_recordings(dataset: str, variant: Variant, root: Path | None) -> tuple[Recording, ...]:
    """Load a dataset, once a process as long as its files stay as they are; or take it as the client sent it."""
    if (given := received(dataset, variant)) is not None:
        return given.recordings
    return _recordings(dataset, variant, root, file_stamps(dataset, variant, root))


@lru_cache(maxsize=2)
def _recordings(dataset: str, variant: Variant, root: Path | None, _: object) -> tuple[Recording, ...]:
    recordings = tuple(DATASETS.build(dataset).load(variant, root))
    for recording in recordings:
        graph = recording.dependencies
        if graph is not None and graph.dtype != np.bool_:
            raise DataError(
                f"dependencies have the type {graph.dtype}; expected bool, True where channel i depends on channel j",
                recording=recording.name,
            )
    return recordings


def load_tasks(dataset: str, variant: Variant, protocol: str, seed: int, root: Path | None) -> tuple[Task, ...]:
    """Make the tasks of one protocol and seed, once a process: every method of a table shares them.

    Their arrays cannot be written to. A detector that changes its input in place ends with ``ERROR`` and leaves the
    data of the next method as they are.
    """
    given = received(dataset, variant)
    state = file_stamps(dataset, variant, root) if given is None else given.fingerprint
    return _tasks(dataset, variant, protocol, seed, root, state)


@lru_cache(maxsize=2)
def _tasks(dataset: str, variant: Variant, protocol: str, seed: int, root: Path | None, _: object) -> tuple[Task, ...]:
    built = PROTOCOLS.build(protocol)
    name = DATASETS.build(dataset).metadata.name
    if built.datasets and name not in built.datasets:
        raise BenchmarkError(f"protocol {protocol!r} is for {', '.join(built.datasets)}, not for {name!r}")
    tasks = tuple(built.tasks(name, list(load_recordings(dataset, variant, root)), seed))
    for task in tasks:
        parts = (task.train, task.validation, task.train_unlabelled, task.validation_unlabelled, task.test)
        columns: list[NDArray[Any] | None] = [column for part in parts for column in (part.values, part.labels)]
        columns += [task.hidden_validation_labels, *(grouping.index for grouping in task.groupings.values())]
        for column in columns:
            if column is not None:
                column.flags.writeable = False
    return tasks


def task_digests(dataset: str, variant: Variant, protocol: str, seed: int, root: Path | None) -> tuple[TaskDigest, ...]:
    """Hash the parts of each task of one protocol and seed."""
    found = []
    for task in load_tasks(dataset, variant, protocol, seed, root):
        labelled, unlabelled = (fingerprint(list(task.for_fit(kind))) for kind in ("supervised", "unsupervised"))
        scored = [task.test_inputs, task.validation_unlabelled, task.validation.unlabelled()]
        wanted = {"+train": task.published_rules, "+labelled": task.labelled_validation}
        test = fingerprint(scored) + "".join(part for part, needed in wanted.items() if needed is not None)
        hidden = replace(task.validation_unlabelled, labels=task.hidden_validation_labels)
        truth = fingerprint([task.test.labelled(), hidden, task.validation.labelled(), task.train.labelled()])
        found.append(TaskDigest(task.name, labelled, unlabelled, test, truth, probes_digest(task)))
    return tuple(found)
