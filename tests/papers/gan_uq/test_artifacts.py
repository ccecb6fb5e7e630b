import os
import re
from pathlib import Path

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.gan_uq.artifacts import COLUMNS, ENTRIES, Table1


def test_published_numbers_are_those_of_the_paper():
    paper = Path(os.environ.get("BENCHMARK_DATA", "missing")).resolve().parent / "papers" / "gan-uq.txt"
    if not paper.is_file():
        pytest.skip("the text of the paper is not there")
    printed = {
        match[1]: match[2].split()
        for match in re.finditer(
            r"^<b>([A-Za-z ]+)(?:\[\d+\])?</b>((?:\s+0\.\d{4}){4})$", paper.read_text(), re.MULTILINE
        )
    }
    assert len(printed) == 6
    assert {row: list(numbers.values()) for row, numbers in Table1().published().items()} == printed


def test_every_row_of_a_section_stands_on_the_same_seeds_and_protocol():
    cells = Table1().cells(Setting("twin", PROFILES["default"]))
    assert len(set(cells)) == len(cells) == 3 * 5 * len(ENTRIES)
    by_method = {}
    for cell in cells:
        by_method.setdefault(cell.method, set()).add((cell.protocol, cell.seed))
    assert len(set(map(frozenset, by_method.values()))) == 1


def test_no_measured_column_is_a_bare_name():
    for column in COLUMNS:
        assert "@" in column.metric or column.metric.startswith("AUC")


def test_controls_are_in_the_table():
    controls = {entry.method for entry in ENTRIES if entry.role == "control"}
    assert {"random", "constant", "norm", "pca", "knn", "iforest"} <= controls
