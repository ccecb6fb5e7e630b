"""The text of new files. ``{name}`` is the registered name, ``{Class}`` the class, ``{module}`` the module."""

from __future__ import annotations

METHOD = '''"""{Class}: say in one sentence how a point is scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmark.interfaces.detector import Detector, Supervision


@dataclass(kw_only=True)
class {Class}(Detector):
    """Score a point by its distance to the median of the training points.

    Parameters
    ----------
    power : float
        Exponent of the distance in each channel.
    """

    supervision: ClassVar[Supervision] = "unsupervised"  # "supervised" gets labels in fit
    causal: ClassVar[bool] = True  # no score depends on later points; `check` verifies it

    power: float = 1.0

    def fit(self, train, validation):
        """Learn from training points; random draws come from numpy.random.default_rng(self.seed)."""
        spread = train.values.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1)
        self._median = np.median(train.values, axis=0)

    def score(self, recording):
        """Return one finite number for each point, shape (T,); higher is more anomalous."""
        distance = np.abs(recording.values - self._median) / self._spread
        return (distance**self.power).sum(axis=1)
'''

METHOD_TEST = '''"""The contract of {Class}, and one thing that it promises."""

from pathlib import Path

import numpy as np
from benchmark import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.testing import contract_tests

SPEC = {spec}

TestContract = contract_tests(SPEC)


def test_a_far_point_scores_higher_than_a_near_one():
    rows = np.random.default_rng(0).normal(size=(200, 3))
    train = Recording("train", rows, ("a", "b", "c"))
    detector = METHODS.build(SPEC, seed=0)
    detector.fit(train, train)
    near, far = detector.score(Recording("test", np.array([[0.0, 0, 0], [9, 9, 9]]), train.channels))
    assert far > near
'''

DATASET = '''"""{Class}: say in one sentence what the recordings are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

CHANNELS = ("cpu", "memory")


@dataclass(kw_only=True)
class {Class}(Dataset):
    """One host, a row a minute; the column ``anomaly`` holds 0 or 1."""

    metadata: ClassVar[Metadata] = Metadata(
        name="{name}",
        title="{Class}",
        source="where the data come from",
        licence="not stated",
        folder="{name}",
        channels=len(CHANNELS),
        label="what a label of 1 means",
        vus_window=20,
        period="one minute",
    )

    def files(self, root):
        """Every file that `read` opens."""
        return [self.path(root, "telemetry.csv")]

    def read(self, root):
        """Read the file below ``root``/{name}."""
        table = pl.read_csv(self.files(root)[0])
        values = table.select(CHANNELS).to_numpy()
        return [Recording("host-1", values, CHANNELS, table["anomaly"].to_numpy() == 1)]
'''

DATASET_TEST = '''"""{Class} reads its file, and says where one is missing."""

import pytest
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.registry import DATASETS
from pathlib import Path

SPEC = {spec}


def test_it_reads_values_and_labels(tmp_path):
    folder = tmp_path / "{name}"
    folder.mkdir()
    (folder / "telemetry.csv").write_text("cpu,memory,anomaly\\n0.1,5,0\\n0.9,6,1\\n")
    (recording,) = DATASETS.build(SPEC).load("real", tmp_path)
    assert recording.values.shape == (2, 2)
    assert recording.labels.tolist() == [False, True]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="telemetry.csv"):
        DATASETS.build(SPEC).load("real", tmp_path)
'''

PAPER = '''"""{Class}: a paper, its printed numbers and its claims."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow, control_rows
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Paper


class Table1(Comparison):
    """The paper's Table 1 on a dataset, with the controls that close every table."""

    name = "{name}/table1"
    title = "{Class}, Table 1"
    dataset: ClassVar[str] = "cloud-workload"
    default_scenario: ClassVar[str] = "rule"
    published_table = "table1"
    sections: ClassVar[dict[str, str]] = {{"rule": "rule: the label that the file allows"}}
    columns = (Column("F1@labelled"), Column("AUC-ROC"))

    def table_rows(self, section):
        """The paper's method first, then the controls."""
        return (TableRow("Ours", "pca"), *control_rows())


class {Class}(Paper):
    """Say in one sentence what the paper proposes."""

    name = "{name}"
    title = "Title of the paper"
    reference = "Authors, year"

    def artifacts(self):
        """Every table and figure."""
        return [Table1()]
'''

PUBLISHED = """# Numbers as the paper prints them, digit by digit.
[columns]
"F1" = "F1@labelled"
"AUC" = "AUC-ROC"

[table1]
place = "Table 1"
columns = ["F1", "AUC"]

[table1.rows]
"Ours" = ["0.50", "0.70"]
"""

CLAIMS = """[[claim]]
id = "table1"
place = "Table 1"
paraphrase = "The numbers of Table 1."
kind = "table"
published = "table1"
artifact = "{name}/table1"
"""

PAPER_TEST = '''"""The paper is registered, and its files are readable."""

from benchmark.artifacts.published import read_published
from benchmark.interfaces.registry import PAPERS


def test_its_printed_numbers_can_be_read():
    paper = PAPERS.load({spec})()
    assert "table1" in read_published(paper.folder)
    assert [artifact.name for artifact in paper.artifacts()] == ["{name}/table1"]
'''

PROJECT = """[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "{package}"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["cloudad-bench>={version}"]

[project.entry-points."benchmark.{kind}s"]
{name} = "{module}.{file}:{Class}"

[tool.hatch.build.targets.wheel]
packages = ["{module}"]
"""
