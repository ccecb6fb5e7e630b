import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from benchmark.cli import app


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with five metrics of one host, whose latency jumps in rows 800 to 809."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    generator = np.random.default_rng(1)
    values = generator.normal(size=(1000, 5))
    values[800:810, 3] += 30
    names = ("cpu", "memory", "requests", "latency", "errors")
    frame = pl.DataFrame({"time": 1_700_000_000 + 60 * np.arange(1000)} | dict(zip(names, values.T, strict=True)))
    frame.write_csv("telemetry.csv")
    return tmp_path


def run(*words):
    return CliRunner().invoke(app, ["detect", *words])


def test_one_command_finds_the_event_and_writes_scores_plot_and_page(folder):
    result = run("telemetry.csv", "--method", "knn", "--out", "s.parquet", "--plot", "p.png", "--report", "r.html")
    assert result.exit_code == 0, result.output
    first = next(line for line in result.stdout.splitlines() if line.startswith("2023-"))
    assert first.startswith("2023-11-15 11:33:20  2023-11-15 11:42:20")
    assert "latency" in first
    assert pl.read_parquet("s.parquet").height == 500
    assert (folder / "p.png").read_bytes().startswith(b"\x89PNG")
    page = (folder / "r.html").read_text("utf-8")
    assert "latency" in page
    assert "<script src" not in page  # the library is in the page


def test_json_holds_events_with_their_channels(folder):
    result = run("telemetry.csv", "--method", "norm", "--json", "--threshold", "quantile=0.99")
    answer = json.loads(result.stdout)
    assert answer["schema"] == 1
    assert next(iter(answer["events"][0]["channels"])) == "latency"


def test_labels_give_metrics_with_intervals(folder):
    table = pl.read_csv("telemetry.csv")
    table.with_columns(label=pl.int_range(pl.len()).is_between(800, 809).cast(pl.Int8)).write_csv("labelled.csv")
    result = run("labelled.csv", "--method", "knn")
    assert "AUC-ROC" in result.stdout
    assert "block bootstrap" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere.csv",), "nowhere.csv: there is no such file"),
        (("telemetry.csv", "--method", "xgboost"), "trained with labels"),
        (("telemetry.csv", "--method", "nothing"), "unknown method 'nothing'"),
        (("telemetry.csv", "--threshold", "high"), "write quantile=0.99, pot, or rate=1/day"),
        (("telemetry.csv", "--out", "scores.xls"), ".csv or .parquet"),
        (("telemetry.csv", "--plot", "no/p.png"), "in a folder that exists"),
        (("telemetry.csv", "--train-until", "soon"), "--train-until 'soon'"),
        (("telemetry.csv[by=host]",), "by=host: unknown column"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(folder, words, message):
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in folder.iterdir()] == ["telemetry.csv"]


def test_run_takes_a_labelled_file(folder):
    table = pl.read_csv("telemetry.csv")
    table.with_columns(label=pl.int_range(pl.len()).is_between(800, 830).cast(pl.Int8)).write_csv("labelled.csv")
    result = CliRunner().invoke(app, ["run", "--dataset", "labelled.csv", "--method", "norm", "--seeds", "1"])
    assert result.exit_code == 0, result.output
    assert "labelled.csv (real)" in result.stdout


FAULTY = """
import sys
import numpy as np


class Exits:
    def fit(self, X):
        sys.exit(3)

    def decision_function(self, X):
        return X[:, 0]


class Singular(Exits):
    def fit(self, X):
        print("epoch 1")
        np.linalg.inv(np.zeros((2, 2)))


class Prints(Exits):
    def fit(self, X):
        print("epoch 1")
"""


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Exits", "mine.py:Exits on 'telemetry.csv': exited with code 3 (mine.py:8)"),
        ("Singular", "LinAlgError: Singular matrix"),
    ],
)
def test_a_detector_that_raises_or_exits_is_one_line(folder, name, message):
    (folder / "mine.py").write_text(FAULTY)
    result = run("telemetry.csv", "--method", f"mine.py:{name}")
    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]
    assert name != "Singular" or result.stderr.splitlines()[-1].endswith("reached from mine.py:17")


def test_what_a_detector_prints_is_not_in_the_answer(folder):
    (folder / "mine.py").write_text(FAULTY)
    assert json.loads(run("telemetry.csv", "--method", "mine.py:Prints", "--json").stdout)["schema"] == 1
