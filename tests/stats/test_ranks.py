import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.ranks import critical_difference, rank_methods

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


def test_friedman_agrees_with_scipy_and_without_ties_with_demsar(demsar):
    from scipy.stats import friedmanchisquare

    expected = friedmanchisquare(*DEMSAR.values())
    assert demsar.statistic == pytest.approx(expected.statistic)
    assert demsar.p_value == pytest.approx(expected.pvalue)
    # The paper leaves ties uncorrected: χ² = 9.28 and F = 3.69 from the mean ranks.
    plain = 12 * 14 / (4 * 5) * (float(np.square(demsar.mean_ranks).sum()) - 4 * 5**2 / 4)
    assert plain == pytest.approx(9.28, abs=0.005)
    assert 13 * plain / (14 * 3 - plain) == pytest.approx(3.69, abs=0.005)
    assert demsar.f_statistic == pytest.approx(13 * demsar.statistic / (14 * 3 - demsar.statistic))


def test_critical_difference_of_demsar(demsar):
    assert demsar.critical_difference == pytest.approx(1.25, abs=0.005)
    assert np.all(demsar.p_values[np.abs(np.subtract.outer(demsar.mean_ranks, demsar.mean_ranks)) < 1.25] > 0.05)


def test_quantiles_of_demsars_table_5():
    # q_0.05 for 2 … 10 methods; √(k(k+1)/6D) is 1 for D = k(k+1)/6 datasets.
    table = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164]
    quantiles = [critical_difference(k, 1) / np.sqrt(k * (k + 1) / 6) for k in range(2, 11)]
    np.testing.assert_allclose(quantiles, table, atol=1e-3)


def test_pairs_differ_where_ranks_are_further_apart_than_the_critical_difference():
    values = {f"m{i}": 0.1 * i + np.random.default_rng(i).normal(0, 0.15, 20) for i in range(7)}
    ranking = rank_methods(tidy(values), np.random.default_rng(0), resamples=10)
    apart = np.abs(np.subtract.outer(ranking.mean_ranks, ranking.mean_ranks))
    np.testing.assert_array_equal(ranking.p_values < 0.05, apart > ranking.critical_difference)
    for first, last in ranking.groups:
        assert apart[first, last] <= ranking.critical_difference
        assert last == 6 or apart[first, last + 1] > ranking.critical_difference
    assert len(ranking.groups) > 1
    pairs = zip(ranking.groups, ranking.groups[1:], strict=False)
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairs)


def test_without_a_difference_all_methods_are_one_group():
    values = {f"m{i}": np.random.default_rng(i).normal(size=6) for i in range(4)}
    ranking = rank_methods(tidy(values), np.random.default_rng(0), resamples=10)
    assert ranking.groups == [(0, 3)]
    assert any("no pair may be read as different" in caveat for caveat in ranking.caveats())
    assert any("little power" in caveat for caveat in ranking.caveats())


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


def test_intervals_over_datasets_are_those_of_a_bootstrap_of_the_ranks(demsar):
    from scipy.stats import bootstrap

    expected = bootstrap(
        (demsar.ranks,), np.mean, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    np.testing.assert_allclose(demsar.low, expected.low, atol=0.08)
    np.testing.assert_allclose(demsar.high, expected.high, atol=0.08)


def test_seeds_widen_the_intervals_where_they_change_the_order():
    values = {"a": [0.5] * 6, "b": [0.5] * 6, "c": [0.1] * 6}
    still = rank_methods(tidy(values, seeds=3), np.random.default_rng(0))
    moved = rank_methods(tidy(values, seeds=3, noise=0.05), np.random.default_rng(0))
    np.testing.assert_array_equal(still.high - still.low, 0)
    assert np.all((moved.high - moved.low)[:2] > 0.3)
    assert moved.high[2] == moved.low[2] == 3


def test_a_method_without_a_result_gets_no_rank_and_is_named():
    frame = tidy(DEMSAR)[:-1]
    ranking = rank_methods(frame, np.random.default_rng(0), resamples=10)
    assert "C4.5+m+cf" not in ranking.methods
    assert ranking.caveats()[-1] == "Without a rank: C4.5+m+cf (no result on d13, seed 0)."


def test_datasets_that_tie_all_methods_show_no_difference():
    ranking = rank_methods(tidy(dict.fromkeys("abc", [0.5] * 4)), np.random.default_rng(0), resamples=10)
    assert (ranking.statistic, ranking.p_value, ranking.groups) == (0, 1, [(0, 2)])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": [1, 2], "b": [2, 1]}, "three methods or more, there are 2"),
        ({"a": [1], "b": [2], "c": [3]}, "two datasets or more, there is only d00"),
    ],
)
def test_too_little_to_rank_is_an_error(values, message):
    with pytest.raises(ParameterError, match=message):
        rank_methods(tidy(values), np.random.default_rng(0))
