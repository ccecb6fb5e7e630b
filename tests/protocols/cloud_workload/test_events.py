"""Events in the cloud workload table."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.data.cloud_workload.twin import RANGES
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.protocols.cloud_workload.events import (
    CPU,
    ERRORS,
    EXECUTION,
    GAP,
    KINDS,
    LONGEST,
    MEMORY,
    NETWORK,
    PINNED,
    SHORTEST,
    SURGE,
    THROUGHPUT,
    TRAVEL,
    USERS,
    WAITING,
    _plan,
    envelope,
    inject_events,
)

CHANNELS = tuple(RANGES)
LOW, HIGH = (np.array([bounds[side] for bounds in RANGES.values()]) for side in (0, 1))


def rows(count: int = 1500, level: float | None = None) -> Recording:
    """Uniform noise over the published ranges, or every channel at one level of its range."""
    noise = np.random.default_rng(0).uniform(size=(count, len(CHANNELS)))
    values = LOW + (HIGH - LOW) * (noise if level is None else level)
    return Recording("rows", np.broadcast_to(values, (count, len(CHANNELS))).astype(np.float32), CHANNELS)


def inject(recording, share=0.1, severity="moderate", seed=0):
    return inject_events(recording, share, severity, np.random.default_rng(seed))


def moved(before, after, name):
    """Change of a channel by the injection, in multiples of its range."""
    column = CHANNELS.index(name)
    return (after.values[:, column].astype(float) - before.values[:, column]) / (HIGH[column] - LOW[column])


def factor(before, after, name, sign=1):
    """Factor k by which the way to the upper (1) or lower (−1) end of a channel's range is divided."""
    column = CHANNELS.index(name)
    end = (HIGH if sign > 0 else LOW)[column]
    return (end - before.values[:, column].astype(float)) / (end - after.values[:, column])


def lengths_and_gaps(labels):
    edges = np.flatnonzero(np.diff(np.r_[0, labels.astype(int), 0]))
    return edges[1::2] - edges[::2], edges[2::2] - edges[1:-1:2]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_share_lengths_and_gaps(share, seed):
    after = inject(rows(), share, seed=seed)
    lengths, gaps = lengths_and_gaps(after.labels)
    assert after.labels.sum() == round(share * 1500)
    assert lengths.min() >= SHORTEST
    assert lengths.max() <= LONGEST
    assert (gaps >= GAP).all()
    assert after.covariates["event"].max() == len(lengths)
    assert np.array_equal(after.covariates["event"] > 0, after.labels)


def test_rows_for_two_shortest_events_are_one_event_only_where_its_length_is_drawn():
    """A remainder shorter than an event goes to another event: of 9 lengths, 8 to 16, only 16 leaves none."""
    numbers = [len(lengths_and_gaps(inject(rows(), 2 * SHORTEST / 1500, seed=seed).labels)[0]) for seed in range(45)]
    assert set(numbers) == {1, 2}
    assert numbers.count(1) < 15


def test_kinds_take_turns_and_each_event_has_one():
    after = inject(rows(), 0.4)
    number, kind = after.covariates["event"], after.covariates["kind"]
    kinds = [set(kind[number == event]) for event in range(1, number.max() + 1)]
    assert all(len(found) == 1 for found in kinds)
    counts = np.bincount([found.pop() for found in kinds], minlength=4)[1:]
    assert len(counts) == len(KINDS)
    assert counts.max() - counts.min() <= 1


def test_normal_rows_and_the_original_stay_as_they_were():
    before = rows()
    after = inject(before, 0.4, "severe")
    assert np.array_equal(after.values[~after.labels], rows().values[~after.labels])
    assert np.array_equal(before.values, rows().values)
    none = inject(before, 0.0)
    assert not none.labels.any()
    assert np.array_equal(none.values, before.values)


def test_envelope_rises_holds_and_falls():
    assert envelope(8).tolist() == [0.5, 1, 1, 1, 1, 1, 1, 0.5]
    assert envelope(2).tolist() == [1, 1]
    assert envelope(20).tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, *[1] * 12, 0.8, 0.6, 0.4, 0.2])


def test_events_may_fill_the_rows_and_either_resource_is_as_likely():
    assert inject(rows(SHORTEST), 1.0).labels.all()
    events = [event for seed in range(40) for event in _plan(3000, 0.4, np.random.default_rng(seed))]
    assert len(events) > 400
    assert np.mean([event.memory for event in events]) == pytest.approx(0.5, abs=0.08)
    assert max(event.start + event.length for event in events) > 2990


@pytest.mark.parametrize(("severity", "strength"), [("mild", 1), ("moderate", 3)])
def test_a_load_surge_follows_its_formula(severity, strength):
    before = rows(level=0.4)
    after = inject(before, 0.4, severity)
    event = after.covariates["event"][after.covariates["kind"] == 1][0]
    inside = after.covariates["event"] == event
    users = factor(before, after, USERS)[inside]
    top = users.max() - 1
    assert 0.75 * strength * 0.99 <= top <= 1.25 * strength * 1.01
    assert np.allclose(users, 1 + top * envelope(inside.sum()), rtol=2e-3)
    for name, sign in SURGE:
        assert np.allclose(factor(before, after, name, sign)[inside], users, rtol=0.03)
    for name in (MEMORY, EXECUTION):
        assert not moved(before, after, name)[inside].any()


def test_a_bottleneck_runs_one_resource_against_its_end():
    before = rows(level=0.4)
    after = inject(before, 0.4, "mild")
    number, kind = after.covariates["event"], after.covariates["kind"]
    limited = set()
    for event in np.unique(number[kind == 2]):
        inside = number == event
        found = [name for name in (CPU, MEMORY) if moved(before, after, name)[inside].any()]
        assert len(found) == 1
        limited |= set(found)
        execution = factor(before, after, EXECUTION)[inside]
        assert np.allclose(factor(before, after, found[0])[inside] - 1, PINNED * (execution - 1), rtol=0.03)
        assert np.allclose(factor(before, after, WAITING)[inside], execution, rtol=0.03)
        for name in (USERS, NETWORK, ERRORS, THROUGHPUT):
            assert not moved(before, after, name)[inside].any()
    assert limited == {CPU, MEMORY}


def test_a_cascade_reaches_channels_one_after_the_other():
    before = rows(level=0.4)
    after = inject(before, 0.4, "mild")
    number, kind = after.covariates["event"], after.covariates["kind"]
    for event in np.unique(number[kind == 3]):
        inside = np.flatnonzero(number == event)
        moves = [np.flatnonzero(moved(before, after, name)[inside]) for name, _ in TRAVEL]
        lag = max(1, len(inside) // 10)
        assert [move[0] for move in moves] == [lag * step for step in range(len(TRAVEL))]
        assert moves[-1][-1] == len(inside) - 1


@pytest.mark.parametrize("severity", ["mild", "moderate", "severe"])
def test_values_stay_within_the_published_range_and_keep_their_decimals(severity):
    after = inject(rows(), 0.4, severity)
    for column, name in enumerate(CHANNELS):
        low, high, decimals = RANGES[name]
        values = after.values[after.labels, column].astype(float)
        assert values.min() >= low - 1e-3
        assert values.max() <= high + 1e-3
        assert np.allclose(values, np.round(values, decimals), atol=1e-3)


@pytest.mark.parametrize("severity", ["mild", "moderate", "severe"])
def test_no_exact_value_gives_a_kind_away(severity):
    after = inject(rows(5000), 0.4, severity)
    kind = after.covariates["kind"]
    for column, name in enumerate(CHANNELS):
        normal = np.unique(after.values[kind == 0, column])
        for code in range(1, 4):
            found, counts = np.unique(after.values[kind == code, column], return_counts=True)
            assert counts[~np.isin(found, normal)].max(initial=0) < 0.05 * counts.sum(), (name, code)
            assert after.values[kind == code, column].max() <= normal[-1] + 1e-2 * (HIGH - LOW)[column]
            assert after.values[kind == code, column].min() >= normal[0] - 1e-2 * (HIGH - LOW)[column]


def test_severities_have_the_same_events():
    after = [inject(rows(), 0.1, severity) for severity in ("mild", "moderate", "severe")]
    assert all(np.array_equal(one.covariates["event"], after[0].covariates["event"]) for one in after)
    assert all(np.array_equal(one.covariates["kind"], after[0].covariates["kind"]) for one in after)
    sizes = [np.abs(one.values - rows().values).mean() for one in after]
    assert sizes[0] < sizes[1] < sizes[2]


def test_events_that_do_not_fit_are_one_clear_error():
    with pytest.raises(ParameterError, match=r"share=0.9 asks for .* the part has 100 rows"):
        inject(rows(100), 0.9)
