"""Every block of code of the README and of docs/ runs, or carries a mark that says why not."""

import runpy

import numpy as np
import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from benchmark.cli import app
from tests.docs.blocks import ROOT, blocks
from tests.test_first_ten_minutes import telemetry

BLOCKS = blocks()
OPERATORS = ("|", "<", ">", "||", "&&")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files that the pages speak of, and a store of one result."""
    path = tmp_path_factory.mktemp("pages")
    frame, labels = telemetry(0)
    frame.with_columns(anomaly=pl.Series(labels)).write_csv(path / "telemetry.csv")
    quality = np.random.default_rng(0).normal(0.5, 0.05, (15, 1))
    gains = np.random.default_rng(1).normal((0.3, 0.1, 0), 0.02, (15, 3))
    results = pl.DataFrame(quality + gains, schema=["Mine", "CNN", "PCA"])
    results.insert_column(0, pl.Series("file", [f"{row:03}_SMD_id_{row}.csv" for row in range(15)])).write_csv(
        path / "results.csv"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path)
        patch.delenv("BENCHMARK_DATA", raising=False)
        done = CliRunner().invoke(app, ["run", "--dataset", "telemetry.csv", "--method", "norm", "--seeds", "1", "-q"])
    assert done.exit_code == 0, done.output
    return path


def before_operators(words):
    """Words of a command without what the shell does with its output."""
    return words[: next((place for place, word in enumerate(words) if word in OPERATORS), None)]


def some_line_runs(block):
    return block.language != "python" and any(block.runs(words) for _, words in block.lines)


def test_every_block_is_run_or_says_why_not():
    without = [str(block) for block in BLOCKS if block.mark and block.marked is None]
    assert not without
    idle = [str(block) for block in BLOCKS if not (block.marked or block.language == "python" or block.lines)]
    assert not idle, f"no line of these calls the program, so that nothing would run: {idle}"


def test_a_block_run_elsewhere_is_read_by_that_test():
    for block in BLOCKS:
        if block.marked and block.marked[0] == "run by":
            text = (ROOT / block.marked[2]).read_text(encoding="utf-8")
            assert block.page in text or block.text.splitlines()[0] in text, str(block)


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.lines], ids=str)
def test_every_line_is_understood(block):
    """Names, options and choices of every line exist, run or not."""
    for line, words in block.lines:
        words = before_operators(words)
        command, context = typer.main.get_command(app), None
        while hasattr(command, "commands"):
            assert words[0] in command.commands, line
            command, words = command.commands[words[0]], words[1:]
        command.make_context("cloudad-bench", words, parent=context)


@pytest.mark.parametrize("block", [one for one in BLOCKS if some_line_runs(one)], ids=str)
def test_the_commands_run(block, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    for line, words in block.lines:
        if block.runs(words):
            done = CliRunner().invoke(app, before_operators(words), env={"COLUMNS": "120"})
            assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception!r}"


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.language == "python" and one.marked is None], ids=str)
def test_the_lines_of_python_run(block, folder, monkeypatch):
    monkeypatch.chdir(folder)
    file = folder / f"{block.page}-{block.number}.py"
    file.write_text(block.text)
    runpy.run_path(str(file))
