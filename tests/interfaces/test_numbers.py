import pytest

from benchmark.drawing.summary import summarise
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import curve_numbers
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.gan_uq.sweeps import LatentDimension, Load
from benchmark.protocols.google_2019.load import LEVELS

SETTING = Setting("twin", PROFILES["default"])
CELLS = [Cell("d", "twin", "p", seed, "m") for seed in (4, 2)]


def row(value):
    return {"F1@val": value, "points": 10, "anomalous": 2}


def test_a_number_of_a_table_has_its_seeds_and_cells():
    runs = [(cell, Result("OK", rows=[row(0.1 * cell.seed)])) for cell in CELLS]
    failed = [runs[0], (CELLS[1], Result("TIMEOUT", "too slow"))]
    lines = [
        Line("s", "s: a scenario", "A", "m", "paper", {}, {"F1@val": summarise(runs, "F1@val")}),
        Line("s", "s: a scenario", "B", "n", "paper", {}, {"F1@val": summarise(failed, "F1@val")}),
    ]
    good, bad = Table("t", (Column("F1@val"),), tuple(lines)).numbers()
    assert (good.scenario, good.label, good.row, good.status) == ("s", "A", "m", "OK")
    assert good.values == pytest.approx({4: 0.4, 2: 0.2})
    assert good.cells == tuple(CELLS)
    assert (bad.status, bad.values) == ("TIMEOUT", {})
    assert "too slow" in bad.reason


def record(panel, x, seed, value):
    return {"panel": panel, "x": x, "metric": "F1@val", "seed": seed, "value": value, "cell": CELLS[0]}


def test_points_are_in_the_order_of_the_axis_and_gaps_are_named():
    records = [record("a", 10, 0, 0.5), record("a", 2, 0, 0.4), record("b", 2, 0, 0.1), record("b", 2, 0, 0.3)]
    found = curve_numbers(records, "s")
    assert [(one.panel, one.row, one.status) for one in found] == [
        ("a", "2", "OK"), ("a", "10", "OK"), ("b", "2", "OK"), ("b", "10", "MISSING")
    ]  # fmt: skip
    assert found[2].values == pytest.approx({0: 0.2})


def results(figure, spoil):
    metrics = dict.fromkeys(("Accuracy@labelled", "Precision@labelled", "Recall@labelled", "F1@labelled"), 0.5)

    def subgroups():
        return {name: {"points": 10, "anomalous": 2, "F1@labelled": 0.5} for name in LEVELS}

    return {
        cell: Result("ERROR", "broken")
        if place == spoil
        else Result("OK", rows=[row(0.5) | metrics | {"subgroups": {"load": subgroups()}}])
        for place, cell in enumerate(figure.cells(SETTING))
    }


def test_a_point_that_lacks_a_seed_has_no_number_unless_the_figure_allows_it_and_no_cell_failed():
    point = LatentDimension().numbers(results(LatentDimension(), 0), SETTING)[0]
    assert (point.row, point.status, point.reason) == ("32", "INCOMPLETE", "1 of 2 seeds gave a number")
    point = Load().numbers(results(Load(), 0), SETTING)[0]
    assert (point.row, point.status) == ("Low", "INCOMPLETE")
    found = results(Load(), None)
    found[Load().cells(SETTING)[0]].rows[0]["subgroups"]["load"]["Low"]["anomalous"] = 0
    point = Load().numbers(found, SETTING)[0]
    assert (point.row, point.status, len(point.values)) == ("Low", "OK", 1)
