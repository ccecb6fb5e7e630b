from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.raw import Ragged, Raw
from benchmark.interfaces.recording import Recording
from benchmark.metrics.ranking import auc_roc
from methods.transformer.detector import Transformer
from tests.fixtures.typed import rows, sequences

LABELS = np.arange(120) >= 60
STEPS = {rows: 300, sequences: 100}


def fitted(make=rows, *, steps: int = 0, **parameters: object) -> Transformer:
    detector = Transformer(
        **{"hidden": 16, "learning_rate": 5e-3, "patience": 100, "steps": steps or STEPS[make], **parameters}
    )
    detector.fit(make(300, 0), make(80, 1))
    return detector


def both(detector: Transformer, make=rows) -> np.ndarray:
    return np.concatenate([detector.score(make(60, 2)), detector.score(make(60, 3, anomalous=True))])


@pytest.mark.parametrize("make", [rows, sequences])
def test_points_whose_parts_contradict_each_other_rank_high(make) -> None:
    trained = auc_roc(LABELS, both(fitted(make), make))
    assert trained > 0.9
    assert trained > auc_roc(LABELS, both(fitted(make, untrained=True), make))


@pytest.mark.parametrize("make", [rows, sequences])
def test_the_seed_decides_everything(make) -> None:
    first, second, other = (both(fitted(make, seed=seed, steps=5), make) for seed in (4, 4, 5))
    assert first.tobytes() == second.tobytes()
    assert not np.allclose(first, other)


@pytest.mark.parametrize("make", [rows, sequences])
def test_points_are_scored_one_by_one(make) -> None:
    detector, test = fitted(make, steps=5), make(60, 2)
    chosen = np.arange(0, 60, 7)
    np.testing.assert_allclose(detector.score(test.take(chosen)), detector.score(test)[chosen], rtol=1e-4, atol=1e-5)


def test_the_form_follows_the_encoding() -> None:
    test = sequences(300, 0)
    detector = fitted(sequences, steps=5)
    symbols = detector.score(test)
    changed = dataclasses.replace(test, values=test.values[::-1].copy())
    np.testing.assert_array_equal(detector.score(changed), symbols)  # the sequences are read, not the shares
    as_rows = fitted(sequences, steps=5, form="rows")
    assert not np.array_equal(as_rows.score(changed), as_rows.score(test))
    with pytest.raises(DataError, match="form=rows"):
        fitted(rows, form="sequences")
    with pytest.raises(ParameterError, match="hidden=6"):
        Transformer(hidden=6, heads=4)


def test_the_newest_value_alone_is_hidden_in_a_window() -> None:
    def waves(points: int, seed: int) -> Recording:
        values = np.sin(np.arange(points) / 3 + seed)[:, None] + 0.05 * np.random.default_rng(seed).standard_normal(
            (points, 2)
        )
        return Recording("waves", values.astype(np.float32), ("a", "b"))

    detector = fitted(waves, window=4, steps=100)
    test = waves(100, 2)
    test.values[50] = -test.values[50] + 0.8
    scores = detector.score(test)
    assert scores.shape == (100,)
    assert scores[50] > np.quantile(scores, 0.9)


def symbols(*found: list[int]) -> Recording:
    raw = Raw(sequences=Ragged.of([np.array(one, np.int16) for one in found], np.int16))
    values = np.zeros((len(found), 2), np.float32)
    return Recording("symbols", values, ("low", "high"), modalities=("n-gram",) * 2, sequential=False, raw=raw)


def test_empty_unknown_and_long_sequences_have_finite_scores() -> None:
    detector = fitted(sequences, steps=5)
    scores = detector.score(symbols([], [3], [900, 901], [*range(7)] * 400))
    assert np.isfinite(scores).all()
    assert scores[0] == 0


def test_ordinary_calls_do_not_hide_the_worst_stretch() -> None:
    detector = fitted(sequences, steps=100)
    normal = [place % 7 for place in range(240)]
    attack = [3 * place % 7 for place in range(60)]
    usual, alone, padded = detector.score(symbols(normal, attack, normal + attack + normal)).tolist()
    assert alone > padded > usual
    mean_only = fitted(sequences, steps=100, tail=0.0)
    usual_mean, alone_mean, padded_mean = mean_only.score(symbols(normal, attack, normal + attack + normal)).tolist()
    assert (padded - usual) / (alone - usual) > (padded_mean - usual_mean) / (alone_mean - usual_mean)
