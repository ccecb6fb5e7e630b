"""The interface of a protocol: from recordings to tasks, seeded, the same for every method."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Supervision
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.probe import Probe
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
class Grouping:
    """A division of the test points into named subgroups, each of which is measured on its own.

    Parameters
    ----------
    index : ndarray of int8, shape (T,)
        Subgroup of each test point, an index into ``names``; −1 for a point in none.
    names : tuple of str
        Names of the subgroups.
    with_normal : bool
        False where a subgroup has normal and anomalous points of its own, as a level of load has: its points alone are
        measured. True where a subgroup has anomalous points only, as a kind of anomaly has: its points are measured
        against *all* normal test points. No normal point may be in a subgroup then.
    listed : bool
        Whether results list each point of a subgroup, for intervals over subgroups at any number of false alarms. Only
        where ``with_normal``.

    Raises
    ------
    ValueError
        If an index has no name, or points are listed without ``with_normal``.
    """

    index: NDArray[np.int8]
    names: tuple[str, ...]
    with_normal: bool
    listed: bool = False

    def __post_init__(self) -> None:
        if self.listed and not self.with_normal:
            raise ValueError("points are listed against all normal points: listed needs with_normal")
        if len(self.index) and not (self.index.min() >= -1 and self.index.max() < len(self.names)):
            raise ValueError(f"indices {self.index.min()} to {self.index.max()} do not fit {len(self.names)} names")


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
    groupings : mapping of str to Grouping
        Subgroups of the test points by name: ``load`` for levels of load, ``kind`` for kinds of anomalies.
    hidden_validation_labels : ndarray of bool, shape (V,), optional
        Labels of the rows of ``validation_unlabelled``, for evaluation alone: no detector and no threshold ever gets
        them. All False where nothing was injected into these rows. None where the publisher labels no training data.
    published_rules : PublishedRules, optional
        A published evaluation to apply to the same scores, for comparison.
    budgets : tuple of float
        Budgets of false alarms, shares of normal points in (0, 1): each gives two policies of the threshold
        (`benchmark.evaluation.thresholds`). Empty for none.
    probes : mapping of str to Probe
        Further questions to the fitted detector, by name. A detector of supervision ``oracle`` is not asked.
    notes : tuple of str
        Properties of this split that a reader should know, such as a guard that no candidate met.
    """

    name: str
    train: Recording
    validation: Recording
    train_unlabelled: Recording
    validation_unlabelled: Recording
    test: Recording
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    hidden_validation_labels: NDArray[np.bool_] | None = None
    published_rules: PublishedRules | None = None
    budgets: tuple[float, ...] = ()
    probes: Mapping[str, Probe] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        for part, recording in parts.items():
            if len(recording) == 0:
                raise DataError(f"the split of {self.name!r} leaves 0 rows for {part}; use more rows or groups")
        if self.test.labels is None:
            raise DataError(f"{self.name!r} has no labels to evaluate against")
        if self.train_unlabelled.labels is not None or self.validation_unlabelled.labels is not None:
            raise ValueError("an unlabelled part carries labels")
        hidden, rows = self.hidden_validation_labels, len(self.validation_unlabelled)
        if hidden is not None and hidden.shape != (rows,):
            raise ValueError(f"hidden labels {hidden.shape} do not fit {rows} validation rows")
        if wrong := [budget for budget in self.budgets if not 0 < budget < 1]:
            raise ValueError(f"a budget of false alarms is a share of normal points in (0, 1), not {wrong[0]:g}")
        for name, grouping in self.groupings.items():
            if grouping.index.shape != (len(self.test),):
                raise ValueError(f"grouping {name!r} {grouping.index.shape} does not fit {len(self.test)} test points")
            if grouping.with_normal and (grouping.index[~self.test.labels] >= 0).any():
                raise ValueError(f"grouping {name!r} has subgroups of anomalous points, but normal points are in them")

    def for_fit(self, supervision: Supervision) -> tuple[Recording, Recording]:
        """Return the training and validation parts as a detector of this supervision sees them."""
        if supervision in ("supervised", "weak"):
            return self.train.labelled(), self.validation.labelled()
        return self.train_unlabelled, self.validation_unlabelled

    @property
    def labelled_validation(self) -> Recording | None:
        """The validation part with labels, if it has labels of both classes; else None.

        Thresholds that use labels are set on it, for every detector alike. None where the publisher labels no training
        data, and where validation is too small or too clean to hold an anomaly.
        """
        labels = self.validation.labels
        return self.validation if labels is not None and labels.any() and not labels.all() else None

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
