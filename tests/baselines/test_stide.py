"""STIDE: runs of calls that training never had."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baselines.stide import Stide, frame_counts
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.raw import Ragged, Raw
from benchmark.interfaces.recording import Recording

ALPHABET = tuple("abcdefgh")


def traces(*texts: str) -> Recording:
    sequences = Ragged.of([np.array([ALPHABET.index(one) for one in text], np.int16) for text in texts], np.int16)
    values = np.zeros((len(texts), 1), np.float32)
    return Recording("t", values, ("c",), sequential=False, raw=Raw(sequences=sequences, alphabet=ALPHABET))


def fitted(train: Recording, **parameters: object) -> Stide:
    detector = Stide(**parameters)  # type: ignore[arg-type]
    detector.fit(train, train)
    return detector


def test_the_share_is_that_of_runs_that_training_never_had() -> None:
    detector = fitted(traces("abcab", "ccc"), width=2, by="share")
    # Seen: ab bc ca cc. Unseen symbols make every run unseen that holds them.
    test = traces("abca", "abba", "ccab", "hhh", "ac")
    np.testing.assert_allclose(detector.score(test), [0, 2 / 3, 0, 1, 1])


def test_padding_with_normal_calls_lowers_the_share_and_not_the_frame_count() -> None:
    train = traces("ab" * 30)
    attack, padded = traces("ab" * 5 + "ccc" + "ab" * 5), traces("ab" * 100 + "ccc" + "ab" * 100)
    share = fitted(train, by="share")
    assert share.score(padded)[0] < share.score(attack)[0] / 5
    frame = fitted(train)
    assert np.floor(frame.score(padded)) == np.floor(frame.score(attack)) == 8


def test_a_trace_shorter_than_a_run_is_compared_whole() -> None:
    detector = fitted(traces("abc", "abcdef"), width=6, by="share")
    assert detector.score(traces("abc", "ab", "abcdef")).tolist() == [0, 1, 0]


def test_an_empty_trace_has_a_score() -> None:
    detector = fitted(traces("abc"))
    assert np.isfinite(detector.score(traces("", "abc"))).all()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.lists(st.booleans(), min_size=1, max_size=12), min_size=1, max_size=4),
    st.integers(1, 6),
)
def test_frame_counts_look_back_inside_one_sequence(sequences: list[list[bool]], frame: int) -> None:
    unseen = np.array([one for sequence in sequences for one in sequence])
    owners = np.repeat(np.arange(len(sequences)), [len(sequence) for sequence in sequences])
    expected = [sum(one[max(0, end + 1 - frame) : end + 1]) for one in sequences for end in range(len(one))]
    assert frame_counts(unseen, owners, frame).tolist() == expected


def test_columns_of_hashed_runs_stand_in_for_runs() -> None:
    def rows(values: list[list[float]]) -> Recording:
        return Recording("r", np.array(values, np.float32), ("0", "1", "2"), modalities=("n-gram",) * 3)

    detector = fitted(rows([[0.5, 0.5, 0], [1, 0, 0]]))
    np.testing.assert_allclose(detector.score(rows([[0, 1, 0], [0.25, 0, 0.75]])), [0, 0.75])


def test_other_columns_are_compared_with_the_range_of_training() -> None:
    def rows(values: list[list[float]]) -> Recording:
        return Recording("r", np.array(values, np.float32), ("a", "b"))

    detector = fitted(rows([[0, 5], [2, 5]]))
    np.testing.assert_allclose(detector.score(rows([[1, 5], [3, 5], [-1, 6]])), [0, 0.5, 1])


def test_a_run_too_wide_for_one_number_is_refused_with_the_limit() -> None:
    with pytest.raises(ParameterError, match="width=40 is too wide for 5 different symbols: at most 21"):
        fitted(traces("abc"), width=40)


def test_sequences_of_another_alphabet_are_refused() -> None:
    detector = fitted(traces("abc"))
    other = Raw(sequences=Ragged.of([np.zeros(3, np.int16)], np.int16), alphabet=("open",))
    with pytest.raises(DataError, match="another alphabet"):
        detector.score(Recording("o", np.zeros((1, 1), np.float32), ("c",), raw=other))
