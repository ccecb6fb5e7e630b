"""What a table of `run` says below its numbers."""

from __future__ import annotations

from pathlib import Path

from benchmark.cli.notes import run_notes
from benchmark.interfaces.cell import Result


def result(*anomalous: int) -> Result:
    return Result("OK", rows=[{"points": 10, "anomalous": count} for count in anomalous])


def test_tasks_of_one_class_are_said_to_be_left_out() -> None:
    notes = run_notes("google-2019", "twin", None, [result(1, 0, 10, 9), result(1, 0, 10, 9), result(5)])

    assert notes == ["means are over 2 of 4 tasks: the test labels of the others hold one class only"]


def test_no_task_at_all_with_both_classes_is_said() -> None:
    assert run_notes("google-2019", "twin", None, [result(0, 10)]) == [
        "no mean: the test labels of all 2 tasks hold one class only"
    ]


def test_whole_twins_need_no_note() -> None:
    assert run_notes("google-2019", "twin", None, [result(1), result(2)]) == []


def test_files_without_a_known_checksum_are_said(tmp_path: Path) -> None:
    for part, text in (("train", "0," * 37 + "0\n"), ("test", "0," * 37 + "0\n"), ("test_label", "1\n")):
        path = tmp_path / "smd" / part / "machine-1-1.txt"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")

    (note,) = run_notes("smd", "real", tmp_path, [])
    assert note.startswith("smd: 3 of 3 files differ from the published ones (cut short, or another version)")
