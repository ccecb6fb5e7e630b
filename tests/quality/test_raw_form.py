"""The health of a recording with a raw form: categories that give anomalies away, and rows that differ only there."""

from __future__ import annotations

import numpy as np

from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording
from benchmark.quality.health import health
from tests.quality.test_health import METADATA


def recording(raw: Raw | None, labels: np.ndarray | None = None, part: str | None = None) -> Recording:
    values = np.zeros((6, 2), np.float32)
    return Recording("m", values, ("a", "b"), labels=labels, sequential=False, part=part, raw=raw)


def category(*codes: int, names: tuple[str, ...] = ("x", "y", "z")) -> Raw:
    return Raw(categories={"service": Categorical(np.array(codes, np.int16), names)})


def test_a_category_that_gives_anomalies_away_is_named() -> None:
    labels = np.array([False, False, True, True, False, False])
    best = health([recording(category(0, 1, 2, 2, 0, 1), labels)], METADATA).recordings[0].one_liner
    assert best is not None
    assert (best.f1_oracle, best.f1_rule, best.auc_rule) == (1, "category of service", "category of service")


def test_rows_that_differ_in_a_category_or_a_sequence_are_no_copies() -> None:
    sequences = Raw(sequences=Ragged.of([np.array(one) for one in ([1], [2], [1, 2], [2, 1], [], [1])], np.int16))
    for raw, share in ((None, 5 / 6), (category(0, 1, 2, 2, 0, 1), 3 / 6), (sequences, 1 / 6)):
        assert abs(health([recording(raw)], METADATA).duplicates - share) < 1e-9


def test_test_rows_are_compared_by_the_names_of_categories() -> None:
    train = recording(category(0, 1, 2, 2, 0, 1), part="train")
    test = recording(category(0, 0, 0, 1, 1, 1, names=("y", "new")), part="test")
    assert health([train, test], METADATA).seen_in_train == 0.5
