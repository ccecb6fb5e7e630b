"""Encodings: learnt from normal training points alone, with one column for all that is new."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.encoding import NgramEncoder, TypedEncoder, logarithms, ngram_shares


def recording(names: tuple[str, ...], codes: list[int]) -> Recording:
    values = np.stack([np.arange(len(codes)) * 100, np.full(len(codes), 0.5)], axis=1).astype(np.float32)
    raw = Raw(categories={"service": Categorical(np.array(codes, np.int16), names)})
    return Recording("r", values, ("bytes", "rate"), sequential=False, modalities=("count", "rate"), raw=raw)


def test_frequent_names_get_a_column_and_the_others_share_one() -> None:
    train = recording(("ftp", "http", "smtp"), [0, 1, 1, 1, 2, 2])
    encoder = TypedEncoder.fit(train, rare=2)
    # The other recording numbers the names in another way, and has a new one.
    encoded = encoder.apply(recording(("http", "irc", "smtp", "ftp"), [0, 1, 2, 3]))
    assert encoded.channels == ("bytes", "rate", "service=http", "service=smtp", "service=(other)")
    assert encoded.modalities == ("count", "rate", *["category:service"] * 3)
    assert encoded.values[:, 2:].tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1]]
    assert encoded.raw is not None


def test_counts_become_logarithms_and_shares_stay() -> None:
    values = np.array([[0, 0.25, 3.8e8], [1, 1.0, np.nan]], np.float32)
    result = logarithms(values, ("count", "rate", "count"))
    np.testing.assert_allclose(result, [[0, 0.25, np.log(3.8e8)], [np.log(2), 1, np.nan]], rtol=1e-6)
    assert values[0, 2] == np.float32(3.8e8)


@pytest.mark.parametrize("ngram", [1, 2, 3])
def test_shares_of_runs_agree_with_counting(ngram: int) -> None:
    generator = np.random.default_rng(ngram)
    rows = [generator.integers(0, 5, size) for size in (9, 1, 0, 30, 2)]
    shares = ngram_shares(Ragged.of(rows, np.int16), ngram, 2048)
    assert shares.shape == (5, 2048)
    for row, share in zip(rows, shares, strict=True):
        counts = Counter(tuple(row[place : place + ngram]) for place in range(len(row) - ngram + 1))
        expected = sorted(count / max(1, counts.total()) for count in counts.values())
        np.testing.assert_allclose(np.sort(share[share > 0]), expected, rtol=1e-6)


def test_buckets_do_not_depend_on_the_other_sequences() -> None:
    sequences = Ragged.of([np.array([1, 2, 3, 4]), np.array([4, 3, 2, 1, 2])], np.int16)
    together = ngram_shares(sequences, 2, 64)
    alone = [ngram_shares(sequences.take(np.array([row])), 2, 64)[0] for row in range(2)]
    assert np.array_equal(together, np.stack(alone))
    # The hash is FNV-1a of 64 bits with its halves folded: fixed for good, since stored results depend on it.
    expected = []
    for run in ((1, 2), (2, 3), (3, 4)):
        value = 14_695_981_039_346_656_037
        for symbol in run:
            value = ((value ^ symbol) * 1_099_511_628_211) % 2**64
        expected.append((value ^ (value >> 32)) % 64)
    assert np.flatnonzero(together[0]).tolist() == sorted(expected)


def test_length_does_not_show() -> None:
    once = np.array([1, 2, 3])
    sequences = Ragged.of([np.tile(once, 3), np.tile(once, 300)], np.int16)
    short, long = ngram_shares(sequences, 1, 64)
    np.testing.assert_allclose(short, long, rtol=1e-6)


def test_a_recording_without_the_form_is_an_error() -> None:
    plain = recording(("a",), [0]).encoded()
    with pytest.raises(DataError, match="no raw form"):
        TypedEncoder.fit(recording(("a",), [0]), 1).apply(plain)
    with pytest.raises(DataError, match="no sequences"):
        NgramEncoder(2, 16).apply(recording(("a",), [0]))
