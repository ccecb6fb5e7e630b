"""Nezha: pods, injected faults, the call graph, and time stamps that cannot be trusted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.data.nezha.reader import CHANNELS, PODS, Fault, Nezha, dependencies, faults
from benchmark.interfaces.errors import DataError, UnknownNameError

POD = PODS[1]
START = 1_661_140_279  # 2022-08-22 03:51:19 UTC
MINUTE = 60_000_000
HEADER = ",".join(("Time", "TimeStamp", "PodName", *CHANNELS))


def line(row: int, pod: str = POD, stamp: int | None = None) -> str:
    seconds = START + 60 * row
    text = str(np.datetime64(seconds, "s")).replace("T", " ")
    values = ",".join(f"{row + number / 100}" for number in range(len(CHANNELS)))
    stamp = seconds if stamp is None else stamp
    return f"{text}.607158889 +0000 UTC m=+{row}.113112869,{stamp},{pod},{values}"


def put(folder: Path, lines: list[str], pod: str = POD) -> Path:
    path = folder / "metric" / f"{pod}_metric.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return path


def fault(seconds: int, pod: str = POD, kind: str = "cpu_contention") -> dict[str, str]:
    text = str(np.datetime64(START + seconds, "s")).replace("T", " ")
    stamp = str(START + seconds)
    return {"inject_time": text, "inject_timestamp": stamp, "inject_pod": pod, "inject_type": kind}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "nezha"
    (folder / "metric").mkdir(parents=True)
    for pod in PODS:
        put(folder, [line(row, pod) for row in range(12)], pod)
    (folder / "2022-08-22-fault_list.json").write_text(json.dumps({"03": [fault(100)]}))
    (folder / "metric" / "dependency.csv").write_text(
        "Source,Target,Weight\nfrontend,cartservice,1\ncartservice,33.33.33.80,0.5"
    )
    return folder


def test_one_recording_per_pod(folder: Path) -> None:
    recordings = Nezha().read(folder.parent)

    assert [r.name for r in recordings] == list(PODS)
    first, second = recordings[:2]
    assert (second.channels, second.part, second.sequential) == (CHANNELS, None, True)
    assert len(CHANNELS) == 19
    assert second.values[3].tolist() == pytest.approx([3 + number / 100 for number in range(19)])
    assert second.time is not None
    assert second.time[0] == START * 1_000_000
    assert set(np.diff(second.time).tolist()) == {MINUTE}
    # Injected between rows 1 and 2; five minutes.
    assert second.labels is not None
    assert np.flatnonzero(second.labels).tolist() == [2, 3, 4, 5, 6]
    assert first.labels is not None
    assert not first.labels.any()
    assert len(Nezha().files(folder.parent)) == 11


@pytest.mark.parametrize(("minutes", "rows"), [(1, [2]), (3, [2, 3, 4])])
def test_length_of_a_fault_is_a_parameter(folder: Path, minutes: int, rows: list[int]) -> None:
    (recording,) = Nezha(pod=POD, fault_minutes=minutes).read(folder.parent)

    assert recording.labels is not None
    assert np.flatnonzero(recording.labels).tolist() == rows
    assert len(Nezha(pod=POD).files(folder.parent)) == 2


def test_unknown_pod_gets_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match=f"did you mean .*{POD}"):
        Nezha(pod="cartservice-579f59597d")


def test_corrupted_time_stamps_do_not_matter(folder: Path) -> None:
    put(folder, [line(row, stamp=1_861_140_279 - 7 * row) for row in range(12)])

    (recording,) = Nezha(pod=POD).read(folder.parent)

    assert recording.time is not None
    assert (recording.time // 1_000_000).tolist() == [START + 60 * row for row in range(12)]


def test_missing_measurements_are_nan(folder: Path) -> None:
    cells = line(1).split(",")
    put(folder, [line(0), ",".join([*cells[:-2], "NaN", ""]), *(line(row) for row in range(2, 12))])

    (recording,) = Nezha(pod=POD).read(folder.parent)

    assert np.argwhere(np.isnan(recording.values)).tolist() == [[1, 17], [1, 18]]


def test_faults_are_read_in_order_of_time(folder: Path) -> None:
    path = folder / "2022-08-22-fault_list.json"
    path.write_text(json.dumps({"03": [fault(200, kind="return")], "04": [fault(100, PODS[0])]}))

    assert faults(folder.parent) == [
        Fault(PODS[0], (START + 100) * 1_000_000, "cpu_contention"),
        Fault(POD, (START + 200) * 1_000_000, "return"),
    ]


def test_dependencies(folder: Path) -> None:
    assert dependencies(folder.parent) == [("frontend", "cartservice", 1.0), ("cartservice", "33.33.33.80", 0.5)]


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "words"),
    [
        ("2022-08-22 03:53:19", "2022-08-22 03:52:19", 4, "Time", "time repeats"),
        ("2022-08-22 03:53:19", "2022-08-22 03:50:19", 4, "Time", "time precedes"),
        ("2022-08-22 03:53:19", "noon", 4, "Time", "is not a UTC time"),
        ("2022-08-22 03:53:19", "2022-08-41 03:53:19", 4, "Time", "is not a time"),
        (",2.18", ",-2.18", 4, CHANNELS[18], "negative"),
        (",2.18", ",high", 4, CHANNELS[18], "'high' is not a finite number"),
        (",2.18", ",inf", 4, CHANNELS[18], "'inf' is not a finite number"),
        (",2.18", "", 4, None, "row has 21 columns; expected 22"),
        (",2.18", ",2.18,1", 4, None, "row has 23 columns; expected 22"),
        ("1661140399,cart", "1661140399,kart", 4, "PodName", "is not the pod of this file"),
        ("SyscallRead", "syscalls", None, "SyscallRead", "column is missing"),
    ],
)
def test_bad_metrics(folder: Path, old: str, new: str, row: int, column: str, words: str) -> None:
    path = put(folder, [line(row) for row in range(12)])
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))

    with pytest.raises(DataError, match=words) as caught:
        Nezha().read(folder.parent)

    assert (caught.value.file, caught.value.row, caught.value.column) == (path, row, column)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "must be an object"),
        ({"03": ["noon"]}, "hour 03, fault 1: needs inject_timestamp"),
        ({"03": [fault(100), {"inject_pod": POD}]}, "hour 03, fault 2: needs inject_timestamp"),
        ({"03": [fault(100) | {"inject_pod": "cartservice"}]}, "'cartservice' is not one of the ten pods"),
        ({"03": [fault(100) | {"inject_timestamp": "noon"}]}, "'noon' is not a number of seconds"),
        ({"03": [fault(86_400)]}, "lies outside its metrics"),
    ],
)
def test_bad_faults(folder: Path, content: object, words: str) -> None:
    path = folder / "2022-08-22-fault_list.json"
    path.write_text(json.dumps(content))

    with pytest.raises(DataError, match=words) as caught:
        Nezha().read(folder.parent)

    assert caught.value.file == path


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("Source,Target,Weight\na,b,1\na,,1\n", 3, "empty cell"),
        ("Source,Target,Weight\na,b,-1\n", 2, "negative"),
        ("Source,Target,Weight\na,b,x\n", 2, "not a finite number"),
        ("Source,Target\na,b\n", None, "column is missing"),
    ],
)
def test_bad_dependencies(folder: Path, text: str, row: int, words: str) -> None:
    path = folder / "metric" / "dependency.csv"
    path.write_text(text)

    with pytest.raises(DataError, match=words) as caught:
        dependencies(folder.parent)

    assert (caught.value.file, caught.value.row) == (path, row)


@pytest.mark.parametrize("part", ["2022-08-22-fault_list.json", f"metric/{PODS[4]}_metric.csv"])
def test_missing_file(folder: Path, part: str) -> None:
    (folder / part).unlink()

    for read in (Nezha().read, Nezha().files):
        with pytest.raises(DataError, match="missing") as caught:
            read(folder.parent)
        assert caught.value.file == folder / part


def test_real_pods(real_data: Path) -> None:
    recordings = Nezha().read(real_data)
    labels = np.concatenate([r.labels for r in recordings if r.labels is not None])

    assert len(recordings) == 10
    assert {r.values.shape for r in recordings} == {(1209, 19)}
    assert (len(faults(real_data)), int(labels.sum())) == (24, 120)
    assert round(float(labels.mean()), 4) == Nezha.metadata.anomaly_share
    assert np.isnan(np.concatenate([r.values for r in recordings])).any(axis=0).sum() == 6
    # adservice: the text of Time is correct, the number in TimeStamp is not.
    clocks = {r.name: r.time for r in recordings if r.time is not None}
    assert np.abs(clocks[PODS[0]] - clocks[PODS[1]]).max() <= 2_000_000


def test_real_call_graph(real_data: Path) -> None:
    edges = dependencies(real_data)

    assert len(edges) == 26
    assert edges[0] == ("checkoutservice", "emailservice", 1.0)
    services = {pod.split("-")[0] for pod in PODS}
    assert sum(source in services and target in services for source, target, _ in edges) == 14
