"""Every command of docs/first-ten-minutes.md runs, in order, on the file that the page describes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "first-ten-minutes.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^cloudad-bench .*$", PAGE, re.MULTILINE)
ROWS = 2016


def telemetry(seed, start=1700):
    """A week in steps of five minutes: daily waves and noise, a jump of the latency, a failure of the requests."""
    generator = np.random.default_rng(seed)
    day = np.sin(2 * np.pi * np.arange(ROWS) / 288)
    times = np.datetime64("2026-03-01T00:00:00") + 5 * np.arange(ROWS).astype("timedelta64[m]")
    columns = {
        "cpu": 0.4 + 0.2 * day + generator.normal(0, 0.02, ROWS),
        "memory": 0.6 + 0.05 * day + generator.normal(0, 0.01, ROWS),
        "requests": np.round(1000 + 400 * day + generator.normal(0, 30, ROWS)),
        "latency": 20 + 5 * day + generator.normal(0, 1, ROWS),
        "errors": generator.poisson(2, ROWS).astype(float),
    }
    columns["latency"][start : start + 15] += 30
    columns["errors"][start + 150 : start + 160] += 40
    labels = np.zeros(ROWS, int)
    labels[start : start + 15] = labels[start + 150 : start + 160] = 1
    return pl.DataFrame({"timestamp": [f"{time}Z" for time in times]} | columns), labels


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("first")
    frame, labels = telemetry(0)
    frame.write_csv(path / "telemetry.csv")
    frame.with_columns(label=pl.Series(labels)).write_csv(path / "labelled.csv")
    hosts = []
    for host in range(4):
        frame, labels = telemetry(host + 1, 1650 + 40 * host)
        hosts.append(frame.with_columns(host=pl.lit(f"h{host}"), label=pl.Series(labels)))
    pl.concat(hosts).write_csv(path / "hosts.csv")
    program = path / "bin" / "cloudad-bench"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m benchmark "$@"\n')
    program.chmod(0o755)
    return path


def run(command, folder):
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    python = os.pathsep.join([one for one in sys.path if one])
    environment = {name: value for name, value in os.environ.items() if name != "BENCHMARK_DATA"}
    environment |= {"PATH": path, "PYTHONPATH": python}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_every_command_runs_in_order(folder):
    assert len(COMMANDS) == 9
    printed = []
    for command in COMMANDS:
        done = run(command, folder)
        assert done.returncode == 0, f"{command}\n{done.stderr}\n{done.stdout}"
        printed.append(done.stdout)
    assert "latency" in printed[0]
    assert "errors" in printed[0]
    assert (folder / "events.png").is_file()
    assert (folder / "events.html").stat().st_size > 1_000_000
    assert len(printed[3].splitlines()) == ROWS + 1
    assert "OneClassSVM" in printed[4]
    assert printed[-2].startswith("passed")
    assert printed[-1].splitlines()[-1] == "red"


def test_the_lines_of_python_run(folder):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (folder / "lines.py").write_text(code)
    done = run(f'"{sys.executable}" lines.py', folder)
    assert done.returncode == 0, done.stderr
    assert "VUS-PR" in done.stdout
