import json
import tomllib
from importlib.resources import files

import pytest
from typer.testing import CliRunner

from benchmark.cli import app
from benchmark.interfaces.errors import UnknownNameError
from benchmark.metrics.catalogue import (
    _COMPUTE,
    _COMPUTE_BUDGETED,
    BUDGETED,
    CATALOGUE,
    COLUMNS,
    DEFAULT,
    beyond_default,
    columns_named,
    parse_metrics,
)


def test_texts_and_functions_are_of_the_same_metrics():
    texts = tomllib.loads((files("benchmark.metrics") / "catalogue.toml").read_text("utf-8"))["metric"]
    assert [entry["name"] for entry in texts] == list(_COMPUTE)
    assert all(value != "" for entry in texts for value in entry.values())
    budgeted = tomllib.loads((files("benchmark.metrics") / "catalogue.toml").read_text("utf-8"))["budgeted"]
    assert [entry["name"] for entry in budgeted] == list(_COMPUTE_BUDGETED)


def test_every_metric_has_a_column_whose_name_carries_the_threshold():
    assert {column.metric.name for column in COLUMNS.values()} == {metric.name for metric in CATALOGUE}
    for name, column in COLUMNS.items():
        assert name == column.name == column.metric.name.replace("<cut>", column.cut)
        assert (column.cut != "") == (column.metric.threshold == "cut")


def test_only_point_wise_metrics_are_measured_at_the_oracle_cut_of_f1():
    at_oracle = {column.metric.name for column in COLUMNS.values() if column.cut == "oracle"}
    assert at_oracle == {
        metric.name
        for metric in CATALOGUE
        if metric.threshold == "cut" and not metric.sequential and metric.name != "F1@<cut>"
    }
    assert COLUMNS["F1@oracle"].metric.threshold == "oracle"


def test_requested_metrics_are_in_the_order_of_the_catalogue_each_once():
    assert parse_metrics("PATE, mcc@val ,pate") == ("MCC@val", "PATE")
    assert parse_metrics("") == ()
    assert parse_metrics("all") == tuple(COLUMNS)
    assert beyond_default(("PATE", "Range-F1@val", "MCC@val")) == ("Range-F1@val", "PATE")
    assert beyond_default(DEFAULT) == ()
    assert tuple(column.name for column in columns_named(DEFAULT)) == DEFAULT


def test_columns_of_budgets_are_found_by_name_and_are_in_no_other_result():
    names = ("Recall@1%", "F1@0.1%-test", "Incidents@5%", "Incidents@val", "AUC-PR@prior")
    found = {column.name: (column.metric.name, column.cut) for column in columns_named(names)}
    assert found == {
        "AUC-PR@prior": ("AUC-PR@prior", ""),
        "F1@0.1%-test": ("F1@<cut>", "0.1%-test"),
        "Incidents@5%": ("Incidents@<cut>", "5%"),
        "Incidents@val": ("Incidents@<cut>", "val"),
        "Recall@1%": ("Recall@<cut>", "1%"),
    }
    assert not set(names) & (set(COLUMNS) | set(DEFAULT))
    assert beyond_default(names) == tuple(found)
    for unknown in ("Recall@1", "Recall@%", "Recall@1%-tests", "AUC-ROC@1%", "Incident@1%"):
        with pytest.raises(UnknownNameError):
            columns_named([unknown])


@pytest.mark.parametrize(
    ("name", "similar"), [("Ragne-F1@val", "Range-F1@val"), ("Range-F1", "Range-F1@val"), ("PATTE", "PATE")]
)
def test_an_unknown_metric_is_an_error_with_similar_names(name, similar):
    with pytest.raises(UnknownNameError, match=f"unknown metric '{name}': did you mean .*{similar}"):
        parse_metrics(f"AUC-PR,{name}")


def test_the_run_command_checks_the_names_of_metrics_before_anything_runs():
    result = CliRunner().invoke(app, ["run", "--method", "norm", "--metrics", "Ragne-F1@val"])
    assert result.exit_code == 2
    assert "did you mean Range-F1@val" in result.output


def test_every_name_carries_the_threshold():
    for metric in CATALOGUE:
        ending = {"cut": "@<cut>", "oracle": "@oracle", "none": ""}[metric.threshold]
        assert metric.name == metric.name.split("@")[0] + ending


def test_names_of_point_adjusted_metrics_carry_pa():
    for metric in CATALOGUE:
        if "adjust" in metric.flaws or "One hit counts as the whole event" in metric.flaws:
            assert "PA" in metric.name


def test_the_command_lists_every_metric():
    listed = json.loads(CliRunner().invoke(app, ["metrics", "--json"]).stdout)
    assert [entry["name"] for entry in listed] == [metric.name for metric in (*CATALOGUE, *BUDGETED)]
    table = " ".join(CliRunner().invoke(app, ["metrics"]).stdout.split())  # lines are broken at the width of the page
    assert all(metric.name in table and " ".join(metric.flaws.split()) in table for metric in (*CATALOGUE, *BUDGETED))
