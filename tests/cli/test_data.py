from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from benchmark.cli import app
from benchmark.data.tables import read_bytes
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.metadata import Metadata, RemoteFile
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import DATASETS
from benchmark.quality.fidelity import ColumnFidelity, FidelityReport, Progress

TEXT = "".join(f"{value}\n" for value in range(40))
METADATA = Metadata(
    name="made",
    title="A made dataset",
    source="https://example.org/made",
    licence="CC0",
    folder="made",
    files=(RemoteFile(path="made/rows.txt", sha256=hashlib.sha256(TEXT.encode()).hexdigest()),),
    login="sign in at example.org and download rows.txt",
    channels=1,
    anomaly_share=0.25,
    label="made up",
    vus_window=5,
    period="one minute",
    known_issues=("it is [made] up",),
    twin=True,
)


@dataclass(kw_only=True)
class Made(Dataset):
    """Forty rising values of which the last ten are anomalous."""

    metadata: ClassVar[Metadata] = METADATA

    offset: int = 0

    def files(self, root: Path) -> list[Path]:
        return [self.path(root, "rows.txt")]

    def read(self, root: Path) -> list[Recording]:
        return self._parse(read_bytes(self.path(root, "rows.txt")).decode())

    def read_twin(self) -> list[Recording]:
        return self._parse("1\n2\n3\n4\n")

    def _parse(self, text: str) -> list[Recording]:
        values = np.array(text.split(), dtype=np.float32)[:, None] + np.float32(self.offset)
        labels = np.arange(len(values)) >= 0.75 * len(values)
        return [Recording("rows", values, ("level",), labels=labels)]


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    # Only this dataset, so that a test says nothing of the others.
    for name in DATASETS.names():
        monkeypatch.delitem(DATASETS.entries, name)
    monkeypatch.delenv("BENCHMARK_DATA", raising=False)
    DATASETS.register("made", Made)
    monkeypatch.setitem(DATASETS.entries, "made", DATASETS.entries.pop("made"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/rows.txt").write_text(TEXT)
    return tmp_path


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["data", *map(str, words)])


def test_list(root: Path) -> None:
    result = call("list", "--data", root)
    assert result.exit_code == 0
    heading, row = result.stdout.splitlines()
    assert heading.split()[:3] == ["name", "channels", "anomalous"]
    assert row.split(maxsplit=8) == ["made", "1", "25.00%", "CC0", "yes", "yes", "1", "of", "1  A made dataset"]


def test_list_as_json() -> None:
    assert json.loads(call("list", "--json").stdout) == [
        {
            "name": "made",
            "status": "ok",
            "title": "A made dataset",
            "licence": "CC0",
            "channels": 1,
            "anomaly_share": 0.25,
            "login": True,
            "twin": True,
            "files": 1,
            "present": None,
        }
    ]


def test_a_broken_dataset_is_a_row_and_a_warning(root: Path) -> None:
    DATASETS.register("astray", "no_such_module:Astray")
    try:
        result = call("list", "--data", root)
    finally:
        del DATASETS.entries["astray"]
    assert result.exit_code == 0
    assert "warning: dataset 'astray'" in result.stderr
    assert "broken: " in result.stdout
    assert "A made dataset" in result.stdout


def test_describe_takes_the_real_files_where_there_is_a_folder_and_else_the_twin(root: Path) -> None:
    real = json.loads(call("describe", "made", "--data", root, "--json").stdout)
    twin = json.loads(call("describe", "made", "--json").stdout)
    assert (real["variant"], twin["variant"]) == ("real", "twin")
    assert (real["health"]["points"], twin["health"]["points"]) == (40, 4)
    assert real["fingerprint"] != twin["fingerprint"]
    assert real["metadata"]["known_issues"] == ["it is [made] up"]
    one_liner = real["health"]["recordings"][0]["one_liner"]
    assert (one_liner["f1_oracle"], one_liner["f1_rule"]) == (1.0, "level")
    assert call("describe", "made", "--data", root, "--variant", "twin").exit_code == 0


def test_describe_prints_whole_plain_lines(root: Path) -> None:
    text = call("describe", "made[offset=3]", "--data", root).stdout
    for wanted in (
        "dataset      made[offset=3]",
        "licence      CC0",
        "- it is [made] up",
        "anomalous points         25.00% (metadata: 25.00%)",
        "test rows also in train  -",
    ):
        assert wanted in text.splitlines()
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "F1@oracle" in text


def test_verify_finds_changed_and_missing_files(root: Path) -> None:
    assert call("verify", "made", "--data", root).exit_code == 0
    (root / "made/rows.txt").write_text("1\n")
    result = call("verify", "made", "--data", root)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 changed"
    (root / "made/rows.txt").unlink()
    result = call("verify", "made", "--data", root, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[0]["status"] == "missing"


def test_fetch_of_data_behind_a_login_says_how_to_get_them(tmp_path: Path) -> None:
    result = call("fetch", "made", "--data", tmp_path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "sign in at example.org and download rows.txt" in result.stderr
    assert str(tmp_path / "made/rows.txt") in result.stderr


def test_fetch_keeps_existing_files(root: Path) -> None:
    result = call("fetch", "made", "--data", root)
    assert result.exit_code == 0
    assert result.stdout == f"0 of 1 files downloaded to {root}, 1 were there already\n"


def test_the_data_folder_falls_back_to_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCHMARK_DATA", str(root))
    assert call("verify", "made").exit_code == 0
    assert json.loads(call("describe", "made", "--json").stdout)["variant"] == "real"


def test_fidelity_prints_its_tables_to_output_and_its_steps_to_errors(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(name: str, folder: Path, *, progress: Progress) -> FidelityReport:
        progress(f"reading {name} in {folder}")
        return FidelityReport(
            dataset=name,
            rows_real=40,
            rows_twin=4,
            columns=(ColumnFidelity(channel="level", ks=0.25, missing_real=0, missing_twin=0),),
            correlation_max=0,
            correlation_mean=0,
            missing_patterns=0,
            two_sample_auc=0.5,
            two_sample_auc_null=0.5,
        )

    monkeypatch.setattr("benchmark.quality.fidelity.fidelity", compare)
    result = call("fidelity", "made", "--data", root)
    assert result.exit_code == 0
    assert result.stderr == f"reading made in {root}\n"
    assert result.stdout.splitlines()[0] == "Whole"
    assert any(line.split()[:2] == ["level", "0.250"] for line in result.stdout.splitlines())
    assert json.loads(call("fidelity", "made", "--data", root, "--json").stdout)["rows_real"] == 40


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("fidelity", "made"), "give --data FOLDER or set BENCHMARK_DATA"),
        (("describe", "maid"), "unknown dataset 'maid': did you mean made?"),
        (("describe", "made[offset=much]"), "parameter offset='much'"),
        (("describe", "made[ofset=1]"), "did you mean offset?"),
        (("describe", "made", "--variant", "real"), "give --data FOLDER or set BENCHMARK_DATA"),
        (("describe", "made", "--data", "nowhere"), "no such folder"),
        (("verify", "made"), "give --data FOLDER or set BENCHMARK_DATA"),
        (("verify", "made", "--data", "nowhere"), "--data nowhere: no such folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(words: tuple[str, ...], message: str) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_an_interrupt_says_that_work_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Made) -> list[Recording]:
        raise KeyboardInterrupt

    monkeypatch.setattr(Made, "read_twin", interrupted)
    result = call("describe", "made")
    assert result.exit_code == 130
    assert result.stderr == "interrupted: finished work is kept; the same command resumes\n"


def test_a_mistake_has_no_traceback_in_a_process_of_its_own() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmark", "data", "describe", "no-such-dataset"],
        capture_output=True,
        text=True,
        check=False,
        env={key: value for key, value in os.environ.items() if key != "BENCHMARK_DATA"},
    )
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("error: unknown dataset 'no-such-dataset': ")
    assert run.stderr.count("\n") == 1
