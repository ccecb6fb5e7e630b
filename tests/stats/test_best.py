import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.best import indistinguishable_from_best

NOISE = np.array([0.0, 0.02, -0.03, 0.01, 0.04])


def test_methods_close_to_the_best_are_not_distinguished_from_it():
    values = {"a": 0.80 + NOISE, "b": 0.79 - NOISE, "c": 0.30 + NOISE[::-1]}
    assert indistinguishable_from_best(values) == {"a", "b"}
    assert indistinguishable_from_best(values, higher_is_better=False) == {"c"}


def test_pairing_by_seed_separates_methods_that_depend_on_the_split_in_the_same_way():
    split = np.array([0.1, 0.5, 0.9, 0.3])
    jitter = np.array([1e-3, -1e-3, 2e-3, 0])
    assert indistinguishable_from_best({"a": split, "b": split - 0.05 + jitter}) == {"a"}


def test_with_two_seeds_hardly_any_methods_can_be_distinguished():
    assert indistinguishable_from_best({"a": [0.9, 0.8], "b": [0.5, 0.6], "c": [0.7, 0.4]}) == {"a", "b", "c"}


def test_one_seed_marks_nothing():
    assert indistinguishable_from_best({"a": [0.9], "b": [0.1]}) == set()
    assert indistinguishable_from_best({}) == set()


def test_equal_methods_share_the_first_place_and_a_single_method_has_it():
    assert indistinguishable_from_best({"a": NOISE, "b": NOISE, "c": NOISE - 1}) == {"a", "b"}
    assert indistinguishable_from_best({"a": NOISE}) == {"a"}


def test_among_equal_methods_a_true_best_is_rarely_lost():
    # Holm bounds the chance to exclude a method as good as the best. Choosing the best on the same values adds some.
    generator = np.random.default_rng(0)
    lost = [
        len(indistinguishable_from_best(dict(zip("abcdef", d, strict=True)))) < 6
        for d in generator.normal(size=(400, 6, 8))
    ]
    assert np.mean(lost) < 0.15


def test_unequal_seeds_are_an_error():
    with pytest.raises(ParameterError, match="one value a seed"):
        indistinguishable_from_best({"a": [1, 2], "b": [1, 2, 3]})
