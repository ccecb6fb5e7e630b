from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmark.protocols import split

seeds = st.integers(0, 2**32 - 1)
groups = st.lists(st.integers(0, 12), min_size=1, max_size=200).map(np.array)


@given(groups, seeds)
def test_no_group_is_on_two_sides(groups, seed):
    labels = groups % 3 == 0
    parts = split.by_group(groups, labels, split.SHARES, np.random.default_rng(seed))
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(groups)))
    sides = [set(groups[part]) for part in parts]
    for one, two in combinations(sides, 2):
        assert not one & two


def test_group_split_meets_shares_and_spreads_anomalous_groups():
    groups = np.repeat(np.arange(300), 10)
    labels = groups % 5 == 0
    parts = split.by_group(groups, labels, split.SHARES, np.random.default_rng(0))
    for part, share in zip(parts, split.SHARES, strict=True):
        assert abs(len(part) / len(groups) - share) < 0.02
        assert abs(labels[part].mean() - labels.mean()) < 0.02


@given(st.integers(1, 500), seeds)
def test_random_rows_keep_the_share_of_anomalies(length, seed):
    labels = np.random.default_rng(seed).random(length) < 0.3
    parts = split.random_rows(labels, split.SHARES, np.random.default_rng(seed))
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(length))
    for part, share in zip(parts, split.SHARES, strict=True):
        assert abs(labels[part].sum() - share * labels.sum()) <= 1


@given(st.lists(st.integers(1, 400), min_size=3, max_size=8), seeds)
def test_every_part_gets_an_anomalous_group_where_there_are_three(sizes, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    labels = np.ones(len(groups), dtype=bool)
    parts = split.by_group(groups, labels, split.SHARES, np.random.default_rng(seed))
    assert all(len(part) for part in parts)


def test_time_split_keeps_order():
    assert split.in_time(10, split.SHARES) == (slice(0, 6), slice(6, 8), slice(8, 10))


@given(groups, st.integers(1, 250), seeds)
def test_sample_takes_whole_groups_up_to_the_number(groups, rows, seed):
    taken = split.whole_groups(groups, groups % 3 == 0, rows, np.random.default_rng(seed))
    assert len(taken) <= rows
    inside = np.isin(np.arange(len(groups)), taken)
    for group in np.unique(groups):
        assert inside[groups == group].all() or not inside[groups == group].any()


def test_same_generator_same_split():
    groups = np.arange(1000) // 7
    labels = groups % 4 == 0
    one, two = (split.by_group(groups, labels, split.SHARES, np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


@given(st.integers(10, 300), st.sampled_from([0.0, 0.01, 0.1, 0.4]), seeds)
def test_thinning_reaches_the_share_by_dropping_rows(length, share, seed):
    labels = np.arange(length) % 4 == 0
    rows = split.thinned(labels, share, np.random.default_rng(seed))
    assert len(np.unique(rows)) == len(rows)
    assert abs(labels[rows].sum() - share * len(rows)) <= 1
