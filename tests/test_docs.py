"""Tables, commands and examples of the README and of docs/ agree with the repository."""

import csv
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = README + "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "docs").glob("*.md")))


def _shown(name, *, header=False):
    """Cells of a table between its marks."""
    text = re.search(rf"<!-- {re.escape(name)} -->\n(.*?)<!-- end of table -->", TEXT, re.DOTALL)[1]
    lines = [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in text.strip().splitlines()]
    return ([lines[0]] if header else []) + lines[2:]


def _number(row):
    if row["status"] != "OK":
        return row["status"].lower().replace("_", " ")
    return f"{float(row['mean']):.3f}"


def _table(paper, metrics):
    """Published numbers of each row, then the measured ones in every section."""
    published, measured = {}, {}
    for row in csv.DictReader((ROOT / "tables" / paper / "table1.real.csv").open(encoding="utf-8")):
        if row["metric"] in metrics:
            published.setdefault(row["label"], {})[row["metric"]] = row["published"] or "–"
            measured.setdefault(row["label"], []).append(_number(row))
    return [[label, *published[label].values(), *measured[label]] for label in published]


@pytest.mark.parametrize(("paper", "metrics"), [("gan-uq", ("F1@labelled",)), ("crl-bsad", ("F1@labelled", "AUC-ROC"))])
def test_the_tables_of_the_findings_are_the_committed_ones(paper, metrics):
    assert _shown(f"table: {paper}/table1.real") == _table(paper, metrics)


def test_counts_of_verdicts_are_the_recorded_ones():
    header, *lines = _shown("verdicts", header=True)
    for line in lines:
        folder = ROOT / "benchmark" / "papers" / line[0].replace("-", "_")
        verdicts = tomllib.loads((folder / "verdicts.toml").read_text(encoding="utf-8"))["real"]["verdicts"]
        counts = Counter(verdicts.values())
        assert {name: int(count) for name, count in zip(header[2:], line[2:], strict=True) if int(count)} == counts
        assert int(line[1]) == len(verdicts)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^python -m benchmark (\w+)", TEXT, re.MULTILINE))))
def test_every_command_exists(command):
    done = subprocess.run(
        [sys.executable, "-m", "benchmark", command, "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _example(first_line):
    return re.search(rf"```python\n({re.escape(first_line)}\n.*?)```", TEXT, re.DOTALL)[1]


def test_the_example_dataset_runs_as_printed(tmp_path):
    (tmp_path / "my_telemetry.py").write_text(_example("# my_telemetry.py"))
    lines = ["cpu,memory,requests,anomaly"]
    lines += [f"{minute % 7},{minute % 5 + 40 * (minute % 50 > 46)},3,{int(minute % 50 > 46)}" for minute in range(400)]
    (tmp_path / "telemetry.csv").write_text("\n".join(lines))
    command = [sys.executable, "-m", "benchmark", "run", "--dataset", "my_telemetry.py:MyTelemetry", "--data", "."]
    command += ["--method", "pca,knn", "--seeds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "VUS-PR" in done.stdout


def test_the_example_detector_runs_as_printed(tmp_path):
    (tmp_path / "my_detector.py").write_text(_example("# my_detector.py"))
    method = "my_detector.py:MedianDistance[power=1]"
    protocol = "google-2019[rows=2000]"
    command = [sys.executable, "-m", "benchmark", "run", "--method", method, "--protocol", protocol, "--seeds", "1"]
    done = subprocess.run([*command, "--variant", "twin"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert "MedianDistance" in done.stdout
