"""Events of flagged rows."""

import numpy as np
import pytest

from benchmark.detection.events import Event, by_height, events_of
from benchmark.detection.picture import picture_of
from benchmark.detection.scoring import Scored
from benchmark.detection.words import moment
from benchmark.drawing.detection import SHOWN
from benchmark.interfaces.recording import Recording


def scored(scores, cut=1.0, shares=None, channels=("a", "b", "c", "d"), time=None):
    scores = np.asarray(scores, float)
    shares = np.zeros((len(scores), len(channels))) if shares is None else np.asarray(shares, float)
    values = np.arange(float(len(scores) * len(channels))).reshape(len(scores), -1)
    return Scored("m", Recording("host", values, channels, time=time), scores, cut, shares)


def test_an_event_has_its_rows_its_peak_and_its_height():
    (event,) = events_of(scored([0, 3, 0, 8, 8, 2, 0]))
    assert (event.recording, event.method) == ("host", "m")
    assert (event.first, event.last, event.peak, event.rows) == (1, 5, 3, 5)
    assert event.height == 8


@pytest.mark.parametrize(("cut", "height"), [(2.0, 4.0), (0.5, 16.0), (0.0, 8.0), (-2.0, 8.0)])
def test_height_is_in_cuts_where_the_cut_is_positive(cut, height):
    (event,) = events_of(scored([-3, -3, 8, -3], cut))
    assert event.height == height


def test_a_score_at_the_cut_is_no_event():
    assert events_of(scored([1, 1, 0.5])) == []
    assert len(events_of(scored([1, 1.001, 0.5]))) == 1


@pytest.mark.parametrize(("apart", "events"), [(1, 1), (4, 1), (5, 2)])
def test_three_unflagged_rows_may_lie_within_an_event(apart, events):
    scores = np.zeros(30)
    scores[[10, 10 + apart]] = 2
    assert len(events_of(scored(scores))) == events


def test_an_event_names_three_channels_by_their_share_at_its_peak():
    shares = [[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4], [0, 0, 0, 0], [0, 0.5, 0, 0.5]]
    first, second = events_of(scored([2, 3, 0, 0], shares=shares)), events_of(scored([0, 0, 0, 3], shares=shares))
    assert first[0].channels == (("d", 0.4), ("c", 0.3), ("b", 0.2))
    assert second[0].channels == (("b", 0.5), ("d", 0.5))


def event(recording, first, height):
    return Event(recording, "m", first, first, first, height, ())


def test_the_highest_event_comes_first_and_the_earlier_one_of_equals():
    events = [event("b", 5, 1.0), event("a", 9, 1.0), event("a", 2, 1.0), event("c", 0, 3.0)]
    assert [(one.recording, one.first) for one in by_height(events)] == [("c", 0), ("a", 2), ("a", 9), ("b", 5)]


def test_a_picture_shows_the_channels_with_the_largest_shares_in_their_order():
    names = tuple(f"c{number}" for number in range(SHOWN + 2))
    shares = np.zeros((6, len(names)))
    shares[2] = [0.5, 0, *[0.05] * (SHOWN - 2), 0, 0.1]
    one = scored([0, 0, 9, 0, 0, 0], shares=shares, channels=names)
    picture = picture_of(one, events_of(one))
    assert [name for name, _ in picture.channels] == ["c0", *names[2:SHOWN], names[-1]]
    assert picture.channels[1][1].tolist() == one.source.values[:, 2].tolist()
    assert picture.left_out == 2
    assert picture.events == [(2, 2)]
    assert picture.title == "host · m · 1 event"
    assert (picture.timed, picture.axis.tolist()) == (False, [1, 2, 3, 4, 5, 6])


def test_without_an_event_the_first_channels_are_shown():
    one = scored(
        np.zeros(3), channels=tuple(f"c{number}" for number in range(SHOWN + 1)), time=np.arange(3) * 1_500_000
    )
    picture = picture_of(one, [])
    assert [name for name, _ in picture.channels] == [f"c{number}" for number in range(SHOWN)]
    assert picture.title == "host · m · 0 events"
    assert picture.timed
    assert [str(one) for one in picture.axis] == [
        "1970-01-01 00:00:00", "1970-01-01 00:00:01.500000", "1970-01-01 00:00:03"
    ]  # fmt: skip


def test_a_row_is_named_by_its_time_or_its_number():
    timed = scored(np.zeros(3), time=np.array([0, 90_000_000, 90_250_000])).source
    assert [moment(timed, row) for row in range(3)] == [
        "1970-01-01 00:00:00", "1970-01-01 00:01:30", "1970-01-01 00:01:30.25"
    ]  # fmt: skip
    assert moment(scored(np.zeros(3)).source, 2) == "row 3"
