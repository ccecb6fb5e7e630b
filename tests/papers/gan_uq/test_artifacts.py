from dataclasses import replace

import pytest

from benchmark.artifacts.comparison import control_rows
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.gan_uq.artifacts import Table1

SETTING = Setting("twin", PROFILES["default"])
ROWS = Table1().table_rows("grouped")


def test_rows_of_a_section_have_the_same_seeds_and_protocol():
    cells = Table1().cells(SETTING)
    assert len(set(cells)) == len(cells) == 3 * len(SETTING.seeds) * len(ROWS)
    by_method = {}
    for cell in cells:
        by_method.setdefault(cell.method, set()).add((cell.protocol, cell.seed))
    assert len(set(map(frozenset, by_method.values()))) == 1


@pytest.mark.parametrize("column", Table1.columns, ids=lambda column: column.metric)
def test_every_measured_column_names_its_threshold(column):
    assert "@" in column.metric or column.metric.startswith("AUC")


def test_controls_are_in_the_table():
    controls = {row.method for row in ROWS if row.role == "control"}
    assert {"random", "constant", "norm", "pca", "knn", "iforest"} <= controls
    assert controls == {row.method for row in control_rows()}


def test_both_presets_show_the_numbers_of_the_papers_row():
    results = dict.fromkeys(Table1().cells(SETTING), Result("ERROR", "broken"))
    lines = [line for line in Table1().table(results, SETTING).lines if line.label.startswith("Ours")]
    assert len(lines) == 3 * 2
    for line in lines:
        assert line.published["Accuracy@val"] == "0.9638"
        assert line.published["F1@val"] == "0.9523"


def test_a_scenario_of_the_setting_replaces_the_default_of_figures_only():
    other = replace(SETTING, scenario="grouped")
    assert Table1().cells(other) == Table1().cells(SETTING)
