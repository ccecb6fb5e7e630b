"""Chained integer tables: they reproduce single columns, keep the dependence of pairs, and never leave the range."""

from __future__ import annotations

import json

import numpy as np

from benchmark.data.twins.chained_tables import FEWEST, draw, summarise


def records(count: int = 3_000) -> np.ndarray:
    generator = np.random.default_rng(0)
    first = generator.integers(0, 4, count)
    return np.stack([first, 2 * first, generator.integers(0, 5_000, count), np.zeros(count, np.int64)], axis=1)


def test_a_summary_is_integers_that_survive_json() -> None:
    summary = summarise(records(), ranges=5)
    assert json.loads(json.dumps(summary)) == summary
    numbers = [bin_ for _, _, bins, rows in summary for entry in (*bins, *rows) for bin_ in entry]
    assert all(isinstance(number, int) for number in numbers)


def test_drawn_records_have_the_shares_and_the_dependence_of_the_real_ones() -> None:
    real = records()
    drawn = draw(summarise(real, ranges=5), 3_000, 4, np.random.default_rng(1))
    assert (drawn[:, 1] == 2 * drawn[:, 0]).all()
    shares = [np.bincount(table[:, 0], minlength=4) / len(table) for table in (real, drawn)]
    assert np.abs(shares[0] - shares[1]).max() < 0.03
    assert real[:, 2].min() <= drawn[:, 2].min() < drawn[:, 2].max() <= real[:, 2].max()
    assert abs(np.median(real[:, 2]) - np.median(drawn[:, 2])) < 200
    assert not drawn[:, 3].any()


def test_names_are_never_drawn_between_two_of_them() -> None:
    codes = np.repeat([3, 10, 50, 51, 80, 90, 95], 10)[:, None]
    drawn = draw(summarise(codes, ranges=2, names=frozenset({0})), 500, 1, np.random.default_rng(0))
    assert set(np.unique(drawn)) <= set(codes[:, 0].tolist())


def test_few_records_are_summarised_column_by_column() -> None:
    few = records(FEWEST - 1)
    assert {parent for _, parent, _, _ in summarise(few, ranges=3)} == {-1}
    one = np.array([[7, 0, 9]])
    assert draw(summarise(one, ranges=3), 3, 3, np.random.default_rng(0)).tolist() == [[7, 0, 9]] * 3
