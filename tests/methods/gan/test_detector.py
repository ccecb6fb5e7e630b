from __future__ import annotations

import numpy as np
import pytest

from benchmark.metrics.ranking import auc_roc
from methods.gan.detector import GAN
from tests.fixtures.typed import rows

LABELS = np.arange(200) >= 100


def both(detector: GAN, *, sequential: bool = False) -> np.ndarray:
    """Scores of a hundred normal rows and of a hundred anomalous ones."""
    parts = [rows(100, 2, sequential=sequential), rows(100, 3, anomalous=True, sequential=sequential)]
    return np.concatenate([detector.score(part) for part in parts])


def fitted(*, sequential: bool = False, **parameters: object) -> GAN:
    detector = GAN(**{"hidden": 16, "latent": 4, "steps": 300, "batch_size": 64, "learning_rate": 5e-3, **parameters})
    detector.fit(rows(600, 0, sequential=sequential), rows(150, 1, sequential=sequential))
    return detector


def test_rows_whose_columns_contradict_each_other_rank_high() -> None:
    trained = auc_roc(LABELS, both(fitted()))
    assert trained > 0.9
    assert trained > auc_roc(LABELS, both(fitted(untrained=True)))


def test_windows_of_typed_rows_are_scored() -> None:
    detector = fitted(sequential=True, window=3, steps=20)
    test = rows(40, 2, sequential=True)
    scores = detector.score(test)
    assert scores.shape == (40,)
    np.testing.assert_allclose(detector.score(test.take(slice(20))), scores[:20], rtol=1e-4, atol=1e-4)


def test_the_seed_decides_everything() -> None:
    first, second, other = (both(fitted(seed=seed, steps=20)) for seed in (4, 4, 5))
    assert first.tobytes() == second.tobytes()
    assert not np.allclose(first, other)


def test_the_budget_bounds_the_steps() -> None:
    assert len(fitted(steps=25).history.train) == 2  # 10 batches an epoch


def test_the_best_epoch_of_validation_stays() -> None:
    history = fitted(steps=100, patience=2).history
    assert history.best_epoch == int(np.argmin(history.validation))


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_each_part_of_the_score_alone(alpha: float) -> None:
    scores = both(fitted(alpha=alpha, steps=100))
    assert (scores >= 0).all()
    assert len(np.unique(scores)) > 100


def test_without_cycle_it_is_trained_by_the_adversary_alone() -> None:
    assert not np.allclose(both(fitted(cycle=0.0, steps=20)), both(fitted(steps=20)))
