"""The label rule: by tool, time and credential, never by what a detector sees."""

from __future__ import annotations

from benchmark.data.cloudtrail.labels import UNKNOWN, judge, technique
from tests.data.cloudtrail.conftest import OTHER, RUN, attacked_account, event


def test_each_sentence_of_the_rule() -> None:
    verdicts = judge(attacked_account())

    run = RUN.partition("_")[2]
    assert verdicts.executions == {3: run, 4: run, 6: "ASIA9"}
    assert verdicts.set_up == {1, 7, 8, 9}
    assert verdicts.techniques == {
        run: "aws.persistence.iam-create-admin-user",
        "ASIA9": "aws.credential-access.ec2-steal-instance-credentials",
    }


def test_two_runs_in_one_second_are_two_executions() -> None:
    verdicts = judge([event(10, "StopLogging", RUN), event(10, "DeleteTrail", OTHER)])
    assert len(set(verdicts.executions.values())) == 2
    assert not verdicts.set_up


def test_the_rule_reads_nothing_that_a_detector_sees() -> None:
    events = attacked_account()
    seen = {"eventSource": "s3.amazonaws.com", "readOnly": True, "eventType": "X", "errorCode": "E"}
    # Another call, error or service changes no label, but for the call by which the tool checks its connection.
    changed = [one | seen | ({} if place == 1 else {"eventName": "GetObject"}) for place, one in enumerate(events)]
    verdicts, others = judge(events), judge(changed)
    assert (verdicts.executions, verdicts.set_up) == (others.executions, others.set_up)
    assert set(others.techniques.values()) == {UNKNOWN}


def test_the_first_decisive_call_names_the_technique() -> None:
    assert technique({"CreateAccessKey"}) == "aws.persistence.iam-backdoor-user"
    assert technique({"CreateAccessKey", "CreateUser"}) == "aws.persistence.iam-create-admin-user"
    assert technique({"ListUsers"}) == UNKNOWN


def test_an_account_without_the_tool_is_benign() -> None:
    verdicts = judge([event(0, "ListUsers"), event(1, "CreateUser", "Terraform")])
    assert not verdicts.executions
    assert not verdicts.set_up
