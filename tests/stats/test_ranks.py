from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.comparisons import holm
from benchmark.stats.intervals import hierarchical_interval
from benchmark.stats.ranks import difference_over_recordings, rank_methods
from benchmark.stats.signed_rank import signed_rank_test

# Demšar (2006), Statistical comparisons of classifiers over multiple data sets, JMLR 7, table 6: AUC on 14 datasets.
# For the last but one the paper prints 0.975 twice but ranks the two 2 and 3, so its unrounded numbers differed.
DEMSAR = {
    "C4.5": (0.763, 0.599, 0.954, 0.628, 0.882, 0.936, 0.661, 0.583, 0.775, 1.0, 0.940, 0.619, 0.972, 0.957),
    "C4.5+m": (0.768, 0.591, 0.971, 0.661, 0.888, 0.931, 0.668, 0.583, 0.838, 1.0, 0.962, 0.666, 0.981, 0.978),
    "C4.5+cf": (0.771, 0.590, 0.968, 0.654, 0.886, 0.916, 0.609, 0.563, 0.866, 1.0, 0.965, 0.614, 0.97501, 0.946),
    "C4.5+m+cf": (0.798, 0.569, 0.967, 0.657, 0.898, 0.931, 0.685, 0.625, 0.875, 1.0, 0.962, 0.669, 0.975, 0.970),
}


def tidy(values, seeds=1, noise=0.0):
    generator = np.random.default_rng(0)
    return [
        {"method": method, "dataset": f"d{index:02d}", "seed": seed, "value": value + noise * generator.normal()}
        for method, numbers in values.items()
        for index, value in enumerate(numbers)
        for seed in range(seeds)
    ]


@pytest.fixture(scope="module")
def demsar():
    return rank_methods(tidy(DEMSAR), np.random.default_rng(0))


def test_mean_ranks_of_demsar(demsar):
    assert demsar.methods == ("C4.5+m+cf", "C4.5+m", "C4.5+cf", "C4.5")
    np.testing.assert_allclose(demsar.mean_ranks, [1.964, 2.000, 2.893, 3.143], atol=5e-4)


def test_pairs_have_signed_rank_tests_with_holm(demsar):
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    gaps = [np.subtract(DEMSAR[demsar.methods[one]], DEMSAR[demsar.methods[two]]) for one, two in pairs]
    plain = [signed_rank_test(gap) for gap in gaps]
    np.testing.assert_allclose([demsar.p_values[pair] for pair in pairs], holm(plain))
    np.testing.assert_array_equal(demsar.p_values, demsar.p_values.T)
    np.testing.assert_array_equal(np.diag(demsar.p_values), 1)


def test_bars_join_neighbours_without_a_pair_that_differs():
    values = {f"m{i}": 0.1 * i + np.random.default_rng(i).normal(0, 0.15, 20) for i in range(7)}
    ranking = rank_methods(tidy(values), np.random.default_rng(0), resamples=10)
    differ = ranking.p_values < 0.05
    assert differ.any()
    for first, last in ranking.groups:
        assert not differ[first : last + 1, first : last + 1].any()
        assert last == 6 or differ[first : last + 2, last + 1].any()
    assert len(ranking.groups) > 1
    pairs = zip(ranking.groups, ranking.groups[1:], strict=False)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairs)


@pytest.mark.parametrize(
    ("equal", "groups"),
    [
        ("", []),
        ("01 12", [(0, 1), (1, 2)]),
        ("01 02 12 23 24 34", [(0, 2), (2, 4)]),
        ("01 12 13 23 45", [(0, 1), (1, 3), (4, 5)]),
        ("02 45", [(4, 5)]),
        ("12 23 13 34 24 14", [(1, 4)]),
    ],
)
def test_a_bar_is_a_longest_run_in_which_all_pairs_are_equal(demsar, equal, groups):
    p_values = np.full((6, 6), 0.01)
    np.fill_diagonal(p_values, 1)
    for pair in equal.split():
        p_values[int(pair[0]), int(pair[1])] = p_values[int(pair[1]), int(pair[0])] = 0.05
    assert replace(demsar, methods=tuple("abcdef"), p_values=p_values).groups == groups


def test_without_a_difference_all_methods_are_one_group():
    values = {f"m{i}": np.random.default_rng(i).normal(size=6) for i in range(4)}
    ranking = rank_methods(tidy(values), np.random.default_rng(0), resamples=10)
    assert ranking.groups == [(0, 3)]
    assert "With 6 recordings no pair of 6 can be shown to differ at 5 %: joined is not equal." in ranking.caveats()


def copied(values, copies):
    """Each recording several times: the copies are a cluster."""
    return {name: np.repeat(numbers, copies) for name, numbers in values.items()}


def test_copies_of_recordings_in_clusters_add_no_evidence():
    values = {f"m{i}": 0.12 * i + np.random.default_rng(i).normal(0, 0.2, 9) for i in range(4)}
    clusters = {f"d{index:02d}": f"c{index // 3}" for index in range(27)}
    plain = rank_methods(tidy(values), np.random.default_rng(0), resamples=500)
    many = rank_methods(tidy(copied(values, 3)), np.random.default_rng(0), resamples=500, clusters=clusters)
    ignored = rank_methods(tidy(copied(values, 3)), np.random.default_rng(0), resamples=500)
    assert (many.clusters, len(many.recordings)) == (9, 27)
    assert "27 recordings in 9 clusters" in many.caveats()[0]
    np.testing.assert_allclose(many.mean_ranks, plain.mean_ranks)
    np.testing.assert_allclose(many.p_values, plain.p_values, atol=0.1)  # mean ranks of ties are not the same weights
    np.testing.assert_allclose(many.high - many.low, plain.high - plain.low, atol=0.3)
    assert ignored.p_values.min() < many.p_values.min()
    assert np.mean(ignored.high - ignored.low) < 0.75 * np.mean(many.high - many.low)


def test_many_methods_on_many_clusters_can_be_shown_to_differ():
    generator = np.random.default_rng(0)
    recordings, methods = 40, 25
    values = {f"m{one:02d}": generator.uniform(0.4, 0.6, recordings) for one in range(methods - 1)}
    values["worst"] = np.zeros(recordings)
    clusters = {f"d{index:02d}": f"c{index // 2}" for index in range(recordings)}
    ranking = rank_methods(tidy(values), generator, clusters=clusters, resamples=50)
    assert ranking.clusters == 20
    assert ranking.methods[-1] == "worst"
    assert (ranking.p_values[-1, :-1] < 0.05).all()
    assert (ranking.p_values[:-1, :-1] > 0.05).all()


def test_a_difference_over_recordings_has_their_interval_and_test():
    generator = np.random.default_rng(3)
    control = {f"r{i}": generator.uniform(0.2, 0.6, 3) for i in range(12)}
    detector = {name: values + 0.1 + generator.normal(0, 0.02, 3) for name, values in control.items()}
    found = difference_over_recordings(detector, control, None, np.random.default_rng(0))
    gaps = {name: detector[name] - control[name] for name in control}
    assert found.interval == hierarchical_interval(gaps, None, np.random.default_rng(0))
    assert found.p_value == 2 / 2**12
    interval, p_value = difference_over_recordings(control, detector, None, np.random.default_rng(0))
    assert interval.mean == pytest.approx(-found.interval.mean)
    assert p_value == found.p_value
    pairs = {f"r{i}": f"c{i // 4}" for i in range(12)}
    assert difference_over_recordings(detector, control, pairs, np.random.default_rng(0)).p_value == 2 / 2**3
    upwards = difference_over_recordings(detector, control, pairs, np.random.default_rng(0), alternative="greater")
    assert upwards.p_value == 1 / 2**3


def test_equal_methods_do_not_differ_over_recordings():
    values = {f"r{i}": [0.1 * i, 0.2] for i in range(5)}
    found = difference_over_recordings(values, values, None, np.random.default_rng(0))
    assert (found.interval.low, found.interval.high, found.p_value) == (0, 0, 1)


def test_recordings_of_one_method_only_are_an_error():
    with pytest.raises(ParameterError, match="recording r1 has values of one method only"):
        difference_over_recordings({"r0": [1.0], "r1": [1.0]}, {"r0": [1.0]}, None, np.random.default_rng(0))
    with pytest.raises(ParameterError, match="one value a seed"):
        difference_over_recordings({"r0": [1.0, 2.0]}, {"r0": [1.0]}, None, np.random.default_rng(0))


def test_a_strictly_monotone_transform_changes_no_rank(demsar):
    cubed = {method: np.power(numbers, 3) for method, numbers in DEMSAR.items()}
    np.testing.assert_array_equal(rank_methods(tidy(cubed), np.random.default_rng(0)).ranks, demsar.ranks)


def test_lower_is_better_reverses_the_order(demsar):
    ranking = rank_methods(tidy(DEMSAR), np.random.default_rng(0), higher_is_better=False, resamples=10)
    assert ranking.methods == demsar.methods[::-1]
    np.testing.assert_allclose(ranking.mean_ranks, 5 - demsar.mean_ranks[::-1])


def test_intervals_hold_the_rank_and_depend_on_the_generator_alone(demsar):
    again = rank_methods(tidy(DEMSAR), np.random.default_rng(0))
    np.testing.assert_array_equal(again.low, demsar.low)
    np.testing.assert_array_equal(again.high, demsar.high)
    assert np.all((demsar.low < demsar.mean_ranks) & (demsar.mean_ranks < demsar.high))


def test_intervals_over_recordings_are_those_of_a_bootstrap_of_the_ranks(demsar):
    from scipy.stats import bootstrap, norm, t

    level = 1 - 2 * norm.sf(np.sqrt(14 / 13) * t.isf(0.025, 13))  # of the expanded percentiles
    expected = bootstrap(
        (demsar.ranks,), np.mean, method="percentile", rng=np.random.default_rng(1), confidence_level=level
    ).confidence_interval
    np.testing.assert_allclose(demsar.low, expected.low, atol=0.08)
    np.testing.assert_allclose(demsar.high, expected.high, atol=0.08)


def test_seeds_are_averaged_before_ranks():
    values = {name: np.array(numbers) for name, numbers in DEMSAR.items()}
    noisy = rank_methods(tidy(values, seeds=4, noise=0.05), np.random.default_rng(0), resamples=500)
    assert noisy.seeds == 4
    assert np.all((noisy.low < noisy.mean_ranks) & (noisy.mean_ranks < noisy.high))


def test_a_method_without_a_result_gets_no_rank_and_is_named():
    frame = tidy(DEMSAR)[:-1]
    ranking = rank_methods(frame, np.random.default_rng(0), resamples=10)
    assert "C4.5+m+cf" not in ranking.methods
    assert ranking.caveats()[-1] == "Without a rank: C4.5+m+cf (no result on d13, seed 0)."


def test_datasets_that_tie_all_methods_show_no_difference():
    ranking = rank_methods(tidy(dict.fromkeys("abc", [0.5] * 4)), np.random.default_rng(0), resamples=10)
    assert ranking.groups == [(0, 2)]
    assert (ranking.p_values == 1).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": [1, 2], "b": [2, 1]}, "three methods or more, there are 2"),
        ({"a": [1], "b": [2], "c": [3]}, "two recordings or more, there is only d00"),
    ],
)
def test_too_little_to_rank_is_an_error(values, message):
    with pytest.raises(ParameterError, match=message):
        rank_methods(tidy(values), np.random.default_rng(0))
