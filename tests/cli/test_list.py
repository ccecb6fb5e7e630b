"""``list``: kept descriptions, one class with its parameters; commands for the other kind, closed output, ``bench``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmark.bench import detector
from benchmark.cli import app
from benchmark.cli.exit_codes import PIPE_CLOSED
from benchmark.interfaces import kept
from benchmark.interfaces.describe import facts_of_source
from benchmark.interfaces.keeping import described
from benchmark.interfaces.registry import METHODS


def test_the_kept_descriptions_are_those_of_the_source():
    written = json.loads(kept.FILE.read_text(encoding="utf-8"))
    now = json.loads(json.dumps(described()))
    assert written == now, "run: python -m benchmark.interfaces.keeping"


def test_a_changed_module_is_read_again(monkeypatch):
    target = METHODS.entry("pca").target
    assert kept.kept_facts(target) == facts_of_source(target)
    monkeypatch.setattr(kept, "source_hash", lambda _: "another")
    assert kept.kept_facts(target) is None


def test_one_method_is_shown_with_types_bounds_and_meaning(call):
    done = call("list", "methods", "PCA")
    assert done.exit_code == 0, done.output
    for text in ("window: int, ≥ 1; default 1", "one of standard, minmax", "Scaling of channels", "use it: python -m"):
        assert text in done.stdout
    found = json.loads(call("list", "methods", "pca", "--json").stdout)
    assert {one["name"] for one in found["parameters"]} >= {"window", "scaling", "components", "smoothing"}


@pytest.mark.parametrize(
    ("words", "message"), [(("methods", "pac"), "did you mean pca"), (("method",), "did you mean methods")]
)
def test_an_unknown_name_has_a_hint(words, message, call):
    done = call("list", *words)
    assert done.exit_code == 2
    assert message in done.stderr


def test_no_markup_of_docstrings_is_printed(call):
    assert "``" not in call("list").stdout


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
