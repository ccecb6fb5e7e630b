"""Synthetic anomalies: each formula, and the protocol that puts them into held-out rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from benchmark.protocols.alarms import Alarms
from benchmark.protocols.native import Native
from benchmark.protocols.synthetic.kinds import KINDS, UNORDERED, Place, put
from benchmark.protocols.synthetic.protocol import Synthetic, _drawn, with_anomalies


def recording(points: int, seed: int, *, sequential: bool = True, channels: int = 4) -> Recording:
    time = np.arange(points)[:, None] + 3 * np.arange(channels)
    noise = 0.1 * np.random.default_rng(seed).standard_normal((points, channels))
    values = (np.sin(time / 7) + noise).astype(np.float32)
    return Recording("r", values, tuple(f"c{n}" for n in range(channels)), sequential=sequential)


def halves() -> list[Recording]:
    train = replace(recording(3_000, 0), part="train")
    return [train, replace(recording(500, 1), part="test", labels=np.arange(500) > 450)]


PLACE = Place(20, 28, np.array([1, 3]), 2.0, np.array([1.0, 0.5, 1.0, 2.0]))


def changed(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values before, values of the place before and after."""
    values = recording(100, 0).values.astype(np.float64)
    found = put(kind, values, PLACE, np.random.default_rng(0))
    assert found is not None
    return values, values[20:28, [1, 3]], found


def test_shifts_have_the_severity_in_spreads() -> None:
    for kind in ("spike", "level shift"):
        _, before, after = changed(kind)
        np.testing.assert_allclose(np.abs(after - before), np.tile([1.0, 4.0], (8, 1)))
    _, before, after = changed("drift")
    np.testing.assert_allclose(np.abs(after - before)[[0, 7]], [[1 / 8, 0.5], [1.0, 4.0]])


def test_kinds_without_severity_use_what_is_there() -> None:
    values, before, after = changed("frozen value")
    np.testing.assert_array_equal(after, np.tile(before[0], (8, 1)))
    values, before, after = changed("missing beat")
    np.testing.assert_allclose(np.diff(after, n=2, axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(after[0] - values[19, [1, 3]], (values[28] - values[19])[[1, 3]] / 9)
    _, before, after = changed("changed frequency")
    np.testing.assert_array_equal(after, before[[0, 2, 4, 6, 0, 2, 4, 6]])
    values, before, after = changed("broken correlation")
    assert all(value in values[:, channel] for channel, column in zip((1, 3), after.T, strict=True) for value in column)
    assert not np.allclose(before, after)
    _, before, after = changed("variance change")
    assert (after - before).std() > 0.5


def test_a_frozen_value_of_a_resting_channel_is_no_anomaly() -> None:
    assert put("frozen value", np.ones((100, 4)), PLACE, np.random.default_rng(0)) is None


def test_only_labelled_rows_change_and_every_kind_is_put_in() -> None:
    train, held_out = recording(1_000, 0), recording(2_400, 1)
    found, kinds = with_anomalies(train, held_out, np.random.default_rng(0))
    differs = (found.values != held_out.values).any(axis=1)
    assert not differs[~found.labels].any()
    assert set(kinds[found.labels].tolist()) == set(range(len(KINDS)))
    assert 0.02 < found.labels.mean() < 0.3
    again, _ = with_anomalies(train, held_out, np.random.default_rng(0))
    assert again.values.tobytes() == found.values.tobytes()


def test_rows_without_order_have_kinds_of_one_row() -> None:
    train = recording(500, 0, sequential=False)
    found, kinds = with_anomalies(train, recording(1_000, 1, sequential=False), np.random.default_rng(0))
    names = {list(KINDS)[kind] for kind in kinds[found.labels]}
    assert names <= set(UNORDERED)
    single = recording(500, 0, channels=1)
    _, kinds = with_anomalies(single, recording(1_000, 1, channels=1), np.random.default_rng(0))
    assert list(KINDS).index("broken correlation") not in kinds


def test_the_protocol_has_the_fit_of_native_and_no_row_of_its_test() -> None:
    (own,), (native,) = (kind().tasks("d", halves(), 0) for kind in (Synthetic, Native))
    for part in ("train_unlabelled", "validation_unlabelled"):
        assert getattr(own, part).values.tobytes() == getattr(native, part).values.tobytes()
    assert len(own.test) == len(native.validation)
    assert own.test.labels.any()
    assert own.groupings["kind"].names == tuple(KINDS)
    other_test = [halves()[0], replace(halves()[1], values=halves()[1].values + 1)]
    assert Synthetic().tasks("d", other_test, 0)[0].test.values.tobytes() == own.test.values.tobytes()
    assert Synthetic().tasks("d", halves(), 1)[0].test.values.tobytes() != own.test.values.tobytes()


def test_rows_that_cannot_change_are_an_error() -> None:
    one = Recording("r", np.ones((20, 1), np.float32), ("a",))
    with pytest.raises(DataError, match="no synthetic anomaly"):
        kinds_that_need_movement(one)


def kinds_that_need_movement(one: Recording) -> None:
    """Put one anomaly, the first of the order of a seed that begins with a kind that repeats what is there."""
    for seed in range(50):
        with_anomalies(one, one, np.random.default_rng(seed))


def test_a_budget_of_one_alarm_a_day_changes_nothing_else() -> None:
    (own,), (native,) = (protocol.tasks("d", halves(), 0) for protocol in (Alarms(rows_per_day=288), Native()))
    assert own.budgets == (1 / 288,)
    assert native.budgets == ()
    assert own.test.values.tobytes() == native.test.values.tobytes()
    assert own.train_unlabelled.values.tobytes() == native.train_unlabelled.values.tobytes()


def test_places_are_in_the_middle_half_of_a_block() -> None:
    for first, end in ((0, 40), (100, 140)):
        generator = np.random.default_rng(0)
        places = [_drawn("spike", first, end, np.ones(3), False, generator) for _ in range(600)]
        starts = [place.start - first for place in places]
        assert (min(starts), max(starts)) == (10, 29)
        longer = [_drawn("drift", first, end, np.ones(3), True, generator) for _ in range(600)]
        assert min(place.start - first for place in longer) == 10
        assert max(place.stop - first for place in longer) <= 31
        assert {len(place) for place in longer} == {8, 16, 20}  # at most half of a block
    generator = np.random.default_rng(0)
    assert {len(_drawn("spike", 0, 200, np.ones(3), True, generator)) for _ in range(100)} == {1, 2, 3}
    assert {len(_drawn("drift", 0, 200, np.ones(3), True, generator)) for _ in range(100)} == {8, 16, 32}


def test_only_channels_that_vary_are_drawn_however_little_they_do() -> None:
    generator = np.random.default_rng(0)
    drawn = [_drawn("drift", 0, 200, np.array([0.5, 0.0, 1e-9]), True, generator).channels for _ in range(50)]
    assert set(np.concatenate(drawn).tolist()) == {0, 2}
    drawn = [_drawn("drift", 0, 200, np.zeros(3), True, generator).channels for _ in range(50)]
    assert set(np.concatenate(drawn).tolist()) == {0, 1, 2}


def test_a_scatter_is_in_units_of_the_spread_of_a_channel() -> None:
    values, before, once = changed("variance change")
    doubled = replace(PLACE, spread=2 * PLACE.spread)
    twice = put("variance change", values, doubled, np.random.default_rng(0))
    assert twice is not None
    np.testing.assert_allclose(twice - before, 2 * (once - before))


@pytest.mark.parametrize("start", [0, 1, 20])
def test_a_missing_beat_begins_at_the_row_before(start: int) -> None:
    values = np.arange(50.0)[:, None] ** 2 * np.ones(4)
    place = replace(PLACE, start=start, stop=start + 8, spread=np.full(4, 1e-3))
    found = put("missing beat", values, place, np.random.default_rng(0))
    assert found is not None
    before, after = values[max(start - 1, 0), 0], values[start + 8, 0]
    np.testing.assert_allclose(found[:, 0], before + (after - before) * np.arange(1, 9) / 9)


def test_what_changes_nothing_is_no_anomaly_even_of_a_channel_without_spread() -> None:
    values = np.ones((50, 4))
    place = replace(PLACE, spread=np.zeros(4))
    assert put("frozen value", values, place, np.random.default_rng(0)) is None
