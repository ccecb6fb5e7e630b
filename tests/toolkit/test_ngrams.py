from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmark.interfaces.raw import Ragged, Raw
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.ngrams import Ngrams

SEQUENCES = st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=4)


def ragged(sequences: list[list[int]]) -> Ragged:
    return Ragged.of([np.array(one, np.int16) for one in sequences], np.int16)


@given(SEQUENCES, st.integers(1, 4))
def test_blame_keeps_its_sum_where_a_sequence_has_a_run(sequences: list[list[int]], ngram: int) -> None:
    made = ragged(sequences)
    symbols = np.arange(1, len(made.values) + 1, dtype=np.float64)
    blame = Ngrams(ngram, 16).blame(made, symbols)
    expected = np.bincount(made.owners, symbols, minlength=len(made)) * (made.lengths >= ngram)
    np.testing.assert_allclose(blame.sum(axis=1), expected)


@given(SEQUENCES, st.integers(1, 4))
def test_only_columns_with_runs_of_the_sequence_are_blamed(sequences: list[list[int]], ngram: int) -> None:
    made, ngrams = ragged(sequences), Ngrams(ngram, 64)
    blame = ngrams.blame(made, np.ones(len(made.values)))
    np.testing.assert_array_equal(blame > 0, ngrams.shares(made) > 0)


def test_a_symbol_gives_equal_parts_to_the_runs_that_hold_it() -> None:
    made, ngrams = ragged([[1, 2, 3, 4]]), Ngrams(2, 512)
    columns = ngrams.runs(made).columns
    assert len(set(columns.tolist())) == 3
    blame = ngrams.blame(made, np.array([0.0, 1, 0, 4]))
    np.testing.assert_allclose(blame[0, columns], [0.5, 0.5, 4])


def test_the_encoding_of_a_recording_is_read_from_its_channels() -> None:
    made, ngrams = ragged([[1, 2, 3]]), Ngrams(3, 16)
    raw = Raw(sequences=made, alphabet=tuple("abcd"))
    encoded = Recording("r", ngrams.shares(made), ngrams.channels, modalities=("n-gram",) * 16, raw=raw)
    assert Ngrams.of(encoded) == ngrams
    assert Ngrams.of(encoded.encoded()) is None
    assert Ngrams.of(Recording("r", np.zeros((1, 1), np.float32), ("calls",), modalities=("count",), raw=raw)) is None
