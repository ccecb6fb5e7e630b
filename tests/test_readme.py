"""What the README shows is what the repository holds."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_headline_table_is_the_committed_one():
    file = ROOT / "tables" / "gan-uq" / "table1.real.csv"
    rows = [row for row in csv.DictReader(file.open(encoding="utf-8")) if row["metric"] == "F1@val"]
    shown = re.search(r"<!-- table: gan-uq/table1.real -->\n(.*?)<!-- end of table -->", README, re.DOTALL)[1]
    lines = [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in shown.strip().splitlines()[2:]]
    expected = {}
    for row in rows:
        line = expected.setdefault(row["label"], [row["label"], row["published"] or "–"])
        if row["status"] == "OK":
            line.append(f"{float(row['mean']):.3f} ± {(float(row['high']) - float(row['low'])) / 2:.3f}")
        else:
            line.append(row["status"].lower().replace("_", " "))
    assert lines == list(expected.values())


@pytest.mark.parametrize("command", re.findall(r"^python -m benchmark (\w+)", README, re.MULTILINE))
def test_every_command_exists(command):
    done = subprocess.run(
        [sys.executable, "-m", "benchmark", command, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_example_detector_runs_as_printed(tmp_path):
    (tmp_path / "my_detector.py").write_text(re.search(r"```python\n(.*?)```", README, re.DOTALL)[1])
    method = "my_detector.py:MedianDistance[power=1]"
    protocol = "google-2019[rows=2000]"
    command = [sys.executable, "-m", "benchmark", "run", "--method", method, "--protocol", protocol, "--seeds", "1"]
    done = subprocess.run([*command, "--variant", "twin"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "MedianDistance" in done.stdout
