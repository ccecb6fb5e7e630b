"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from typer.testing import CliRunner

from benchmark.cli import app
from benchmark.interfaces.registry import PAPERS, Entry

FIXTURES = Path(__file__).parent / "fixtures"

# Every run draws the same examples, and no test depends on the load of the machine.
settings.register_profile("same examples", derandomize=True, deadline=None)
settings.load_profile("same examples")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their length: packed bytes may hold a time, and two workers would name a test differently."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def _no_line_by_the_clock(monkeypatch):
    """No command says that it is still reading: a slow machine would print a line that a fast one does not."""
    monkeypatch.setattr("benchmark.cli.progress.FIRST", float("inf"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data, from BENCHMARK_DATA; the test is skipped where it is not set."""
    root = os.environ.get("BENCHMARK_DATA", "")
    if not root or not Path(root).is_dir():
        pytest.skip("BENCHMARK_DATA does not name a folder of real data")
    return Path(root).resolve()


@pytest.fixture
def paper_texts():
    """The folder of the papers' texts: BENCHMARK_PAPERS, or ``papers`` beside the real data."""
    data = os.environ.get("BENCHMARK_DATA", "")
    named = os.environ.get("BENCHMARK_PAPERS", "") or (str(Path(data).resolve().parent / "papers") if data else "")
    if not named or not Path(named).is_dir():
        pytest.skip("the texts of the papers are not there (BENCHMARK_PAPERS, or papers beside BENCHMARK_DATA)")
    return Path(named)


@pytest.fixture
def tiny_paper(tmp_path, monkeypatch):
    """The folder of a paper of one table and one figure, the only one registered; its commands run in tmp_path."""
    folder = tmp_path / "tiny_paper"
    shutil.copytree(FIXTURES / "tiny_paper", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(FIXTURES / "tiny.py", folder)
    (tmp_path / "data" / "tiny").mkdir(parents=True)
    (tmp_path / "data" / "tiny" / "tiny.txt").write_text("0.5")
    monkeypatch.setattr(PAPERS, "entries", {"tiny": Entry("tiny", f"{folder / 'paper.py'}:TinyPaper", "test")})
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def call():
    """Run a command in this process; returns exit code, standard output and standard error."""

    def go(*arguments):
        done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return go
