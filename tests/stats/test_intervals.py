from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import beta, bootstrap, norm, t

from benchmark.interfaces.errors import ParameterError
from benchmark.stats import intervals
from benchmark.stats.intervals import hierarchical_interval, mean_interval, never_varies, prediction_interval


def test_student_interval_of_a_textbook_sample():
    # t(0.975, 4) = 2.776445; s of 1..5 = sqrt(2.5); half width = 2.776445 * sqrt(2.5 / 5).
    interval = mean_interval([1, 2, 3, 4, 5])
    assert interval.mean == 3
    assert interval.high - interval.mean == pytest.approx(1.963243, abs=1e-6)
    assert interval.mean - interval.low == pytest.approx(1.963243, abs=1e-6)
    assert interval.count == 5


def test_the_interval_covers_the_mean_about_as_often_as_it_says():
    generator = np.random.default_rng(0)
    intervals = [mean_interval(generator.normal(2, 1, size=5)) for _ in range(2000)]
    assert np.mean([one.low <= 2 <= one.high for one in intervals]) == pytest.approx(0.95, abs=0.015)


def test_one_value_has_no_interval_and_none_has_no_mean():
    assert isnan(mean_interval([0.5]).low)
    assert isnan(mean_interval([]).mean)


def test_a_missing_value_is_never_dropped():
    assert isnan(mean_interval([0.5, float("nan")]).mean)


UNIT = (0.0, 1.0)


def test_the_interval_on_the_logit_by_hand():
    # m = 0.6, s = 0.1, e = 0.057735, slope 1/0.24, logit(0.6) = 0.405465: 0.405465 ± 4.302653 · 0.240563.
    interval = mean_interval([0.5, 0.6, 0.7], limits=UNIT)
    np.testing.assert_allclose([interval.low, interval.high], expit([-0.629594, 1.440525]), atol=1e-6)
    assert interval.mean == pytest.approx(0.6)


def test_a_narrow_spread_hardly_notices_the_limits():
    values = [0.51, 0.512, 0.509, 0.5115]
    for interval in (mean_interval, prediction_interval):
        one, two = interval(values), interval(values, limits=UNIT)
        np.testing.assert_allclose([two.low, two.high], [one.low, one.high], atol=2e-5)


def test_the_interval_of_one_more_run_is_wider_by_a_root():
    values = [1.0, 2, 3, 4, 5]
    mean, run = mean_interval(values), prediction_interval(values)
    assert run.high - run.mean == pytest.approx((mean.high - mean.mean) * np.sqrt(6))
    assert (run.mean, run.count) == (3, 5)


def test_prediction_has_the_quantiles_of_a_beta_distribution():
    values = np.array([0.9, 0.99, 1, 1, 0.98])
    mean, variance = values.mean(), values.var(ddof=1) * 1.2
    size = mean * (1 - mean) / variance - 1
    tail = norm.cdf(t.ppf(0.025, 4))
    expected = beta.ppf([tail, 1 - tail], mean * size, (1 - mean) * size)
    found = prediction_interval(values, limits=UNIT)
    np.testing.assert_allclose([found.low, found.high], expected, rtol=1e-6)


def test_limits_scale_with_the_range():
    values = np.array([0.3, 0.5, 0.45, 0.8])
    for interval in (mean_interval, prediction_interval):
        one, two = interval(values, limits=UNIT), interval(2 * values - 1, limits=(-1, 1))
        np.testing.assert_allclose([two.low, two.high], [2 * one.low - 1, 2 * one.high - 1])


SHARES = st.lists(st.floats(0, 1).map(lambda x: round(x, 4)), min_size=2, max_size=12)


@given(SHARES, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_intervals_never_leave_the_limits_and_hold_the_mean(values, level):
    for interval in (mean_interval, prediction_interval):
        found = interval(values, level, UNIT)
        assert 0 <= found.low <= found.mean <= found.high <= 1


@given(SHARES)
def test_intervals_grow_with_the_level_and_mirror_with_the_values(values):
    mirrored = [1 - value for value in values]
    for interval in (mean_interval, prediction_interval):
        one, two = interval(values, 0.9, UNIT), interval(values, 0.95, UNIT)
        assert two.low <= one.low + 1e-12
        assert two.high >= one.high - 1e-12
        other = interval(mirrored, 0.9, UNIT)
        assert 1 - other.high == pytest.approx(one.low, abs=1e-6)


# Means .5, .94, .5 (arcsine) and .1 with standard deviations .08, .04, .35 and .09.
@pytest.mark.parametrize("shapes", [(20, 20), (30, 2), (0.5, 0.5), (1, 9)])
@pytest.mark.parametrize("count", [5, 20])
def test_coverage_of_beta_distributed_runs(shapes, count):
    generator = np.random.default_rng(0)
    mean, run = [], []
    for _ in range(600):
        *values, one = generator.beta(*shapes, count + 1)
        found = mean_interval(values, limits=UNIT)
        mean.append(found.low <= shapes[0] / sum(shapes) <= found.high)
        found = prediction_interval(values, limits=UNIT)
        run.append(found.low <= one <= found.high)
    assert 0.92 <= np.mean(mean) <= 0.98
    assert 0.92 <= np.mean(run) <= 0.98


def test_values_that_never_vary_have_no_width():
    for interval in (mean_interval, prediction_interval):
        for value in (0.0, 0.3, 1.0):
            found = interval([value] * 4, limits=UNIT)
            assert (found.low, found.mean, found.high) == (value, value, value)
    assert never_varies([0.1 + 0.2, 0.3])
    assert never_varies([0.0, 0.0])
    assert not never_varies([0.3, 0.3 + 1e-9])
    assert not never_varies([0.3])


def test_values_that_vary_as_much_as_the_range_allows_predict_anything():
    found = prediction_interval([0.0, 1.0, 1.0], limits=UNIT)
    assert (found.low, found.high) == (0, 1)


def test_a_value_outside_the_limits_is_an_error():
    for interval in (mean_interval, prediction_interval):
        with pytest.raises(ParameterError, match=r"the value 1\.2 lies outside the range 0 to 1"):
            interval([0.5, 1.2], limits=UNIT)
        assert interval([0.5, 1 + 1e-12], limits=UNIT).high <= 1
    assert isnan(prediction_interval([0.5]).low)
    assert isnan(prediction_interval([]).mean)
    assert isnan(prediction_interval([0.5, float("nan")], limits=UNIT).mean)


def recordings(generator, count, spread=0.2, seeds=3, noise=0.02):
    return {f"r{i}": generator.normal(0.5, spread) + generator.normal(0, noise, seeds) for i in range(count)}


def test_an_interval_over_recordings_covers_their_mean_where_one_over_seeds_does_not():
    generator = np.random.default_rng(0)
    over_recordings, over_seeds = [], []
    for _ in range(300):
        values = recordings(generator, 8)
        found = hierarchical_interval(values, None, generator, resamples=400)
        over_recordings.append(found.low <= 0.5 <= found.high)
        seeds = mean_interval(np.mean(list(values.values()), axis=0))
        over_seeds.append(seeds.low <= 0.5 <= seeds.high)
    assert 0.91 <= np.mean(over_recordings) <= 0.98
    assert np.mean(over_seeds) < 0.5


def test_an_interval_over_clusters_covers_where_recordings_resemble_each_other():
    generator = np.random.default_rng(0)
    clusters = {f"r{i}": f"c{i // 4}" for i in range(32)}
    clustered, ignored = [], []
    for _ in range(300):
        shared = generator.normal(0.5, 0.2, 8)
        values = {f"r{i}": [shared[i // 4] + generator.normal(0, 0.05)] for i in range(32)}
        found = hierarchical_interval(values, clusters, generator, resamples=400)
        clustered.append(found.low <= 0.5 <= found.high)
        found = hierarchical_interval(values, None, generator, resamples=400)
        ignored.append(found.low <= 0.5 <= found.high)
    assert 0.91 <= np.mean(clustered) <= 0.99
    assert np.mean(ignored) < 0.8


def test_with_one_seed_and_no_clusters_it_is_a_bootstrap_with_expanded_percentiles():
    values = np.random.default_rng(0).normal(size=12)
    level = 1 - 2 * norm.sf(np.sqrt(12 / 11) * t.isf(0.025, 11))
    expected = bootstrap(
        (values,), np.mean, method="percentile", confidence_level=level, rng=np.random.default_rng(1)
    ).confidence_interval
    found = hierarchical_interval({f"r{i}": [v] for i, v in enumerate(values)}, None, np.random.default_rng(2))
    assert found.low == pytest.approx(expected.low, abs=0.03)
    assert found.high == pytest.approx(expected.high, abs=0.03)
    assert (found.mean, found.count) == (pytest.approx(values.mean()), 12)


def test_a_bootstrap_depends_only_on_its_own_generator():
    values = recordings(np.random.default_rng(0), 6)
    np.random.seed(1)  # noqa: NPY002
    one = hierarchical_interval(values, None, np.random.default_rng(7))
    np.random.seed(2)  # noqa: NPY002
    assert hierarchical_interval(values, None, np.random.default_rng(7)) == one
    assert hierarchical_interval(values, None, np.random.default_rng(8)) != one


def test_a_bootstrap_in_blocks_is_a_bootstrap(monkeypatch):
    values = recordings(np.random.default_rng(0), 20)
    whole = hierarchical_interval(values, None, np.random.default_rng(0))
    monkeypatch.setattr(intervals, "DRAWS_AT_ONCE", 6000)
    parts = hierarchical_interval(values, None, np.random.default_rng(0))
    assert parts.high - parts.low == pytest.approx(whole.high - whole.low, rel=0.05)


@given(st.lists(st.lists(st.floats(0, 1), min_size=2, max_size=2), min_size=2, max_size=6), st.integers(1, 3))
def test_an_interval_over_recordings_stays_within_their_values(table, clusters):
    values = {f"r{i}": seeds for i, seeds in enumerate(table)}
    names = {f"r{i}": str(i % clusters) for i in range(len(table))}
    found = hierarchical_interval(values, names, np.random.default_rng(0), resamples=50)
    assert np.min(table) - 1e-12 <= found.low <= found.high <= np.max(table) + 1e-12


def test_recordings_that_allow_no_interval():
    generator = np.random.default_rng(0)
    alone = hierarchical_interval({"r": [0.2, 0.4]}, None, generator)
    assert (alone.mean, alone.count) == (pytest.approx(0.3), 1)
    assert isnan(alone.low)
    assert hierarchical_interval({"a": [0.2], "b": [0.2]}, None, generator).high == 0.2
    with pytest.raises(ParameterError, match="no recording"):
        hierarchical_interval({}, None, generator)
    with pytest.raises(ParameterError, match=r"recording b has values of shape \(1,\), the first has \(2,\)"):
        hierarchical_interval({"a": [0.1, 0.2], "b": [0.1]}, None, generator)
    with pytest.raises(ParameterError, match="recording b has a value that is NaN"):
        hierarchical_interval({"a": [0.1], "b": [np.nan]}, None, generator)
    with pytest.raises(ParameterError, match="resamples is 0"):
        hierarchical_interval({"a": [0.1], "b": [0.2]}, None, generator, resamples=0)
    assert hierarchical_interval({"a": [0.1], "b": [0.2]}, None, generator, resamples=1).mean == pytest.approx(0.15)


def test_a_quantity_without_an_upper_limit_has_an_interval_above_zero():
    found = mean_interval([0.1, 5.0, 0.2], limits=(0.0, inf))
    assert 0 < found.low < found.mean < found.high
    narrow = mean_interval([10.0, 10.1, 10.2], limits=(0.0, inf))
    plain = mean_interval([10.0, 10.1, 10.2])
    assert (narrow.low, narrow.high) == pytest.approx((plain.low, plain.high), rel=1e-3)
    assert mean_interval([0.0, 0.0], limits=(0.0, inf)).low == 0
    with pytest.raises(ParameterError):
        mean_interval([-1.0, 1.0], limits=(0.0, inf))
