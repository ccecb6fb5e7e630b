from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.probe import Fitted
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols.attribution import CONTEXT, Attribution, AttributionProtocol

POINTS = 400
NOTED = np.zeros(POINTS, np.int64)
NOTED[200:210], NOTED[210:215], NOTED[300:340] = 0b0001, 0b1100, 0b0010


def recordings() -> list[Recording]:
    generator = np.random.default_rng(0)
    train, test = (generator.standard_normal((POINTS, 4)).astype(np.float32) for _ in range(2))
    for channel in range(4):
        test[(NOTED >> channel) & 1 == 1, channel] += 20
    return [
        Recording("m", train, tuple("abcd"), part="train"),
        Recording("m", test, tuple("abcd"), labels=NOTED > 0, covariates={"culprits": NOTED}, part="test"),
    ]


@pytest.fixture
def task() -> Task:
    (task,) = AttributionProtocol().tasks("made", recordings(), 0)
    return task


def asked(task: Task, attribute=None, score=None) -> dict[str, float | None]:
    score = score or (lambda recording: np.zeros(len(recording)))
    parts = (task.train_unlabelled, task.validation_unlabelled, task.test_inputs)
    fitted = Fitted("m", score, attribute, *parts, {})
    return dict(task.probes["attribution"].ask(fitted, np.random.default_rng(0)).numbers)


def test_incidents_are_stretches_of_one_set_of_channels(task: Task) -> None:
    probe = task.probes["attribution"]
    assert probe.spans == ((200, 210), (210, 215), (300, 340))
    assert probe.culprits.tolist() == [
        [True, False, False, False],
        [False, False, True, True],
        [False, True, False, False],
    ]


def test_a_score_of_the_channels_that_are_off_explains_every_incident_by_occlusion(task: Task) -> None:
    answer = asked(task, score=lambda recording: np.abs(recording.values).sum(axis=1))
    assert answer["NDCG"] == answer["HitRate@100%"] == pytest.approx(1)
    assert answer["NDCG, simple order"] == pytest.approx(1)
    assert answer["NDCG above simple order"] == pytest.approx(0)
    assert answer["Incidents"] == 3
    assert answer["Precision@1, random order"] == pytest.approx((1 / 4 + 2 / 4 + 1 / 4) / 3)


def test_a_detector_is_shown_an_incident_with_the_points_before_it(task: Task) -> None:
    seen = []

    def attribute(recording: Recording) -> np.ndarray:
        seen.append(len(recording))
        return np.tile([0, 0, 0, 1.0], (len(recording), 1))

    answer = asked(task, attribute)
    assert seen == [10 + CONTEXT, 5 + CONTEXT, 40 + CONTEXT]
    assert answer["Precision@1"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("noted", "words"),
    [
        (None, "no covariate 'culprits'"),
        (np.zeros(POINTS, np.int64), "no incident"),
        (NOTED * 4, "beyond the 4"),
        (np.where(np.arange(POINTS) == 7, 16, 0), "row 8: culprits 16 names a channel beyond the 4"),
    ],
)
def test_a_recording_without_known_channels_is_one_clear_error(noted: np.ndarray | None, words: str) -> None:
    train, test = recordings()
    test = replace(test, covariates={} if noted is None else {"culprits": noted})
    with pytest.raises(DataError, match=words):
        AttributionProtocol().tasks("made", [train, test], 0)
    with pytest.raises(DataError, match=words):
        Attribution.of(test)
