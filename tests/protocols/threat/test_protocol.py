"""The protocol threat: who sees which attacks, in which form, and what changes with the seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording, fingerprint
from benchmark.protocols.latency import Latency
from benchmark.protocols.threat.division import blocks
from benchmark.protocols.threat.protocol import Threat

DATASETS = ("nsl-kdd", "adfa-ld", "cloudtrail")


@pytest.fixture
def made(nsl: list[Recording], adfa: list[Recording], cloudtrail: list[Recording]) -> dict[str, list[Recording]]:
    return dict(zip(DATASETS, (nsl, adfa, cloudtrail), strict=True))


def kinds(recording: Recording) -> set[str]:
    return set(recording.covariates["kind"].tolist()) - {"normal", "benign"}


def points(recording: Recording) -> set[bytes]:
    assert recording.raw is not None
    sequences = recording.raw.sequences
    assert sequences is not None
    return {sequence.tobytes() for sequence in sequences}


@pytest.mark.parametrize("scenario", ["known-kind", "unseen-kind"])
@pytest.mark.parametrize("dataset", DATASETS)
def test_the_promises_to_every_detector(made: dict[str, list[Recording]], dataset: str, scenario: str) -> None:
    tasks = Threat(scenario=scenario, rare=3).tasks(dataset, made[dataset], 0)  # type: ignore[arg-type]
    for task in tasks:
        parts = (task.train, task.validation, task.train_unlabelled, task.validation_unlabelled, task.test)
        assert len({part.channels for part in parts}) == 1
        assert all(np.isfinite(part.values).all() for part in parts)
        assert all(part.raw is not None and len(part.raw) == len(part) for part in parts)
        assert not task.test.sequential
        assert task.train.labels is not None
        assert task.validation.labels is not None
        # Normal points only, and the same ones as the labelled parts hold.
        assert len(task.train_unlabelled) == int((~task.train.labels).sum())
        assert len(task.validation_unlabelled) == int((~task.validation.labels).sum())
        assert task.hidden_validation_labels is not None
        assert not task.hidden_validation_labels.any()
        assert task.labelled_validation is not None
        known, novelty = kinds(task.train), task.groupings["novelty"]
        assert task.test.labels is not None
        for grouping in task.groupings.values():
            assert grouping.with_normal
            assert ((grouping.index >= 0) == task.test.labels).all()
        for kind, index in zip(task.test.covariates["kind"], novelty.index, strict=True):
            if index >= 0:
                assert novelty.names[index] == ("known" if kind in known else "unseen")
        if scenario == "unseen-kind":
            assert not kinds(task.test) & (kinds(task.train) | kinds(task.validation))


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_same_seed_gives_the_same_tasks_and_another_seed_others(
    made: dict[str, list[Recording]], dataset: str
) -> None:
    def prints(seed: int) -> list[str]:
        return [
            fingerprint([task.train, task.validation, task.test])
            for task in Threat().tasks(dataset, made[dataset], seed)
        ]

    assert prints(0) == prints(0)
    assert prints(0) != prints(1)


def test_an_unsupervised_detector_sees_the_same_in_both_scenarios(made: dict[str, list[Recording]]) -> None:
    for dataset in DATASETS:
        known, unseen = (
            Threat(scenario=scenario).tasks(dataset, made[dataset], 0)  # type: ignore[arg-type]
            for scenario in ("known-kind", "unseen-kind")
        )
        seen = [{fingerprint(list(task.for_fit("unsupervised"))) for task in tasks} for tasks in (known, unseen)]
        assert seen[0] == seen[1]


def test_changing_attacks_changes_nothing_that_an_unsupervised_detector_is_fitted_on(nsl: list[Recording]) -> None:
    def fitted(recordings: list[Recording]) -> str:
        (task,) = Threat(rare=3).tasks("nsl-kdd", recordings, 0)
        return fingerprint(list(task.for_fit("unsupervised")))

    changed = []
    for recording in nsl:
        assert recording.labels is not None
        values = recording.values.copy()
        values[recording.labels] += 1
        changed.append(replace(recording, values=values))
    assert fitted(nsl) == fitted(changed)


def test_nsl_kdd_keeps_the_publisher_s_parts(nsl: list[Recording]) -> None:
    (task,) = Threat().tasks("nsl-kdd", nsl, 0)
    assert (len(task.train) + len(task.validation), len(task.test)) == (165, 141)
    assert (len(task.train), int(task.validation.labels.sum())) == (132, 13)  # type: ignore[union-attr]
    assert task.groupings["kind"].names == ("flood", "new", "rare", "scan")
    unseen = task.groupings["novelty"].names.index("unseen")
    assert int((task.groupings["novelty"].index == unseen).sum()) == 15


def test_each_kind_of_nsl_kdd_with_enough_rows_is_left_out_in_turn(nsl: list[Recording]) -> None:
    tasks = Threat(scenario="unseen-kind").tasks("nsl-kdd", nsl, 0)
    assert [task.name for task in tasks] == ["without flood", "without scan"]
    (alone,) = Threat(scenario="unseen-kind", kind="scan").tasks("nsl-kdd", nsl, 0)
    assert fingerprint([alone.train, alone.test]) == fingerprint([tasks[1].train, tasks[1].test])
    assert kinds(alone.test) == {"scan"}


def test_incidents_of_adfa_ld_are_never_divided(adfa: list[Recording]) -> None:
    (task,) = Threat().tasks("adfa-ld", adfa, 0)
    incidents = [set(part.covariates["incident"].tolist()) - {""} for part in (task.train, task.validation, task.test)]
    assert [len(one) for one in incidents] == [8, 4, 8]
    assert len(set().union(*incidents)) == 20
    assert task.groupings["incident"].names == tuple(sorted(incidents[2]))


def test_copies_are_dropped_or_stay_on_one_side(adfa: list[Recording]) -> None:
    (dropped,), (kept,) = (Threat(copies=copies).tasks("adfa-ld", adfa, 0) for copies in ("drop", "keep"))  # type: ignore[arg-type]

    def normal(task: Task) -> tuple[int, int]:
        return len(task.validation_unlabelled), int((~task.test.labels).sum())  # type: ignore[operator]

    assert sum(normal(dropped)) == 40
    assert sum(normal(kept)) == 47
    assert not points(dropped.train) & (points(dropped.validation) | points(dropped.test))
    assert not points(kept.validation) & points(kept.test)


def test_processes_that_run_under_several_kinds_are_a_grouping(adfa: list[Recording]) -> None:
    (task,) = Threat(scenario="unseen-kind", kind="Adduser").tasks("adfa-ld", adfa, 0)
    process = task.groupings["process"]
    assert process.names == ("own", "recurring")
    assert np.bincount(process.index[process.index >= 0]).tolist() == [10, 10]


def test_numbers_alone_are_the_control_of_length(adfa: list[Recording], nsl: list[Recording]) -> None:
    (task,) = Threat(features="numbers").tasks("adfa-ld", adfa, 0)
    assert task.test.channels == ("calls", "different calls")
    (task,) = Threat(features="numbers").tasks("nsl-kdd", nsl, 0)
    assert task.test.channels == ("bytes", "rate")


def test_blocks_of_cloudtrail_count_rows_and_incidents_and_cut_none() -> None:
    """101 rows: one incident of 40 rows, then four of one row. A fifth of rows and incidents together ends a block."""
    incidents = np.full(101, "", "<U1")
    incidents[:40] = "a"
    for place, name in zip((62, 70, 80, 90), "bcde", strict=True):
        incidents[place] = name
    values = np.zeros((101, 1), np.float32)
    made = Recording("t", values, ("x",), incidents != "", covariates={"incident": incidents})
    assert np.bincount(blocks(made)).tolist() == [40, 20, 10, 10, 21]


def test_blocks_of_cloudtrail_divide_time_and_no_execution(cloudtrail: list[Recording]) -> None:
    tasks = Threat().tasks("cloudtrail", cloudtrail, 0)
    assert [task.name for task in tasks] == [f"block {number}" for number in range(1, 6)]
    assert sum(len(task.test) for task in tasks) == len(cloudtrail[0])
    assert all(task.test.labels is not None and task.test.labels.any() for task in tasks)
    for before, after in pairwise(tasks):
        assert before.test.time is not None
        assert after.test.time is not None
        assert before.test.time[-1] < after.test.time[0]
    incidents = [set(task.test.covariates["incident"].tolist()) - {""} for task in tasks]
    assert sum(map(len, incidents)) == 6
    for task in tasks:
        times = [set(part.time.tolist()) for part in (task.train, task.validation, task.test)]  # type: ignore[union-attr]
        assert not times[0] & times[1]
        assert not times[2] & (times[0] | times[1])


def test_samples_keep_every_kind_and_cut_training_alone_where_asked(nsl: list[Recording]) -> None:
    (whole,), (sample,), (cut,) = (
        Threat(**sizes).tasks("nsl-kdd", nsl, 0)  # type: ignore[arg-type]
        for sizes in ({}, {"rows": 100}, {"training_rows": 50})
    )
    assert len(sample.test) < len(whole.test) / 2
    assert kinds(sample.test) == kinds(whole.test)
    assert len(cut.train) < 60 < len(whole.train)
    assert fingerprint([cut.test.encoded().unlabelled()]) == fingerprint([whole.test.encoded().unlabelled()])


@pytest.mark.parametrize(
    ("protocol", "dataset", "error", "words"),
    [
        (Threat(kind="flood"), "nsl-kdd", ParameterError, "kind belongs to scenario=unseen-kind"),
        (Threat(scenario="unseen-kind", kind="dump"), "cloudtrail", ParameterError, "kind belongs"),
        (Threat(scenario="unseen-kind", kind="flod"), "nsl-kdd", UnknownNameError, "did you mean .*flood"),
        (Threat(), "encoded", DataError, "as its reader gives them"),
        (Threat(), "one", DataError, "as its reader gives them"),
        (Threat(), "attacks", DataError, "no benign events beside attacks"),
    ],
)
def test_what_cannot_be_divided_is_one_clear_error(
    made: dict[str, list[Recording]], protocol: Threat, dataset: str, error: type[Exception], words: str
) -> None:
    made["encoded"] = [one.encoded() for one in made["nsl-kdd"]]
    made["one"] = made["nsl-kdd"][:1]
    made["attacks"] = [made["cloudtrail"][0].take(made["cloudtrail"][0].labels)]  # type: ignore[arg-type]
    name = {"encoded": "nsl-kdd", "one": "nsl-kdd", "attacks": "cloudtrail"}.get(dataset, dataset)
    with pytest.raises(error, match=words):
        protocol.tasks(name, made[dataset], 0)


@pytest.mark.parametrize("dataset", DATASETS)
def test_units_are_incidents_or_kinds_with_their_novelty(made: dict[str, list[Recording]], dataset: str) -> None:
    for task in Threat(rare=3).tasks(dataset, made[dataset], 0):
        assert task.budgets == (0.001, 0.01, 0.05)
        unit, novelty = task.groupings["unit"], task.groupings["novelty"]
        single = task.groupings.get("incident", task.groupings["kind"])
        for number in np.flatnonzero(task.test.labels):
            words = (novelty.names[novelty.index[number]], single.names[single.index[number]])
            assert unit.names[unit.index[number]] == ": ".join(words)


@pytest.mark.parametrize("budget", [0.0, 1.0, -0.1])
def test_a_budget_is_a_share_between_none_and_all(made: dict[str, list[Recording]], budget: float) -> None:
    (task,) = Threat(rare=3).tasks("nsl-kdd", made["nsl-kdd"], 0)
    with pytest.raises(ValueError, match=r"a share of normal points in \(0, 1\)"):
        replace(task, budgets=(budget,))


def test_a_probe_is_built_by_its_name_and_changes_no_data(nsl: list[Recording]) -> None:
    (plain,), (asked,) = (Threat(probe=name).tasks("nsl-kdd", nsl, 0) for name in ("", "latency"))
    assert plain.probes == {}
    assert asked.probes == {"latency": Latency()}
    assert fingerprint([plain.train, plain.validation, plain.test]) == fingerprint(
        [asked.train, asked.validation, asked.test]
    )


def test_the_executions_of_cloudtrail_are_listed_event_by_event(made: dict[str, list[Recording]]) -> None:
    for dataset in DATASETS:
        for task in Threat().tasks(dataset, made[dataset], 0):
            listed = {name for name, grouping in task.groupings.items() if grouping.listed}
            assert listed == ({"incident"} if dataset == "cloudtrail" else set())
