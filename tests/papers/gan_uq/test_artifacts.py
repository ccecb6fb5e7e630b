from dataclasses import replace

import pytest

from benchmark.artifacts.comparison import CEILING_AND_FLOOR, control_rows
from benchmark.artifacts.probe import OF_ALL
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.gan_uq.cluster import READINGS, SCENARIOS
from benchmark.papers.gan_uq.confidence import Confidence
from benchmark.papers.gan_uq.probe import Artefacts
from benchmark.papers.gan_uq.sweeps import Load, Samples
from benchmark.papers.gan_uq.table1 import SUPERVISED, Table1

SETTING = Setting("twin", PROFILES["default"])
REAL = Setting("real", PROFILES["default"])
ROWS = Table1().all_rows("grouped")


def test_rows_of_a_section_have_the_same_seeds_and_protocol():
    cells = Table1().cells(SETTING)
    assert len(set(cells)) == len(cells) == len(READINGS) * len(SETTING.seeds) * len(ROWS)
    by_method = {}
    for cell in cells:
        by_method.setdefault(cell.method.replace(",sweep=true", ""), set()).add((cell.protocol, cell.seed))
    assert len(set(map(frozenset, by_method.values()))) == 1


def test_each_split_has_a_reading_with_normal_and_one_with_all_training_rows():
    assert list(Table1.sections) == list(READINGS)
    assert [reading["scenario"] for reading in READINGS.values()] == [name for name in SCENARIOS for _ in range(2)]
    shares = [reading.get("contamination") for reading in READINGS.values()]
    assert shares == [None, 0.0, None, 0.0, None, 0.4]


@pytest.mark.parametrize("column", Table1.columns, ids=lambda column: column.metric)
def test_every_measured_column_names_its_threshold(column):
    assert "@" in column.metric or column.metric.startswith("AUC")


def test_controls_are_in_the_table_and_a_perfect_score_and_chance_close_it():
    assert ROWS[-2:] == CEILING_AND_FLOOR
    controls = {row.method for row in ROWS[:-2] if row.role == "control"}
    assert {"constant", "norm", "pca", "knn", "iforest"} <= controls
    assert controls == {row.method for row in control_rows(sequential=False)}
    assert not controls & {"trailing-norm", "trailing-knn"}  # norm and knn on rows without time order


def test_both_presets_show_the_numbers_of_the_papers_row():
    results = dict.fromkeys(Table1().cells(SETTING), Result("ERROR", "broken"))
    lines = [line for line in Table1().table(results, SETTING).lines if line.label.startswith("Ours")]
    assert len(lines) == len(READINGS) * 2
    for line in lines:
        assert {"0.9638", "0.9523"} <= set(line.published.values())


def test_a_scenario_of_the_setting_replaces_the_default_of_figures_only():
    other = replace(SETTING, scenario="grouped")
    assert Table1().cells(other) == Table1().cells(SETTING)


@pytest.mark.parametrize("figure", [Load(), Samples(), Confidence()], ids=lambda figure: figure.name)
@pytest.mark.parametrize("setting", [SETTING, REAL], ids=("twin", "real"))
def test_figures_of_the_models_of_table_1_need_no_cells_of_their_own(figure, setting):
    assert set(figure.cells(setting)) <= set(Table1().cells(setting))


def test_the_artefact_table_adds_only_rules_to_the_cells_of_table_1():
    extra = set(Artefacts().cells(REAL)) - set(Table1().cells(REAL))
    assert {cell.method for cell in extra} == {"rule[depth=1]", "rule[depth=2]"}


def test_the_artefact_table_measures_each_kind_against_normal_rows():
    table = Artefacts()
    kinds = ("resource-contention", "task-failure", "performance-degradation")
    rows = {kind: {"AUC-ROC": 0.5 + index / 10, "Recall@labelled": 0.1} for index, kind in enumerate(kinds)}
    row = dict.fromkeys(OF_ALL, 0.9) | {"points": 10, "anomalous": 4}
    results = dict.fromkeys(table.cells(SETTING), Result("OK", rows=[row | {"subgroups": {"kind": rows}}]))
    (rule, *_), found = table.table_rows("injected"), table.table(results, SETTING).lines[0]
    means = {metric: summary.interval.mean for metric, summary in found.measured.items()}
    assert (found.label, found.method) == (rule.label, "rule[depth=1]")
    assert means["Precision@labelled"] == pytest.approx(0.9)
    assert means["AUC-ROC of task-failure"] == pytest.approx(0.6)
    assert means["Recall@labelled of task-failure"] == pytest.approx(0.1)


def test_rows_trained_with_labels_come_first_and_the_method_that_is_cited_stands_beside_the_one_that_is_named():
    assert [row.method for row in ROWS[:5]] == [row.method for row in SUPERVISED]
    methods = {row.label: row.method for row in ROWS}
    assert (methods["GAT"], methods["GAT, as cited (GDN)"]) == ("gat", "gdn")
