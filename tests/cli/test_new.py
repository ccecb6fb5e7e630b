import subprocess
import sys
import tomllib

import pytest
from typer.testing import CliRunner

from benchmark.cli import app


def new(*words):
    return CliRunner().invoke(app, ["new", *words])


def pytest_of(path, folder):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", ["method", "dataset"])
def test_a_new_file_passes_its_own_test(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    result = new(kind, "my-thing")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "my_thing.py").is_file()
    done = pytest_of("test_my_thing.py", tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("kind", ["method", "dataset", "paper"])
def test_a_package_registers_its_class(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    result = new(kind, "my-thing", "--package", "plugin")
    assert result.exit_code == 0, result.output
    # What pip does: put the package on the path, with its entry points.
    information = tmp_path / "plugin" / "my_thing_plugin-0.1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: my-thing-plugin\nVersion: 0.1.0\n")
    project = tomllib.loads((tmp_path / "plugin" / "pyproject.toml").read_text())["project"]
    for group, points in project["entry-points"].items():
        lines = [f"{name} = {target}" for name, target in points.items()]
        (information / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines]))
    monkeypatch.setenv("PYTHONPATH", ":".join([str(tmp_path / "plugin"), *filter(None, sys.path)]))
    done = pytest_of("plugin/tests", tmp_path)
    assert done.returncode == 0, done.stdout


def test_nothing_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test_my_thing.py").write_text("mine")
    result = new("method", "my-thing")
    assert result.exit_code == 2
    assert "test_my_thing.py is there already" in result.stderr
    assert not (tmp_path / "my_thing.py").exists()


def test_a_wrong_name_or_kind_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "words joined by hyphens" in new("method", "My Thing").stderr
    assert "unknown kind 'metod'" in new("metod", "x").stderr
