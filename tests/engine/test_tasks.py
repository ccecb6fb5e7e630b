"""Hashes of the parts of a task."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.engine import tasks
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from tests.engine.conftest import TINY

LABELS = np.arange(10) % 5 == 0


def made_up(**changes):
    generator = np.random.default_rng(0)
    parts = {
        name: Recording(name, generator.random((10, 2)).astype(np.float32), ("x", "y"), labels=LABELS)
        for name in ("train", "validation", "test")
    }
    task = Task(
        name="rows",
        **parts,
        train_unlabelled=parts["train"].unlabelled(),
        validation_unlabelled=parts["validation"].unlabelled(),
        hidden_validation_labels=LABELS.copy(),
    )
    return replace(task, **{name: change(getattr(task, name)) for name, change in changes.items()})


def other_values(recording):
    return replace(recording, values=recording.values + 1)


def other_labels(recording):
    return replace(recording, labels=~recording.labels)


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({"train": other_values}, {"labelled"}),
        ({"train": other_labels}, {"labelled"}),
        ({"train_unlabelled": other_values}, {"unlabelled"}),
        ({"validation": other_values}, {"labelled", "test"}),
        ({"validation": other_labels}, {"labelled"}),
        ({"validation_unlabelled": other_values}, {"unlabelled", "test"}),
        ({"test": other_values}, {"test"}),
        ({"test": other_labels}, set()),
        ({"hidden_validation_labels": np.logical_not}, set()),
    ],
)
def test_a_hash_covers_what_is_fitted_and_what_is_scored_and_no_label_of_evaluation(monkeypatch, changes, moved):
    def digest(task):
        monkeypatch.setattr(tasks, "load_tasks", lambda *_: (task,))
        return tasks.task_digests("any", "twin", "any", 0, None)[0]

    before, after = digest(made_up()), digest(made_up(**changes))
    assert {
        name for name in ("labelled", "unlabelled", "test") if getattr(before, name) != getattr(after, name)
    } == moved


@pytest.mark.parametrize("part", ["train", "validation", "test", "validation_unlabelled"])
def test_the_truth_covers_the_labels_of_every_part(monkeypatch, part):
    """An oracle sees them; the training part of unsupervised detectors is none of its parts."""

    def truth(task):
        monkeypatch.setattr(tasks, "load_tasks", lambda *_: (task,))
        return tasks.task_digests("any", "twin", "any", 0, None)[0].truth

    changes = {part: other_values} if part == "validation_unlabelled" else {part: other_labels}
    assert truth(made_up()) != truth(made_up(**changes))
    assert truth(made_up()) != truth(made_up(hidden_validation_labels=np.logical_not))
    assert truth(made_up()) == truth(made_up(train_unlabelled=other_values))


def test_a_fit_depends_on_what_its_supervision_sees():
    found = tasks.TaskDigest("rows", "labelled", "unlabelled", "test", "truth")
    kinds = ("supervised", "weak", "unsupervised", "none", "oracle")
    assert [found.fit(kind) for kind in kinds] == ["labelled", "labelled", "unlabelled", "unlabelled", "truth"]


def test_what_has_to_be_scored_besides_is_part_of_the_hash():
    (plain, _) = tasks.task_digests(f"{TINY}:Tiny", "twin", "native", 0, None)
    (ruled, _) = tasks.task_digests(f"{TINY}:Tiny", "twin", "paper-pa[window=5]", 0, None)
    assert plain.test.endswith("+labelled")
    assert ruled.test == plain.test.removesuffix("+labelled") + "+train+labelled"
    assert (ruled.labelled, ruled.name) == (plain.labelled, "one")


def test_a_twin_has_no_files_and_a_changed_file_has_another_stamp(tmp_path):
    file = tmp_path / "tiny" / "tiny.txt"
    file.parent.mkdir()
    file.write_text("1")
    name = f"{TINY}:Tiny"
    assert tasks.file_stamps(name, "twin", tmp_path) == tasks.file_stamps(name, "real", None) == ()
    (before,) = tasks.file_stamps(name, "real", tmp_path)
    assert before == (str(file), 1, file.stat().st_mtime_ns)
    file.write_text("12")
    assert tasks.file_stamps(name, "real", tmp_path) != (before,)


def test_arrays_of_a_task_cannot_be_written_to():
    (task,) = tasks.load_tasks("cloud-workload", "twin", "cloud-workload[rows=1000]", 0, None)
    arrays = [task.test.values, task.hidden_validation_labels, task.groupings["kind"].index]
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
