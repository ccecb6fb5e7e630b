"""A recording that lies about its columns is refused when it is made, with the recording, the row and the channel."""

from __future__ import annotations

import pickle
from datetime import datetime

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording

POINTS = 6
ANOMALOUS = np.array([0, 0, 1, 0, 1, 0], dtype=bool)


def recording(name: str = "r", channels: tuple[str, ...] = ("a", "b"), **columns: object) -> Recording:
    columns = {"values": np.zeros((POINTS, len(channels)), np.float32)} | columns
    return Recording(name, channels=channels, **columns)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.int64, np.float32, np.float64])
def test_labels_0_and_1_are_booleans_whatever_their_type(kind: type) -> None:
    labels = recording(labels=ANOMALOUS.astype(kind)).labels

    assert labels is not None
    assert labels.dtype == np.bool_
    assert labels.tolist() == ANOMALOUS.tolist()


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.where(ANOMALOUS, -1, 1), "row 3, column 'labels': label -1 is neither 0 nor 1"),
        (np.where(ANOMALOUS, 3, 0), "row 3, column 'labels': label 3 is neither 0 nor 1"),
        (np.where(ANOMALOUS, np.nan, 0), "row 3, column 'labels': label nan is neither 0 nor 1"),
        (np.where(ANOMALOUS, "anomaly", "normal"), "labels have the type <U7; expected bool"),
        (ANOMALOUS.astype(object), "labels have the type object; expected bool"),
        (ANOMALOUS.tolist(), "labels is a list; expected an array"),
        (np.ma.masked_array(ANOMALOUS, mask=ANOMALOUS), "labels is a masked array"),
        (ANOMALOUS[:4], r"labels \(4,\) do not fit 6 points"),
    ],
)
def test_other_labels_are_refused(labels: object, message: str) -> None:
    with pytest.raises(DataError, match=f"recording 'r'.*{message}"):
        recording(labels=labels)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.zeros((2, 2), np.float32), np.float32),
        (np.array([[1e39, 0], [0, 0]]), np.float64),
        (np.zeros((2, 2), np.float16), np.float32),
        (np.zeros((2, 2), ">f4"), np.float32),
        (np.zeros((2, 2), bool), np.float32),
        (np.full((2, 2), 2**24), np.float32),
        (np.full((2, 2), -(2**24) - 1), np.float64),
        (np.full((2, 2), np.nan), np.float64),
    ],
)
def test_values_keep_what_they_say(values: np.ndarray, kind: type) -> None:
    kept = recording(values=values).values

    assert kept.dtype == np.dtype(kind)
    np.testing.assert_array_equal(kept, values.astype(np.float64))


def test_a_counter_keeps_its_distinct_values() -> None:
    counter = 1e10 + np.arange(2000.0)

    assert len(np.unique(recording(channels=("a",), values=counter[:, None]).values)) == 2000


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.array([[0, 0], [0, np.inf]]), "row 2, column 'b': inf is no finite number; write NaN"),
        (np.array([[0, -np.inf]], np.float32), "row 1, column 'b': -inf is no finite number"),
        (np.array([[0, 0], [-2e300, 0]]), r"row 2, column 'a': -2e\+300 is above 1e300"),
        (np.array([[0, 2**53 + 1]]), "row 1, column 'b': 9007199254740993 is above 2.53"),
        (np.zeros((2, 2), object), "values have the type object; expected float32 or float64"),
        (np.zeros((2, 2), complex), "values have the type complex128"),
        (np.full((2, 2), "1"), "values have the type <U1"),
        (np.ma.masked_array(np.zeros((2, 2))), "values is a masked array"),
        (np.zeros((2, 3)), r"values \(2, 3\) do not fit 2 channels"),
        (np.zeros(2), r"values \(2,\) do not fit 2 channels"),
    ],
)
def test_values_that_no_method_could_use_are_refused(values: object, message: str) -> None:
    with pytest.raises(DataError, match=f"recording 'r'.*{message}"):
        recording(values=values)


TIMES = np.arange(POINTS) * 60


@pytest.mark.parametrize(
    ("time", "message"),
    [
        (TIMES[::-1], "row 2, column 'time': time 240 is not after 300 in the row before"),
        (TIMES // 120, "row 2, column 'time': time 0 is not after 0 in the row before"),
        (np.array([0, 60, 120, 90, 180, 240]), "row 4, column 'time': time 90 is not after 120"),
        (TIMES.astype(float), "time has the type float64; expected microseconds"),
        (TIMES.astype("datetime64[us]"), r"time has the type datetime64\[us\]; expected microseconds"),
        (TIMES.astype(str), "time has the type <U"),
        (np.array([datetime(2026, 1, day) for day in range(1, 7)]), "time has the type object"),
        (TIMES.astype(np.uint64) + 2**63, "row 1, column 'time': 9223372036854775808 does not fit int64"),
    ],
)
def test_time_that_does_not_run_forward_is_refused(time: object, message: str) -> None:
    with pytest.raises(DataError, match=f"recording 'r'.*{message}"):
        recording(time=time)


def test_rows_without_time_order_may_have_any_times() -> None:
    assert recording(time=TIMES[::-1].astype(np.int32), sequential=False).time is not None


def test_rows_taken_out_of_order_are_no_sequence() -> None:
    with pytest.raises(DataError, match="not after"):
        recording(time=TIMES).take(np.array([3, 1]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"part": "Train"}, "part is 'Train'; expected 'train', 'test' or None"),
        ({"channels": ("a", "a")}, "column 'a': two channels have this name"),
        ({"channels": "ab"}, "channels are 'ab'; expected a tuple of names"),
        ({"name": ""}, "the name of a recording is ''"),
        ({"groups": np.full(POINTS, "job")}, "groups has the type <U3; number them"),
        ({"covariates": {"load": [0.0] * POINTS}}, "load is a list"),
        ({"modalities": ("command",)}, "1 modalities for 2 channels"),
        ({"dependencies": np.zeros((3, 3), bool)}, r"dependencies \(3, 3\) do not fit the channels"),
    ],
)
def test_other_fields_are_checked(change: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        recording(**change)  # type: ignore[arg-type]


def test_the_error_crosses_process_borders_whole() -> None:
    with pytest.raises(DataError) as caught:
        recording(labels=np.arange(POINTS))

    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert (copy.recording, copy.row, copy.column) == ("r", 3, "labels")
