"""One declaration of points gives cells, numbers and drawing."""

import json
from typing import ClassVar

import polars as pl
import pytest

from benchmark.artifacts.comparison import CEILING_AND_FLOOR, Comparison, TableRow, control_rows, smoothed
from benchmark.artifacts.points import Point
from benchmark.artifacts.regenerate import all_artifacts
from benchmark.artifacts.sweep import Sweep, summarised
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Result
from benchmark.interfaces.describe import describe
from benchmark.interfaces.profiles import PROFILES
from benchmark.interfaces.registry import METHODS

SETTING = Setting("twin", PROFILES["smoke"])


class Latency(Sweep):
    """A figure of another paper: one panel, an axis beyond 0 to 1, no scenario."""

    name = "other/fig1"
    title = "Other, Fig. 1"
    quantity = "events a second"
    dataset = "stream"
    metrics = ("latency, ms",)
    value_label = "latency, ms"
    value_limits = None

    def points(self, setting):
        for rate in (100, 1000):
            yield from self.over_seeds(setting, "all", rate, f"fast[rate={rate}]")


class Accuracy(Comparison):
    """A table whose sections are presets, without printed numbers."""

    name = "other/table1"
    title = "Other"
    dataset = "stream"
    sections: ClassVar[dict[str, str]] = {"a": "preset a", "b": "preset b"}
    columns = (Column("F1@val"),)
    closed = False

    def table_rows(self, section):
        return (
            TableRow("own score", f"fast[preset={section}]"),
            TableRow("half", f"fast[preset={section}]", "", "half"),
        )

    def cell(self, setting, section, method, seed):
        return self.dataset_cell(setting, method, seed)


def test_an_artifact_of_another_dataset_needs_no_scenario():
    cells = Latency().cells(SETTING)
    assert {cell.protocol for cell in cells} == {"stream[rows=2000]"}
    assert [(cell.method, cell.seed) for cell in cells] == [
        (f"fast[rate={rate}]", seed) for rate in (100, 1000) for seed in range(2)
    ]
    assert Latency().circumstances(SETTING) == "embedded twin, not real data, 2,000 rows, 2 seeds"
    other = Setting("twin", PROFILES["smoke"], "burst")
    assert {cell.protocol for cell in Latency().cells(other)} == {"stream[rows=2000,scenario=burst]"}


def test_a_figure_has_its_own_label_and_limits(tmp_path):
    figure = Latency()
    results = {cell: Result("OK", rows=[{"latency, ms": 40.0 + cell.seed}]) for cell in figure.cells(SETTING)}
    *_, table, words = figure.write(results, SETTING, tmp_path / "fig1.twin")
    assert pl.read_csv(table)["mean"].to_list() == [40.5, 40.5]
    assert json.loads(words.read_text())["quantity"] == "events a second"
    (first, second) = figure.numbers(results, SETTING)
    assert (first.row, second.row, first.values) == ("100", "1000", {0: 40.0, 1: 41.0})


def test_rows_that_share_a_model_share_its_cells():
    table = Accuracy()
    assert len(table.cells(SETTING)) == 2 * 2
    row = {"F1@val": 0.6, "points": 9, "anomalous": 2, "extra_scores": {"half": {"F1@val": 0.3}}}
    row["extra_scores"]["half"] |= {"points": 9, "anomalous": 2}
    numbers = table.numbers(dict.fromkeys(table.cells(SETTING), Result("OK", rows=[row])), SETTING)
    assert [(one.scenario, one.label, one.values[0]) for one in numbers] == [
        (section, label, value) for section in "ab" for label, value in (("own score", 0.6), ("half", 0.3))
    ]


def test_a_mean_that_leaves_tasks_out_is_said_below_the_table():
    table = Accuracy()
    whole = {"F1@val": 0.6, "points": 9, "anomalous": 2, "extra_scores": {}}
    whole["extra_scores"]["half"] = dict(whole)
    rows = [whole | {"task": name, "anomalous": count} for name, count in (("x", 2), ("y", 0), ("z", 3))]
    results = {
        cell: Result("OK", rows=rows if "preset=a" in cell.method else rows[:1]) for cell in table.cells(SETTING)
    }
    assert table.table(results, SETTING).notes == (
        "preset a: means are over 2 of 3 tasks: the test labels of the others hold one class only.",
    )


@pytest.mark.parametrize("artifact", [one for one in all_artifacts() if hasattr(one, "points")], ids=lambda a: a.name)
def test_cells_are_those_of_the_points_each_once(artifact):
    cells = artifact.cells(SETTING)
    assert len(set(cells)) == len(cells)
    points = list(artifact.points(SETTING))
    assert all(isinstance(point, Point) for point in points)
    assert {point.cell for point in points} == set(cells)


def test_controls_are_the_detectors_marked_as_such_in_the_order_of_tables():
    names = [row.method for row in control_rows()]
    ends = {row.method for row in CEILING_AND_FLOOR}
    known = ("constant", "norm", "sensor-range", "pca", "knn", "iforest", "kmeans-ad")
    assert [name for name in names if name in known] == list(known)
    own = {one.name for one in describe(METHODS) if one.control and one.distribution == "cloudad-bench"}
    assert set(names) == own - ends


class Smoothed(Accuracy):
    """The same table with a trailing mean of nine points, a perfect score and chance."""

    smoothing = 9
    closed = True


def test_smoothing_is_a_parameter_of_every_row_but_the_perfect_score():
    methods = [row.method for row in Smoothed().all_rows("a")]
    assert methods[-2:] == ["perfect", "random[smoothing=9]"]
    assert methods[0] == methods[1] == "fast[preset=a,smoothing=9]"
    assert {cell.method for cell in Smoothed().cells(SETTING)} > {"perfect", "random[smoothing=9]"}


def test_a_smoothing_of_one_leaves_a_method_as_it_is_written():
    assert smoothed("fast[b=1,a=2]", 1) == "fast[b=1,a=2]"
    assert smoothed("fast[scales=(1, 4)]", 16) == "fast[scales=(1, 4),smoothing=16]"


class Twenty(Accuracy):
    """The same table with twenty seeds of its own."""

    repetitions = 20


@pytest.mark.parametrize(
    ("variant", "profile", "seeds"),
    [("real", "default", 20), ("real", "smoke", 2), ("real", "full", 20), ("twin", "default", 2)],
)
def test_repetitions_replace_the_seeds_of_the_default_profile_on_real_data(variant, profile, seeds):
    setting = Setting(variant, PROFILES[profile])
    assert {cell.seed for cell in Twenty().cells(setting)} == set(range(seeds))
    assert f"{seeds} seeds" in Twenty().caption(setting)
    assert len(Accuracy().seeds(setting)) == len(setting.seeds)


def test_claims_see_every_default_column_that_results_have_and_tables_show_their_own():
    row = {"F1@val": 0.6, "AUC-PR": 0.4, "cut@val": 3.0, "points": 9, "anomalous": 2}
    row["extra_scores"] = {"half": dict(row)}
    table = Accuracy()
    results = dict.fromkeys(table.cells(SETTING), Result("OK", rows=[row]))
    assert {one.metric for one in table.numbers(results, SETTING)} == {"F1@val", "AUC-PR"}
    assert [column.metric for column in table.table(results, SETTING).columns] == ["F1@val"]


def test_sections_are_scenarios_unless_a_reading_says_more():
    class Read(Accuracy):
        readings: ClassVar = {"b": {"scenario": "burst", "share": 0.5}}
        cell = Comparison.cell

    protocols = {section: Read().cell(SETTING, section, "fast", 0).protocol for section in "ab"}
    assert protocols == {"a": "stream[rows=2000,scenario=a]", "b": "stream[rows=2000,scenario=burst,share=0.5]"}


@pytest.mark.parametrize(("spacing", "places"), [("steps", [0, 1, 2]), ("linear", [1, 4, 16]), ("log", [0, 2, 4])])
def test_positions_are_spaced_as_the_figure_says(spacing, places):
    figure = type("Spaced", (Latency,), {"spacing": spacing})()
    assert list(figure.places([1, 4, 16]).values()) == places


def test_the_band_of_a_metric_does_not_leave_its_range():
    records = [{"panel": "a", "x": 0, "metric": "F1@val", "value": value} for value in (0.99, 0.7, 1.0)]
    row = summarised(records, 3).row(0, named=True)
    assert 0 < row["low"] < row["mean"] < row["high"] <= 1
    assert summarised([one | {"metric": "seconds"} for one in records], 3)["high"][0] > 1
    assert summarised(records, 4).is_empty()
