"""Neighbours by direction, links, and the two graphs of the classifier."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch

from baselines.graph.knn_graph import KnnGraphClassifier, _largest, links, nearest
from baselines.graph.layers import MeanLayer
from benchmark.toolkit.nn.initialise import build


def rows(count: int, seed: int = 0, width: int = 5) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32))


def classifier(seed: int = 0, k: int = 3) -> KnnGraphClassifier:
    return build(
        lambda: KnnGraphClassifier(lambda: MeanLayer(8), layers=2, width=8, k=k, reference=rows(40, 9)),
        torch.Generator().manual_seed(seed),
    )


def cosines(first: torch.Tensor, second: torch.Tensor) -> np.ndarray:
    return np.array(
        [[a @ b / np.sqrt((a @ a) * (b @ b)) for b in second.double().numpy()] for a in first.double().numpy()]
    )


def test_neighbours_have_the_largest_cosine_and_any_length() -> None:
    queries, candidates = rows(20), rows(30, 1) * torch.logspace(-3, 3, 30)[:, None]
    expected = np.argsort(-cosines(queries, candidates), axis=1)[:, :4]
    np.testing.assert_array_equal(nearest(queries, candidates, 4).numpy(), expected)


def test_a_row_of_a_batch_is_no_neighbour_of_itself() -> None:
    batch = rows(20)
    similarity = cosines(batch, batch)
    np.fill_diagonal(similarity, -2)
    np.testing.assert_array_equal(nearest(batch, batch, 4).numpy(), np.argsort(-similarity, axis=1)[:, :4])


def test_few_rows_give_few_neighbours() -> None:
    batch = rows(3)
    assert nearest(batch, batch, 8).shape == (3, 2)
    assert nearest(batch[:1], batch[:1].clone(), 8).shape == (1, 1)
    alone = batch[:1]
    assert nearest(alone, alone, 8).shape == (1, 0)


def test_rows_of_zeros_and_huge_rows_have_neighbours() -> None:
    batch = rows(6)
    batch[2], batch[3] = 0, 1e15
    assert nearest(batch, batch, 2).shape == (6, 2)


def test_links_hold_the_node_itself_and_every_neighbour() -> None:
    assert links(torch.tensor([[4, 0], [1, 2]]), first=7).tolist() == [[7, 8], [4, 1], [0, 2]]


@pytest.mark.parametrize("count", [1, 7, 64, 100, 513, 2_048, 2_500])
@pytest.mark.parametrize("k", [1, 8, 40])
def test_selection_in_groups_finds_the_largest_and_of_equal_ones_the_first(count: int, k: int) -> None:
    similarity = torch.rand(9, count, generator=torch.Generator().manual_seed(0)) * 2 - 1
    similarity[:, count // 2 :] = similarity[:, : count - count // 2].clone()  # each twice
    similarity[0, count // 3] = -2
    expected = np.argsort(-np.round(similarity.numpy() * 2**19), axis=1, kind="stable")[:, : min(k, count)]
    np.testing.assert_array_equal(_largest(similarity, min(k, count)).numpy(), expected)


def test_among_copies_the_first_are_chosen_for_any_number_of_rows() -> None:
    copies = rows(1).repeat(300, 1) * torch.linspace(0.1, 7, 300)[:, None]
    for queries in (copies[:1].clone(), copies[:290].clone()):
        assert (nearest(queries, copies, 3) == torch.arange(3)).all()
    assert nearest(copies, copies, 3)[[0, 1, 9]].tolist() == [[1, 2, 3], [0, 2, 3], [0, 1, 2]]


def test_neighbours_of_a_row_do_not_depend_on_the_other_rows() -> None:
    queries, candidates = rows(600), rows(700, 1)
    together = nearest(queries, candidates, 5)
    for chosen in (slice(3, 4), slice(100, 357), slice(0, 256)):
        assert torch.equal(nearest(queries[chosen], candidates, 5), together[chosen])


def test_edges_depend_only_on_features() -> None:
    assert list(inspect.signature(KnnGraphClassifier.forward).parameters) == ["self", "rows", "neighbours"]
    assert list(inspect.signature(nearest).parameters) == ["rows", "candidates", "k"]


def test_evaluated_rows_do_not_see_each_other() -> None:
    model, test = classifier().eval(), rows(25, 2)
    with torch.inference_mode():
        together = model(test)
        changed = test.clone()
        changed[1:] *= -50
        torch.testing.assert_close(model(test[:1]), together[:1])
        torch.testing.assert_close(model(changed)[:1], together[:1])
        torch.testing.assert_close(model(test, model.neighbours(test)), together)


def test_trained_rows_see_their_batch() -> None:
    model, batch = classifier().train(), rows(25, 2)
    changed = batch.clone()
    changed[1:] *= -50
    assert not torch.allclose(model(batch)[0], model(changed)[0])


def test_evaluated_rows_receive_only_from_their_nearest_reference_rows() -> None:
    model, test = classifier().eval(), rows(1, 2)
    neighbours = nearest(test, model.reference, 3)[0]
    # Two layers deep: the neighbours, and what they receive from.
    reached = torch.cat([neighbours, nearest(model.reference, model.reference, 3)[neighbours].flatten()]).unique()
    expected = model(test).item()

    def moved(row: int) -> float:
        other = classifier().eval()
        other.reference[row] *= 2  # the direction, and so every edge, stays the same
        return other.eval()(test).item()

    assert {row for row in range(40) if moved(row) != pytest.approx(expected, abs=1e-9)} == set(reached.tolist())


def test_evaluation_uses_the_current_weights() -> None:
    model, test = classifier().eval(), rows(5, 2)
    other = classifier(seed=1).eval()
    assert not torch.allclose(model(test), other(test))
    model.load_state_dict(other.state_dict())
    torch.testing.assert_close(model.eval()(test), other(test))
