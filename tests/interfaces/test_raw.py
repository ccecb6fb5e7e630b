"""The raw form keeps its parts together, is part of the fingerprint, and carries no label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording, fingerprint

TEXTS = ['{"a":1}', "{}", '{"b":"é"}', "x"]


def raw() -> Raw:
    return Raw(
        numbers={"bytes": np.array([1, 2, 3, 4], np.float32)},
        categories={"flag": Categorical(np.array([0, 1, 1, 0], np.int16), ("SF", "S0"))},
        sequences=Ragged.of([np.array(one) for one in ([1, 2, 3], [4], [], [5, 6])], np.int16),
        alphabet=tuple("abcdefg"),
        documents=Ragged.of([np.frombuffer(text.encode(), np.uint8) for text in TEXTS], np.uint8),
    )


@pytest.fixture
def recording() -> Recording:
    values = np.arange(4, dtype=np.float32)[:, None]
    return Recording("m", values, ("x",), np.array([True, False, False, True]), sequential=False, raw=raw())


@pytest.mark.parametrize("rows", [slice(1, 4, 2), np.array([1, 3]), np.array([False, True, False, True])])
def test_take_cuts_every_part(recording: Recording, rows: object) -> None:
    taken = recording.take(rows).raw  # type: ignore[arg-type]

    assert taken is not None
    assert len(taken) == 2
    assert taken.numbers["bytes"].tolist() == [2, 4]
    assert [taken.categories["flag"].names[code] for code in taken.categories["flag"].codes] == ["S0", "SF"]
    assert taken.sequences is not None
    assert [one.tolist() for one in taken.sequences] == [[4], [5, 6]]
    assert taken.sequences.owners.tolist() == [0, 1, 1]
    assert [taken.text(point) for point in range(2)] == ["{}", "x"]
    assert taken.alphabet == tuple("abcdefg")


def test_points_may_be_repeated_and_reordered() -> None:
    sequences = raw().sequences
    assert sequences is not None
    again = sequences.take(np.array([3, 0, 3, 2]))
    assert [one.tolist() for one in again] == [[5, 6], [1, 2, 3], [5, 6], []]
    assert again.lengths.tolist() == [2, 3, 2, 0]


def test_the_raw_form_is_part_of_the_fingerprint(recording: Recording) -> None:
    assert recording.raw is not None
    whole = fingerprint([recording])
    changed = replace(raw(), sequences=Ragged.of([np.array(one) for one in ([9, 2, 3], [4], [], [5, 6])], np.int16))
    renamed = replace(raw(), categories={"flag": Categorical(np.array([0, 1, 1, 0], np.int16), ("SF", "REJ"))})
    others = [fingerprint([replace(recording, raw=other)]) for other in (changed, renamed, None)]
    assert len({whole, *others}) == 4
    assert fingerprint([replace(recording, raw=raw())]) == whole


def test_no_method_can_change_it() -> None:
    one = raw()
    assert one.sequences is not None
    for array in one.arrays().values():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        one.sequences[0][0] = 1


def test_equal_symbols_that_are_divided_in_another_way_differ(recording: Recording) -> None:
    first, second = (Ragged.of([np.array(one) for one in parts], np.int16) for parts in ([[1, 2], [3]], [[1], [2, 3]]))
    two = recording.take(slice(2))
    prints = {fingerprint([replace(two, raw=Raw(sequences=one))]) for one in (first, second)}
    assert len(prints) == 2


def test_only_a_detector_that_declares_it_gets_the_raw_form(recording: Recording) -> None:
    class Blind(Detector):
        def fit(self, train, validation): ...

        def score(self, recording): ...

    class Reader(Blind):
        reads_raw = True

    for seen in (recording.unlabelled(), recording.labelled()):
        assert Blind().view(seen).raw is None
        assert Blind().view(seen).values is recording.values
        assert Reader().view(seen) is seen
        assert Reader().view(seen).raw is recording.raw


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Categorical(np.array([0, 2], np.int16), ("a", "b")), "do not fit 2 names"),
        (lambda: Ragged(np.zeros(3), np.array([0, 2])), "must rise from 0 to 3"),
        (lambda: Ragged(np.zeros(3), np.array([0, 2, 1, 3])), "must rise from 0 to 3"),
        (lambda: Ragged(np.zeros(0), np.zeros(0, np.int64)), "must rise from 0 to 0"),
        (lambda: replace(raw(), numbers={"bytes": np.zeros(3, np.float32)}), "different numbers of points"),
        (lambda: Recording("m", np.zeros((3, 1), np.float32), ("x",), raw=raw()), "4 points does not fit 3 points"),
        (lambda: Raw().text(0), "no documents"),
    ],
)
def test_parts_that_do_not_fit(make, words: str) -> None:
    with pytest.raises((ValueError, DataError), match=words):
        make()
