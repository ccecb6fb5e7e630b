"""The scenario coverage: a task for each technique, with a blank event as the only normal point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from baselines.rules.detector import Rules
from benchmark.data.cloudtrail.columns import CHANNELS, MODALITIES, categories, documents, numbers
from benchmark.engine.detect import Inputs, run_detector
from benchmark.engine.evaluate import evaluate
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.raw import Raw
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.protocol import Threat

COVERAGE = Threat(scenario="coverage")
STOP = {"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging", "readOnly": False}
LIST = {"eventSource": "iam.amazonaws.com", "eventName": "ListUsers", "errorCode": "AccessDenied"}
LEAVE = {"eventSource": "organizations.amazonaws.com", "eventName": "LeaveOrganization"}


@pytest.fixture
def recording() -> Recording:
    events, kinds = [STOP, LIST, STOP, LEAVE], ["stop", "stop", "stop", "leave"]
    values = numbers(events)
    return Recording(
        "stratus",
        values,
        CHANNELS,
        labels=np.ones(4, bool),
        covariates={"kind": np.array(kinds)},
        sequential=False,
        modalities=MODALITIES,
        raw=Raw(
            {name: values[:, place] for place, name in enumerate(CHANNELS)},
            categories(events),
            documents=documents(events),
        ),
    )


def test_each_technique_is_a_task_that_holds_nothing_to_learn_from(recording: Recording) -> None:
    leave, stop = COVERAGE.tasks("cloudtrail", [recording], 0)
    assert (leave.name, stop.name) == ("leave", "stop")
    assert stop.test.labels is not None
    assert stop.test.labels.tolist() == [True, True, True, False]
    for part in (stop.train, stop.validation, stop.train_unlabelled, stop.validation_unlabelled):
        assert len(part) == 1
        assert not part.values.any()
        assert part.raw is not None
        assert part.raw.text(0) == "{}"
        assert {column.names[column.codes[0]] for column in part.raw.categories.values()} == {"none"}
    assert not any(part.labels.any() for part in (stop.train, stop.validation) if part.labels is not None)


def test_the_seed_changes_nothing(recording: Recording) -> None:
    first, second = (COVERAGE.tasks("cloudtrail", [recording], seed) for seed in (0, 1))
    assert [one.test.values.tobytes() for one in first] == [one.test.values.tobytes() for one in second]


def test_recall_is_the_share_of_events_that_rules_match_and_that_each_rule_matches(recording: Recording) -> None:
    found = {}
    for task in COVERAGE.tasks("cloudtrail", [recording], 0):
        detector = Rules(each=True)
        detector.fit(task.train_unlabelled, task.validation_unlabelled)
        row = evaluate(task, run_detector(detector, Inputs.of(task, "none"), "rules", 0.0), 0)
        each = {name: extra["Recall@val"] for name, extra in row["extra_scores"].items() if extra["Recall@val"]}
        found[task.name] = (row["anomalous"], row["Recall@val"], each)
    important = pytest.approx({"AWS CloudTrail Important Change (vitaliy0x1)": 2 / 3})
    assert found == {"leave": (1, 0, {}), "stop": (3, pytest.approx(2 / 3), important)}


def test_events_all_of_which_a_rule_matches_are_covered_whole(recording: Recording) -> None:
    (task,) = COVERAGE.tasks("cloudtrail", [recording.take(np.array([0, 2]))], 0)
    detector = Rules()
    detector.fit(task.train_unlabelled, task.validation_unlabelled)
    row = evaluate(task, run_detector(detector, Inputs.of(task, "none"), "rules", 0.0), 0)
    assert row["Recall@val"] == 1


def test_benign_events_are_refused_with_the_protocol_that_takes_them(recording: Recording) -> None:
    mixed = replace(recording, labels=np.array([True, True, False, True]))
    with pytest.raises(DataError, match=r"events that are no attacks.*source=stratus.*another scenario"):
        COVERAGE.tasks("cloudtrail", [mixed], 0)


def test_what_has_no_documents_or_no_techniques_is_refused(recording: Recording) -> None:
    assert recording.raw is not None
    for other in (replace(recording, raw=replace(recording.raw, documents=None)), replace(recording, covariates={})):
        with pytest.raises(DataError, match="no events as documents"):
            COVERAGE.tasks("cloudtrail", [other], 0)
    with pytest.raises(DataError, match="as its reader gives them"):
        COVERAGE.tasks("cloudtrail", [recording, recording], 0)


def test_other_datasets_have_no_coverage_and_attacks_alone_need_it(recording: Recording, nsl: list[Recording]) -> None:
    with pytest.raises(ParameterError, match=r"scenario=coverage is for cloudtrail\[source=stratus\]"):
        COVERAGE.tasks("nsl-kdd", nsl, 0)
    with pytest.raises(DataError, match="Events of attacks alone need scenario=coverage"):
        Threat().tasks("cloudtrail", [recording], 0)
