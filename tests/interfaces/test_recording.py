"""A recording keeps its columns together, limits the view of a detector, and has a fingerprint of its content."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.interfaces.recording import Recording, fingerprint


@pytest.fixture
def recording() -> Recording:
    return Recording(
        name="m",
        values=np.arange(12, dtype=np.float32).reshape(4, 3),
        channels=("cpu", "memory", "disk"),
        labels=np.array([False, True, False, True]),
        groups=np.array([7, 7, 8, 9]),
        time=np.array([0, 60, 120, 180]),
        covariates={"load": np.array([0.1, 0.2, 0.3, 0.4]), "label:x": np.array([True, False, False, False])},
        part="test",
    )


@pytest.mark.parametrize("rows", [slice(1, 3), np.array([1, 2]), np.array([False, True, True, False])])
def test_take_cuts_every_column(recording: Recording, rows: object) -> None:
    taken = recording.take(rows)  # type: ignore[arg-type]

    assert len(taken) == 2
    assert taken.values.tolist() == [[3, 4, 5], [6, 7, 8]]
    assert taken.labels is not None
    assert taken.labels.tolist() == [True, False]
    assert taken.groups is not None
    assert taken.groups.tolist() == [7, 8]
    assert taken.time is not None
    assert taken.time.tolist() == [60, 120]
    assert taken.covariates["load"].tolist() == [0.2, 0.3]
    assert (taken.name, taken.channels, taken.part) == ("m", recording.channels, "test")


def test_take_leaves_absent_columns_absent() -> None:
    taken = Recording("m", np.zeros((3, 1), np.float32), ("x",)).take(slice(2))

    assert taken.labels is None
    assert taken.groups is None
    assert taken.time is None


def test_select_takes_channels_in_the_given_order(recording: Recording) -> None:
    selected = recording.select(("disk", "cpu"))

    assert selected.channels == ("disk", "cpu")
    assert selected.values[1].tolist() == [5, 3]
    assert selected.labels is recording.labels


def test_unlabelled_has_nothing_related_to_labels(recording: Recording) -> None:
    hidden = recording.unlabelled()

    assert hidden.values is recording.values
    assert hidden.channels == recording.channels
    assert hidden.sequential == recording.sequential
    assert (hidden.labels, hidden.groups, hidden.time, hidden.part) == (None, None, None, None)
    assert dict(hidden.covariates) == {}


def test_labelled_adds_the_labels_only(recording: Recording) -> None:
    labelled = recording.labelled()

    assert labelled.labels is recording.labels
    assert (labelled.groups, labelled.time, dict(labelled.covariates)) == (None, None, {})


@pytest.mark.parametrize(
    "change",
    [
        {"values": np.zeros((4, 2), np.float32)},
        {"values": np.zeros(4, np.float32)},
        {"labels": np.zeros(3, bool)},
        {"time": np.zeros((4, 1), np.int64)},
        {"covariates": {"load": np.zeros(5)}},
    ],
)
def test_columns_that_do_not_fit_are_refused(recording: Recording, change: dict[str, object]) -> None:
    with pytest.raises(DataError, match=r"recording 'm': .* do not fit"):
        replace(recording, **change)


def test_fingerprint_depends_on_the_content(recording: Recording) -> None:
    copy = replace(recording, values=recording.values.copy(order="F"))

    assert fingerprint([copy]) == fingerprint([recording])
    assert len(fingerprint([recording])) == 64


@pytest.mark.parametrize("column", ["values", "labels", "groups", "time"])
def test_one_changed_cell_changes_the_fingerprint(recording: Recording, column: str) -> None:
    changed = getattr(recording, column).copy()
    changed.flat[2] = not changed.flat[2] if column == "labels" else changed.flat[2] + 1

    assert fingerprint([replace(recording, **{column: changed})]) != fingerprint([recording])


@pytest.mark.parametrize(
    "change",
    [
        {"name": "n"},
        {"channels": ("cpu", "memory", "network")},
        {"part": "train"},
        {"part": None},
        {"sequential": False},
        {"labels": None},
        {"covariates": {}},
        {"covariates": {"load": np.array([0.1, 0.2, 0.3, 0.5]), "label:x": np.array([True, False, False, False])}},
    ],
)
def test_one_changed_field_changes_the_fingerprint(recording: Recording, change: dict[str, object]) -> None:
    assert fingerprint([replace(recording, **change)]) != fingerprint([recording])


def test_order_of_covariates_does_not_change_the_fingerprint(recording: Recording) -> None:
    turned = replace(recording, covariates=dict(reversed(recording.covariates.items())))

    assert list(turned.covariates) != list(recording.covariates)
    assert fingerprint([turned]) == fingerprint([recording])


def test_order_of_recordings_changes_the_fingerprint(recording: Recording) -> None:
    other = replace(recording, name="n")

    assert fingerprint([recording, other]) != fingerprint([other, recording])


def test_missing_values_have_one_fingerprint(recording: Recording) -> None:
    holed = recording.values.copy()
    holed[0, 0] = np.nan

    assert fingerprint([replace(recording, values=holed)]) == fingerprint([replace(recording, values=holed.copy())])


def test_columns_without_fixed_width_have_no_fingerprint(recording: Recording) -> None:
    words = replace(recording, covariates={"event": np.array(["a", "b", "c", "d"], dtype=object)})

    with pytest.raises(TypeError, match="event"):
        fingerprint([words])


def test_kinds_of_channels_go_with_them_and_dependencies_never_reach_a_detector(recording: Recording) -> None:
    edges = np.eye(3, dtype=np.bool_)
    known = replace(recording, modalities=("use", "use", "latency"), dependencies=edges)

    assert known.unlabelled().modalities == ("use", "use", "latency")
    assert known.unlabelled().dependencies is None
    assert known.labelled().dependencies is None
    chosen = known.select(("disk", "cpu"))
    assert chosen.modalities == ("latency", "use")
    assert chosen.dependencies is not None
    assert chosen.dependencies.tolist() == [[True, False], [False, True]]
    assert len({fingerprint([one]) for one in (recording, known, replace(known, dependencies=~edges))}) == 3


def test_an_unknown_channel_is_named(recording: Recording) -> None:
    with pytest.raises(UnknownNameError, match="unknown channel of 'm' 'cpus': did you mean cpu"):
        recording.select(("cpus",))
