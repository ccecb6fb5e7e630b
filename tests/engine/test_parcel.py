"""What goes to the process of a detector, and what comes back."""

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pytest

from benchmark.engine.ask import Asked
from benchmark.engine.detect import TEST, VALIDATION, Inputs, Output
from benchmark.engine.fits import Request
from benchmark.engine.parcel import freeze, read_output, read_request, write_output, write_request
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.spec import Spec

ARRAYS = {"validation": np.arange(3.0), "test": np.arange(4, dtype=np.float32), "flags": np.array([True, False])}


def test_an_output_comes_back_as_it_was(tmp_path):
    output = Output(ARRAYS, {"depth": 3, "loss": None}, {"fit": 1.5})
    write_output(output, tmp_path / "o")
    found = read_output(tmp_path / "o")
    assert type(found) is Output
    assert (found.diagnostics, found.seconds, list(found.arrays)) == (output.diagnostics, output.seconds, list(ARRAYS))
    for name, array in ARRAYS.items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)


def test_answers_to_probes_come_back_too(tmp_path):
    asked = Asked(ARRAYS, {}, {"fit": 1.0}, {"evasion": {"a": 0.5, "b": None}}, {"latency": {"p50 ms": 2.0}})
    write_output(asked, tmp_path / "o")
    found = read_output(tmp_path / "o")
    assert isinstance(found, Asked)
    assert (found.answers, found.measured) == (asked.answers, asked.measured)


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([1j]), np.array([None]), np.array(["2024"], "datetime64")])
def test_what_is_no_number_is_not_written(tmp_path, array):
    with pytest.raises(DataError, match=r"test holds .*; it must hold numbers or booleans"):
        write_output(Output({"test": array}), tmp_path / "o")
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"diagnostics": {}}', "null"])
def test_an_output_of_another_form_is_refused(tmp_path, text):
    write_output(Output(ARRAYS), tmp_path / "o")
    (tmp_path / "o.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="gave no output that can be read"):
        read_output(tmp_path / "o")


def test_a_missing_or_cut_output_is_refused(tmp_path):
    with pytest.raises(DataError):
        read_output(tmp_path / "o")
    write_output(Output(ARRAYS), tmp_path / "o")
    (tmp_path / "o").write_bytes((tmp_path / "o").read_bytes()[:20])
    with pytest.raises(DataError):
        read_output(tmp_path / "o")


def test_a_request_arrives_with_arrays_that_cannot_be_written_to(tmp_path):
    part = Recording("r", np.arange(8.0).reshape(4, 2), ("a", "b"), covariates={"kind": np.zeros(4)})
    inputs = Inputs(part, part, MappingProxyType({VALIDATION: part, TEST: part}))
    write_request(Request("m[x=1]", Spec.parse("m[x=1]"), 3, "key", inputs), tmp_path / "r")
    found = read_request(tmp_path / "r")
    assert (found.method, found.seed, found.fit, found.spec, found.asking) == (
        "m[x=1]",
        3,
        "key",
        Spec.parse("m[x=1]"),
        None,
    )
    for one in (found.work.train, found.work.scored[TEST]):
        np.testing.assert_array_equal(one.values, part.values)
        assert not one.values.flags.writeable
        assert not one.covariates["kind"].flags.writeable


@dataclass
class Node:
    array: np.ndarray
    parts: dict = field(default_factory=dict)


def test_arrays_are_frozen_at_any_depth_and_a_circle_ends():
    node = Node(np.zeros(2), {"a": Node(np.zeros(2)), "b": MappingProxyType({"c": np.zeros(2)}), "n": 3})
    node.parts["itself"] = node
    freeze(node)
    arrays = (node.array, node.parts["a"].array, node.parts["b"]["c"])
    assert not any(array.flags.writeable for array in arrays)
