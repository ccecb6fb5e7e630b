"""What each check says of detectors that keep its promise, break it, or do not fall under it."""

import re
import subprocess
from dataclasses import dataclass

import numpy as np
import pytest

from benchmark.testing import contract
from benchmark.testing.checks import CHECKS
from benchmark.testing.pytest_class import contract_tests
from benchmark.testing.result import Check, Finding
from benchmark.testing.subject import Subject, learning, recording
from tests.testing import detectors
from tests.testing.detectors import (
    CountsCalls,
    KeepsTheLastTest,
    KeepsToOneKind,
    NeverFinite,
    OneForNone,
    Oracle,
    Plain,
    ReadsGlobalState,
    Roots,
    Smooths,
    Squares,
    Supervised,
    Trails,
    Unseeded,
    UpsideDown,
    UsesValidation,
    WritesWhenItScores,
    found,
)

IN_ORDER = "Refuses[of=order]"


@pytest.mark.parametrize(
    ("kind", "name", "verdict", "text"),
    [
        (Plain, "it scores every point with a finite number", "passes", "1, 2 and 120 points"),
        (NeverFinite, "it scores every point with a finite number", "fails", "score nan at point 0"),
        (WritesWhenItScores, "it leaves its inputs as they are", "fails", "copy them first"),
        ("Refuses[of=frozen]", "it leaves its inputs as they are", "fails", "ValueError: wants its own copy"),
        (CountsCalls, "it gives the same scores twice", "fails", "the same points differently the second time"),
        (Unseeded, "it gives the same scores twice", "fails", "two fits with one seed score differently"),
        (ReadsGlobalState, "its own seed alone decides", "fails", "the global random state changes its scores"),
        ("Refuses[of=channels]", "it takes 1 channel", "fails", "no finite scores with 1 channels"),
        ("Refuses[of=channels]", "it takes 500 channels", "fails", "no finite scores with 500 channels"),
        (Plain, "it takes no point at all", "passes", ""),
        (OneForNone, "it takes no point at all", "fails", "no point gives the shape (1,)"),
        ("Refuses[of=empty]", "it takes no point at all", "note", "no point to score is an error: ValueError"),
        (Plain, "it survives values far beyond training", "passes", ""),
        (Squares, "it survives values far beyond training", "fails", "values of 1e25 in the test"),
        (Roots, "it survives values far beyond training", "fails", "values of 1e25 in the test"),
        (Plain, "it takes rows without an order", "passes", "scored one by one"),
        (Trails, "it takes rows without an order", "fails", "change the scores of other rows"),
        (KeepsToOneKind, "it takes rows without an order", "passes", "scored one by one"),
        (KeepsToOneKind, "other test rows leave the score of a row equal", "passes", ""),
        (IN_ORDER, "it takes rows without an order", "note", "rows without an order: only rows in order"),
        (Plain, "an obvious outlier scores high", "passes", "scores above 100% of the others"),
        (UpsideDown, "an obvious outlier scores high", "note", "scores above 0% of the others; is its score the right"),
        ("Ranks[above_the_last=1]", "an obvious outlier scores high", "passes", "scores above 99% of the others"),
        ("Ranks[above_the_last=6]", "an obvious outlier scores high", "note", "scores above 95% of the others"),
        ("Ranks[alike=true]", "an obvious outlier scores high", "note", "scores above 0% of the others"),
        (Oracle, "permuted test labels leave the scores equal", "skipped", "an oracle gets the labels on purpose"),
        (Plain, "permuted test labels leave the scores equal", "passes", ""),
        (KeepsTheLastTest, "test rows leave threshold, scaler and weights equal", "fails", "changes the fitted state"),
        (IN_ORDER, "other test rows leave the score of a row equal", "skipped", "without an order: ParameterError"),
        (Plain, "other test rows leave the score of a row equal", "passes", ""),
        (Trails, "future rows leave the scores of the past equal", "passes", "causal"),
        (Smooths, "future rows leave the scores of the past equal", "note", "not causal"),
        (Supervised, "no label reaches fit", "skipped", "supervision = 'supervised'"),
        (Plain, "no label reaches fit", "passes", "no label can be reached"),
        (Supervised, "training labels do not matter", "skipped", "supervision = 'supervised'"),
        ("Refuses[of=labels]", "training labels do not matter", "note", "it refuses labelled parts: ValueError"),
        ("Refuses[of=everything]", "it gives the same scores twice", "fails", "without a usable model: loss is NaN"),
    ],
)  # fmt: skip
def test_the_finding_of_a_check(kind, name, verdict, text):
    finding = found(kind, name)
    assert (finding.verdict, text in finding.text) == (verdict, True), finding
    assert bool(finding.text) == bool(text)


@pytest.mark.parametrize(
    ("code", "printed", "verdict", "text"),
    [
        (0, "epoch 1\n{digest}\n", "passes", ""),
        (0, "{digest}0\n", "fails", "another process gives other scores with the same seed"),
        (1, "", "fails", "it cannot run in a process of its own: KeyError: 'model'"),
    ],
)
def test_the_scores_of_another_process_are_compared_by_their_hash(monkeypatch, code, printed, verdict, text):
    spec = f"{detectors.__name__}:Plain"

    def run(command, **options):
        assert command[-1] == spec
        assert options["env"]["PYTHONPATH"]
        assert not options["check"]  # its exit code is told, not raised
        said = printed.format(digest=contract.digest_of_scores(spec))
        return subprocess.CompletedProcess(command, code, said, "Traceback\n  in fit\nKeyError: 'model'\n")

    monkeypatch.setattr(contract.subprocess, "run", run)
    assert found(Plain, "it gives the same scores in two processes") == Finding(verdict, text)


@pytest.mark.parametrize("check", [check for check in CHECKS if check.group != "cost"], ids=lambda check: check.name)
def test_a_detector_may_use_validation(monkeypatch, check):
    digest = contract.digest_of_scores(f"{detectors.__name__}:UsesValidation")
    done = subprocess.CompletedProcess([], 0, digest, "")
    monkeypatch.setattr(contract.subprocess, "run", lambda *_, **__: done)
    assert found(UsesValidation, check.name).verdict in ("passes", "note")


def test_a_supervised_detector_gets_labels_and_an_unsupervised_one_normal_rows_alone():
    seen = []

    @dataclass(kw_only=True)
    class Looks(Plain):
        def fit(self, train, validation):
            seen.append((train, validation))
            super().fit(train, validation)

    for kind in ("unsupervised", "supervised"):
        Looks.supervision = kind
        subject = Subject("unused")
        object.__setattr__(subject, "build", lambda seed=0: Looks(seed=seed))
        subject.fit(recording(300, 0), recording(100, 1))
    (train, validation), (labelled, _) = seen
    assert (len(train), len(validation), train.labels) == (285, 95, None)
    assert np.abs(train.values).max() < 6
    assert len(labelled) == 300
    assert labelled.labels.sum() == 15


def test_the_made_up_rows_hold_an_outlier_in_twenty_from_the_eleventh_on():
    made = recording(100, 3, channels=3)
    assert np.flatnonzero(made.labels).tolist() == [10, 30, 50, 70, 90]
    assert (made.values[made.labels] * [1, -1, 1] > 4).all()
    assert np.abs(made.values[~made.labels]).max() < 5
    assert made.sequential
    assert [part.sequential for part in learning()] == [True, True]
    assert [part.sequential for part in learning(sequential=False)] == [False, False]
    assert not recording(2, 0, sequential=False).sequential
    assert not np.array_equal(recording(5, 0).values, recording(5, 1).values)


def test_the_cost_is_told_over_sizes():
    ladder, memory = (found(Plain, check.name) for check in CHECKS if check.group == "cost")
    assert ladder.verdict == memory.verdict == "note"
    lines = [
        re.fullmatch(r"([\d,]+) rows: fit (\d+\.\d\d) s, score (\d+\.\d\d) s", one) for one in ladder.text.split("; ")
    ]
    assert [one[1] for one in lines] == ["500", "2,000", "8,000"]
    assert all(float(one[place]) < 60 for one in lines for place in (2, 3))
    peak = float(re.fullmatch(r"2,000 rows of 4 channels: ([\d.]+) MiB at most, .*", memory.text)[1])
    assert 0.03 < peak < 50  # 32 kB of input alone


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [
        (Finding("passes", ""), None),
        (Finding("note", "slow"), None),
        (Finding("skipped", "an oracle"), pytest.skip.Exception),
        (Finding("fails", "it leaks"), AssertionError),
    ],
)
def test_a_finding_is_the_outcome_of_a_test(finding, outcome):
    made = contract_tests(f"{detectors.__name__}:Plain")
    check = Check("promise", "contract", lambda subject: finding)
    if outcome is None:
        made().test_contract(check)
    else:
        with pytest.raises(outcome, match=finding.text):
            made().test_contract(check)


def test_the_tests_of_a_class_are_all_checks_but_those_of_cost():
    (mark,) = contract_tests(f"{detectors.__name__}:Plain").test_contract.pytestmark
    assert [check.group for check in mark.args[1]] == ["contract"] * 12 + ["leakage"] * 6
    assert mark.kwargs["ids"](CHECKS[0]) == CHECKS[0].name


def test_a_detector_is_built_with_seed_0_unless_another_is_asked_for():
    subject = Subject(f"{detectors.__name__}:Plain")
    assert [subject.build().seed, subject.build(3).seed] == [0, 3]
    assert subject.fitted.seed == 0


def test_parts_can_be_written_to_unless_they_are_frozen():
    subject = Subject(f"{detectors.__name__}:WritesWhenItScores")
    subject.score(subject.fitted, subject.test)
    with pytest.raises(ValueError, match="read-only"):
        subject.score(subject.fitted, subject.test, frozen=True)
    seen = []

    @dataclass(kw_only=True)
    class Looks(Plain):
        def fit(self, train, validation):
            seen.append((train.values.flags.writeable, validation.values.flags.writeable))
            super().fit(train, validation)

    object.__setattr__(subject, "build", lambda seed=0: Looks(seed=seed))
    for frozen in ({}, {"frozen": False}, {"frozen": True}):
        subject.fit(*learning(), **frozen)
    assert seen == [(True, True), (True, True), (False, False)]
