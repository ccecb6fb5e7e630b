"""A worker that computes with anything else than the client is refused by name, with what differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmark.engine.admission import MISSING, Facts, differences, expected, lacking, question, report
from benchmark.engine.plan import make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell
from tests.engine.conftest import TINY

DATASET = ("smd", "real")
HERE = Facts("0.2.0", "3.11", "portable", {"numpy": "2.1"}, {"method pca": "a" * 64}, {DATASET: "b" * 64})


def test_equal_facts_have_no_difference():
    assert differences(HERE, replace(HERE, worker="w")) == []


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({"package": "0.1.0"}, "package 0.1.0 (here 0.2.0)"),
        ({"arithmetic": "native"}, "arithmetic native (here portable)"),
        ({"libraries": {"numpy": "1.26"}}, "numpy 1.26 (here 2.1)"),
        ({"libraries": {}}, "numpy missing (here 2.1)"),
        ({"code": {"method pca": "c" * 64}}, "code of method pca cccccccccccc (here aaaaaaaaaaaa)"),
        ({"data": {DATASET: "d" * 64}}, "data of smd (real) dddddddddddd (here bbbbbbbbbbbb)"),
        ({"data": {DATASET: "cannot be read: row 7"}}, "data of smd (real) cannot be read: row 7 (here bbbbbbbbbbbb)"),
    ],
)
def test_a_difference_is_named(there, said):
    assert differences(HERE, replace(HERE, **there)) == [said]


def test_another_python_explains_other_hashes():
    there = replace(HERE, python="3.12", code={"method pca": "c" * 64})
    assert differences(HERE, there) == ["python 3.12 (here 3.11)"]


def test_missing_files_are_no_difference_but_lacking():
    there = replace(HERE, data={DATASET: MISSING})
    assert differences(HERE, there) == []
    assert lacking(there) == {DATASET}


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "tiny.txt").write_text("0.5")
    cells = [Cell(f"{TINY}:Tiny", variant, "native", 0, f"{TINY}:Noisy") for variant in ("real", "twin")]
    return make_plan(cells, Store(tmp_path / "store"), tmp_path)


def test_this_process_agrees_with_itself_and_reads_the_data(plan, tmp_path):
    asked = question(plan)
    here, found = expected(asked, plan), report(asked, tmp_path, "w")
    assert differences(here, found) == []
    assert lacking(found) == frozenset()
    assert {"engine", f"method {TINY}:Noisy", "protocol native"} == set(found.code)
    assert {"numpy", "distributed"} <= set(found.libraries)


def test_a_worker_with_other_files_or_none_says_so(plan, tmp_path):
    asked = question(plan)
    here = expected(asked, plan)
    assert lacking(report(asked, None, "w")) == {(f"{TINY}:Tiny", "real")}
    (tmp_path / "tiny" / "tiny.txt").write_text("0.6")
    (said,) = differences(here, report(asked, tmp_path, "w"))
    assert said.startswith(f"data of {TINY}:Tiny (real) ")


def test_a_worker_without_the_file_of_a_class_says_so(plan, tmp_path):
    asked = question(plan)
    moved = replace(asked, targets={"method m": (str(tmp_path / "gone.py"),)})
    here = replace(expected(asked, plan), code={"method m": "a" * 64}, libraries={})
    (said,) = differences(here, report(moved, tmp_path, "w"))
    assert "gone.py" in said
