"""USAD: its losses change their own networks only, and its score mixes two errors."""

from __future__ import annotations

import numpy as np
import torch

from baselines.usad.detector import USAD
from baselines.usad.model import Model
from benchmark.interfaces.recording import Recording


def rows(points: int, seed: int) -> Recording:
    values = np.random.default_rng(seed).uniform(0, 1, (points, 1)) * np.ones((1, 4))
    return Recording("r", values.astype(np.float32), tuple("abcd"), sequential=False)


def fitted(**parameters: object) -> USAD:
    detector = USAD(latent=4, **parameters)  # type: ignore[arg-type]
    detector.fit(rows(400, 0), rows(100, 1))
    return detector


def test_the_score_is_the_weighted_mean_of_both_errors() -> None:
    scores = {alpha: fitted(alpha=alpha, epochs=1).score(rows(30, 2)) for alpha in (0.0, 0.25, 1.0)}
    np.testing.assert_allclose(scores[0.25], 0.75 * scores[0.0] + 0.25 * scores[1.0], rtol=1e-5)


def test_training_lowers_the_error_of_usual_rows_and_not_that_of_broken_ones() -> None:
    broken = rows(30, 2)
    broken.values[:, 1] = 1 - broken.values[:, 0]
    quick = {"learning_rate": 5e-3, "batch_size": 64}
    trained, untrained = fitted(**quick), fitted(untrained=True)
    usual = trained.score(rows(30, 2)).mean()
    assert usual < 0.2 * untrained.score(rows(30, 2)).mean()
    assert trained.score(broken).mean() > 5 * usual
    unbounded = fitted(adversarial=1.0, **quick)
    assert unbounded.score(rows(30, 2)).mean() > 1.5 * untrained.score(rows(30, 2)).mean()


def test_without_weight_there_is_no_adversarial_term_and_alone_it_is_opposed() -> None:
    model = Model(4, 3, 0.5, 0)
    windows = torch.from_numpy(rows(20, 0).values)
    first, second = model._losses(windows, 0.0)
    made = model.network.reconstruct(windows)
    torch.testing.assert_close(first, (windows - made[0]).square().mean())
    torch.testing.assert_close(second, (windows - made[1]).square().mean())
    opposed = [float(loss) for loss in model._losses(windows, 1.0)]
    np.testing.assert_allclose(opposed[0], -opposed[1], rtol=1e-6)
