"""``run``: several datasets, sorted and narrow tables, files of numbers and scores, methods that no seed changes."""

import csv
import json
import re
from pathlib import Path

import polars as pl
import pytest

TINY = Path(__file__).parents[1] / "fixtures" / "tiny.py"
RUN = ("run", "--dataset", f"{TINY}:Tiny,{TINY}:Unordered", "--variant", "twin", "--protocol", "native")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def run(folder, monkeypatch, call):
    """Run two methods on two datasets; cells are computed once for all tests of the module."""
    monkeypatch.chdir(folder)
    return lambda *more: call(*RUN, "--method", "Norm,random", "--seeds", "2", *more)


def test_each_dataset_has_a_table_with_its_counts_and_a_last_line_says_what_was_found(run):
    done = run("--sort", "auc-roc", "--per-recording")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("test: 2 recordings, 80 points, ") == 2
    assert done.stdout.count("AUC-ROC by recording") == 2
    assert "No seed changes norm: run once." in done.stdout
    for table in done.stdout.split("(twin)")[1:]:
        values = re.findall(r"^(?:norm|random) .*$", table, re.MULTILINE)
        assert len(values) >= 2
    assert "Next: " in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_of_a_table_is_wider_than_the_page(run, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    from typer.testing import CliRunner

    from benchmark.cli import app

    words = ["run", "--dataset", f"{TINY}:Tiny", "--variant", "twin", "--protocol", "native"]
    done = CliRunner().invoke(app, [*words, "--method", "Norm,random", "--seeds", "2"], env={"COLUMNS": str(width)})
    assert done.exit_code == 0, done.output
    rows = [line for line in done.stdout.splitlines() if line.startswith(("method", "norm", "random"))]
    assert len(rows) >= 6
    assert max(map(len, rows)) <= width


def test_numbers_and_scores_are_written_with_keys_and_versions(run, folder):
    assert run("--out", "new/numbers.csv", "--scores", "scores.parquet", "-q").exit_code == 0
    rows = list(csv.DictReader((folder / "new" / "numbers.csv").open()))
    one = next(row for row in rows if row["method"] == "random" and row["metric"] == "AUC-PR")
    assert float(one["low"]) <= float(one["mean"]) <= float(one["high"])
    assert (one["schema"], one["seeds"], one["recordings"], one["status"]) == ("1", "2", "2", "OK")
    assert [len(key) for key in one["keys"].split()] == [64, 64]
    assert next(row for row in rows if row["method"] == "norm")["seeds"] == "1"
    scores = pl.read_parquet(folder / "scores.parquet")
    assert set(scores.columns) == {"dataset", "method", "seed", "recording", "point", "score", "label"}
    assert scores.filter(pl.col("method") == "random").group_by("dataset", "seed").len()["len"].to_list() == [80] * 4
    assert run("--out", "numbers.json").exit_code == 0
    content = json.loads((folder / "numbers.json").read_text())
    assert content["schema"] == 1
    assert "numpy" in content["libraries"]
    assert len(content["cells"]) == 6


def test_json_holds_every_seed_and_says_which_was_run(run):
    records = json.loads(run("--json", "-q").stdout)
    assert [(one["method"], one["seed"], one["ran_seed"]) for one in records[:4]] == [
        ("norm", 0, 0),
        ("norm", 1, 0),
        ("random", 0, 0),
        ("random", 1, 1),
    ]


def test_quiet_prints_nothing_besides_the_table(run):
    assert run("-q").stderr == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--method", "norm", "--out", "x.txt"), "ends in .csv, .parquet, .json"),
        (("--method", "norm", "--scores", "x.json"), "ends in .csv, .parquet"),
        (("--method", "norm", "--out", "/proc/none/x.csv"), "/proc/none cannot be made"),
        (("--method", "NROM"), "did you mean norm"),
        (("--method", "torch-ae"), "python -m benchmark list methods shows what there is"),
        (("--method", "norm", "--dataset", "nezah"), "did you mean nezha"),
        (("--method", "norm", "--dataset", ","), "--dataset names no dataset"),
    ],
)
def test_a_mistake_is_found_before_anything_runs(words, message, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call("run", *words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "cells" not in done.stderr


def test_anomalies_before_the_last_part_are_tested_on(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = ["time,load,label"]
    rows += [f"2026-01-01T{t // 60:02d}:{t % 60:02d}:00Z,{t % 5 + 9 * (t == 7)},{int(t == 7)}" for t in range(300)]
    Path("early.csv").write_text("\n".join(rows) + "\n")
    done = call("run", "--dataset", "early.csv", "--method", "norm", "--seeds", "1")
    assert done.exit_code == 0, done.output
    assert "tested on the first: native[test=first]" in done.stdout
