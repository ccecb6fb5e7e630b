"""Injected kinds of the google-2019 schema."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.protocols.google_2019.injection import BITS, IDLEST, KINDS, QUANTUM, _resolved, inject

PERCENTILES = ("cpu_p0", "cpu_p10", "cpu_p20", "cpu_p30")
CHANNELS = (
    "avg_cpu", "avg_memory", "max_cpu", "max_memory", "sampled_cpu", "assigned_memory", "page_cache", "cpi", "mai",
    "sample_rate", "request_cpu", *PERCENTILES,
)  # fmt: skip
ORDERS = (
    ("avg_cpu", "max_cpu"), ("sampled_cpu", "max_cpu"), ("avg_memory", "max_memory"), *pairwise(PERCENTILES),
)  # fmt: skip
STAY = ("assigned_memory", "sample_rate", "request_cpu")
CHANGED = {
    1: ("avg_cpu", "max_cpu", "sampled_cpu", *PERCENTILES, "cpi", "mai", "page_cache"),
    2: ("avg_cpu", "avg_memory", "page_cache", "sampled_cpu", *PERCENTILES),
    3: ("avg_cpu", "sampled_cpu", *PERCENTILES, "cpi", "avg_memory", "max_memory"),
}
FILE_STEP = 2.0**-BITS
"""Largest relative step of a value of ten significant bits."""


def grid(values):
    """Round to multiples of 2⁻¹⁰ above 0, all of which the file's resolution holds below 1."""
    return np.maximum(np.rint(np.asarray(values) * 1024), 1) / 1024


def rows(count=600, seed=0):
    """Rows with the orders of the file, a few without cpi and without percentiles, the first 20 idle."""
    generator = np.random.default_rng(seed)
    columns = dict.fromkeys(CHANNELS, np.full(count, 0.5))
    peak, memory = generator.uniform(0.5, 0.9, count), generator.uniform(0.2, 0.9, count)
    columns["max_cpu"], columns["max_memory"] = peak, memory
    columns["avg_cpu"], columns["avg_memory"] = peak * generator.uniform(0.1, 0.9, count), 0.9 * memory
    columns["sampled_cpu"] = peak * generator.uniform(0, 1, count)
    levels = columns["avg_cpu"] * np.sort(generator.uniform(0.1, 1, (4, count)), axis=0)
    columns |= dict(zip(PERCENTILES, levels, strict=True))
    columns = {name: grid(values) for name, values in columns.items()}
    columns["cpi"], columns["mai"] = generator.uniform(1, 4, count), generator.uniform(0.01, 0.02, count)
    values = np.stack([columns[name] for name in CHANNELS], axis=1).astype(np.float32)
    values[::7, [CHANNELS.index(name) for name in ("cpi", "mai")]] = np.nan
    values[3::7, [CHANNELS.index(name) for name in PERCENTILES]] = np.nan
    values[:20, CHANNELS.index("avg_cpu")] = 0
    return Recording("rows", values, CHANNELS, sequential=False)


def column(recording, name):
    return recording.values[:, recording.channels.index(name)].astype(np.float64)


def chosen(after, code):
    inside = after.covariates["kind"] == code
    assert inside.any()
    return inside


@pytest.mark.parametrize("share", [0.01, 0.1, 0.4])
def test_share_and_kinds(share):
    injected = inject(rows(), share, "moderate", np.random.default_rng(1))
    assert injected.labels.sum() == round(share * 600)
    counts = np.bincount(injected.covariates["kind"], minlength=4)[1:]
    assert counts.max() - counts.min() <= 1
    assert len(counts) == len(KINDS)


def test_no_anomaly_changes_nothing():
    untouched = inject(rows(), 0.0, "moderate", np.random.default_rng(1))
    assert not untouched.labels.any()
    assert np.array_equal(untouched.values, rows().values, equal_nan=True)


def test_normal_rows_and_the_original_stay_as_they_were():
    before = rows()
    injected = inject(before, 0.3, "severe", np.random.default_rng(1))
    normal = ~injected.labels
    assert np.array_equal(injected.values[normal], rows().values[normal], equal_nan=True)
    assert np.array_equal(before.values, rows().values, equal_nan=True)


@pytest.mark.parametrize("code", [1, 2, 3])
def test_a_kind_changes_its_channels_alone(code):
    before = rows()
    after = inject(before, 0.4, "moderate", np.random.default_rng(2))
    inside = chosen(after, code)
    for name in CHANNELS:
        old, new = column(before, name)[inside], column(after, name)[inside]
        assert np.array_equal(old, new, equal_nan=True) == (name not in CHANGED[code]), name
        if name in STAY:
            assert name not in CHANGED[code]


@pytest.mark.parametrize(("severity", "low", "high"), [("mild", 1.375, 1.625), ("moderate", 1.75, 2.25)])
def test_factors_of_a_contention_follow_its_formulas(severity, low, high):
    before = rows()
    after = inject(before, 0.4, severity, np.random.default_rng(2))
    inside = chosen(after, 1)

    def ratio(name):
        with np.errstate(divide="ignore", invalid="ignore"):
            return (column(after, name) / column(before, name))[inside]

    factors = {
        "cpi": ratio("cpi"),
        "mai": ratio("mai") ** 2,
        "use": 1 / ratio("avg_cpu"),
        "page": 1 / ratio("page_cache"),
    }
    for factor in factors.values():
        known = factor[np.isfinite(factor)]
        assert ((known >= low * (1 - FILE_STEP)) & (known <= high * (1 + FILE_STEP))).all()
    # The channels of a row agree only roughly, and a row with a large factor has it in every group.
    known = np.isfinite(factors["cpi"])
    assert np.abs(factors["cpi"] - factors["use"])[known].max() > 0.02
    assert np.corrcoef(factors["cpi"][known], factors["use"][known])[0, 1] > 0.2
    for name in ("max_cpu", "sampled_cpu"):
        old, use = column(before, name)[inside], column(before, "avg_cpu")[inside]
        expected = old / (1 + (factors["use"] - 1) * old / use)
        np.testing.assert_allclose(column(after, name)[inside], expected, rtol=4 * FILE_STEP)


def test_a_degradation_is_busy_for_longer_up_to_its_peak_and_leaks():
    before = rows()
    after = inject(before, 0.4, "moderate", np.random.default_rng(2))
    inside = chosen(after, 3)
    peak = column(before, "max_cpu")[inside]

    def odds(recording, name):
        busy = column(recording, name)[inside] / peak
        return busy / (1 - busy)

    k = odds(after, "avg_cpu") / odds(before, "avg_cpu")
    near = column(after, "avg_cpu")[inside] < 0.9 * peak  # rounding blurs the odds at the peak
    assert ((k[near] > 1.7) & (k[near] < 2.3)).all()
    levels = [odds(after, name) / odds(before, name) for name in PERCENTILES]
    assert np.nanmax(np.abs(levels[1] / levels[0] - 1)) < 0.1
    leak = column(after, "max_memory")[inside] / column(before, "max_memory")[inside]
    average = column(after, "avg_memory")[inside] / column(before, "avg_memory")[inside]
    np.testing.assert_allclose(average, (1 + leak) / 2, rtol=4 * FILE_STEP)
    assert (column(after, "avg_cpu")[inside] <= peak).all()


def test_a_failure_by_hand():
    """A task that lives for half of its window, with an idle row beside it."""
    names = ("avg_cpu", "avg_memory", "max_cpu", "max_memory", "sampled_cpu", "page_cache", *PERCENTILES)
    task = [0.5, 0.5, 0.75, 0.625, 0.6875, 0.5, 0.25, 0.375, 0.4375, 0.5]
    idle = [0.015625, 0.5, 0.5, 0.5, 0.0078125, 0.5, 0.0, 0.015625, 0.015625, 0.03125]
    values = np.array([idle, task, task, task], dtype=np.float32)
    before = Recording("rows", values, names, sequential=False)
    for seed in range(40):
        after = inject(before, 0.75, "moderate", np.random.default_rng(seed))
        failed = np.flatnonzero(after.covariates["kind"] == 2)
        if failed[0]:
            break
    (new,) = after.values[failed].astype(np.float64)
    w = new[0] / 0.5
    assert 1 / 2.25 - FILE_STEP <= w <= 1 / 1.75 + FILE_STEP
    assert new[1] / 0.5 == pytest.approx(w, abs=0.1)
    assert new[[2, 3]].tolist() == [0.75, 0.625]
    assert new[4] in (0.6875, 0.0078125)
    assert new[6:].tolist() == [0.0, 0.015625, 0.015625, 0.03125]  # at least 43 % of the window is idle


def test_percentiles_of_a_short_idle_time_come_from_both_parts():
    before = rows()
    after = inject(before, 0.4, "mild", np.random.default_rng(3))
    inside = chosen(after, 2)
    known = inside & ~np.isnan(column(before, "cpu_p0"))
    first, last, lowest = (column(one, name)[known] for one, name in
                           ((after, "cpu_p0"), (after, "cpu_p30"), (before, "cpu_p0")))  # fmt: skip
    assert (first <= lowest * (1 + FILE_STEP)).all()
    alive = last > lowest * (1 + FILE_STEP)  # the idle share is 0.27 to 0.39 of the window, so level 0.3 may be alive
    assert 0 < alive.mean() < 1
    assert (last[alive] <= column(before, "cpu_p10")[known][alive] * (1 + FILE_STEP)).all()


def test_orders_resolution_and_missing_values_of_the_file_stay():
    before = rows()
    for seed in range(3):
        after = inject(before, 0.4, "severe", np.random.default_rng(seed))
        assert np.array_equal(np.isnan(before.values), np.isnan(after.values))
        for lower, upper in ORDERS:
            assert not (column(after, lower) > column(after, upper)).any(), (lower, upper)
        changed = after.values != before.values
        changed[:, [CHANNELS.index(name) for name in ("cpi", "mai")]] = False
        new = after.values[changed & ~np.isnan(after.values)].astype(np.float64)
        exact = new / np.maximum(QUANTUM, np.ldexp(1.0, np.frexp(new)[1] - BITS))
        copied = np.isin(new, before.values)
        assert np.array_equal(exact[~copied], np.rint(exact[~copied]))


def test_a_value_above_zero_never_becomes_zero_unless_an_idle_row_has_one():
    before = rows()
    tiny = before.values.copy()
    tiny[:, [CHANNELS.index(name) for name in ("avg_cpu", "avg_memory", "page_cache", *PERCENTILES)]] = QUANTUM
    after = inject(replace(before, values=tiny), 0.4, "severe", np.random.default_rng(4))
    assert (after.values[after.labels] != 0).all()


def test_idle_rows_are_never_chosen():
    after = inject(rows(), 0.4, "moderate", np.random.default_rng(4))
    assert not after.labels[:20].any()


def test_idle_values_come_from_the_rows_that_use_the_processor_least():
    before = rows()
    after = inject(before, 0.4, "severe", np.random.default_rng(4))
    inside = chosen(after, 2)
    use = column(before, "avg_cpu")
    known = ~np.isnan(column(before, "cpu_p0"))
    limit = np.quantile(use[known], 1 / IDLEST)
    donors = column(before, "sampled_cpu")[known & (use <= limit)]
    old, new = column(before, "sampled_cpu")[inside], column(after, "sampled_cpu")[inside]
    assert (new != old).mean() > 0.3  # a task that lives for a third of its window may be idle when it is sampled
    assert np.isin(new[new != old], donors).all()


def test_severities_have_the_same_rows_and_stronger_ones_change_values_more():
    moved, labels = [], []
    for severity in ("mild", "moderate", "severe"):
        after = inject(rows(), 0.4, severity, np.random.default_rng(5))
        moved.append(np.nanmean(np.abs(after.values - rows().values)))
        labels.append(after.covariates["kind"])
    assert moved[0] < moved[1] < moved[2]
    assert all(np.array_equal(one, labels[0]) for one in labels)


def test_channels_may_be_few():
    few = inject(rows().select(("avg_cpu", "max_cpu", "cpi")), 0.4, "moderate", np.random.default_rng(6))
    assert few.labels.sum() == 240


def test_too_large_a_share_is_one_clear_error():
    idle = rows()
    idle.values[:, 0] = 0
    with pytest.raises(ParameterError, match="only 0 use the processor"):
        inject(idle, 0.1, "mild", np.random.default_rng(0))


def test_what_is_above_0_stays_so_and_0_stays_0():
    values = np.array([0.0, 1e-9, QUANTUM, 0.3, 1.0, -0.25])
    found = _resolved(values)
    assert found[:3].tolist() == [0.0, QUANTUM, QUANTUM]
    np.testing.assert_allclose(found[3:], values[3:], rtol=2.0**-BITS)
    assert (np.frexp(found[3])[0] * 2**BITS).is_integer()
