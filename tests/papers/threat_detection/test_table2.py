"""Table 2: coverage of techniques by rules."""

from __future__ import annotations

import csv
import json

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.threat_detection.coverage import Coverage, techniques

SETTING = Setting("real", PROFILES["default"])


def task(name, events, matched, **rules):
    each = {rule: {"anomalous": events, "Recall@val": count / events} for rule, count in rules.items()}
    return {"task": name, "anomalous": events, "Recall@val": matched / events, "extra_scores": each}


RESULT = Result(
    "OK",
    rows=[
        task("delete", 34, 30, role=30, stop=0),
        task("hide", 7, 0, role=0, stop=0),
        task("leave", 3, 3, role=1, stop=2),
        task("stop", 1, 1, role=0, stop=1),
        task("write", 2, 1, role=1, stop=0),
    ],
)


@pytest.fixture
def results():
    (cell,) = Coverage().cells(SETTING)
    return {cell: RESULT}


def test_it_is_one_cell_of_the_way_of_the_data_on_real_data_only():
    (cell,) = Coverage().cells(SETTING)
    assert (cell.dataset, cell.protocol) == ("cloudtrail[source=stratus]", "threat[scenario=coverage]")
    assert cell.method == "rules[each=true]"
    assert Coverage().cells(Setting("real", PROFILES["smoke"])) == [cell]
    assert Coverage.variants == ("real",)


def test_counts_of_events_come_back_from_their_shares():
    found = {one.name: one for one in techniques(RESULT)}
    assert (found["delete"].events, found["delete"].matched, found["delete"].rules) == (34, 30, {"role": 30})
    assert found["leave"].rules == {"role": 1, "stop": 2}
    assert found["hide"].rules == {}


def test_each_technique_has_its_events_and_the_rules_that_match_and_the_last_row_counts(results, tmp_path):
    files = Coverage().write(results, SETTING, tmp_path / "table2.real")
    rows = {row[0]: row[1:] for row in csv.reader(files[0].open(encoding="utf-8"))}
    assert rows["Technique"] == ["Events", "Matched", "Covered", "Rules that match, with their authors"]
    assert rows["leave"] == ["3", "3", "yes", "role: 1; stop: 2"]
    assert rows["hide"] == ["7", "0", "no", "none"]
    assert rows["all 5"] == ["47", "35", "4 of 5", "2 rules match"]
    notes = json.loads(files[3].read_text(encoding="utf-8"))["notes"]
    assert any("Without benign traffic" in note for note in notes)
    assert "role is the only rule that matches in 2 of the covered techniques. The other rules cover 2 of 5." in notes


def test_claims_and_explanations_find_every_count(results):
    numbers = {(one.row, one.metric): one for one in Coverage().numbers(results, SETTING)}
    assert numbers["delete", "Events matched"].values == {0: 30.0}
    assert numbers["hide", "Covered"].values == {0: 0.0}
    assert numbers["all", "Covered"].values == {0: 4.0}
    assert all(one.cells == tuple(results) and one.scenario == "stratus" for one in numbers.values())


def test_a_cell_without_a_result_is_named(tmp_path):
    (cell,) = Coverage().cells(SETTING)
    failed = {cell: Result("ERROR", "file is missing")}
    files = Coverage().write(failed, SETTING, tmp_path / "table2.real")
    assert "- No number: error: file is missing" in files[1].read_text(encoding="utf-8")
    assert Coverage().numbers(failed, SETTING) == []
