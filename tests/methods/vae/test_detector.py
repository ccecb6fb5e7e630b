from __future__ import annotations

import numpy as np

from benchmark.metrics.ranking import auc_roc
from methods.vae.detector import VAE
from tests.fixtures.typed import rows

LABELS = np.arange(200) >= 100


def both(detector: VAE, *, sequential: bool = False) -> np.ndarray:
    """Scores of a hundred normal rows and of a hundred anomalous ones."""
    parts = [rows(100, 2, sequential=sequential), rows(100, 3, anomalous=True, sequential=sequential)]
    return np.concatenate([detector.score(part) for part in parts])


def fitted(*, sequential: bool = False, **parameters: object) -> VAE:
    detector = VAE(**{"hidden": 16, "latent": 2, "steps": 600, "batch_size": 64, "learning_rate": 5e-3, **parameters})
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


def test_the_estimate_is_at_most_the_mean_of_its_samples() -> None:
    detector = fitted(samples=16, steps=100)
    whole, noise = both(detector), detector._model._noise
    alone = []
    for draw in noise:
        detector._model._noise = draw[None]
        alone.append(both(detector))
    assert (whole <= np.mean(alone, axis=0) + 1e-3).all()
    assert (whole >= np.min(alone, axis=0) - 1e-3).all()


def test_a_score_is_a_negative_log_likelihood_of_the_scale_of_the_loss() -> None:
    detector = fitted(samples=64)
    assert detector.score(rows(150, 1)).mean() <= min(detector.history.validation) + 0.5
