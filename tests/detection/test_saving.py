"""Every detector can be saved, and what was saved is data."""

import json

import numpy as np
import pytest

from benchmark.detection.saving import load_object, save_object
from benchmark.interfaces.errors import DataError, PluginError
from benchmark.interfaces.registry import METHODS
from benchmark.testing.subject import Subject, recording

NEEDS_MORE = ("perfect", "rules", "rules-or")
"""Methods that are not fitted, or that need the raw form of the points."""

NAMES = [name for name in METHODS.names() if name not in NEEDS_MORE]


@pytest.mark.parametrize("name", [*NAMES, "sklearn:OneClassSVM", "sklearn:LocalOutlierFactor"])
def test_a_saved_detector_gives_the_same_scores(name, tmp_path):
    subject = Subject(name)
    detector = subject.fit(recording(160, 0), recording(80, 1))
    save_object(detector, tmp_path, "d")
    loaded = load_object(type(detector), tmp_path, "d")
    assert subject.score(loaded, subject.test).tobytes() == subject.score(detector, subject.test).tobytes()


class Holder:
    """Anything."""


def saved(tmp_path, **attributes):
    holder = Holder()
    holder.__dict__.update(attributes)
    save_object(holder, tmp_path, "h")
    return load_object(Holder, tmp_path, "h")


def test_values_keep_their_type(tmp_path):
    values = {
        "numbers": [1, 2.5, float("nan"), True, None, "text"],
        "nested": {"a": (1, {2, 3}), 4: np.float32(0.1)},
        "array": np.arange(6).reshape(2, 3),
        "words": np.array(["ab", "c"]),
        "large": 2**70,
    }
    found = saved(tmp_path, **values)
    assert repr(found.numbers) == repr(values["numbers"])
    assert found.nested == values["nested"]
    assert type(found.nested[4]) is np.float32
    np.testing.assert_array_equal(found.array, values["array"])
    assert found.words.tolist() == ["ab", "c"]
    assert found.large == 2**70


def test_one_object_in_two_places_stays_one(tmp_path):
    detector = METHODS.build("knn")
    found = saved(tmp_path, first=detector, second=detector)
    assert found.first is found.second


def test_a_function_is_no_data(tmp_path):
    with pytest.raises(PluginError, match=r"Holder\['score'\]"):
        saved(tmp_path, score=lambda rows: rows)


def test_a_class_from_elsewhere_is_refused(tmp_path):
    saved(tmp_path, part=METHODS.build("knn"))
    file = tmp_path / "h.json"
    file.write_text(file.read_text().replace("baselines.knn:KNN", "subprocess:Popen"))
    with pytest.raises(DataError, match=r"subprocess:Popen.*not from"):
        load_object(Holder, tmp_path, "h")


def test_a_damaged_file_is_named(tmp_path):
    saved(tmp_path, array=np.arange(9))
    weights = tmp_path / "h.safetensors"
    weights.write_bytes(weights.read_bytes()[:20])
    with pytest.raises(DataError, match=r"h\.safetensors: damaged"):
        load_object(Holder, tmp_path, "h")
    (tmp_path / "h.json").write_text(json.dumps({"object": "root"}))
    with pytest.raises(DataError):
        load_object(Holder, tmp_path, "h")
