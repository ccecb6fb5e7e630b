"""`data prepare`, `run --input`, `data sql` and `bench ingest`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from benchmark.bench import ingest
from benchmark.cli import app
from benchmark.data.google_2011.generator import Trace
from benchmark.engine import streamed as module


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("parts")
    Trace(machines=6, windows=80, tasks=4, parts=2).write(root)
    return root


@pytest.fixture(scope="module")
def output(parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    done = call("data", "prepare", "google-2011", "--input", parts, "--output", folder)
    assert done.exit_code == 0, done.output
    assert "6 machines" in done.stdout
    assert "task_usage part 2 of 2" in done.stderr
    assert "rows/s" in done.stderr
    return folder


def test_prepared_parts_are_not_read_again(parts: Path, output: Path) -> None:
    done = call("data", "prepare", "google-2011", "--input", parts, "--output", output, "--json")
    facts = json.loads(done.stdout)
    assert (facts["machines"], facts["read"]) == (6, 0)
    assert facts["counts"]["rows"] > 1000


def test_a_faulty_part_is_one_line_and_exit_code_2(parts: Path, tmp_path: Path) -> None:
    for name in ("machine_events", "task_events"):
        (tmp_path / name).symlink_to(parts / name)
    (tmp_path / "task_usage").mkdir()
    (tmp_path / "task_usage" / "part-00007-of-00500.csv").write_text("600000000,900000000,1\n")
    done = call("data", "prepare", "google-2011", "--input", tmp_path, "--output", tmp_path / "out")
    assert done.exit_code == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error")]
    assert "part-00007-of-00500.csv, row 1: row has 3 columns; expected 20" in line


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("data", "prepare", "smd", "--input", ".", "--output", "x"), "'smd' cannot be prepared"),
        (("data", "prepare", "google-2011", "--input", "nowhere", "--output", "x"), "no such folder"),
        (("data", "prepare", "google-2011", "--input", ".", "--output", "x", "--memory", "much"), "e.g. 4GiB"),
        (("data", "prepare", "google-2011", "--input", "docs", "--output", "x"), "no part of machine_events"),
        (("data", "sql", "smd"), "has no query"),
        (("bench", "ingest", "--rows", "many"), "whole numbers"),
        (
            ("run", "--method", "norm", "--dataset", "google-2011[layout=machines]", "--input", "nowhere"),
            "no such folder",
        ),
        (("run", "--method", "norm", "--dataset", "google-2011[layout=machines]", "--input", "docs"), "data prepare"),
        (("run", "--method", "norm", "--dataset", "nezha", "--input", "docs"), "one recording at a time"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(words: tuple[str, ...], problem: str) -> None:
    done = call(*words)
    assert done.exit_code == 2, done.output
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error")]
    assert problem in line


def test_a_streamed_run_gives_the_means_of_its_recordings(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    run = ("run", "--method", "norm,pca", "--seeds", 1, "--store", tmp_path, "--json")
    done = call(*run, "--dataset", "google-2011[layout=machines]", "--input", output)
    assert done.exit_code == 0, done.output
    norm, pca = json.loads(done.stdout)
    assert (norm["method"], pca["method"]) == ("norm", "pca")
    single = []
    for folder in sorted((output / "machines").iterdir()):
        number = folder.name.partition("=")[2]
        name = f"google-2011[layout=machines,machine={number}]"
        alone = call(*run, "--dataset", name, "--data", output)
        if alone.exit_code == 0:
            single.append(json.loads(alone.stdout)[0]["rows"][0]["AUC-ROC"])
    found = norm["metrics"]["AUC-ROC"]
    assert found["recordings"] == len(single) > 2
    assert found["mean"] == pytest.approx(sum(single) / len(single))


def test_failed_cells_are_counted_and_end_with_exit_code_3(output: Path, tmp_path: Path) -> None:
    detector = tmp_path / "mine.py"
    detector.write_text(
        "class Mine:\n    def fit(self, x): pass\n    def score_samples(self, x): raise ValueError('no')\n"
    )
    run = ("run", "--method", f"{detector}:Mine", "--seeds", 1, "--store", tmp_path / "store")
    done = call(*run, "--dataset", "google-2011[layout=machines,machine=3000000]", "--input", output)
    assert done.exit_code == 3, done.output
    assert "ERROR; first: google-2011" in done.stdout


def test_ingest_is_measured_beside_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "WINDOWS", 50)
    done = call("bench", "ingest", "--rows", "4000", "--json")
    assert done.exit_code == 0, done.output
    (found,) = json.loads(done.stdout)
    assert found["rows"] > 3000
    assert found["machines"] == 10
    assert found["ratio"] > 0
    assert found["prepare"]["peak_mib"] > 20
