from itertools import combinations

import numpy as np
from hypothesis import given, settings
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


@settings(max_examples=30, deadline=None)
@given(groups, st.floats(0, 1), seeds)
def test_a_guarded_split_keeps_groups_whole_and_says_what_it_misses(groups, share, seed):
    labels = np.random.default_rng(seed).random(len(groups)) < share
    found = split.guarded_groups(groups, labels, split.SHARES, np.random.default_rng(seed), split.Guards())
    assert np.array_equal(np.sort(np.concatenate(found.parts)), np.arange(len(groups)))
    for one, two in combinations([set(groups[part]) for part in found.parts], 2):
        assert not one & two
    if not found.violations:
        for part, wanted in zip(found.parts, split.SHARES, strict=True):
            assert abs(len(part) / len(groups) - wanted) <= 0.2 * wanted + 1e-9
            if labels.any():
                assert abs(labels[part].mean() - labels.mean()) <= 0.25 * labels.mean() + 1e-9
                assert split.effective_groups(np.unique(groups[part][labels[part]], return_counts=True)[1]) >= 3


def concentrated():
    """200 groups of 10 rows, 20 of them anomalous, and three groups of 200 rows, one of them anomalous."""
    groups = np.concatenate([np.repeat(np.arange(200), 10), np.repeat([200, 201, 202], 200)])
    return groups, (groups < 20) | (groups == 200)


def test_candidates_are_drawn_until_the_guards_are_met():
    groups, labels = concentrated()
    # The part of group 200 needs many of the small anomalous groups as well, which not every candidate gives it.
    guards = split.Guards(rows=0.2, anomalies=9.0, groups=1.5)
    tried = [
        split.guarded_groups(groups, labels, split.SHARES, np.random.default_rng(seed), guards) for seed in range(9)
    ]
    assert all(not found.violations for found in tried)
    assert max(found.candidates for found in tried) > 1


def test_a_guard_that_no_split_meets_is_named_and_the_nearest_split_taken():
    groups = np.repeat(np.arange(100), 10)
    labels = groups < 2  # two anomalous groups for three parts
    found = split.guarded_groups(groups, labels, split.SHARES, np.random.default_rng(0), split.Guards())
    assert found.candidates == split.CANDIDATES
    assert any("effective anomalous groups, fewer than 3" in text for text in found.violations)
    rows_alone = split.Guards(anomalies=np.inf, groups=0.0)
    assert not split.guarded_groups(groups, labels, split.SHARES, np.random.default_rng(0), rows_alone).violations


def test_effective_groups():
    assert split.effective_groups(np.array([5, 5, 5])) == 3
    assert split.effective_groups(np.array([1000, 1, 0])) < 1.01
    assert split.effective_groups(np.array([0, 0])) == 0


def test_equal_generators_give_equal_guarded_splits_and_others_do_not():
    groups = np.arange(1000) // 7
    labels = groups % 4 == 0
    one, two, other = (
        split.guarded_groups(groups, labels, split.SHARES, np.random.default_rng(seed), split.Guards()).parts
        for seed in (3, 3, 4)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert not np.array_equal(one[2], other[2])


@given(st.integers(1, 300), st.integers(0, 320), seeds)
def test_a_sample_is_stratified_and_has_no_row_twice(length, rows, seed):
    labels = np.random.default_rng(seed).random(length) < 0.3
    taken = split.sampled(labels, rows, np.random.default_rng(seed))
    assert len(taken) == (min(rows, length) or length)
    assert (np.diff(taken) > 0).all()
    assert abs(labels[taken].sum() - labels.sum() * len(taken) / length) <= 0.5
