"""The probe evasion: its search, its cut, and what reaches the detector."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.probe import Fitted
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat import connections as of_connections
from benchmark.protocols.threat import mimicry
from benchmark.protocols.threat.evasion import Evasion, cut_at
from benchmark.protocols.threat.protocol import Threat
from tests.protocols.threat.attacking import Score, connections, fitted, raw, traces


def probe(task: Task) -> Evasion:
    """The probe of the task; of traces fewer, with fewer queries."""
    found = task.probes["evasion"]
    assert isinstance(found, Evasion)
    return found if task is connections() else replace(found, attacked=8, queries=20)


def ask(task: Task, score: Score, seed: int = 0) -> dict[str, float | None]:
    return dict(probe(task).ask(fitted(task, score), np.random.default_rng(seed)).numbers)


def by_host_services(recording: Recording) -> NDArray[np.float64]:
    """High where few of the last connections to the host were to this service."""
    return 255.0 - raw(recording).numbers["dst_host_srv_count"].astype(np.float64)


def by_answer(recording: Recording) -> NDArray[np.float64]:
    """High where the victim answers nothing: no column that an attacker can set."""
    return -np.minimum(raw(recording).numbers["dst_bytes"], 1).astype(np.float64)


def by_length(recording: Recording) -> NDArray[np.float64]:
    """High for short traces."""
    sequences = raw(recording).sequences
    assert sequences is not None
    return -sequences.lengths.astype(np.float64)


def cut_below(score: Score, task: Task, cut: float) -> Fitted:
    """The detector, with held-out normal scores that put the cut at a value."""
    found = fitted(task, score)
    return Fitted(
        found.method,
        score,
        None,
        found.train,
        found.validation,
        found.test,
        {"validation": np.full(100, cut), "test": found.scores["test"]},
    )


@pytest.mark.parametrize("task", [connections, traces])
def test_a_detector_whose_score_no_change_moves_is_never_evaded(task) -> None:
    points = task()

    def certain(recording: Recording) -> NDArray[np.float64]:
        return np.ones(len(recording))

    whole = cut_below(certain, points, 0.0)
    numbers = probe(points).ask(whole, np.random.default_rng(0)).numbers
    shares = {name: value for name, value in numbers.items() if not name.startswith("Attacked")}
    assert set(shares.values()) == {0.0}
    assert numbers["Attacked@1%"] == min(probe(points).attacked, int(probe(points).attack.sum()))


def test_a_detector_that_reads_no_changeable_column_is_never_evaded() -> None:
    numbers = probe(connections()).ask(cut_below(by_answer, connections(), -1.0), np.random.default_rng(0)).numbers
    assert numbers["Attacked@1%"] == 100
    assert all(value == 0 for name, value in numbers.items() if not name.startswith("Attacked"))


def test_a_detector_that_looks_at_one_changeable_column_is_evaded_and_more_with_queries() -> None:
    numbers = probe(connections()).ask(cut_below(by_host_services, connections(), 200.0), np.random.default_rng(0))
    evaded, by_chance = (numbers.numbers[f"{kind}@1%, 1 change"] for kind in ("Evaded", "Random"))
    assert evaded is not None
    assert by_chance is not None
    assert evaded > 0.8
    assert by_chance < 0.3


def test_a_detector_of_short_traces_is_evaded_by_every_padding_that_is_long_enough() -> None:
    task = traces()
    sequences = raw(task.test).sequences
    assert sequences is not None
    shortest = float(sequences.lengths[probe(task).attack].min())
    numbers = probe(task).ask(cut_below(by_length, task, -1.3 * shortest), np.random.default_rng(0)).numbers
    assert numbers["Attacked@5%"]
    assert numbers["Evaded@5%, 50% more calls"] == numbers["Random@5%, 50% more calls"] == 1


@pytest.mark.parametrize("task", [connections, traces])
def test_queries_never_hide_less_than_the_control_and_the_same_seed_gives_the_same_answer(task) -> None:
    def rough(recording: Recording) -> NDArray[np.float64]:
        return recording.values.astype(np.float64) @ np.cos(np.arange(recording.values.shape[1]))

    first, second = ask(task(), rough), ask(task(), rough)
    assert first == second
    assert any(value for value in first.values())
    for name, value in first.items():
        if name.startswith("Evaded"):
            by_chance = first[name.replace("Evaded", "Random")]
            assert (value is None) == (by_chance is None)
            assert value is None or by_chance is None or value >= by_chance


def test_no_attack_costs_more_queries_than_stated_and_a_hidden_one_no_more() -> None:
    sizes: list[int] = []

    def counted(recording: Recording) -> NDArray[np.float64]:
        sizes.append(len(recording))
        return np.ones(len(recording))

    task = connections()
    whole = cut_below(counted, task, 0.0)
    sizes.clear()
    probe(task).ask(whole, np.random.default_rng(0))
    assert sum(sizes) == 100 * 100 * len(of_connections.BUDGETS)
    whole = cut_below(counted, task, 0.0)
    sizes.clear()

    def yielding(recording: Recording) -> NDArray[np.float64]:
        return counted(recording) - 1

    probe(task).ask(
        Fitted("", yielding, None, whole.train, whole.validation, whole.test, whole.scores), np.random.default_rng(0)
    )
    assert sizes == [100 * 25] * len(of_connections.BUDGETS)


@pytest.mark.parametrize("task", [connections, traces])
def test_no_label_reaches_the_detector_and_values_are_those_of_the_raw_form(task) -> None:
    points = task()
    encoder = probe(points).means.encoder  # type: ignore[attr-defined]

    def watched(recording: Recording) -> NDArray[np.float64]:
        assert recording.labels is recording.groups is recording.time is None
        assert not recording.covariates
        assert recording.channels == points.test.channels
        assert recording.modalities == points.test.modalities
        parts = raw(recording)
        channels = tuple(parts.numbers) or ("calls", "different calls")
        if parts.sequences is not None:
            values, modalities = mimicry.sizes(parts.sequences), ("count", "count")
        else:
            values, modalities = np.stack(list(parts.numbers.values()), axis=1), recording.modalities[: len(channels)]
        plain = Recording("again", values, channels, sequential=False, modalities=modalities, raw=parts)
        assert (encoder.apply(plain).values == recording.values).all()
        return recording.values.sum(axis=1, dtype=np.float64)

    probe(points).ask(cut_below(watched, points, -np.inf), np.random.default_rng(0))


def test_every_detector_is_attacked_in_the_same_order() -> None:
    task = connections()

    def first_attacks(score: Score) -> list[bytes]:
        found: list[bytes] = []

        def watched(recording: Recording) -> NDArray[np.float64]:
            columns = raw(recording).numbers
            if not found and len(recording) == 2500:
                fixed = np.stack([columns["dst_bytes"], columns["hot"], columns["num_compromised"]], axis=1)
                found.extend(row.tobytes() for row in fixed[::25])
            return score(recording)

        probe(task).ask(cut_below(watched, task, -1e9), np.random.default_rng(3))
        return found

    assert first_attacks(by_host_services) == first_attacks(by_answer)


def test_a_detector_that_finds_no_attack_has_no_share() -> None:
    numbers = probe(connections()).ask(cut_below(by_answer, connections(), 5.0), np.random.default_rng(0)).numbers
    assert numbers["Attacked@1%"] == 0
    assert {value for name, value in numbers.items() if "," in name} == {None}


@given(
    scores=st.lists(st.integers(0, 20), min_size=1, max_size=60),
    share=st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.5]),
)
def test_the_cut_is_the_smallest_that_keeps_the_share(scores: list[int], share: float) -> None:
    normal = np.array(scores, np.float64)
    cut = cut_at(normal, share)
    assert (normal > cut).mean() <= share
    assert (normal >= cut).mean() > share


def test_names_of_the_numbers() -> None:
    numbers = ask(connections(), by_host_services)
    assert list(numbers)[:3] == ["Attacked@1%", "Evaded@1%, 1 change", "Random@1%, 1 change"]
    assert "Evaded@1%, 8 changes" in numbers
    assert {"Attacked@5%", "Random@5%, 200% more calls"} <= set(ask(traces(), by_length))


def test_what_cannot_be_attacked_is_refused_by_name(nsl: list[Recording], cloudtrail: list[Recording]) -> None:
    with pytest.raises(ParameterError, match="probe=evasion is offered for nsl-kdd and adfa-ld, not for cloudtrail"):
        Threat(probe="evasion").tasks("cloudtrail", cloudtrail, 0)
    with pytest.raises(DataError, match="lack a column that probe=evasion changes"):
        Threat(probe="evasion").tasks("nsl-kdd", nsl, 0)
    with pytest.raises(ParameterError, match="queries=100 is no multiple of rounds=3"):
        Evasion(probe(traces()).means, probe(traces()).attack, rounds=3)


class Draws:
    """An attacker whose changes are numbers, which are the scores; a varied number is 10 more."""

    def __init__(self) -> None:
        self.asked: list[tuple[NDArray[np.intp], NDArray[np.float64]]] = []
        self.drawn: list[NDArray[np.float64]] = []
        self.kept: list[NDArray[np.float64]] = []

    def draw(self, points, budget, generator):
        self.drawn.append(generator.random(len(points)))
        return {"v": self.drawn[-1].copy()}

    def vary(self, points, plans, generator):
        self.kept.append(plans["v"].copy())
        return {"v": plans["v"] + 10}

    def apply(self, points, plans, budget):
        self.asked.append((points, plans["v"]))
        return plans["v"]


@pytest.mark.parametrize("seed", range(5))
def test_the_search_keeps_the_best_change_of_each_point_and_varies_half_of_the_next(seed: int) -> None:
    points, each, cut = np.arange(6), 4, 0.15
    attacker, search = Draws(), Evasion(means=None, attack=np.ones(6, bool), queries=3 * each, rounds=3)  # type: ignore[arg-type]
    asks = SimpleNamespace(score=lambda scores: scores)
    evaded, by_chance = search._search(asks, attacker, points, cut, 1.0, np.random.default_rng(seed))  # type: ignore[arg-type]
    first = attacker.asked[0][1].reshape(6, each)
    assert by_chance.tolist() == (first[:, 0] <= cut).tolist()
    lowest = first.min(axis=1)
    for (asked, scores), drawn, kept in zip(attacker.asked[1:], attacker.drawn[1:], attacker.kept, strict=True):
        left = points[lowest > cut]
        assert asked.tolist() == left.repeat(each).tolist()
        assert kept.tolist() == lowest[left].repeat(each).tolist()
        assert scores[::2].tolist() == drawn[::2].tolist()
        assert scores[1::2].tolist() == (kept[1::2] + 10).tolist()
        lowest[left] = np.minimum(lowest[left], scores.reshape(-1, each).min(axis=1))
    assert evaded.tolist() == (lowest <= cut).tolist()


@pytest.mark.parametrize(("queries", "rounds", "right"), [(1, 1, True), (0, 1, False), (4, 0, False), (5, 2, False)])
def test_queries_are_a_multiple_of_rounds(queries: int, rounds: int, right: bool) -> None:
    asked = {"means": None, "attack": np.ones(2, bool), "queries": queries, "rounds": rounds}
    if right:
        Evasion(**asked)  # type: ignore[arg-type]
    else:
        with pytest.raises(ParameterError, match="no multiple of rounds"):
            Evasion(**asked)  # type: ignore[arg-type]
