import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.protocols.google_2019.injection import KINDS, inject

CHANNELS = (
    "avg_cpu", "avg_memory", "max_cpu", "max_memory", "sampled_cpu", "assigned_memory", "page_cache", "cpi", "mai",
    "sample_rate", "request_cpu", "cpu_p0", "cpu_p10",
)  # fmt: skip


def rows(count=600, seed=0):
    values = np.random.default_rng(seed).uniform(0.05, 0.4, size=(count, len(CHANNELS))).astype(np.float32)
    values[::7, CHANNELS.index("cpi")] = np.nan
    values[:20, CHANNELS.index("avg_cpu")] = 0
    return Recording("rows", values, CHANNELS, sequential=False)


def column(recording, name):
    return recording.values[:, CHANNELS.index(name)]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.4])
def test_share_and_kinds(share):
    injected = inject(rows(), share, "moderate", np.random.default_rng(1))
    assert injected.labels.sum() == round(share * 600)
    counts = np.bincount(injected.covariates["kind"], minlength=4)[1:]
    assert counts.max() - counts.min() <= 1
    assert len(counts) == len(KINDS)


def test_normal_rows_and_the_original_stay_as_they_were():
    before = rows()
    injected = inject(before, 0.3, "severe", np.random.default_rng(1))
    normal = ~injected.labels
    assert np.array_equal(injected.values[normal], rows().values[normal], equal_nan=True)
    assert np.array_equal(before.values, rows().values, equal_nan=True)


# Power of the drawn factor k by which each channel is multiplied, by kind; None: the channel becomes 0; others stay.
POWERS = {
    1: {"cpi": 1, "mai": 1, **dict.fromkeys(("avg_cpu", "sampled_cpu", "page_cache", "cpu_p0", "cpu_p10"), -1)},
    2: {
        **dict.fromkeys(("avg_cpu", "avg_memory", "page_cache", "sample_rate"), -2),
        **dict.fromkeys(("sampled_cpu", "cpu_p0", "cpu_p10")),
    },
    3: {**dict.fromkeys(("avg_cpu", "sampled_cpu", "cpu_p0", "cpu_p10"), 1), "cpi": 0.5, "avg_memory": 0.5},
}


@pytest.mark.parametrize(("code", "reference"), [(1, "mai"), (2, "avg_cpu"), (3, "avg_cpu")])
def test_each_kind_follows_its_formula(code, reference):
    before = rows()
    after = inject(before, 0.4, "moderate", np.random.default_rng(2))
    chosen = after.covariates["kind"] == code
    assert chosen.any()
    ratios = column(after, reference)[chosen] / column(before, reference)[chosen]
    k = ratios ** (1 / POWERS[code][reference])
    assert ((k >= 1.75 - 1e-4) & (k <= 2.25 + 1e-4)).all()
    for name in CHANNELS:
        if code == 3 and name in ("max_cpu", "max_memory"):  # raised to the mean where that has passed them
            continue
        power, old = POWERS[code].get(name, 0), column(before, name)[chosen]
        expected = 0 * old if power is None else old * k**power
        np.testing.assert_allclose(column(after, name)[chosen], expected, rtol=1e-4, err_msg=name)
    if code == 3:
        assert (column(after, "max_cpu")[chosen] >= column(after, "avg_cpu")[chosen]).all()


def test_values_stay_physical_and_missing_stays_missing():
    before = rows()
    after = inject(before, 0.4, "severe", np.random.default_rng(3))
    assert np.array_equal(np.isnan(before.values), np.isnan(after.values))
    usage = [name for name in CHANNELS if name not in ("cpi", "mai")]
    for name in usage:
        assert np.nanmin(column(after, name)) >= 0
        assert np.nanmax(column(after, name)) <= 1


def test_idle_rows_are_never_chosen():
    after = inject(rows(), 0.4, "moderate", np.random.default_rng(4))
    assert not after.labels[:20].any()


def test_stronger_severity_changes_values_more():
    moved = []
    for severity in ("mild", "moderate", "severe"):
        after = inject(rows(), 0.4, severity, np.random.default_rng(5))
        moved.append(np.nanmean(np.abs(after.values - rows().values)))
    assert moved[0] < moved[1] < moved[2]


def test_too_large_a_share_is_one_clear_error():
    idle = rows()
    idle.values[:, 0] = 0
    with pytest.raises(ParameterError, match="only 0 use the processor"):
        inject(idle, 0.1, "mild", np.random.default_rng(0))
