import numpy as np
import pytest

from benchmark.detection.cut import cut_by
from benchmark.detection.division import divide
from benchmark.detection.events import events_of
from benchmark.detection.labelled import metrics_of
from benchmark.detection.output import frame_of
from benchmark.detection.scoring import detect
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.recording import Recording

MINUTE = 60_000_000


def series(points=600, labels=False):
    """Three channels of noise; ``b`` jumps in rows 450 to 459."""
    generator = np.random.default_rng(0)
    values = generator.normal(size=(points, 3))
    values[450:460, 1] += 25
    marks = np.zeros(points, bool)
    marks[450:460] = True
    return Recording("host", values, ("a", "b", "c"), labels=marks if labels else None, time=np.arange(points) * MINUTE)


@pytest.fixture(scope="module")
def scored():
    return detect("knn", divide(series(labels=True)), cut_by("pot"))


def test_the_event_is_found_with_its_channel(scored):
    events = events_of(scored)
    highest = max(events, key=lambda event: event.height)
    assert (highest.first, highest.last) == (150, 159)
    assert highest.channels[0][0] == "b"
    assert highest.channels[0][1] > 0.9


def test_shares_sum_to_one_or_nothing(scored):
    totals = scored.shares.sum(axis=1)
    assert ((np.abs(totals - 1) < 1e-9) | (totals == 0)).all()
    assert (scored.shares >= 0).all()


def test_the_table_has_a_row_for_each_scored_row(scored):
    frame = frame_of([scored])
    assert frame.height == 300
    assert frame["flag"].sum() == scored.flags.sum()
    assert frame["time"][0].minute == 0
    assert set(frame.columns) >= {"recording", "method", "score", "cut", "share:a", "share:b", "share:c"}


def test_intervals_hold_their_values(scored):
    for one in metrics_of(scored).values():
        assert 0 <= one["low"] <= one["value"] <= one["high"] <= 1


def test_scored_rows_reach_neither_fit_nor_cut():
    changed = series()
    values = changed.values.copy()
    values[300:] = 1e6
    other = Recording("host", values, changed.channels, time=changed.time)
    first, second = (detect("norm", divide(one), cut_by("quantile=0.99")) for one in (series(), other))
    assert first.cut == second.cut


def test_rows_before_a_time_are_learnt_from():
    division = divide(series(), until=400 * MINUTE)
    assert len(division.train) + len(division.validation) == 400
    assert len(division.scored) == 200


def test_a_gap_of_a_few_rows_does_not_divide_an_event(scored):
    flags = np.zeros(300, bool)
    flags[[10, 14, 19]] = True
    one = type(scored)("m", scored.source, np.where(flags, 2.0, 0.0), 1.0, scored.shares)
    assert [(event.first, event.last) for event in events_of(one)] == [(10, 14), (19, 19)]


def test_a_rate_cuts_at_its_share_of_held_out_rows():
    scores = np.arange(1000.0)
    assert (scores > cut_by("rate=144/day")(scores, 60.0)).sum() == 100
    assert cut_by("rate=1/day")(scores, 60.0) == 999.0  # too few rows to show one in 1,440


@pytest.mark.parametrize("text", ["quantile=2", "quantile=x", "rate=0/day", "rate=1/year", "pot=3", "high"])
def test_an_unknown_cut_is_refused(text):
    with pytest.raises(ParameterError, match="threshold"):
        cut_by(text)


def test_a_method_that_needs_labels_is_refused():
    with pytest.raises(ParameterError, match="trained with labels"):
        detect("xgboost", divide(series()), cut_by("pot"))


def test_too_few_rows_are_refused():
    with pytest.raises(DataError, match=r"host.*at least 20"):
        divide(series(30), share=0.2)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        divide(series(), share=1.0)
