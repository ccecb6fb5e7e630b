from math import isnan

import numpy as np
import polars as pl
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.comparisons import compare_pairs, holm, paired_difference, t_test
from benchmark.stats.power import difference_seeds


def test_sleep_data_of_student_1908():
    # Student (1908), The probable error of a mean: extra sleep under two drugs. Paired t = −4.0621, p = 0.002833,
    # 95 % interval (−2.4599, −0.7001), as R prints for its data set `sleep`.
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    comparison = paired_difference(one, two)
    assert comparison.interval.mean == pytest.approx(-1.58)
    assert comparison.interval.low == pytest.approx(-2.4598858, abs=1e-7)
    assert comparison.interval.high == pytest.approx(-0.7001142, abs=1e-7)
    assert comparison.p_value == pytest.approx(0.002833, abs=5e-7)


@pytest.mark.parametrize("count", [2, 5, 11, 40])
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_t_agrees_with_the_formula(count, alternative):
    from scipy.stats import t

    gaps = np.random.default_rng(count).normal(0.4, size=(3, count))
    statistic = gaps.mean(axis=1) * np.sqrt(count) / gaps.std(axis=1, ddof=1)
    tails = {"greater": t.sf(statistic, count - 1), "less": t.cdf(statistic, count - 1)}
    tails["two-sided"] = 2 * np.minimum(tails["greater"], tails["less"])
    np.testing.assert_allclose(t_test(gaps, alternative), tails[alternative], rtol=1e-10)


def test_differences_that_never_vary_have_no_p_value():
    same, apart = paired_difference([0.5] * 3, [0.5] * 3), paired_difference([0.5] * 3, [0.25] * 3)
    assert (same.p_value, same.p_wilcoxon, same.always) == (1, 1, False)
    assert isnan(apart.p_value)
    assert isnan(apart.p_wilcoxon)
    assert apart.always
    assert (apart.interval.low, apart.interval.high) == (0.25, 0.25)
    assert np.isnan(t_test(np.array([[0.25, 0.25], [0.25, 0.5]]))).tolist() == [True, False]


def test_a_difference_that_varies_in_its_last_digits_never_varies():
    first = np.array([0.1, 0.2, 0.7, 0.3])
    second = np.array([0.1, 0.2, 0.7, 0.3]) - 1e-5
    assert np.ptp(first - second) > 0
    assert paired_difference(first, second).always


def test_noise_in_the_last_digits_is_no_difference():
    values = np.array([0.1, 0.2, 0.7])
    comparison = paired_difference(values, values * (1 + 3e-16))
    assert (comparison.interval.mean, comparison.p_value) == (0, 1)


def test_one_seed_allows_no_test():
    comparison = paired_difference([0.5], [0.4])
    assert isnan(comparison.p_value)
    assert isnan(comparison.p_wilcoxon)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [([1, 2], [1, 2, 3], "shapes"), ([1, 2], [1, float("nan")], "NaN or infinite")],
)
def test_values_that_cannot_be_paired_are_an_error(first, second, message):
    with pytest.raises(ParameterError, match=message):
        paired_difference(first, second)


def test_holm_of_a_worked_example():
    # By hand, m = 4: 4·0.005, 3·0.01, then max(0.03·2, 0.04·1) for the last two.
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])


def test_holm_agrees_with_statsmodels():
    from statsmodels.stats.multitest import multipletests

    generator = np.random.default_rng(0)
    for count in (1, 2, 5, 20):
        p_values = generator.random(count).round(2) ** 3
        np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1], atol=1e-15)
    assert holm([]).shape == (0,)


def test_in_a_family_a_missing_p_value_counts_as_a_test():
    found = holm([0.01, float("nan"), 0.03])
    assert isnan(found[1])
    np.testing.assert_allclose(found[[0, 2]], [0.03, 0.06])


def test_pairs_of_a_dataset_are_a_family():
    generator = np.random.default_rng(0)
    frame = [
        {"method": m, "dataset": d, "seed": s, "value": skill + generator.normal(0, 0.1)}
        for d in ("x", "y")
        for m, skill in (("a", 0.9), ("b", 0.5), ("c", 0.5))
        for s in range(6)
    ]
    frame.append({"method": "lone", "dataset": "x", "seed": 0, "value": 1.0})
    pairs = compare_pairs(frame)
    assert pairs.select("dataset", "first", "second").rows() == [
        (d, *pair) for d in "xy" for pair in (("a", "b"), ("a", "c"), ("b", "c"))
    ]
    for dataset in ("x", "y"):
        part = pairs.filter(dataset=dataset)
        np.testing.assert_allclose(part["p_holm"], holm(part["p"]))
    values = [[r["value"] for r in frame if (r["method"], r["dataset"]) == (m, "y")] for m in "ab"]
    row = pairs.row(3, named=True)
    assert row["difference"] == pytest.approx(np.mean(values[0]) - np.mean(values[1]))
    assert row["seeds_needed"] == difference_seeds(np.subtract(*values), sides=2)


def test_pairs_with_one_method_are_a_separate_family():
    generator = np.random.default_rng(0)
    frame = [
        {"method": method, "dataset": "d", "seed": seed, "value": generator.normal()}
        for method in "abc"
        for seed in range(5)
    ]
    pairs = compare_pairs(frame, against="b")
    assert pairs["first"].to_list() == ["a", "c"]
    assert set(pairs["second"]) == {"b"}
    every = compare_pairs(frame)
    ab = every.filter((pl.col("first") == "a") & (pl.col("second") == "b"))
    assert pairs["difference"][0] == ab["difference"][0]
    np.testing.assert_allclose(pairs["p_holm"], holm(pairs["p"]))
    assert compare_pairs(frame, against="nobody").is_empty()
