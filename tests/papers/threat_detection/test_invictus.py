"""Rules and models on the attacked account, at equal numbers of false alarms."""

from __future__ import annotations

import csv

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.threat_detection.invictus import EVENTS, EXECUTIONS, MISSED, ROWS, Invictus
from benchmark.papers.threat_detection.table1 import Table1
from tests.papers.threat_detection.test_executions import measured

SETTING = Setting("real", PROFILES["default"])
EXECUTION = [""] * 40 + ["a", "a", "a", "b", "c"]


def scored(method, seed):
    """Rules match a benign event and one of three of ``a``; models find ``b`` best, and in even seeds ``c``."""
    matched = [4] + [0] * 39 + [4, 0, 0, 0, 0]
    learnt = [*range(40), 0, 0, 0, 50, 50 if seed % 2 == 0 else 0]
    together = [score if not rule else 100 + rule for rule, score in zip(matched, learnt, strict=True)]
    perfect = [0] * 40 + [1] * 5
    scores = {"rules": matched, "perfect": perfect}.get(method, together if method.startswith("rules-or") else learnt)
    return Result("OK", rows=[measured(scores, EXECUTION)])


@pytest.fixture
def results():
    return {cell: scored(cell.method, cell.seed) for cell in Invictus().cells(SETTING)}


def lines(results):
    found = Invictus().table(results, SETTING).lines
    return {(line.section, line.label): {name: one.interval for name, one in line.measured.items()} for line in found}


def test_rules_flag_what_they_match_and_models_as_many_benign_events(results):
    table = lines(results)
    rules, vae = table["own", "rules"], table["own", "VAE"]
    assert (rules[EXECUTIONS].mean, rules[EVENTS].mean, rules[MISSED].mean) == pytest.approx((1 / 3, 1 / 5, 0))
    # b in each of five seeds, c in three of them.
    assert vae[EXECUTIONS].mean == pytest.approx((1 + 3 / 5) / 3)
    assert vae[EVENTS].mean == pytest.approx((1 + 3 / 5) / 5)
    assert vae[MISSED].mean == pytest.approx((1 + 3 / 5) / 2)


def test_together_they_share_one_number_of_false_alarms(results):
    table = lines(results)
    assert table["own", "rules or VAE"][EXECUTIONS].mean == pytest.approx((2 + 3 / 5) / 3)
    assert table["5%", "rules or VAE"][EVENTS].mean == pytest.approx((2 + 3 / 5) / 5)
    assert table["own", "perfect"][EVENTS].mean == 1


def test_intervals_are_over_executions_and_enclose_the_share(results):
    for measured_columns in lines(results).values():
        for interval in measured_columns.values():
            assert interval.count in (2, 3)
            assert 0 <= interval.low <= interval.mean <= interval.high <= 1


def test_headings_say_how_many_false_alarms_there_are(results):
    headings = {line.section: line.heading for line in Invictus().table(results, SETTING).lines}
    assert headings == {
        "own": "as the rules: 2.50% of benign events, 1 false alarm, 1 an hour",
        "5%": "5% of benign events, 2 false alarms, 2 an hour",
        "10%": "10% of benign events, 4 false alarms, 4 an hour",
    }


def test_the_files_hold_every_method_at_every_share_and_claims_find_them(results, tmp_path):
    files = Invictus().write(results, SETTING, tmp_path / "invictus.real")
    rows = list(csv.DictReader(files[0].open(encoding="utf-8")))
    assert len(rows) == 3 * 3 * len(ROWS)
    assert {row["status"] for row in rows} == {"OK"}
    assert "The rules match 1 event of 1 of 3 executions, and miss 2." in files[1].read_text("utf-8")
    numbers = {(one.scenario, one.label, one.metric): one for one in Invictus().numbers(results, SETTING)}
    assert set(numbers["5%", "VAE", EXECUTIONS].values) == set(range(5))


def test_a_failed_method_has_no_number_and_failed_rules_leave_none_at_their_own_share(results):
    failed = Result("TIMEOUT", "too long")
    some = {cell: failed if cell.method == "gan" and cell.seed == 3 else one for cell, one in results.items()}
    table = {(one.section, one.label): one.measured[EVENTS].status for one in Invictus().table(some, SETTING).lines}
    assert (table["own", "GAN"], table["own", "VAE"]) == ("TIMEOUT", "OK")
    none = {cell: failed if cell.method == "rules" else one for cell, one in results.items()}
    table = {(one.section, one.label): one.measured[EVENTS].status for one in Invictus().table(none, SETTING).lines}
    assert (table["own", "rules"], table["own", "VAE"], table["5%", "VAE"]) == ("TIMEOUT", "UNDEFINED", "UNDEFINED")


def test_its_cells_are_those_of_table_1_and_further_combinations():
    further = {cell.method for cell in set(Invictus().cells(SETTING)) - set(Table1().cells(SETTING))}
    beside = ("gan", "transformer", "stide", "iforest", "pca")
    assert further == {f"rules-or[detector={name}]" for name in beside}
    assert Invictus.variants == ("real",)
