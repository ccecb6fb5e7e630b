"""Tokens learnt from training alone, windows that stay within a sequence, and their scores pooled."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.interfaces.raw import Ragged
from benchmark.toolkit.tokens import Vocabulary, pooled, windows


def ragged(*rows: list[int]) -> Ragged:
    return Ragged.of([np.array(row) for row in rows], np.int16)


def test_a_rare_and_an_unknown_symbol_are_the_token_other() -> None:
    vocabulary = Vocabulary.fit(ragged([5, 5, 9, 3], [3, 5]), rare=2)
    assert (vocabulary.symbols.tolist(), vocabulary.other, vocabulary.padding, vocabulary.size) == ([3, 5], 2, 3, 4)
    assert [one.tolist() for one in vocabulary.encode(ragged([3, 5, 9, 400], []))] == [[0, 1, 2, 2], []]
    assert Vocabulary.fit(ragged([1], [2]), rare=2).encode(ragged([1])).values.tolist() == [0]


@pytest.mark.parametrize(
    ("stride", "limit", "starts"),
    [(1, 0, [0, 1, 2, 3, 4]), (3, 0, [0, 3, 4]), (1, 3, [0, 2, 4]), (2, 2, [0, 4]), (9, 0, [0, 4]), (1, 1, [0])],
)
def test_windows_of_a_sequence(stride: int, limit: int, starts: list[int]) -> None:
    found = windows(ragged([0, 1, 2, 3, 4, 5, 6], [9]), 3, padding=7, stride=stride, limit=limit)
    first = found.owners == 0
    assert found.offsets[first].tolist() == starts
    assert found.tokens[first].tolist() == [[start, start + 1, start + 2] for start in starts]
    assert found.tokens[~first].tolist() == [[9, 7, 7]]


def test_an_empty_sequence_is_one_window_of_padding() -> None:
    found = windows(ragged([], [1, 2]), 2, padding=5)
    assert found.tokens.tolist() == [[5, 5], [1, 2]]
    assert found.owners.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("how", "expected"),
    [("mean", [2.0, 5.0]), ("max", [4.0, 5.0]), (0.5, [1.0, 5.0]), (0.9, [4.0, 5.0]), (0.0, [1.0, 5.0])],
)
def test_scores_are_pooled(how, expected: list[float]) -> None:
    scores, owners = np.array([1.0, 4.0, 1.0, 5.0]), np.array([0, 0, 0, 1])
    assert pooled(scores, owners, 2, how).tolist() == expected
