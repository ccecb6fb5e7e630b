"""Recordings of a dataset that do not fit together are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.collection import check_recordings
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


def recording(name: str = "r", **columns: object) -> Recording:
    return Recording(name, np.zeros((3, 2), np.float32), ("a", "b"), **columns)  # type: ignore[arg-type]


TRAIN, TEST = recording(part="train"), recording(part="test", labels=np.array([False, True, False]))


@pytest.mark.parametrize(
    ("recordings", "message"),
    [
        ([], "dataset 'd' has no recording"),
        ([recording().take(slice(0))], "recording 'r': has no row"),
        ([recording(), recording()], "recording 'r': two recordings of dataset 'd' have this name"),
        ([TRAIN, TEST, TEST], "recording 'r': two test parts of dataset 'd' have this name"),
        ([TRAIN, TRAIN, TEST], "recording 'r': two train parts of dataset 'd' have this name"),
        ([TRAIN, recording()], "recording 'r': dataset 'd' has a whole recording and a train part of this name"),
        ([recording(), TEST], "recording 'r': dataset 'd' has a whole recording and a test part of this name"),
        ([TRAIN, TEST.select(("b", "a"))], "column 'b': channel 1 of the test part; in the training part it is 'a'"),
        (
            [TRAIN, TEST.select(("a",))],
            "column 'b': the train part has this channel, the test part not",
        ),
        (
            [TRAIN.select(("b",)), TEST],
            "column 'a': the test part has this channel, the train part not",
        ),
    ],
)
def test_recordings_that_do_not_fit_together_are_refused(recordings: list[Recording], message: str) -> None:
    with pytest.raises(DataError, match=message):
        check_recordings("d", recordings)


def test_recordings_of_several_names_and_parts_fit_together() -> None:
    check_recordings("d", [TRAIN, TEST, recording("s"), replace(TEST, name="t", channels=("x", "y"))])
