"""Files that are up to date are not made again."""

import json

import pytest

from benchmark.artifacts.receipt import inputs_hash, up_to_date, write_receipt

FACTS = {"artifact": "paper/table", "cells": [{"cell": "a", "result": "b"}]}


@pytest.fixture
def stem(tmp_path):
    stem = tmp_path / "table.twin"
    file = tmp_path / "table.twin.csv"
    file.write_text("1")
    write_receipt(FACTS, [file], stem)
    return stem


def test_a_receipt_lists_facts_commit_and_files(stem):
    receipt = json.loads(stem.with_name("table.twin.receipt.json").read_text())
    assert receipt["files"].keys() == {"table.twin.csv"}
    assert receipt.keys() == {"artifact", "cells", "commit", "files"}


def test_same_facts_and_untouched_files_are_up_to_date(stem):
    assert up_to_date(FACTS, stem) == [stem.with_name("table.twin.csv")]


def test_files_of_other_facts_are_not_up_to_date(stem):
    assert not up_to_date({**FACTS, "cells": []}, stem)


def test_a_touched_or_missing_file_is_not_up_to_date(stem):
    file = stem.with_name("table.twin.csv")
    file.write_text("2")
    assert not up_to_date(FACTS, stem)
    file.unlink()
    assert not up_to_date(FACTS, stem)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 3}'])
def test_an_unreadable_receipt_makes_no_file_up_to_date(stem, text):
    stem.with_name("table.twin.receipt.json").write_text(text)
    assert not up_to_date(FACTS, stem)


def test_a_changed_input_of_an_artifact_changes_its_facts(tmp_path):
    (tmp_path / "published.toml").write_text("a")
    before = inputs_hash(tmp_path, ("published.toml", "readings.toml"))
    assert before == inputs_hash(tmp_path, ("published.toml",))  # a file that does not exist is none
    (tmp_path / "readings.toml").write_text("b")
    assert inputs_hash(tmp_path, ("published.toml", "readings.toml")) != before
    assert inputs_hash(tmp_path, ()) == ""
