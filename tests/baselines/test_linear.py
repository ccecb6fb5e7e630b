"""The linear autoencoder and the principal directions of windows."""

from __future__ import annotations

import numpy as np

from baselines.linear_ae import LinearAE, principal
from baselines.sub_pca import SubPCA
from benchmark.interfaces.recording import Recording


def made(values: np.ndarray, *, sequential: bool = False) -> Recording:
    return Recording(
        "r", values.astype(np.float32), tuple(f"c{n}" for n in range(values.shape[1])), None, sequential=sequential
    )


def of_rank_two(points: int, seed: int) -> np.ndarray:
    loadings = np.random.default_rng(7).standard_normal((2, 5))
    return np.random.default_rng(seed).uniform(-1, 1, (points, 2)) @ loadings


def test_rows_of_low_rank_are_reconstructed_and_others_are_not() -> None:
    detector = LinearAE(share=0.999)
    detector.fit(made(of_rank_two(300, 0)), made(of_rank_two(100, 1)))
    assert detector._code.shape == (5, 2)
    rows = of_rank_two(50, 2)
    rows[20, 3] += 1
    scores = detector.score(made(rows))
    assert scores[20] > 20
    assert np.delete(scores, 20).max() < 1


def test_a_deviation_counts_while_it_is_in_the_window() -> None:
    generator = np.random.default_rng(0)
    detector = LinearAE(window=4)
    detector.fit(
        made(generator.standard_normal((400, 3)), sequential=True),
        made(generator.standard_normal((100, 3)), sequential=True),
    )
    test = np.zeros((30, 3))
    test[10] = 20
    high = np.flatnonzero(detector.score(made(test, sequential=True)) > 2)
    np.testing.assert_array_equal(high, [10, 11, 12, 13])


def test_sub_pca_without_shrinkage_is_the_mahalanobis_distance() -> None:
    rows = np.random.default_rng(0).standard_normal((500, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0.2], [0, 0, 1]])
    detector = SubPCA(shrinkage=1e-9, scaling="none")
    detector.fit(made(rows), made(rows))
    centred = np.clip(rows, -5, 5)
    inverse = np.linalg.inv(np.cov(centred.T, bias=True))
    test = np.random.default_rng(1).standard_normal((20, 3)) - centred.mean(axis=0)
    expected = np.sqrt(np.einsum("td,de,te->t", test, inverse, test) / 3)
    np.testing.assert_allclose(detector.score(made(test + centred.mean(axis=0))), expected, rtol=1e-4)


def test_variances_of_principal_components_sum_to_those_of_the_columns() -> None:
    rows = np.random.default_rng(0).standard_normal((200, 6)).astype(np.float32)
    mean, variances, vectors = principal(rows)
    np.testing.assert_allclose(variances.sum(), rows.astype(np.float64).var(axis=0).sum())
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(6), atol=1e-12)
    assert (np.diff(variances) <= 0).all()
    assert mean.shape == (6,)
