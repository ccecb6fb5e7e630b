"""A detector of others that ends its process during ``detect``, ``fit`` or ``score``."""

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from benchmark.cli import app

DETECTORS = """
import os
import signal
from dataclasses import dataclass
import numpy as np
from benchmark import Detector


@dataclass(kw_only=True)
class Good(Detector):
    supervision = "unsupervised"

    def fit(self, train, validation):
        print("epoch 1")
        self.centre = np.median(train.values, axis=0)

    def score(self, recording):
        return np.abs(recording.values - self.centre).sum(axis=1)


@dataclass(kw_only=True)
class ScoresBadly(Good):
    def score(self, recording):
        if os.environ.get("CRASH"):
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().score(recording)


class Plain:
    def fit(self, X):
        pass

    def decision_function(self, X):
        return self.nothing


class Object:
    def fit(self, X):
        print("epoch 1")
        self.centre = np.median(X, axis=0)

    def decision_function(self, X):
        return np.abs(X - self.centre).sum(axis=1)


class Leaves(Plain):
    def fit(self, X):
        os._exit(0)


class Crashes(Plain):
    def fit(self, X):
        os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("apart")
    values = np.random.default_rng(0).normal(size=(200, 2)).round(3)
    values[170:175] += 9
    (folder / "t.csv").write_text("cpu,memory\n" + "\n".join(f"{a},{b}" for a, b in values) + "\n")
    (folder / "mine.py").write_text(DETECTORS)
    return folder


@pytest.fixture
def run(made, monkeypatch):
    monkeypatch.chdir(made)
    return lambda *words: CliRunner().invoke(app, [*words])


@pytest.mark.parametrize("name", ["Leaves", "Crashes"])
def test_the_end_of_its_process_is_one_line_and_nothing_is_written(run, made, name):
    before = sorted(made.rglob("*"))
    for words in (("detect", "t.csv", "--out", "s.csv", "--plot", "p.png"), ("fit", "t.csv", "--save", "model")):
        result = run(*words, "--method", f"mine.py:{name}")
        assert result.exit_code == 2
        assert result.stderr.splitlines()[-1].startswith(f"error: mine.py:{name} on 't.csv': its process ")
        assert "Traceback" not in result.output
        assert "rows scored" not in result.output
    assert [path for path in sorted(made.rglob("*")) if "__pycache__" not in path.parts] == before


def test_a_model_that_crashes_when_it_scores(run, made, monkeypatch):
    result = run("fit", "t.csv", "--save", "late", "--method", "mine.py:ScoresBadly", "--threshold", "quantile=0.9")
    assert result.exit_code == 0, result.output
    monkeypatch.setenv("CRASH", "1")
    result = run("score", "t.csv", "--model", "late", "--out", "late.csv")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("error: mine.py:ScoresBadly on 't.csv': its process was ended by")
    assert not (made / "late.csv").exists()


def test_a_fault_in_its_code_names_it_and_the_line(run):
    result = run("fit", "t.csv", "--save", "wrong", "--method", "mine.py:Plain")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("error: mine.py:Plain on 't.csv': AttributeError:")
    assert "(mine.py:34)" in result.stderr


@pytest.mark.parametrize("name", ["Good", "Object"])
def test_a_saved_detector_of_others_scores_what_detect_scores(run, made, name):
    result = run("fit", "t.csv", "--save", name, "--method", f"mine.py:{name}", "--train-share", "0.5")
    assert result.exit_code == 0, result.output
    assert "epoch 1" in result.output
    assert sorted(path.name for path in (made / name).iterdir()) == [
        "detector.json", "detector.safetensors", "model.json",
    ]  # fmt: skip
    rows = (made / "t.csv").read_text().splitlines()
    (made / "rest.csv").write_text(
        "\n".join(["memory,cpu", *(",".join(r.split(",")[::-1]) for r in rows[101:])]) + "\n"
    )
    assert run("detect", "t.csv", "--method", f"mine.py:{name}", "--out", "one.csv").exit_code == 0
    result = run("score", "rest.csv", "--model", name, "--out", "two.csv", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout[result.stdout.index("{") :])["series"][0]["rows"] == 100
    frames = [pl.read_csv(made / f"{name}.csv") for name in ("one", "two")]
    for column in ("score", "cut", "share:cpu", "share:memory"):
        np.testing.assert_allclose(frames[0][column], frames[1][column], atol=1e-9)
