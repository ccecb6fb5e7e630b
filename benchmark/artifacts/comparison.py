"""A table of methods by metrics in several sections; what the tables of all papers share."""

from __future__ import annotations

import tomllib
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.artifacts.sweep import seeds
from benchmark.drawing.summary import summarise
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number

CONTROLS = ("random", "constant", "norm", "sensor-range", "pca", "knn", "iforest", "kmeans-ad")
"""What stands beside every method: chance, no skill, and what a few lines of code reach."""


@dataclass(frozen=True)
class Entry:
    """One row of a comparison.

    Parameters
    ----------
    label : str
        Name shown.
    method : str
        ``name[param=value,…]``.
    role : str
        ``paper``, ``control`` or ``ablation``.
    published : str
        The paper's name of the row, where it prints numbers for it.
    alternative : str
        A further score of the fitted model in place of the first (`Detector.alternatives`).
    """

    label: str
    method: str
    role: str = "paper"
    published: str = ""
    alternative: str = ""


CONTROL_ENTRIES = tuple(Entry(name, name, "control") for name in CONTROLS)


class Comparison(Artifact):
    """A table whose sections (scenarios, datasets, presets) hold one row a method.

    Attributes
    ----------
    sections : dict of str to str
        Key and heading of each section.
    columns : tuple of Column
        Metrics.
    notes : tuple of str
        Sentences below the table.
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    sections: ClassVar[dict[str, str]]
    columns: ClassVar[tuple[Column, ...]]
    notes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def entries(self, section: str) -> tuple[Entry, ...]:
        """Rows of a section."""

    @abstractmethod
    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The cell behind one row and seed."""

    def caption(self, setting: Setting) -> str:
        """What is shown, on which data, with how many seeds."""
        data = "Real data" if setting.variant == "real" else "Embedded statistical twin, not real data"
        return f"{self.title}. {data}; {setting.profile.seeds} seeds."

    def published(self) -> dict[str, dict[str, str]]:
        """Printed numbers of Table 1 of the paper in whose package this stands, by its row and measured column.

        Empty where no column is printed.
        """
        metrics = {column.published: column.metric for column in self.columns if column.published}
        if not metrics:
            return {}
        package = type(self).__module__.rpartition(".")[0]
        table = tomllib.loads(files(package).joinpath("published.toml").read_text(encoding="utf-8"))["table1"]
        return {
            row: {metrics[name]: value for name, value in zip(table["columns"], values, strict=True)}
            for row, values in table["rows"].items()
        }

    def cells(self, setting: Setting) -> list[Cell]:
        """Every row and seed of every section."""
        return [
            self.cell(setting, section, entry.method, seed)
            for section in self.sections
            for entry in self.entries(section)
            for seed in seeds(setting)
        ]

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """Put the results together."""
        published = self.published()
        lines = []
        for section, heading in self.sections.items():
            for entry in self.entries(section):
                cells = [self.cell(setting, section, entry.method, seed) for seed in seeds(setting)]
                runs = [(cell, results[cell]) for cell in cells]
                measured = {column.metric: summarise(runs, column.metric, entry.alternative) for column in self.columns}
                numbers = published.get(entry.published, {})
                lines.append(Line(section, heading, entry.label, entry.method, entry.role, numbers, measured))
        return Table(self.caption(setting), self.columns, tuple(lines), self.notes)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every measured number of the table."""
        return self.table(results, setting).numbers()

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in three formats."""
        return self.table(results, setting).write(stem)
