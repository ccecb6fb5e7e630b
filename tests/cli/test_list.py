"""``list`` of one name, the right command for an artifact of the other kind, closed output, ``bench`` on a file."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmark.artifacts.regenerate import artifact_named
from benchmark.bench import detector
from benchmark.cli import app
from benchmark.cli.exit_codes import PIPE_CLOSED
from benchmark.interfaces.errors import ParameterError


def test_one_name_is_listed_with_its_parameters():
    lines = CliRunner().invoke(app, ["list", "methods", "pca"]).stdout.splitlines()
    assert lines[1].split()[0] == "pca"
    assert "    window=1" in lines
    assert CliRunner().invoke(app, ["list", "methods", "pcb"]).exit_code == 2


def test_a_figure_asked_for_as_a_table_is_answered_by_its_command():
    with pytest.raises(ParameterError, match="gan-uq/fig2 is a figure: python -m benchmark figure gan-uq/fig2"):
        artifact_named("gan-uq/fig2", "table")


def test_output_that_its_reader_closes_is_no_finding():
    command = [sys.executable, "-m", "benchmark", "list", "papers"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == PIPE_CLOSED


def test_bench_takes_a_file_as_dataset(tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text("time,x,label\n0,1,0\n60,2,1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    asked = []
    monkeypatch.setattr(detector, "bench_detector", lambda *words: asked.append(words) or sys.exit(0))
    CliRunner().invoke(app, ["bench", "norm", "--dataset", "t.csv"])
    assert asked == [("norm", "t.csv", "native", "real", Path())]
