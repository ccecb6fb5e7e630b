"""Causal windows."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.windows import causal_windows, evenly_spaced, require_time_order


def make(points: int, *, sequential: bool = True) -> Recording:
    values = np.arange(2 * points, dtype=np.float32).reshape(points, 2)
    return Recording("r", values, ("a", "b"), sequential=sequential)


def test_a_window_ends_with_its_point_and_the_first_repeat_the_first_point() -> None:
    expected = [[0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5], [2, 3, 4, 5, 6, 7]]
    np.testing.assert_array_equal(causal_windows(make(4), 3), expected)


def test_every_point_has_a_window_even_where_there_are_fewer_points_than_it_is_long() -> None:
    windows = causal_windows(make(2), 5)
    assert windows.shape == (2, 10)
    assert windows.dtype == np.float32


def test_no_window_sees_the_future() -> None:
    recording = make(30)
    changed = recording.values.copy()
    changed[20:] = -1
    later = Recording("r", changed, recording.channels)
    np.testing.assert_array_equal(causal_windows(later, 4)[:20], causal_windows(recording, 4)[:20])


def test_a_window_of_one_point_is_the_values_themselves() -> None:
    recording = make(3, sequential=False)
    assert causal_windows(recording, 1) is recording.values


def test_rows_without_order_have_no_windows() -> None:
    with pytest.raises(ParameterError, match="window=2 needs rows in time order"):
        causal_windows(make(3, sequential=False), 2)


@pytest.mark.parametrize(
    ("count", "wanted", "expected"),
    [
        (5, 5, list(range(5))),
        (5, 9, list(range(5))),
        (11, 3, [0, 5, 10]),
        (10, 3, [0, 5, 9]),
        (7, 1, [0]),
        (0, 3, []),
    ],
)
def test_evenly_spaced_indices(count: int, wanted: int, expected: list[int]) -> None:
    chosen = evenly_spaced(count, wanted)
    assert chosen.dtype == np.int64
    assert chosen.tolist() == expected


@pytest.mark.parametrize("count", [2, 3, 64, 1_000, 999_983])
@pytest.mark.parametrize("wanted", [2, 3, 63, 64])
def test_evenly_spaced_indices_are_distinct_and_reach_both_ends(count: int, wanted: int) -> None:
    chosen = evenly_spaced(count, wanted)
    assert len(chosen) == min(count, wanted)
    assert (chosen[0], chosen[-1]) == (0, count - 1)
    assert np.ptp(np.diff(chosen)) <= 1
    assert np.diff(chosen).min() >= 1


def test_a_setting_that_needs_time_order_is_named() -> None:
    require_time_order(make(3), "smoothing=4")
    with pytest.raises(ParameterError, match=r"^r: smoothing=4 needs .* time order; these have none, leave it out$"):
        require_time_order(make(3, sequential=False), "smoothing=4", "leave it out")
    with pytest.raises(ParameterError, match=r"these have none$"):
        require_time_order(make(3, sequential=False), "smoothing=4")
