import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import PROTOCOLS


def recording(length=100, part=None, labels=True, **extra):
    values = np.arange(length * 2, dtype=np.float32).reshape(length, 2)
    marks = np.arange(length) % 10 == 9 if labels else None
    return Recording("machine", values, ("a", "b"), labels=marks, part=part, **extra)


def test_published_parts_are_kept_and_validation_is_the_end_of_training():
    parts = [recording(part="train", labels=False), recording(50, part="test")]
    (task,) = PROTOCOLS.build("native").tasks("any", parts, seed=0)
    assert (len(task.train), len(task.validation), len(task.test)) == (80, 20, 50)
    assert task.validation.values[0, 0] > task.train.values[-1, 0]


def test_a_recording_without_parts_is_split_in_time():
    (task,) = PROTOCOLS.build("native").tasks("any", [recording()], seed=0)
    assert (len(task.train), len(task.validation), len(task.test)) == (60, 20, 20)
    assert task.train.values.max() < task.test.values.min()


def test_rows_without_order_are_put_in_time_order_first():
    shuffled = recording(time=np.arange(100)[::-1].astype(np.int64), sequential=False)
    (task,) = PROTOCOLS.build("native").tasks("any", [shuffled], seed=0)
    assert task.train.time.max() < task.test.time.min()


def test_split_by_group():
    grouped = recording(groups=(np.arange(100) // 5).astype(np.int64), sequential=False)
    (task,) = PROTOCOLS.build("native[by=group]").tasks("any", [grouped], seed=0)
    assert not set(task.train.groups) & set(task.test.groups)


@pytest.mark.parametrize(
    ("made", "spec", "message"),
    [
        (recording(labels=False), "native", "no labels"),
        (recording(), "native[by=group]", "no groups"),
        (recording(2), "native", "0 rows"),
        (recording(part="train"), "native", "'machine' of 'any' has a training part and no test part"),
        (recording(part="test"), "native", "'machine' of 'any' has a test part and no training part"),
    ],
)
def test_a_recording_that_cannot_be_split_is_one_clear_error(made, spec, message):
    with pytest.raises(DataError, match=message):
        PROTOCOLS.build(spec).tasks("any", [made], seed=0)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ([], "dataset 'any' has no recording"),
        ([recording(), recording()], "recording 'machine': two recordings of dataset 'any' have this name"),
        (
            [recording(part="train"), recording(part="test"), recording(part="test")],
            "recording 'machine': two test parts of dataset 'any' have this name",
        ),
        (
            [recording(part="train"), recording(part="test").select(("b", "a"))],
            "recording 'machine', column 'b': channel 1 of the test part; in the training part it is 'a'",
        ),
    ],
)
def test_recordings_that_do_not_fit_together_make_no_task(made, message):
    with pytest.raises(DataError, match=message):
        PROTOCOLS.build("native").tasks("any", made, seed=0)


def test_the_first_part_can_be_the_test_part():
    labels = np.zeros(100, np.bool_)
    labels[5] = True
    recording = Recording("pod", np.arange(100, dtype=np.float32)[:, None], ("x",), labels=labels)
    (task,) = PROTOCOLS.build("native[test=first]").tasks("nezha", [recording], 0)
    assert task.test.values[:, 0].tolist() == list(range(20))
    assert task.validation.values[0, 0] == 20
    assert task.train.values[-1, 0] == 99
