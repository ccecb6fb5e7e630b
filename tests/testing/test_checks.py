"""One detector for each way of breaking the contract, and the check that catches it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from benchmark.testing import contract_tests
from benchmark.testing.checks import CHECKS, run_check
from benchmark.testing.subject import Subject
from tests.testing.detectors import Plain


@dataclass(kw_only=True)
class ReadsTestLabels(Plain):
    def score(self, recording):
        found = super().score(recording)
        return found if recording.labels is None else found + recording.labels


@dataclass(kw_only=True)
class LearnsFromTest(Plain):
    def score(self, recording):
        self.mean = (self.mean + recording.values.mean(axis=0)) / 2
        return super().score(recording)


@dataclass(kw_only=True)
class ScalesByTest(Plain):
    def score(self, recording):
        found = super().score(recording)
        return found / found.max()


@dataclass(kw_only=True)
class SeesTheFuture(Plain):
    causal: ClassVar = True

    def score(self, recording):
        return np.append(super().score(recording)[1:], 0.0)


@dataclass(kw_only=True)
class UsesTrainingLabels(Plain):
    def fit(self, train, validation):
        super().fit(train if train.labels is None else train.take(train.labels), validation)


@dataclass(kw_only=True)
class Writes(Plain):
    def fit(self, train, validation):
        train.values[:] -= 1
        super().fit(train, validation)


@dataclass(kw_only=True)
class DrawsGlobally(Plain):
    def score(self, recording):
        return super().score(recording) + np.random.rand(len(recording))  # noqa: NPY002


@dataclass(kw_only=True)
class LosesPoints(Plain):
    def score(self, recording):
        return super().score(recording)[:-1]


@dataclass(kw_only=True)
class Divides(Plain):
    def fit(self, train, validation):
        super().fit(train, validation)
        self.spread = train.values.std(axis=0)

    def score(self, recording):
        with np.errstate(all="ignore"):
            return (np.abs(recording.values - self.mean) / self.spread).sum(axis=1)


def verdicts(kind, *names):
    subject = Subject(f"{__name__}:{kind.__name__}")
    return {check.name: run_check(check, subject) for check in CHECKS if check.name in names}


@pytest.mark.parametrize(
    ("kind", "caught"),
    [
        (ReadsTestLabels, "permuted test labels leave the scores equal"),
        (LearnsFromTest, "test rows leave threshold, scaler and weights equal"),
        (ScalesByTest, "other test rows leave the score of a row equal"),
        (SeesTheFuture, "future rows leave the scores of the past equal"),
        (UsesTrainingLabels, "training labels do not matter"),
        (Writes, "it leaves its inputs as they are"),
        (DrawsGlobally, "its own seed alone decides"),
        (LosesPoints, "it scores every point with a finite number"),
        (Divides, "it takes a constant channel"),
    ],
)
def test_each_leak_and_each_fault_is_caught(kind, caught):
    assert verdicts(kind, caught)[caught].verdict == "fails"


def test_a_detector_that_looks_ahead_by_one_row_changes_one_earlier_score():
    (finding,) = verdicts(SeesTheFuture, "future rows leave the scores of the past equal").values()
    assert finding.text.endswith("rows to come change the scores of 1 earlier ones")


def test_a_good_detector_fails_nothing():
    every = [check.name for check in CHECKS if check.group != "cost" and "processes" not in check.name]
    assert {finding.verdict for finding in verdicts(Plain, *every).values()} <= {"passes", "note", "skipped"}


TestPlain = contract_tests(f"{__name__}:Plain")
