"""An answer of a detector that is not what its interface says is one error that names method, function and answer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from benchmark.engine.answers import guarded
from benchmark.interfaces.detector import Decides, Decision, Diagnoses, HasExtraScores, LearnsGraph
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS

RECORDING = Recording("r", np.arange(8.0).reshape(4, 2), ("a", "b"))
FLAGS, SURE, NONE = np.array([True, False, False, True]), np.full(4, 0.9), np.zeros(4, bool)


class Answering:
    """Answers as it is told."""

    supervision, control, silent = "unsupervised", False, False

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def view(self, recording: Recording) -> Recording:
        return recording

    def score(self, recording: Recording) -> Any:
        return self.answers["score"]


class Able(Answering):
    """The same with every ability."""

    def decide(self, recording: Recording) -> Any:
        return self.answers["decide"]

    def diagnostics(self, recording: Recording) -> Any:
        return self.answers["diagnostics"]

    def adjacency(self, recording: Recording) -> Any:
        return self.answers["adjacency"]

    def extra_scores(self) -> Any:
        return self.answers["extra_scores"]

    def extra_score(self, name: str, recording: Recording) -> Any:
        return self.answers["score"]


def test_abilities_are_those_of_the_detector():
    abilities = (Decides, Diagnoses, LearnsGraph, HasExtraScores)
    assert not any(isinstance(guarded(METHODS.build("knn"), "m"), one) for one in abilities)
    assert not any(isinstance(guarded(Answering(), "m"), one) for one in abilities)
    assert all(isinstance(guarded(Able(), "m"), one) for one in abilities)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ([1, 2.5, 3, 4], "f8"), (np.arange(4, dtype=np.float32), "f4"), (np.array([1, 2.5, Fraction(1, 2)]), "f8"),
        (FLAGS, "?"), (np.ma.masked_array([1.0, 2.0]), "f8"), (np.float64(3), "f8"),
    ],
)  # fmt: skip
def test_numbers_are_taken_in_their_own_precision(answer, kind):
    scores = guarded(Answering(score=answer), "m").score(RECORDING)
    assert scores.dtype == np.dtype(kind)
    assert np.array_equal(scores, np.asarray(answer).astype(kind))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "score returned a NoneType; expected numbers"),
        ("high", "score returned a str"),
        (["1.5", "2"], "score returned a list"),
        ([1.0, None], "score returned a list"),
        ([[1], [1, 2]], "score returned a list"),
        ({1: 2}, "score returned a dict"),
        ((one for one in (1, 2)), "score returned a generator"),
        (np.array([1 + 2j]), "score returned an array of complex128; expected numbers"),
        (np.arange(4).astype("datetime64[s]"), r"score returned an array of datetime64\[s\]"),
        (np.arange(4).astype("timedelta64[s]"), "score returned an array of timedelta64"),
        (np.ma.masked_array([1.0, 2.0], mask=[True, False]), "score returned a masked array"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_no_score(answer, told):
    with pytest.raises(DataError, match=f"^m: {told}"):
        guarded(Answering(score=answer), "m").score(RECORDING)
    if not isinstance(answer, dict):
        with pytest.raises(DataError, match=f"^m: extra_{told}"):
            guarded(Able(score=answer), "m").extra_score("x", RECORDING)


def test_a_right_decision_is_taken_and_0_and_1_are_flags():
    for flags in (FLAGS, FLAGS.astype(int), FLAGS.astype(float)):
        found = guarded(Able(decide=Decision(flags, SURE, NONE)), "m").decide(RECORDING)
        assert found.flags.dtype == found.abstained.dtype == np.bool_
        assert np.array_equal(found.flags, FLAGS)
    for edge in (0.5, 1.0):
        assert guarded(Able(decide=Decision(FLAGS, np.full(4, edge), NONE)), "m").decide(RECORDING)


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (None, "decide returned a NoneType; expected a Decision"),
        ((FLAGS, SURE, NONE), "decide returned a tuple"),
        (Decision(FLAGS[:3], SURE, NONE), r"decide: flags has shape \(3,\) for 4 points"),
        (Decision(FLAGS, SURE[:3], NONE), "decide: confidence has shape"),
        (Decision(FLAGS, SURE, np.bool_(False)), r"decide: abstained has shape \(\)"),
        (Decision(np.array([0, 1, 2, 1]), SURE, NONE), "decide: flags returned an array of int64; expected booleans"),
        (Decision(FLAGS, np.array([0.9, 0.9, 90.0, 0.9]), NONE), "decide: confidence of point 2 is 90.0"),
        (Decision(FLAGS, np.array([0.9, 0.49, 0.9, 0.9]), NONE), "decide: confidence of point 1 is 0.49"),
        (Decision(FLAGS, np.array([np.nan, 0.9, 0.9, 0.9]), NONE), "decide: confidence of point 0 is nan"),
    ],
)  # fmt: skip
def test_a_wrong_decision_is_refused(decision, told):
    with pytest.raises(DataError, match=f"^m: {told}"):
        guarded(Able(decide=decision), "m").decide(RECORDING)


def test_diagnostics_are_plain_numbers_and_none_where_undefined():
    given = {"a": 1, "b": np.float32(0.5), "c": np.int64(2), "d": float("nan"), "e": np.inf, "f": True}
    found = guarded(Able(diagnostics=given), "m").diagnostics(RECORDING)
    assert found == {"a": 1, "b": 0.5, "c": 2, "d": None, "e": None, "f": True}
    assert [type(one) for one in found.values()] == [int, float, int, type(None), type(None), bool]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "diagnostics returned a NoneType"),
        ({1: 2.0}, "diagnostics returned a dict; expected a dict of numbers by name"),
        ({"rank": "two"}, "diagnostics: rank returned a str; expected a number"),
        ({"rank": np.arange(2)}, "diagnostics: rank returned an array of int64"),
        ({"rank": np.complex128(1)}, "diagnostics: rank returned a complex128"),
    ],
)
def test_other_diagnostics_are_refused(given, told):
    with pytest.raises(DataError, match=f"^m: {told}"):
        guarded(Able(diagnostics=given), "m").diagnostics(RECORDING)


def test_a_graph_has_a_finite_weight_for_each_pair_of_channels():
    assert guarded(Able(adjacency=[[0, 1], [1, 0]]), "m").adjacency(RECORDING).shape == (2, 2)
    for wrong in (np.eye(3), np.ones(2), np.full((2, 2), np.nan), np.array([[0, np.inf], [0, 0]])):
        with pytest.raises(DataError, match=r"^m: adjacency returned shape"):
            guarded(Able(adjacency=wrong), "m").adjacency(RECORDING)


def test_names_of_extra_scores_are_texts_each_once():
    assert guarded(Able(extra_scores=["a", "b"]), "m").extra_scores() == ("a", "b")
    assert guarded(Able(extra_scores=()), "m").extra_scores() == ()
    for wrong in (None, "ab", ("a", "a"), ("",), (1,)):
        with pytest.raises(DataError, match=r"^m: extra_scores returned"):
            guarded(Able(extra_scores=wrong), "m").extra_scores()
