import json
import tomllib
from importlib.resources import files

from typer.testing import CliRunner

from benchmark.cli import app
from benchmark.metrics.catalogue import _COMPUTE, CATALOGUE


def test_words_and_functions_are_of_the_same_metrics():
    words = tomllib.loads((files("benchmark.metrics") / "catalogue.toml").read_text("utf-8"))["metric"]
    assert [entry["name"] for entry in words] == list(_COMPUTE)
    assert all(value != "" for entry in words for value in entry.values())


def test_every_name_says_what_threshold_it_has():
    for metric in CATALOGUE:
        ending = {"cut": "@<cut>", "oracle": "@oracle", "none": ""}[metric.threshold]
        assert metric.name == metric.name.split("@")[0] + ending


def test_point_adjusted_metrics_say_so():
    for metric in CATALOGUE:
        if "adjust" in metric.flaws or "One hit counts as the whole event" in metric.flaws:
            assert "PA" in metric.name


def test_the_command_lists_every_metric():
    listed = json.loads(CliRunner().invoke(app, ["metrics", "--json"]).stdout)
    assert [entry["name"] for entry in listed] == [metric.name for metric in CATALOGUE]
    table = CliRunner().invoke(app, ["metrics"]).stdout
    assert all(metric.name in table and metric.flaws in table for metric in CATALOGUE)
