"""The interface of a protocol: from recordings to tasks, seeded, the same for every method."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Supervision
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


@dataclass(frozen=True)
class PublishedRules:
    """An evaluation by the rules of the public code of DCdetector and its relatives.

    Parameters
    ----------
    window : int
        Points of a test window. Windows do not overlap; points at the end that do not fill one are dropped.
    batch : int
        Windows of a batch; windows at the end that do not fill one are dropped.
    ratio : float
        Percentage of the pooled training and test scores that is flagged, in (0, 100).
    """

    window: int
    batch: int
    ratio: float

    def kept(self, points: int) -> int:
        """Return how many of ``points`` test points are not dropped."""
        return points // self.window // self.batch * self.batch * self.window


@dataclass(frozen=True)
class Task:
    """One fit and one evaluation.

    Parameters
    ----------
    name : str
        Name within the protocol (a machine, a trace, ``rows``).
    train, validation : Recording
        Data for supervised detectors, with labels.
    train_unlabelled, validation_unlabelled : Recording
        Data for unsupervised detectors and their thresholds, never labelled. The same rows as above unless the
        protocol's scenario says otherwise.
    test : Recording
        With labels. Only `test_inputs` ever reaches a detector.
    subgroups : ndarray of int, shape (T,), optional
        Subgroup of each test point, an index into ``subgroup_names``; −1 for none. Each subgroup is measured at the
        common threshold.
    subgroup_names : tuple of str
        Names of the subgroups.
    published_rules : PublishedRules, optional
        A published evaluation to apply to the same scores, for comparison.
    """

    name: str
    train: Recording
    validation: Recording
    train_unlabelled: Recording
    validation_unlabelled: Recording
    test: Recording
    subgroups: NDArray[np.int8] | None = None
    subgroup_names: tuple[str, ...] = ()
    published_rules: PublishedRules | None = None

    def __post_init__(self) -> None:
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        for part, recording in parts.items():
            if len(recording) == 0:
                raise DataError(f"the split of {self.name!r} leaves 0 rows for {part}; use more rows or groups")
        if self.test.labels is None:
            raise DataError(f"{self.name!r} has no labels to evaluate against")
        if self.train_unlabelled.labels is not None or self.validation_unlabelled.labels is not None:
            raise ValueError("an unlabelled part carries labels")

    def for_fit(self, supervision: Supervision) -> tuple[Recording, Recording]:
        """Return the training and validation parts as a detector of this supervision sees them."""
        if supervision in ("supervised", "weak"):
            return self.train.labelled(), self.validation.labelled()
        return self.train_unlabelled, self.validation_unlabelled

    @property
    def test_inputs(self) -> Recording:
        """The test part without anything related to labels."""
        return self.test.unlabelled()


@dataclass(kw_only=True)
class Protocol(ABC):
    """A way to turn a dataset into tasks. Subclasses are keyword-only dataclasses; their fields are parameters.

    Attributes
    ----------
    seed_name : str
        Part of the seed of every draw, so it must never change: another name gives other splits.
    datasets : tuple of str
        Names of the datasets that the protocol accepts; empty for any.
    """

    seed_name: ClassVar[str]
    datasets: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make the tasks of one seed.

        Parameters
        ----------
        dataset : str
            Name of the dataset, which is part of the seed of every split.
        recordings : list of Recording
            Recordings of the dataset.
        seed : int
            Seed of this repetition.
        """

    def generator(self, dataset: str, seed: int, purpose: str) -> np.random.Generator:
        """Return a generator seeded by dataset, protocol, seed and purpose, never by the method."""
        text = f"{dataset}|{self.seed_name}|{seed}|{purpose}"
        return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little"))
