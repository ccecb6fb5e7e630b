"""The parts of a recording."""

import numpy as np
import pytest

from benchmark.detection.division import divide
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.recording import Recording

MINUTE = 60_000_000


def counted(points, time=True, labels=False):
    """Row numbers as values."""
    return Recording(
        "host", np.arange(2.0 * points).reshape(-1, 2)[:, :1], ("a",), np.arange(points) % 2 == 1 if labels else None,
        time=np.arange(points) * MINUTE if time else None,
    )  # fmt: skip


def test_a_fifth_of_the_first_part_is_held_out_and_the_rest_is_scored():
    division = divide(counted(100, labels=True))
    parts = (division.train, division.validation, division.scored)
    assert [part.values[:, 0].tolist() for part in parts] == [
        list(range(0, 80, 2)), list(range(80, 100, 2)), list(range(100, 200, 2))
    ]  # fmt: skip
    assert [part.labels for part in parts] == [None] * 3
    assert division.source.labels.sum() == 25


@pytest.mark.parametrize(
    ("points", "share", "learnt"), [(40, 0.5, 20), (21, 0.95, 20), (30, 0.7, 21), (1000, 0.1, 100)]
)
def test_the_share_of_rows_to_learn_from(points, share, learnt):
    division = divide(counted(points), share)
    assert len(division.train) + len(division.validation) == learnt
    assert len(division.scored) == points - learnt


@pytest.mark.parametrize(("points", "share"), [(38, 0.5), (20, 0.99), (100, 0.19), (100, 0.999)])
def test_twenty_rows_to_learn_from_and_one_to_score_are_needed(points, share):
    with pytest.raises(DataError, match=rf"recording 'host'.* of {points} rows are there to learn from; at least 20"):
        divide(counted(points), share)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan")])
def test_a_share_lies_between_0_and_1(share):
    with pytest.raises(ParameterError, match="write a number between 0 and 1"):
        divide(counted(100), share)


@pytest.mark.parametrize(("until", "learnt"), [(30 * MINUTE, 30), (30 * MINUTE + 1, 31), (30 * MINUTE - 1, 30)])
def test_rows_before_a_time_are_learnt_from_and_the_row_of_that_time_is_scored(until, learnt):
    division = divide(counted(60), until=until)
    assert len(division.train) + len(division.validation) == learnt


def test_a_time_needs_times_and_rows_on_both_sides():
    with pytest.raises(DataError, match=r"'host'.*has no time; give the share"):
        divide(counted(60, time=False), until=30 * MINUTE)
    for minutes in (19, 60):
        with pytest.raises(DataError, match=f"{minutes} of 60 rows are there to learn from"):
            divide(counted(60), until=minutes * MINUTE)


def test_missing_values_are_filled_from_training_rows_alone():
    values = np.arange(100.0)[:, None].copy()
    values[[3, 90]] = np.nan
    division = divide(Recording("host", values, ("a",)))
    median = np.nanmedian(values[:40])
    assert division.scored.values[40].tolist() == [median, 1]
    assert division.train.values[3].tolist() == [median, 1]
    assert division.scored.channels == ("a", "missing:a")
    assert np.isnan(division.source.values[40, 0])
    assert division.source.channels == ("a",)
