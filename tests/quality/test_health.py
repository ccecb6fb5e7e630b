from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_auc_score

from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import DATASETS
from benchmark.quality.health import health, oracle

METADATA = Metadata(
    name="made",
    title="Made",
    source="https://example.org",
    licence="none",
    folder="made",
    channels=2,
    anomaly_share=0.1,
    label="made",
    vus_window=0,
    period="one minute",
)


def noise(points: int = 200, name: str = "m", **fields: object) -> Recording:
    values = np.random.default_rng(0).normal(size=(points, 2)).astype(np.float32)
    return Recording(name, values, ("a", "b"), **fields)  # type: ignore[arg-type]


def mask(points: int, *ranges: tuple[int, int]) -> np.ndarray:
    labels = np.zeros(points, dtype=bool)
    for start, end in ranges:
        labels[start:end] = True
    return labels


@pytest.mark.parametrize("decimals", [0, 1, 6])
def test_the_oracle_agrees_with_scikit_learn(decimals: int) -> None:
    rng = np.random.default_rng(1)
    labels = rng.random(500) < 0.2
    score = np.round(rng.normal(size=500) + labels, decimals).astype(np.float32)
    f1, auc = oracle(score, labels)
    precision, recall, _ = precision_recall_curve(labels, score)
    total = precision + recall
    assert f1 == pytest.approx(np.max(2 * precision * recall / np.where(total == 0, 1, total)))
    assert auc == pytest.approx(roc_auc_score(labels, score))


def test_missing_scores_rank_below_all_others() -> None:
    labels = np.array([True, False, True, False])
    f1, auc = oracle(np.array([np.nan, -5, 3, np.nan], dtype=np.float32), labels)
    assert f1 == pytest.approx(2 / 3)
    assert auc == pytest.approx(roc_auc_score(labels, [-99, -5, 3, -99]))


@pytest.mark.parametrize(
    ("shift", "rule"),
    [(+9, "b"), (-9, "-b")],
)
def test_a_one_liner_is_found_and_named(shift: float, rule: str) -> None:
    labels = mask(200, (50, 70))
    recording = noise(labels=labels)
    recording.values[labels, 1] += np.float32(shift)
    best = health([recording], METADATA).recordings[0].one_liner
    assert best is not None
    assert (best.f1_oracle, best.f1_rule, best.auc_roc, best.auc_rule) == (1, rule, 1, rule)
    assert best.f1_flag_all == pytest.approx(2 * 0.1 / 1.1)


def spiky(**fields: object) -> Recording:
    # A rising line: the level says nothing of the jumps, the difference does.
    labels = mask(200, (60, 61), (120, 121))
    steps = np.where(labels, 50, 1).astype(np.float32)
    steps[[100, 140]] = -50
    labels = labels | mask(200, (100, 101), (140, 141))
    values = np.stack([np.cumsum(steps), np.zeros(200)], axis=1).astype(np.float32)
    return Recording("m", values, ("a", "b"), labels=labels, **fields)  # type: ignore[arg-type]


def test_jumps_are_found_by_the_absolute_difference_where_rows_have_an_order() -> None:
    best = health([spiky()], METADATA).recordings[0].one_liner
    assert best is not None
    assert (best.f1_oracle, best.f1_rule) == (1, "|diff(a)|")
    unordered = health([spiky(sequential=False)], METADATA).recordings[0].one_liner
    assert unordered is not None
    assert unordered.f1_oracle < 1


def test_no_difference_is_taken_across_the_border_of_two_groups() -> None:
    values = np.concatenate([np.zeros(50), np.full(50, 1000)]).astype(np.float32)[:, None]
    recording = Recording("m", values, ("a",), labels=mask(100, (50, 51)), groups=np.repeat([1, 2], 50))
    best = health([recording], METADATA).recordings[0].one_liner
    assert best is not None
    assert best.f1_oracle < 0.1


def test_noise_has_no_one_liner() -> None:
    rng = np.random.default_rng(3)
    best = health([noise(2000, labels=rng.random(2000) < 0.1)], METADATA).recordings[0].one_liner
    assert best is not None
    assert best.f1_oracle < 0.25
    assert best.auc_roc < 0.6


def test_a_recording_without_both_kinds_of_points_has_no_one_liner() -> None:
    for labels in (None, np.zeros(200, dtype=bool), np.ones(200, dtype=bool)):
        assert health([noise(labels=labels)], METADATA).recordings[0].one_liner is None


def test_events_and_their_position() -> None:
    card = health([noise(101, labels=mask(101, (10, 11), (90, 93)))], METADATA).recordings[0]
    assert card.events == 2
    assert card.longest_event == pytest.approx(3 / 4)
    assert card.position == pytest.approx((10 + 90 + 91 + 92) / 400)
    assert card.last_third == pytest.approx(3 / 4)


@pytest.mark.parametrize(("point", "last"), [(60, 0), (66, 0), (67, 1), (100, 1), (0, 0)])
def test_the_last_third_begins_at_two_thirds(point: int, last: int) -> None:
    card = health([noise(101, labels=mask(101, (point, point + 1)))], METADATA).recordings[0]
    assert (card.position, card.last_third) == (point / 100, last)


def test_of_equal_one_liners_the_first_is_named() -> None:
    labels = mask(50, (10, 20))
    values = np.stack([labels, labels], axis=1).astype(np.float32)
    best = health([Recording("m", values, ("a", "b"), labels)], METADATA).recordings[0].one_liner
    assert best is not None
    assert (best.f1_rule, best.auc_rule) == ("a", "a")


def test_rows_that_are_new_count_as_new_and_missing_values_by_their_cells() -> None:
    train = Recording("m", np.zeros((4, 2)), ("a", "b"), part="train")
    test = Recording("m", np.ones((4, 2)), ("a", "b"), part="test")
    assert health([train, test], METADATA).seen_in_train == 0
    gap = Recording("gap", np.array([[np.nan], [1], [2], [3]]), ("a",))
    whole = Recording("whole", np.ones((4, 3)), ("a", "b", "c"))
    assert health([gap, whole], METADATA).missing == pytest.approx(1 / 16)


def test_a_recording_without_a_row_has_nothing_to_say() -> None:
    empty = noise(5, labels=mask(5, (1, 2)), time=np.arange(5)).take(slice(0))
    card = health([empty], METADATA)
    (one,) = card.recordings
    assert (one.points, one.missing, one.duplicates, one.constant) == (0, 0, 0, ("a", "b"))
    assert (one.anomalous, one.events, one.span_us, one.seen_in_train, one.one_liner) == (None,) * 5
    assert (card.points, card.missing, card.duplicates, card.anomalous) == (0, 0, 0, None)


def test_a_group_border_cuts_an_event_and_restarts_the_position() -> None:
    groups = np.repeat([7, 8], 50)
    card = health([noise(100, labels=mask(100, (49, 51)), groups=groups)], METADATA).recordings[0]
    assert card.events == 2
    assert card.longest_event == pytest.approx(0.5)
    assert card.position == pytest.approx(0.5)  # the end of one group and the start of the next


def test_an_event_within_a_later_group_is_one_event() -> None:
    groups = np.repeat([7, 8, 7], 20)
    card = health([noise(60, labels=mask(60, (25, 29), (50, 52)), groups=groups)], METADATA).recordings[0]
    assert card.events == 2
    assert card.longest_event == pytest.approx(4 / 6)
    assert card.position == pytest.approx((5 + 6 + 7 + 8 + 10 + 11) / 19 / 6)


def test_rows_without_an_order_have_no_events() -> None:
    card = health([noise(labels=mask(200, (0, 9)), sequential=False)], METADATA).recordings[0]
    assert (card.events, card.longest_event, card.position, card.last_third) == (None, None, None, None)
    assert card.anomalous == pytest.approx(9 / 200)


def test_duplicates_missing_and_constant_channels() -> None:
    values = np.array([[1, 5, np.nan], [1, 5, np.nan], [2, 5, np.nan], [1, np.nan, np.nan]], dtype=np.float32)
    time = np.array([0, 60, 120, 2**63 - 1])
    card = health([Recording("m", values, ("a", "b", "c"), time=time)], METADATA)
    assert card.duplicates == pytest.approx(1 / 4)
    assert card.missing == pytest.approx(5 / 12)
    assert card.constant == card.recordings[0].constant == ("b", "c")
    assert card.recordings[0].span_us == 120
    assert card.anomalous is None


def test_a_channel_that_moves_in_one_recording_is_not_constant() -> None:
    still, moving = noise(name="x"), noise(name="y")
    still.values[:, 0] = 3
    card = health([still, moving], METADATA)
    assert card.constant == ()
    assert card.recordings[0].constant == ("a",)


def test_test_rows_that_occur_in_train_are_counted_per_name() -> None:
    train = noise(100, part="train")
    copied = replace(train.take(slice(0, 25)), part="test", labels=mask(25, (0, 5)))
    fresh = Recording("m", copied.values + 100, ("a", "b"), labels=mask(25), part="test")
    test = replace(copied, values=np.concatenate([copied.values[:15], fresh.values[15:]]))
    elsewhere = replace(copied, name="other")
    card = health([train, test, elsewhere], METADATA)
    assert card.recordings[1].seen_in_train == pytest.approx(15 / 25)
    assert card.recordings[2].seen_in_train is None
    assert card.seen_in_train == pytest.approx(15 / 25)
    assert card.recordings[0].seen_in_train is None


def test_the_share_of_anomalies_is_that_of_the_test_part() -> None:
    train = noise(100, part="train", labels=np.zeros(100, dtype=bool))
    test = noise(50, part="test", labels=mask(50, (0, 10)))
    assert health([train, test], METADATA).anomalous == pytest.approx(0.2)
    assert health([replace(train, part=None), replace(test, part=None)], METADATA).anomalous == pytest.approx(10 / 150)


def test_a_published_benchmark_has_one_liners(real_data: Path) -> None:
    # machine-3-4: one metric of 38 below a threshold finds most of the incidents, which lie in one long event.
    dataset = DATASETS.build("smd[machine=machine-3-4]")
    train, test = health(dataset.load("real", real_data), dataset.metadata).recordings
    assert (train.one_liner, train.events) == (None, None)
    assert test.one_liner is not None
    assert test.one_liner.f1_rule == test.one_liner.auc_rule == "-dim-6"
    assert test.one_liner.f1_oracle == pytest.approx(0.881, abs=5e-4)
    assert test.one_liner.auc_roc == pytest.approx(0.937, abs=5e-4)
    assert test.events == 8
    assert test.longest_event == pytest.approx(0.8045, abs=5e-5)


def test_the_card_is_json() -> None:
    card = health([noise(labels=mask(200, (3, 9)), part="test"), noise(labels=None, part="train")], METADATA)
    assert json.loads(json.dumps(asdict(card), allow_nan=False))["dataset"] == "made"
