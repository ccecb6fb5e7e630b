from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.interfaces.errors import DataError
from benchmark.metrics.explanation import MEASURES, explanation_quality


def measured(blame: list[float], culprits: list[int]) -> dict[str, float]:
    found = explanation_quality(np.array([blame], np.float64), np.array([culprits], bool))
    return {name: float(values[0]) for name, values in found.items()}


@given(st.lists(st.booleans(), min_size=1, max_size=12).filter(any))
def test_perfect_blame_has_1_in_every_measure(culprits: list[bool]) -> None:
    assert measured([float(one) for one in culprits], culprits) == pytest.approx(dict.fromkeys(MEASURES, 1.0))


def test_an_order_by_hand() -> None:
    # In order: culprit, other, other, culprit, other.
    found = measured([5, 4, 3, 2, 1], [1, 0, 0, 1, 0])
    ideal = 1 + 1 / np.log2(3)
    assert found == pytest.approx(
        {"HitRate@100%": 0.5, "HitRate@150%": 0.5, "NDCG": (1 + 1 / np.log2(5)) / ideal, "Precision@1": 1}
    )
    assert measured([5, 4, 3, 2, 1], [0, 1, 1, 0, 0])["HitRate@150%"] == 1


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=2, max_size=5))
def test_equal_blame_has_the_mean_over_all_orders_of_it(pairs: list[tuple[int, bool]]) -> None:
    blame, culprits = [one[0] for one in pairs], [one[1] for one in pairs]
    if not any(culprits):
        culprits[0] = True
    orders = [measured([value + place / 10 for value, place in zip(blame, order, strict=True)], culprits)
              for order in permutations(range(len(pairs)))]  # fmt: skip
    expected = {name: float(np.mean([one[name] for one in orders])) for name in MEASURES}
    assert measured(blame, culprits) == pytest.approx(expected)


def test_no_blame_has_the_expectation_of_a_random_order() -> None:
    generator = np.random.default_rng(0)
    culprits = np.zeros((4000, 20), bool)
    culprits[:, :3] = True
    drawn = explanation_quality(generator.random(culprits.shape), culprits)
    none = explanation_quality(np.zeros((1, 20)), culprits[:1])
    for name in MEASURES:
        assert float(none[name][0]) == pytest.approx(float(drawn[name].mean()), abs=0.015)
    assert none["Precision@1"][0] == none["HitRate@100%"][0] == pytest.approx(3 / 20)


def test_only_the_order_counts() -> None:
    blame, culprits = np.random.default_rng(1).random((30, 8)), np.random.default_rng(2).random((30, 8)) < 0.3
    culprits[:, 0] = True
    first, second = (explanation_quality(one, culprits) for one in (blame, 1000 * blame**3))
    for name in MEASURES:
        assert first[name].tobytes() == second[name].tobytes()


@pytest.mark.parametrize(
    ("blame", "culprits", "words"),
    [
        (np.zeros((1, 2)), np.zeros((1, 2), bool), "no culprit"),
        (np.zeros((1, 2)), np.ones((1, 3), bool), "does not fit"),
        (np.array([[0, np.nan]]), np.ones((1, 2), bool), "blame of column 2 is nan"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_error(blame: np.ndarray, culprits: np.ndarray, words: str) -> None:
    with pytest.raises(DataError, match=words):
        explanation_quality(blame, culprits)


def test_no_point_gives_no_number() -> None:
    assert explanation_quality(np.zeros((0, 3)), np.zeros((0, 3), bool))["NDCG"].shape == (0,)
