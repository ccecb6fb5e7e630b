import numpy as np

from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import PROTOCOLS
from benchmark.protocols.impute import Imputer

NAN = np.nan


def test_medians_and_indicators_are_those_of_training_rows():
    train = Recording("train", np.array([[1, NAN], [2, 10], [9, 30]], dtype=np.float32), ("a", "b"))
    other = Recording("other", np.array([[NAN, NAN], [5, 40]], dtype=np.float32), ("a", "b"))
    filled = Imputer.fit(train).apply(other)
    assert filled.channels == ("a", "b", "missing:b")
    assert filled.values.tolist() == [[2, 20, 1], [5, 40, 0]]


def test_native_imputes_from_the_training_part_alone():
    values = np.array([NAN, 1, 2, 3, 4, 5, 900, NAN, 900, NAN], dtype=np.float32)[:, None]
    recording = Recording("m", values, ("a",), labels=np.arange(10) % 2 == 1)
    (task,) = PROTOCOLS.build("native").tasks("d", [recording], 0)
    assert task.train.values[0].tolist() == [3, 1]
    assert task.validation.values[1].tolist() == [3, 1]
    assert task.test.values[1].tolist() == [3, 1]


def test_modalities_and_dependencies_grow_with_the_indicators():
    values = np.array([[1, NAN], [2, 10]], dtype=np.float32)
    edges = np.array([[False, True], [False, False]])
    recording = Recording("m", values, ("a", "b"), modalities=("command", "telemetry"), dependencies=edges)
    filled = Imputer.fit(recording).apply(recording)
    assert filled.channels == ("a", "b", "missing:b")
    assert filled.modalities == ("command", "telemetry", "telemetry")
    assert filled.dependencies.tolist() == [[False, True, False], [False, False, False], [False, False, False]]
