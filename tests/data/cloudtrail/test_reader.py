"""CloudTrail: typed columns without what gives an attack away, documents, and errors that name the line."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.data.cloudtrail.columns import CHANNELS
from benchmark.data.cloudtrail.files import TECHNIQUES
from benchmark.data.cloudtrail.reader import CloudTrail
from benchmark.data.cloudtrail.rules import read_rules
from benchmark.data.sources import verify
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from tests.data.cloudtrail.conftest import attacked_account, event

Put = Callable[[list[Any]], Path]


def seen(recording: Recording, point: int) -> list[str]:
    """Everything that a detector may see of an event, as text."""
    assert recording.raw is not None
    names = [one.names[one.codes[point]] for one in recording.raw.categories.values()]
    return [*names, *map(str, recording.values[point])]


def test_set_up_events_are_left_out_and_the_rest_is_labelled(put: Put) -> None:
    path = put(attacked_account())

    (recording,) = CloudTrail().read(path.parents[2])

    assert (recording.name, len(recording), recording.channels) == ("invictus", 7, CHANNELS)
    assert recording.labels is not None
    assert recording.labels.tolist() == [False, False, True, True, False, True, False]
    assert len(set(recording.covariates["incident"].tolist()) - {""}) == 2
    assert recording.covariates["kind"][0] == "benign"
    assert recording.time is not None
    assert np.diff(recording.time).tolist() == [second * 1_000_000 for second in (9, 1, 1, 1, 1, 18)]


def test_what_a_detector_sees_does_not_name_the_tool(put: Put) -> None:
    path = put(attacked_account())
    (recording,) = CloudTrail().read(path.parents[2])
    assert recording.raw is not None
    for point in range(len(recording)):
        assert not {"stratus", "10.0.0.9", "ann", "52.1.1.1"} & {word.lower() for word in seen(recording, point)}
        assert "stratus" not in recording.raw.text(point).lower()
    # Two events that differ in the hidden fields alone look alike.
    hidden = {"userAgent": "x", "sourceIPAddress": "1.1.1.1", "tlsDetails": {"tlsVersion": "TLSv1.3"}}
    path = put([event(0, "ListUsers"), event(0, "ListUsers", identity={"arn": "arn:other"}) | hidden])
    (recording,) = CloudTrail().read(path.parents[2])
    assert seen(recording, 0) == seen(recording, 1)


def test_typed_columns(put: Put) -> None:
    console = event(
        1,
        "PutObject",
        errorCode="AccessDenied",
        readOnly=True,
        sessionCredentialFromConsole="true",
        resources=[{}, {}],
        requestParameters={"a": {"b": [1, 2]}, "c": None},
        identity={"accessKeyId": "ASIA1", "invokedBy": "s3.amazonaws.com"},
    )
    path = put([event(0, "ListUsers"), console])
    (recording,) = CloudTrail().read(path.parents[2])
    assert recording.values.tolist() == [[0, 0, 0, 0, 2 + 1, 0, 0], [1, 1, 1, 1, 2, 0, 2]]
    assert seen(recording, 1)[:5] == ["iam.amazonaws.com", "PutObject", "AccessDenied", "IAMUser", "AwsApiCall"]
    assert seen(recording, 0)[2] == "none"


def test_an_unpacked_file_is_read_alike(put: Put) -> None:
    path = put(attacked_account())
    (packed,) = CloudTrail().read(path.parents[2])
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    path.unlink()

    (plain,) = CloudTrail().read(path.parents[2])

    assert np.array_equal(packed.values, plain.values)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("{", None, "line is not JSON"),
        ("[1]", None, "not a JSON object"),
        ({"eventTime": "2023-07-10T11:00:05Z"}, "eventSource", "no eventSource"),
        (event(5, "A") | {"userIdentity": "ann"}, "userIdentity", "no userIdentity, or one that is not an object"),
        (event(5, "A") | {"eventName": 3}, "eventName", "not a text"),
        (event(5, "A") | {"eventTime": "noon"}, "eventTime", "is not a time of the form"),
        (event(0, "A") | {"eventTime": "2023-07-10T10:59:59Z"}, "eventTime", "precedes that of the row before"),
    ],
)
def test_bad_lines(put: Put, line: object, column: str | None, words: str) -> None:
    path = put([event(0, "ListUsers"), line, event(9, "ListUsers")])

    with pytest.raises(DataError, match=words) as caught:
        CloudTrail().read(path.parents[2])

    assert (caught.value.file, caught.value.row, caught.value.column) == (path, 2, column)


def test_empty_truncated_and_missing_file(put: Put) -> None:
    path = put([])
    with pytest.raises(DataError, match="holds no event"):
        CloudTrail().read(path.parents[2])
    path.write_bytes(gzip.compress(b"{}" * 99)[:-9])
    with pytest.raises(DataError, match="truncated"):
        CloudTrail().read(path.parents[2])
    path.unlink()
    with pytest.raises(DataError, match="data fetch cloudtrail"):
        CloudTrail().files(path.parents[2])


@pytest.mark.parametrize("text", ["{}", "[]", "[1]", "not json"])
def test_bad_log_of_a_technique(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "cloudtrail" / "stratus"
    folder.mkdir(parents=True)
    for name in TECHNIQUES:
        (folder / f"{name}.json").write_text(json.dumps([event(0, "StopLogging")]))
    (recording,) = CloudTrail(source="stratus").read(tmp_path)
    assert len(recording) == len(set(recording.covariates["kind"].tolist())) == 35

    path = folder / f"{TECHNIQUES[3]}.json"
    path.write_text(text)
    with pytest.raises(DataError, match="JSON") as caught:
        CloudTrail(source="stratus").read(tmp_path)
    assert caught.value.file == path


@pytest.mark.parametrize(
    ("test", "column"),
    [
        ({"expected": True, "event": {}}, "rule"),
        ({"rule": "R", "expected": 1, "event": {}}, "expected"),
        ({"rule": "R", "expected": True, "event": []}, "event"),
    ],
)
def test_vendor_tests(tmp_path: Path, test: dict[str, Any], column: str) -> None:
    path = tmp_path / "cloudtrail" / "panther-tests" / "tests.jsonl"
    path.parent.mkdir(parents=True)
    good = {"rule": "R", "expected": True, "event": {"eventname": "x"}}
    path.write_text("\n".join(map(json.dumps, [good, good | {"expected": False}])))
    (recording,) = CloudTrail(source="vendor-tests").read(tmp_path)
    assert recording.labels is not None
    assert recording.labels.tolist() == [True, False]
    assert (recording.time, recording.covariates["kind"].tolist()) == (None, ["R", "R"])

    path.write_text("\n".join(map(json.dumps, [good, test])))
    with pytest.raises(DataError, match=f"no {column}") as caught:
        CloudTrail(source="vendor-tests").read(tmp_path)
    assert (caught.value.row, caught.value.column) == (2, column)


def test_rules_are_read_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "cloudtrail"
    (folder / "sigma-aws").mkdir(parents=True)
    with pytest.raises(DataError, match="holds no rule"):
        read_rules(tmp_path, "sigma")
    for name in ("b.yml", "a.yml"):
        (folder / "sigma-aws" / name).write_text(f"title: {name}")
    assert [rule.name for rule in read_rules(tmp_path, "sigma")] == ["a", "b"]
    with pytest.raises(DataError, match="missing"):
        read_rules(tmp_path, "suzaku")
    path = folder / "suzaku-rules" / "suzaku-aws-cloudtrail.tar.gz"
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("suzaku/c.yml")
        member.size = 8
        archive.addfile(member, io.BytesIO(b"title: c"))
    assert read_rules(tmp_path, "suzaku")[0].text == "title: c"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match="not a readable archive"):
        read_rules(tmp_path, "suzaku")


def test_real_sources(real_data: Path) -> None:
    (account,), (techniques,), (tests,) = (
        CloudTrail(source=source).read(real_data) for source in ("invictus", "stratus", "vendor-tests")
    )
    assert account.labels is not None
    incidents = set(account.covariates["incident"].tolist()) - {""}
    assert (len(account), int(account.labels.sum()), len(incidents)) == (2_842, 158, 30)
    assert round(float(account.labels.mean()), 4) == CloudTrail.metadata.anomaly_share
    assert (len(techniques), len(set(techniques.covariates["kind"]))) == (310, 35)
    assert tests.labels is not None
    assert (len(tests), int(tests.labels.sum())) == (461, 211)
    for recording in (account, techniques, tests):
        assert recording.raw is not None
        assert recording.raw.documents is not None
        assert b"stratus" not in recording.raw.documents.values.tobytes().lower()
    assert {check.status for check in verify(CloudTrail(), real_data)} == {"ok", "no checksum"}
    assert [len(read_rules(real_data, collection)) for collection in ("sigma", "suzaku")] == [57, 738]
