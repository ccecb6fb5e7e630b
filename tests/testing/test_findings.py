"""What each check says of detectors that keep its promise, break it, or do not fall under it."""

import random
import re
import subprocess
from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import DivergedError, ParameterError
from benchmark.testing import contract, leakage
from benchmark.testing.checks import CHECKS, run_check
from benchmark.testing.pytest_class import contract_tests
from benchmark.testing.result import Check, Finding
from benchmark.testing.subject import Subject, recording


@dataclass(kw_only=True)
class Plain(Detector):
    """Distance to the mean."""

    supervision: ClassVar = "unsupervised"

    def fit(self, train, validation):
        self.mean = train.values.mean(axis=0)

    def score(self, recording):
        return np.abs(recording.values - self.mean).sum(axis=1)


@dataclass(kw_only=True)
class UsesValidation(Plain):
    """Distance to the mean of both parts."""

    def fit(self, train, validation):
        self.mean = np.concatenate([train.values, validation.values]).mean(axis=0)


@dataclass(kw_only=True)
class KeepsToOneKind(Plain):
    """Scores rows with an order by the row before, too, and takes no other kind than it was fitted on."""

    def fit(self, train, validation):
        super().fit(train, validation)
        self.sequential = train.sequential
        assert validation.sequential == self.sequential

    def score(self, recording):
        assert recording.sequential == self.sequential
        found = super().score(recording)
        return found + np.append(0.0, found[:-1]) if self.sequential else found


@dataclass(kw_only=True)
class Supervised(Plain):
    supervision: ClassVar = "supervised"

    def fit(self, train, validation):
        assert train.labels is not None
        super().fit(train.take(~train.labels), validation)


@dataclass(kw_only=True)
class Oracle(Plain):
    supervision: ClassVar = "oracle"


@dataclass(kw_only=True)
class NeverFinite(Plain):
    def score(self, recording):
        found = super().score(recording).astype(np.float64)
        found[-1] = np.nan
        return found


@dataclass(kw_only=True)
class WritesWhenItScores(Plain):
    def score(self, recording):
        recording.values[:] -= 1
        return super().score(recording)


@dataclass(kw_only=True)
class Refuses(Plain):
    """Refuses what ``of`` names."""

    of: ClassVar = ""

    def fit(self, train, validation):
        if self.of == "order" and not train.sequential:
            raise ParameterError("only rows in order")
        if self.of == "everything":
            raise DivergedError("loss is NaN")
        if self.of == "labels" and train.labels is not None:
            raise ValueError("labels")
        super().fit(train, validation)

    def score(self, recording):
        if self.of == "empty" and not len(recording):
            raise ValueError("no rows")
        if self.of == "channels" and recording.values.shape[1] in (1, 500):
            return np.full(len(recording), np.nan)
        if self.of == "frozen" and not recording.values.flags.writeable:
            raise ValueError("wants its own copy")
        return super().score(recording)


@dataclass(kw_only=True)
class RefusesOrder(Refuses):
    of: ClassVar = "order"


@dataclass(kw_only=True)
class RefusesEverything(Refuses):
    of: ClassVar = "everything"


@dataclass(kw_only=True)
class RefusesLabels(Refuses):
    of: ClassVar = "labels"


@dataclass(kw_only=True)
class RefusesNothingToScore(Refuses):
    of: ClassVar = "empty"


@dataclass(kw_only=True)
class RefusesChannels(Refuses):
    of: ClassVar = "channels"


@dataclass(kw_only=True)
class RefusesFrozen(Refuses):
    of: ClassVar = "frozen"


@dataclass(kw_only=True)
class OneForNone(Plain):
    def score(self, recording):
        return super().score(recording) if len(recording) else np.zeros(1)


@dataclass(kw_only=True)
class CountsCalls(Plain):
    calls: ClassVar = 0

    def score(self, recording):
        self.count = getattr(self, "count", 0) + 1
        return super().score(recording) * self.count


@dataclass(kw_only=True)
class Unseeded(Plain):
    def fit(self, train, validation):
        super().fit(train, validation)
        self.mean = self.mean + np.random.default_rng().standard_normal(len(self.mean))


@dataclass(kw_only=True)
class ReadsGlobalState(Plain):
    def fit(self, train, validation):
        super().fit(train, validation)
        self.offset = random.getstate()[1][0] % 1000 + float(np.random.get_state()[1][0] % 1000)  # noqa: NPY002

    def score(self, recording):
        return super().score(recording) + self.offset


@dataclass(kw_only=True)
class Squares(Plain):
    def score(self, recording):
        with np.errstate(all="ignore"):
            return (recording.values.astype(np.float32) ** 2).sum(axis=1)


@dataclass(kw_only=True)
class UpsideDown(Plain):
    def score(self, recording):
        return -super().score(recording)


@dataclass(kw_only=True)
class Trails(Plain):
    """A row's score depends on the row before it, whatever the order."""

    def score(self, recording):
        found = super().score(recording)
        return found + np.append(0.0, found[:-1])


@dataclass(kw_only=True)
class Smooths(Plain):
    """A row's score depends on the row after it."""

    def score(self, recording):
        found = super().score(recording)
        return found + np.append(found[1:], 0.0)


@dataclass(kw_only=True)
class KeepsTheLastTest(Plain):
    def score(self, recording):
        self.seen = {"last": [recording.values.copy()]}
        return super().score(recording)


EVERY = {check.name: check for check in CHECKS}


def found(kind, name):
    return run_check(EVERY[name], Subject(f"{__name__}:{kind.__name__}"))


@pytest.mark.parametrize(
    ("kind", "name", "verdict", "text"),
    [
        (Plain, "it scores every point with a finite number", "passes", "1, 2 and 120 points"),
        (NeverFinite, "it scores every point with a finite number", "fails", "score nan at point 0"),
        (WritesWhenItScores, "it leaves its inputs as they are", "fails", "copy them first"),
        (RefusesFrozen, "it leaves its inputs as they are", "fails", "ValueError: wants its own copy"),
        (CountsCalls, "it gives the same scores twice", "fails", "the same points differently the second time"),
        (Unseeded, "it gives the same scores twice", "fails", "two fits with one seed score differently"),
        (ReadsGlobalState, "its own seed alone decides", "fails", "the global random state changes its scores"),
        (RefusesChannels, "it takes 1 channel", "fails", "no finite scores with 1 channels"),
        (RefusesChannels, "it takes 500 channels", "fails", "no finite scores with 500 channels"),
        (Plain, "it takes no point at all", "passes", ""),
        (OneForNone, "it takes no point at all", "fails", "no point gives the shape (1,)"),
        (RefusesNothingToScore, "it takes no point at all", "note", "no point to score is an error: ValueError"),
        (Plain, "it survives values far beyond training", "passes", ""),
        (Squares, "it survives values far beyond training", "fails", "values of 1e25 in the test"),
        (Plain, "it takes rows without an order", "passes", "scored one by one"),
        (Trails, "it takes rows without an order", "fails", "change the scores of other rows"),
        (KeepsToOneKind, "it takes rows without an order", "passes", "scored one by one"),
        (KeepsToOneKind, "other test rows leave the score of a row equal", "passes", ""),
        (RefusesOrder, "it takes rows without an order", "note", "rows without an order: only rows in order"),
        (Plain, "an obvious outlier scores high", "passes", "scores above 100% of the others"),
        (UpsideDown, "an obvious outlier scores high", "note", "scores above 0% of the others; is its score the right"),
        (Oracle, "permuted test labels leave the scores equal", "skipped", "an oracle gets the labels on purpose"),
        (Plain, "permuted test labels leave the scores equal", "passes", ""),
        (KeepsTheLastTest, "test rows leave threshold, scaler and weights equal", "fails", "changes the fitted state"),
        (RefusesOrder, "other test rows leave the score of a row equal", "skipped", "without an order: ParameterError"),
        (Plain, "other test rows leave the score of a row equal", "passes", ""),
        (Trails, "future rows leave the scores of the past equal", "passes", "causal"),
        (Smooths, "future rows leave the scores of the past equal", "note", "not causal"),
        (Supervised, "no label reaches fit", "skipped", "supervision = 'supervised'"),
        (Plain, "no label reaches fit", "passes", "no label can be reached"),
        (Supervised, "training labels do not matter", "skipped", "supervision = 'supervised'"),
        (RefusesLabels, "training labels do not matter", "note", "it refuses labelled parts: ValueError"),
        (RefusesEverything, "it gives the same scores twice", "fails", "without a usable model: loss is NaN"),
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
    spec = f"{__name__}:Plain"

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
    digest = contract.digest_of_scores(f"{__name__}:UsesValidation")
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
    assert not recording(2, 0, sequential=False).sequential
    assert not np.array_equal(recording(5, 0).values, recording(5, 1).values)


class Tensor:
    """Behaves like a tensor of torch."""

    def __init__(self, value):
        self.value = np.array(value)

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.value


class Module:
    """Behaves like a module of torch."""

    def __init__(self, value):
        self.weights = {"w": Tensor(value)}

    def state_dict(self):
        return self.weights


class Slots:
    __slots__ = ("a", "unset")

    def __init__(self):
        self.a = 5


def test_the_walk_reaches_attributes_items_slots_and_weights():
    class Root:
        def __init__(self):
            self.table, self.list, self.slots, self.net = {"k": np.arange(2)}, [1, (True,)], Slots(), Module([7.0])
            self.itself, self.nothing = self, None

    reached = dict(leakage.walk(Root()))
    assert sorted(reached) == [".list[0]", ".list[1][0]", ".net.state['w']", ".nothing", ".slots.a", ".table['k']"]
    assert reached[".slots.a"] == 5
    assert reached[".net.state['w']"].tolist() == [7.0]


def test_the_walk_ends_at_its_depth():
    nested = [[[[1]]]]
    assert [path for path, _ in leakage.walk(nested, depth=4)] == ["[0][0][0][0]"]
    assert list(leakage.walk(nested, depth=3)) == []
    holders = (lambda one: [one], lambda one: {"k": one}, lambda one: SimpleNamespace(a=one))
    for holder in holders:
        assert len(list(leakage.walk(holder(holder(1)), depth=2))) == 1
        assert list(leakage.walk(holder(holder(1)), depth=1)) == []
    deep = 1
    for _ in range(leakage.DEPTH):
        deep = [deep]
    assert len(list(leakage.walk(deep))) == 1
    assert list(leakage.walk([deep])) == []


def test_the_state_of_a_detector_is_that_of_all_it_holds():
    one, same, other, renamed = (Plain(seed=0) for _ in range(4))
    one.mean, same.mean, other.mean, renamed.average = np.ones(2), np.ones(2), np.array([1, 2.0]), np.ones(2)
    states = [leakage.state_of(detector) for detector in (one, same, other, renamed)]
    assert states[0] == states[1]
    assert len(set(states)) == 3
    one.names = same.names = np.array(["a", None], object)
    assert leakage.state_of(one) == leakage.state_of(same)


def test_a_label_that_reaches_fit_is_named(monkeypatch):
    class Leaky(leakage.Task):
        def for_fit(self, supervision):
            return self.train, self.validation

    monkeypatch.setattr(leakage, "Task", Leaky)
    finding = found(Plain, "no label reaches fit")
    assert finding.verdict == "fails"
    assert finding.text == "what reaches fit holds labels: recording.labels"


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
    made = contract_tests(f"{__name__}:Plain")
    check = Check("promise", "contract", lambda subject: finding)
    if outcome is None:
        made().test_contract(check)
    else:
        with pytest.raises(outcome, match=finding.text):
            made().test_contract(check)


def test_the_tests_of_a_class_are_all_checks_but_those_of_cost():
    (mark,) = contract_tests(f"{__name__}:Plain").test_contract.pytestmark
    assert [check.group for check in mark.args[1]] == ["contract"] * 12 + ["leakage"] * 6
    assert mark.kwargs["ids"](CHECKS[0]) == CHECKS[0].name
