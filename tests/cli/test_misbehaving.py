"""``run`` and ``explain`` with detectors that print, crash, or measure nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures"
TINY, BAD = FIXTURES / "tiny.py", FIXTURES / "misbehaving.py"
RUN = ("run", "--dataset", f"{TINY}:Tiny", "--variant", "twin", "--seeds", "1")

PLUGIN = '''{first}
from dataclasses import dataclass
from typing import ClassVar
import numpy as np
from benchmark.interfaces.detector import Detector


@dataclass(kw_only=True)
class Mine(Detector):
    """Sum."""

    supervision: ClassVar[str] = "unsupervised"

    def __post_init__(self):
        {made}

    def fit(self, train, validation):
        {fit}

    def score(self, recording):
        return np.abs(recording.values).sum(axis=1)
'''


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Write a plug-in with some lines at its top, in its construction and in its fit; returns its name."""
    monkeypatch.chdir(tmp_path)

    def write(first="", made="pass", fit="pass"):
        (tmp_path / "mine.py").write_text(PLUGIN.format(first=first, made=made, fit=fit), encoding="utf-8")
        return "mine.py:Mine"

    return write


def test_a_table_shows_the_failed_method_and_the_others(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call(*RUN, "--method", f"norm,{BAD}:Ends[way=sys.exit],pca")
    assert done.exit_code == 3, done.output
    assert re.search(r"^norm +[01]\.", done.stdout, re.MULTILINE)
    assert re.search(r"^pca +[01]\.", done.stdout, re.MULTILINE)
    assert re.search(r"Ends\[way=sys.exit\] +error", done.stdout)
    assert "ERROR: exited with code 0" in done.stdout


def test_explain_shows_traceback_and_log_of_a_failed_cell(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call(*RUN, "--method", f"{BAD}:TalksThenFails", "--store", "other store")
    (key,) = re.findall(r"python -m benchmark explain ([0-9a-f]{12}) --store 'other store'", done.stdout)

    shown = call("explain", key, "--store", "other store")
    assert shown.exit_code == 0, shown.output
    assert "ERROR: RuntimeError: no model (misbehaving.py:" in shown.stdout
    assert "KeyError: 'model'" in shown.stdout
    assert "from the file descriptor\n" in shown.stdout
    assert f"--method {BAD}:TalksThenFails --seed 0" in shown.stdout

    record = json.loads(call(*RUN, "--method", f"{BAD}:Talks", "--store", "other store", "--json").stdout)[0]
    shown = call("explain", record["key"], "--store", "other store")
    assert re.search("^status +OK$", shown.stdout, re.MULTILINE)
    assert f"rerun {record['key'][:12]}" in shown.stdout
    assert "from C\n" in shown.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("0123456789ab", "no cell in .benchmark has such a key"),
        ("0123", "at least 6 digits"),
        ("table1", "write <paper>/<table or figure>, or"),
        ("gan-uq/table1", "needs a row and a metric"),
    ],
)
def test_explain_says_what_it_needs(call, tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)
    done = call("explain", name)
    assert done.exit_code == 2
    assert message in done.stderr


def test_debug_prints_tracebacks(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = (*RUN, "--method", f"{BAD}:TalksThenFails")
    assert "Traceback" not in call(*arguments).stderr
    assert "KeyError: 'model'" in call(*arguments, "--debug").stderr


def test_json_stays_json_whatever_a_plug_in_prints(call, plugin, capfd):
    printing = "print('p', flush=True); import os; os.write(1, b'raw'); import ctypes; ctypes.CDLL(None).puts(b'c')"
    name = plugin(first=printing, made=printing, fit=printing)
    done = call(*RUN, "--method", f"{name},norm", "--json")
    assert done.exit_code == 0, done.output
    assert [record["status"] for record in json.loads(done.stdout)] == ["OK", "OK"]
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("first", "message"),
    [
        ("import sys; sys.exit(0)", "cannot be loaded: SystemExit: 0"),
        ("import os; os._exit(0)", "cannot be loaded: its process exited with code 0"),
        ("import ctypes; ctypes.string_at(0)", "cannot be loaded: its process was ended by signal SIGSEGV"),
        ("raise ValueError('bad day')", "cannot be loaded: ValueError: bad day"),
    ],
)
def test_a_module_that_ends_its_process_is_one_error(call, plugin, first, message):
    done = call(*RUN, "--method", plugin(first=first))
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_detector_that_cannot_be_made_is_one_error(call, plugin):
    done = call(*RUN, "--method", plugin(made="raise ValueError('no such model')"))
    assert done.exit_code == 2
    assert "method 'mine.py:Mine' cannot be made: ValueError: no such model (mine.py:" in done.stderr


def test_what_a_module_sets_holds_for_its_detector_and_for_nobody_else(call, plugin, tmp_path):
    small = "mst-gat[epochs=1,window=7]"
    alone = json.loads(call(*RUN, "--method", small, "--json", "--store", "alone").stdout)
    name = plugin(
        first="import os, torch; torch.set_default_dtype(torch.float64); os.environ['MINE'] = '1'",
        fit="assert torch.get_default_dtype() == torch.float64 and os.environ['MINE'] == '1'",
    )
    both = json.loads(call(*RUN, "--method", f"{name},{small}", "--json", "--store", "both").stdout)
    assert [record["status"] for record in both] == ["OK", "OK"]
    assert both[1]["rows"] == alone[0]["rows"]
    assert both[1]["key"] == alone[0]["key"]


@pytest.mark.parametrize("every", [1, 1000])
def test_labels_of_one_class_are_no_number_and_no_success(call, tmp_path, monkeypatch, every):
    monkeypatch.chdir(tmp_path)
    arguments = ("run", "--dataset", f"{TINY}:Tiny[every={every}]", "--variant", "twin", "--seeds", "1")
    done = call(*arguments, "--method", "norm")
    assert done.exit_code == 3, done.output
    assert "no mean: the test labels of all 2 tasks hold one class only" in done.stdout
    done = call(*arguments, "--method", "norm", "--json")
    (record,) = json.loads(done.stdout)
    assert done.exit_code == 3
    assert record["status"] == "UNDEFINED"
    assert record["reason"] == "the test labels of all 2 tasks hold one class only"


def test_a_dataset_that_exits_is_one_error(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = TINY.read_text(encoding="utf-8").replace("        return self._made(0.0)", "        raise SystemExit(0)")
    (tmp_path / "data.py").write_text(source, encoding="utf-8")
    done = call("run", "--dataset", "data.py:Tiny", "--variant", "twin", "--method", "norm", "--seeds", "1")
    assert done.exit_code == 2
    assert "cannot be read: SystemExit: 0" in done.stderr


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("Ends[way=sys.exit]", "exited with code 0"),
        ("Ends[way=os._exit 0]", "BrokenProcessPool"),
        ("TalksThenFails", "RuntimeError: no model"),
    ],
)
def test_bench_says_why_there_is_no_measurement(call, tmp_path, monkeypatch, method, reason):
    monkeypatch.chdir(tmp_path)
    done = call("bench", f"{BAD}:{method}", "--dataset", f"{TINY}:Tiny", "--variant", "twin", "--json")
    assert done.exit_code == 2, done.output
    assert f"{BAD}:{method} cannot be measured: {reason}" in done.stderr
    assert done.stdout == ""
