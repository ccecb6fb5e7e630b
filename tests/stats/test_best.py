import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.best import not_worse_than_best

NOISE = np.array([0.0, 0.02, -0.03, 0.01, 0.04])


def test_methods_close_to_the_best_are_not_shown_to_be_worse():
    values = {"a": 0.80 + NOISE, "b": 0.79 - NOISE, "c": 0.30 + NOISE[::-1]}
    assert not_worse_than_best(values) == {"a", "b"}
    assert not_worse_than_best(values, higher_is_better=False) == {"c"}


def test_pairing_by_seed_separates_methods_that_depend_on_the_split_in_the_same_way():
    split = np.array([0.1, 0.5, 0.9, 0.3])
    jitter = np.array([1e-3, -1e-3, 2e-3, 0])
    assert not_worse_than_best({"a": split, "b": split - 0.05 + jitter}) == {"a"}


def test_with_two_seeds_hardly_any_method_is_shown_to_be_worse():
    assert not_worse_than_best({"a": [0.9, 0.8], "b": [0.5, 0.6], "c": [0.7, 0.4]}) == {"a", "b", "c"}


def test_one_seed_marks_nothing():
    assert not_worse_than_best({"a": [0.9], "b": [0.1]}) == set()
    assert not_worse_than_best({}) == set()


def test_equal_methods_share_the_first_place_and_a_single_method_has_it():
    assert not_worse_than_best({"a": NOISE, "b": NOISE, "c": NOISE[::-1] - 1}) == {"a", "b"}
    assert not_worse_than_best({"a": NOISE}) == {"a"}


def test_among_equal_methods_a_true_best_is_rarely_lost():
    # Holm bounds the chance to exclude a method as good as the best. Choosing the best on the same values adds some.
    generator = np.random.default_rng(0)
    lost = [
        len(not_worse_than_best(dict(zip("abcdef", d, strict=True)))) < 6 for d in generator.normal(size=(400, 6, 8))
    ]
    assert np.mean(lost) < 0.25


def test_chance_is_never_marked_and_a_set_that_holds_it_is_empty():
    best, middle, low = 0.9 + NOISE, 0.5 + NOISE[::-1], 0.5 - NOISE
    assert not_worse_than_best({"a": best, "chance": low}, chance="chance") == {"a"}
    assert not_worse_than_best({"a": middle, "chance": low}, chance="chance") == set()
    assert not_worse_than_best({"a": low - 0.2, "chance": low}, chance="chance") == set()
    assert not_worse_than_best({"chance": low}, chance="chance") == set()


def test_a_method_not_shown_to_be_better_than_chance_is_not_marked():
    wild = np.array([0.95, 0.3, 0.9, 0.2, 0.6])
    values = {"a": 0.8 + NOISE, "wild": wild, "chance": 0.45 - NOISE}
    assert not_worse_than_best({name: values[name] for name in ("a", "wild")}) == {"a", "wild"}
    assert not_worse_than_best(values, chance="chance") == {"a"}


def test_no_method_below_one_that_is_shown_to_be_worse_is_marked():
    wild = np.array([0.95, 0.1, 0.4, 0.2, 0.6])
    values = {"a": 0.70 + NOISE, "close": 0.60 - NOISE[::-1], "wild": wild}
    assert not_worse_than_best({name: values[name] for name in ("a", "wild")}) == {"a", "wild"}
    assert not_worse_than_best(values) == {"a"}


def test_a_difference_that_never_varies_is_decided_by_its_sign():
    assert not_worse_than_best({"a": [0.349] * 5, "b": [0.344] * 5, "c": [0.349] * 5}) == {"a", "c"}
    assert not_worse_than_best({"a": [0.349] * 5, "chance": [0.1] * 5}, chance="chance") == {"a"}


def test_unequal_seeds_are_an_error():
    with pytest.raises(ParameterError, match="one value a seed"):
        not_worse_than_best({"a": [1, 2], "b": [1, 2, 3]})
