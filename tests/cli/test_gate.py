import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from benchmark.cli import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Four labelled hosts, and a detector that scores at random beside one that is right."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    generator = np.random.default_rng(1)
    parts = []
    for host in range(4):
        values = generator.normal(size=(300, 3))
        labels = np.isin(np.arange(300) % 30, (3, 4))
        values[labels] += 6
        columns = dict(zip("abc", values.T, strict=True))
        parts.append(
            pl.DataFrame(
                {"time": 60 * np.arange(300), "host": [f"h{host}"] * 300, "label": labels.astype(int)} | columns
            )
        )
    pl.concat(parts).write_csv("hosts.csv")
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nclass Noise:\n    def fit(self, X):\n        return self\n"
        "    def decision_function(self, X):\n        return np.sin(1e4 * X[:, 0])\n"
    )
    return tmp_path


def gate(*words):
    command = ["gate", "--dataset", "hosts.csv[by=host]", "--seeds", "1", *words]
    return CliRunner().invoke(app, command)


def test_a_worse_detector_is_red_and_a_good_one_green(folder):
    worse = gate("--method", "mine.py:Noise", "--at-least", "knn", "--margin", "0.02")
    assert worse.exit_code == 1, worse.output
    assert "worse: mine.py:Noise is shown to be worse than knn" in worse.stdout
    assert gate("--method", "knn", "--at-least", "mine.py:Noise").exit_code == 0
    assert gate("--method", "knn", "--at-least", "0.3").exit_code == 0


def test_a_recorded_run_is_a_reference(folder):
    gate("--method", "knn", "--at-least", "0.1", "--record", "best.json", "--junit", "gate.xml")
    assert "<testsuite" in (folder / "gate.xml").read_text()
    same = gate("--method", "knn", "--at-least", "best.json")
    assert same.exit_code == 0, same.output
    assert gate("--method", "mine.py:Noise", "--at-least", "best.json").exit_code == 1
    answer = json.loads(gate("--method", "knn", "--at-least", "best.json", "--json").stdout)
    assert answer["outcome"] == "passed"
    assert answer["units"].keys() == {"h0", "h1", "h2", "h3"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--method", "knn", "--at-least", "nobody"), "unknown method 'nobody'"),
        (("--method", "knn", "--at-least", "no.json"), "no file of gate --record"),
        (("--method", "knn", "--at-least", "gan-uq/table1/Mine/F1-Score"), "unknown row of gan-uq/table1"),
        (("--method", "knn", "--at-least", "0.5", "--metric", "AUC"), "'AUC'"),
        (("--method", "knn", "--at-least", "0.5", "--margin", "-1"), "margin -1"),
        (("--method", "knn", "--at-least", "0.5", "--github-summary"), "GITHUB_STEP_SUMMARY"),
    ],
)
def test_bad_input_is_one_line(folder, words, message, monkeypatch):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    result = gate(*words)
    assert result.exit_code == 2, result.output
    assert message in result.stderr.splitlines()[-1]


def run_the_action(folder, **given):
    """Run the last step of ``action.yml`` in a shell, as a workflow with these inputs would."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    step = action["runs"]["steps"][-1]
    inputs = {name: one.get("default", "") for name, one in action["inputs"].items()} | given
    named = {name: inputs[value.split("inputs.")[1].split(" ")[0]] for name, value in step["env"].items()}
    (folder / "cloudad-bench").write_text(f'#!/bin/sh\nexec {sys.executable} -m benchmark "$@"\n')
    (folder / "cloudad-bench").chmod(0o755)
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    python = os.pathsep.join([path for path in sys.path if path])
    environment = os.environ | named | {"PATH": path, "PYTHONPATH": python, "GITHUB_STEP_SUMMARY": str(folder / "s.md")}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_step_of_the_action_runs_in_a_shell(folder):
    given = {"method": "knn", "dataset": "hosts.csv[by=host]", "at-least": "0.3", "seeds": "1"}
    done = run_the_action(folder, **given)
    assert done.returncode == 0, done.stderr
    assert "passed" in (folder / "s.md").read_text("utf-8")
    assert (folder / "gate.xml").is_file()


def test_the_action_fails_where_a_table_does_not_show_its_claim(tmp_path):
    rows = [f"u{unit},g{unit % 8},{0.5 + unit / 100},{0.4 + unit / 100}" for unit in range(16)]
    (tmp_path / "results.csv").write_text("\n".join(["unit,group,good,bad", *rows]) + "\n", encoding="utf-8")
    done = run_the_action(tmp_path, leaderboard="results.csv", claim="bad > good", winner="good")
    assert done.returncode == 1, done.stderr
    summary = (tmp_path / "s.md").read_text("utf-8")
    assert "good is shown to be better than bad" in summary
    assert "every other method is shown to be worse than good" in summary
    assert (tmp_path / "leaderboard.html").is_file()
