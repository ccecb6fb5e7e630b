"""The command `leaderboard`: files, exit codes and errors."""

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from benchmark.cli import app


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    generator = np.random.default_rng(0)
    values = generator.normal(size=(24, 1)) + 0.1 * generator.normal(size=(24, 3)) + np.array([0.4, 0.0, 0.0])
    path = tmp_path_factory.mktemp("board") / "t.csv"
    columns = {name: values[:, place] for place, name in enumerate(("CNN", "PCA", "a, b"))}
    units = [f"u{row}" for row in range(24)]
    pl.DataFrame({"task": units, "suite": [f"s{row % 8}" for row in range(24)], **columns}).write_csv(path)
    return path


def run(*words):
    return CliRunner().invoke(app, ["leaderboard", *map(str, words), "--resamples", "200"])


def test_a_page_a_summary_and_json(table, tmp_path):
    page, summary = tmp_path / "p.html", tmp_path / "s.md"
    done = run(table, "--report", page, "--markdown", summary, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["winner"], found["groups"], found["units"]) == ("CNN", 8, 24)
    assert found["files"] == [str(summary), str(page)]
    assert "**CNN is shown to be the best" in summary.read_text(encoding="utf-8")
    assert "https://" not in page.read_text(encoding="utf-8").replace("https://matplotlib.org", "")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--claim", "CNN > PCA"], 0),
        (["--claim", "CNN > PCA", "--claim", "PCA > a, b"], 1),
        (["--winner", "CNN"], 0),
        (["--winner", "PCA"], 1),
        (["--claim", "CNN > nobody"], 2),
        (["--group", "nothing"], 2),
        (["--average", "none"], 2),
        (["--missing", "all"], 2),
        (["--report", "page.txt"], 2),
    ],
)
def test_exit_codes(table, words, code):
    done = run(table, *words)
    assert done.exit_code == code, done.output
    if code == 2:
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_is_missing(tmp_path):
    done = run(tmp_path / "nothing.csv")
    assert (done.exit_code, "no such file" in done.stderr) == (2, True)
