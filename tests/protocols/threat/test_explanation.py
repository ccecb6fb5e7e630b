"""Culprits are defined by data alone, and the probe compares a detector's blame with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.probe import Fitted
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.raw import Categorical, Raw
from benchmark.interfaces.recording import Recording
from benchmark.metrics.explanation import BLAMED
from benchmark.protocols.threat.culprits import columns_of, culprits_of_connections, culprits_of_traces, usual_values
from benchmark.protocols.threat.encoding import TypedEncoder
from benchmark.protocols.threat.explanation import ABOVE, Explanation
from benchmark.protocols.threat.protocol import Threat

SERVICES = ("http", "mail", "worm")


def rows(numbers: np.ndarray, services: list[str]) -> Recording:
    """Raw rows of two counts and a category."""
    codes = np.array([SERVICES.index(one) for one in services], np.int16)
    values = numbers.astype(np.float32)
    raw = Raw({"bytes": values[:, 0], "count": values[:, 1]}, {"service": Categorical(codes, SERVICES)})
    return Recording("r", values, ("bytes", "count"), modalities=("count", "count"), sequential=False, raw=raw)


@pytest.fixture
def normal() -> Recording:
    numbers = np.stack([np.arange(1000), np.where(np.arange(1000) < 990, 0, 7)], axis=1)
    made = rows(numbers, ["http"] * 600 + ["mail"] * 397 + ["worm"] * 3)
    return TypedEncoder.fit(made, 10).apply(made)


def encoded(normal: Recording, numbers: list[list[float]], services: list[str]) -> Recording:
    return TypedEncoder({"service": ("http", "mail")}).apply(rows(np.array(numbers), services))


def test_a_culprit_is_beyond_99_percent_of_normal_training_or_a_rare_name(normal: Recording) -> None:
    # bytes: 0 to 999, one of each; count: 0, and 7 in one per cent; worm: three of a thousand.
    attacks = encoded(normal, [[500, 0], [3, 7], [4, 0], [996, 8], [995, 0]], ["http", "mail", "worm", "http", "http"])
    assert list(columns_of(attacks)) == ["bytes", "count", "service"]
    assert culprits_of_connections(normal, attacks).tolist() == [
        [False, False, False],
        [True, False, False],
        [False, False, True],
        [True, True, False],
        [False, False, False],
    ]


def test_the_usual_value_is_a_median_or_the_name_that_most_have(normal: Recording) -> None:
    assert normal.channels == ("bytes", "count", "service=http", "service=mail", "service=(other)")
    np.testing.assert_allclose(usual_values(normal), [np.log1p(499), 0, 1, 0, 0], rtol=1e-6)


def test_traces_differ_in_the_columns_of_runs_that_no_normal_trace_holds(adfa: list[Recording]) -> None:
    (task,) = Threat(ngram=2, buckets=2048).tasks("adfa-ld", adfa, 0)
    normal, attacks = task.train_unlabelled, task.test.take(np.flatnonzero(task.test.labels))
    seen = {tuple(one[place : place + 2]) for one in normal.raw.sequences for place in range(len(one) - 1)}
    found = culprits_of_traces(normal, attacks)
    for row, sequence in enumerate(attacks.raw.sequences):
        new = [tuple(sequence[place : place + 2]) not in seen for place in range(len(sequence) - 1)]
        assert 0 < found[row].sum() <= sum(new)
        assert (attacks.values[row][found[row]] > 0).all()
    (again,) = (culprits_of_traces(normal, attacks.take(slice(1))),)
    assert (again[0] == found[0]).all()


def fitted(task: Task, attribute: Any = None, score: Any = None) -> Fitted:
    score = score or (lambda recording: np.zeros(len(recording)))
    return Fitted("m", score, attribute, task.train_unlabelled, task.validation_unlabelled, task.test_inputs, {})


def asked(probe: Explanation, fitted: Fitted, seed: int = 0) -> dict[str, float | None]:
    return dict(probe.ask(fitted, np.random.default_rng(seed)).numbers)


@pytest.fixture
def task(nsl: list[Recording]) -> Task:
    (task,) = Threat(probe="explanation", rare=2).tasks("nsl-kdd", nsl, 0)
    return task


def test_every_attack_of_the_fixture_differs_in_its_service(task: Task) -> None:
    probe = task.probes["explanation"]
    assert isinstance(probe, Explanation)
    assert (probe.rows == np.flatnonzero(task.test.labels)).all()
    assert probe.culprits[:, 2].all()


def test_a_detector_that_blames_the_culprits_is_perfect(task: Task) -> None:
    probe = task.probes["explanation"]
    of_row = {row.tobytes(): mask for row, mask in zip(task.test.values[probe.rows], probe.culprits, strict=True)}

    def attribute(recording: Recording) -> np.ndarray:
        masks = np.stack([of_row[row.tobytes()] for row in recording.values])
        blame = np.zeros(recording.values.shape)
        for column, places in enumerate(columns_of(recording).values()):
            blame[:, places[-1]] = masks[:, column]  # one of the columns of a category is enough
        return blame

    answer = asked(probe, fitted(task, attribute))
    assert answer["NDCG"] == answer["HitRate@100%"] == answer["Precision@1"] == pytest.approx(1)
    assert answer[ABOVE] == pytest.approx(1 - answer["NDCG, simple order"])
    assert answer[BLAMED] == 1
    assert answer["Attacks"] == min(len(probe.rows), probe.most)
    assert answer["Attacks without culprit"] == 0


def test_a_detector_without_an_explanation_is_asked_by_occlusion(task: Task) -> None:
    other = task.test.channels.index("service=(other)")
    answer = asked(task.probes["explanation"], fitted(task, score=lambda recording: recording.values[:, other]))
    assert answer["Precision@1"] == 1  # every attack has the service, and it alone lowers the score
    blind = asked(task.probes["explanation"], fitted(task))
    assert blind[BLAMED] == 0
    for name in ("NDCG", "HitRate@100%", "HitRate@150%", "Precision@1"):
        assert blind[name] == blind[f"{name}, random order"]


def test_the_same_seed_asks_about_the_same_attacks(task: Task) -> None:
    probe = Explanation(task.probes["explanation"].rows, task.probes["explanation"].culprits, most=7)
    first, again, other = (asked(probe, fitted(task), seed) for seed in (0, 0, 1))
    assert first == again
    assert first["Attacks"] == 7
    assert first != other


def test_attacks_without_a_culprit_are_counted_and_left_out(task: Task) -> None:
    probe = task.probes["explanation"]
    culprits = probe.culprits.copy()
    culprits[::2] = False
    answer = asked(Explanation(probe.rows, culprits), fitted(task))
    assert answer["Attacks"] + answer["Attacks without culprit"] == min(len(probe.rows), 100)
    none = asked(Explanation(probe.rows, np.zeros_like(culprits)), fitted(task))
    assert none["Attacks"] == 0
    assert none["NDCG"] is none[ABOVE] is none["NDCG, simple order"] is None
    assert none.keys() == answer.keys()


@pytest.mark.parametrize(("name", "features"), [("cloudtrail", "all"), ("adfa-ld", "numbers")])
def test_datasets_without_a_definition_are_refused(request: pytest.FixtureRequest, name: str, features: str) -> None:
    made = request.getfixturevalue(name.partition("-")[0])
    with pytest.raises(ParameterError, match="probe=explanation needs nsl-kdd or adfa-ld"):
        Threat(probe="explanation", features=features).tasks(name, made, 0)
