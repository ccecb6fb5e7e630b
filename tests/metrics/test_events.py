import numpy as np
import pytest

from benchmark.metrics.events import detection_delay, event_wise
from benchmark.metrics.segments import nearest_smaller, segments


def marks(text):
    return np.array([character == "1" for character in text])


@pytest.mark.parametrize(
    ("labels", "flags", "precision", "recall", "delay"),
    [
        ("0011100110", "0010000010", 1.0, 1.0, 0.5),
        ("0011100110", "1000100000", 0.5, 0.5, 2.0),
        ("0011100110", "0110010000", 0.5, 0.5, 0.0),
        ("1110000011", "0111110011", 1.0, 1.0, 0.5),
        ("0011100110", "1000010000", 0.0, 0.0, np.nan),
        ("0011100110", "1111111111", 1.0, 1.0, 0.0),
    ],
)
def test_by_hand(labels, flags, precision, recall, delay):
    result = event_wise(marks(labels), marks(flags))
    assert (result.precision, result.recall) == (precision, recall)
    assert detection_delay(marks(labels), marks(flags)) == pytest.approx(delay, nan_ok=True)


def test_known_flaw_bridging_two_false_alarms_raises_precision():
    labels = marks("0110000000")
    assert event_wise(labels, marks("0100010100")).precision < event_wise(labels, marks("0100011100")).precision


def test_runs_are_found_at_both_ends():
    starts, stops = segments(marks("1101001"))
    assert starts.tolist() == [0, 3, 6]
    assert stops.tolist() == [2, 4, 7]
    assert [len(column) for column in segments(marks("000"))] == [0, 0]


def test_nearest_smaller_neighbours():
    left, right = nearest_smaller(np.array([3, 1, 4, 2, 5]))
    assert left.tolist() == [-1, -1, 1, 1, 3]
    assert right.tolist() == [1, 5, 3, 5, 5]
