"""Events of a made account in which the tool works beside its owner."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Event = dict[str, Any]

RUN = "stratus-red-team_11a6ef34-e130-4579-a1d3-79c915cee6ec"
OTHER = "stratus-red-team_0a1b2c3d-e130-4579-a1d3-79c915cee6ec"


def event(second: int, name: str, agent: str = "aws-cli", **fields: Any) -> Event:
    """One event; ``identity`` replaces parts of the user's identity."""
    identity = {"type": "IAMUser", "arn": "arn:aws:iam::1:user/ann", "accessKeyId": "AKIA1"}
    return {
        "eventTime": f"2023-07-10T11:{second // 60:02}:{second % 60:02}Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": name,
        "userAgent": agent,
        "sourceIPAddress": "10.0.0.1",
        "eventType": "AwsApiCall",
        "readOnly": False,
        "requestParameters": {"userName": "ann", "tags": [{"key": "StratusRedTeam", "value": "true"}]},
        "responseElements": None,
        "userIdentity": identity | fields.pop("identity", {}),
    } | fields


def attacked_account() -> list[Event]:
    """Benign work, one check, one execution, its undoing, and the use of a stolen credential."""
    instance = {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/web/i-0dbc", "accessKeyId": "ASIA9"}
    tool = {"sourceIPAddress": "10.0.0.9"}
    undo = [f"stratus-red-team_{number}b2c3d4e-0000-0000-0000-000000000000" for number in range(3)]
    return [
        event(0, "ListUsers"),
        event(5, "DescribeAccountAttributes", RUN.replace("11a6", "22b7"), **tool),
        event(9, "CreateRole", f"Terraform {RUN} exec", **tool),
        event(10, "CreateUser", RUN, **tool),
        event(11, "CreateAccessKey", f"[{RUN}]", errorCode="AccessDenied", **tool),
        event(12, "DescribeInstances", identity=instance, sourceIPAddress="52.1.1.1"),
        event(13, "DescribeInstances", identity=instance, **tool),
        *(event(30, "DeleteUser", one, **tool) for one in undo),
        event(31, "ListUsers", "aws-cli"),
    ]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[list[Any]], Path]:
    """Write events as the gzipped file of the account; returns its path."""

    def go(lines: list[Any]) -> Path:
        path = tmp_path / "cloudtrail" / "invictus" / "events.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        path.write_bytes(gzip.compress(text.encode()))
        return path

    return go
