"""Signatures of known attacks."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.signatures.detector import Signatures
from baselines.signatures.patterns import learn, matches
from benchmark.interfaces.raw import Ragged, Raw
from benchmark.interfaces.recording import Recording

ALPHABET = tuple("abcdefgh")


def traces(texts: list[str], labels: list[bool] | None = None) -> Recording:
    sequences = Ragged.of([np.array([ALPHABET.index(one) for one in text], np.int16) for text in texts], np.int16)
    return Recording(
        "t",
        np.zeros((len(texts), 2), np.float32),
        ("0", "1"),
        None if labels is None else np.array(labels),
        sequential=False,
        modalities=("n-gram", "n-gram"),
        raw=Raw(sequences=sequences, alphabet=ALPHABET),
    )


def fitted(train: Recording, **parameters: object) -> Signatures:
    detector = Signatures(**parameters)  # type: ignore[arg-type]
    detector.fit(train, train)
    return detector


def test_runs_of_attacks_that_normal_training_never_had_count_once_with_their_confidence() -> None:
    train = traces(["abab", "cdcd", "abef", "efef"], [False, False, True, True])
    detector = fitted(train, width=2, run_support=1)
    # Signatures: ef of two attacks (3/4); be and fe of one (2/3). ab is in a normal trace.
    test = traces(["abab", "ef", "efef", "be", "gh", "cdab"])
    np.testing.assert_allclose(detector.score(test), [0, 3 / 4, 3 / 4 + 2 / 3, 2 / 3, 0, 0], rtol=1e-6)
    assert detector.diagnostics(test) == {"runs": 3, "patterns": 0, "matched share": 0.5}


def test_a_run_of_too_few_attacks_is_no_signature() -> None:
    train = traces(["abab", "abef", "efef"], [False, True, True])
    assert fitted(train, width=2).score(traces(["ef", "be", "fe"])).tolist() == [0.75, 0, 0]


def test_attacks_without_any_run_of_their_own_give_no_signature() -> None:
    train = traces(["abcab", "abca", "abc"], [False, True, True])
    assert fitted(train, width=2).score(traces(["abc", "ef"])).tolist() == [0, 0]


def rows(points: int, seed: int) -> Recording:
    """Attacks have a large first column, or small second and third columns together."""
    values = np.random.default_rng(seed).uniform(0, 1, (points, 4)).astype(np.float32)
    labels = (values[:, 0] > 0.8) | ((values[:, 1] < 0.3) & (values[:, 2] < 0.3))
    return Recording("r", values, tuple("abcd"), labels, sequential=False)


def test_patterns_find_attacks_of_each_kind_and_spare_normal_rows() -> None:
    test = rows(1_000, 1)
    scores = fitted(rows(2_000, 0)).score(test.unlabelled())
    assert (scores[test.labels] > 0).mean() > 0.9
    assert (scores[~test.labels] > 0).mean() < 0.03


def test_an_attack_of_an_unknown_kind_matches_nothing() -> None:
    train = rows(2_000, 0)
    unknown = train.take(train.labels & (train.values[:, 0] < 0.8))
    known = train.take(~train.labels | (train.values[:, 0] > 0.8))
    assert (fitted(known).score(unknown.unlabelled()) > 0).mean() < 0.05


def test_each_pattern_is_short_and_keeps_precision_and_support() -> None:
    train = rows(2_000, 0)
    found = learn(train.values, train.labels, depth=2, limit=5, support=20, precision=0.95, seed=0)
    assert 2 <= len(found) <= 5
    left = train.labels.copy()
    for pattern in found:
        mask = matches(pattern.conditions, train.values)
        assert 1 <= len(pattern.conditions) <= 2
        assert (mask & left).sum() >= max(20, 0.95 * (mask & (left | ~train.labels)).sum())
        assert (pattern.attacks, pattern.normal) == ((mask & train.labels).sum(), (mask & ~train.labels).sum())
        assert pattern.confidence == pytest.approx((pattern.attacks + 1) / (pattern.attacks + pattern.normal + 2))
        left &= ~mask


def test_rows_that_no_comparison_separates_give_no_pattern() -> None:
    constant = Recording("r", np.ones((40, 2), np.float32), ("a", "b"), np.arange(40) < 20)
    assert fitted(constant).score(constant.unlabelled()).tolist() == [0] * 40
