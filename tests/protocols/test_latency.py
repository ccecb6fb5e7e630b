"""The probe ``latency`` times one event by itself, and batches of the test part."""

from __future__ import annotations

import numpy as np

from benchmark.interfaces.probe import Answer, Fitted
from benchmark.interfaces.recording import Recording
from benchmark.protocols.latency import Latency

COLUMNS = {"p50 ms", "p99 ms", "events per second", "score s per million", "score J per million", "score MiB"}


class Detector:
    def __init__(self) -> None:
        self.sizes: list[int] = []

    def score(self, recording: Recording) -> np.ndarray:
        self.sizes.append(len(recording))
        return np.zeros(len(recording))


def asked(probe: Latency, points: int) -> tuple[Answer, list[int]]:
    part = Recording("part", np.zeros((points, 2), np.float32), ("a", "b"))
    detector = Detector()
    fitted = Fitted("m", detector.score, None, part, part, part, {}, {"s": 2.0, "processor s": 1.5, "MiB": 3.0})
    return probe.ask(fitted, np.random.default_rng(0)), detector.sizes


def test_every_number_is_of_the_machine():
    answer, _ = asked(Latency(events=30, warm=2), 10)
    assert answer.numbers == {}
    assert set(answer.measured) == COLUMNS | {"fit s", "fit processor s", "fit MiB", "fit J"}
    assert 0 < answer.measured["p50 ms"] <= answer.measured["p99 ms"]
    assert (answer.measured["fit s"], answer.measured["fit processor s"], answer.measured["fit MiB"]) == (2.0, 1.5, 3.0)
    assert answer.measured["fit J"] is None
    assert answer.measured["events per second"] > 0


def test_single_events_are_scored_alone_and_batches_cover_the_test_part():
    _, sizes = asked(Latency(events=30, warm=2, batch=40, least=0.0), 100)
    assert sizes == [1] * 32 + [40] + [40, 40, 20]


def test_slow_detectors_are_timed_on_fewer_events():
    _, sizes = asked(Latency(events=100, fewest=5, warm=2, batch=40, most=0.0, least=0.0), 100)
    assert sizes == [1] * 7 + [40] + [40]


def test_fast_detectors_are_timed_again_on_the_same_points():
    _, sizes = asked(Latency(events=1, fewest=1, warm=0, batch=40, least=0.02), 40)
    assert len(sizes) > 3
    assert set(sizes[1:]) == {40}
