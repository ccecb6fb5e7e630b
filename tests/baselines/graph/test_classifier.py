"""Base class of the graph baselines. The layers have their own tests."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from baselines.graph.classifier import GraphClassifier
from baselines.graph.gat import GAT
from baselines.graph.gnn import GNN
from benchmark.interfaces.recording import Recording

KINDS = (GAT, GNN)


def ring(points: int, seed: int, share: float = 0.5) -> Recording:
    """Rows near the origin are normal and rows on a ring around it anomalous: no line separates them."""
    generator = np.random.default_rng(seed)
    labels = generator.random(points) < share
    angles = generator.uniform(0, 2 * np.pi, points)
    radii = np.where(labels, generator.normal(3, 0.3, points), generator.normal(0, 0.7, points))
    values = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1).astype(np.float32)
    return Recording("ring", values, ("x", "y"), labels)


def fitted(kind: type[GraphClassifier], train: Recording | None = None, **parameters: object) -> GraphClassifier:
    detector = kind(**{"hidden": 16, "batch_size": 64, "epochs": 15, **parameters})
    detector.fit(train or ring(400, 0), ring(150, 1))
    return detector


def accuracy(scores: np.ndarray, test: Recording) -> float:
    return float(((scores > 0.5) == test.labels).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_learns_what_no_line_separates(kind: type[GraphClassifier]) -> None:
    test = ring(200, 2)
    assert accuracy(fitted(kind).score(test.unlabelled()), test) > 0.8  # logistic regression: 0.67


@pytest.mark.parametrize("kind", KINDS)
def test_a_score_does_not_depend_on_the_other_scored_rows(kind: type[GraphClassifier]) -> None:
    detector, test = fitted(kind, epochs=2), ring(60, 2)
    together = detector.score(test)
    others = ring(60, 3)
    others.values[7] = test.values[7]
    np.testing.assert_allclose(detector.score(others)[7], together[7], rtol=1e-5)
    np.testing.assert_allclose(detector.score(test.take(np.array([7]))), together[[7]], rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_untrained_keeps_the_initial_weights(kind: type[GraphClassifier]) -> None:
    test = ring(50, 2)
    labels = ring(400, 5).labels
    first = fitted(kind, untrained=True)
    train = ring(400, 0)
    other = fitted(kind, Recording("other labels", train.values, train.channels, labels), untrained=True)
    np.testing.assert_array_equal(first.score(test), other.score(test))
    assert not np.array_equal(first.score(test), fitted(kind, epochs=1).score(test))
    assert not np.array_equal(first.score(test), fitted(kind, untrained=True, seed=1).score(test))


@pytest.mark.parametrize("kind", KINDS)
def test_rare_anomalies_have_the_same_weight_as_normal_rows(kind: type[GraphClassifier]) -> None:
    # Without information in the rows the mean score is the weighted share, one half, and not the share of 5 %.
    train, validation = (
        Recording("flat", np.ones((400, 2), dtype=np.float32), ("x", "y"), np.arange(400) % 20 == seed)
        for seed in (0, 1)
    )
    detector = kind(hidden=16, batch_size=400, epochs=40, patience=40)
    detector.fit(train, validation)
    assert detector.score(train).mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_reference_rows_are_drawn_from_training_by_the_seed(kind: type[GraphClassifier]) -> None:
    train = ring(400, 0)
    rows = {tuple(row) for row in train.values.tolist()}
    drawn = []
    for seed in (0, 0, 1):
        detector = fitted(kind, train, scaling="none", reference_rows=30, untrained=True, seed=seed)
        drawn.append(detector._network.reference)
        assert {tuple(row) for row in drawn[-1].tolist()} <= rows
    assert drawn[0].shape == (30, 2)
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
