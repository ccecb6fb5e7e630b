"""A table of methods by metrics in several sections: the base of the tables of all papers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.artifacts.points import Point, PointArtifact
from benchmark.drawing.summary import summarise
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.describe import describe
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.registry import METHODS, OWN_DISTRIBUTION

_ORDER = ("random", "constant", "norm", "sensor-range", "pca", "knn", "iforest", "kmeans-ad")
"""Order of the controls in a table: chance first, then from no training to the most."""


@dataclass(frozen=True)
class TableRow:
    """One row of a comparison.

    Parameters
    ----------
    label : str
        Name in the table; ``published.toml`` says whose printed numbers belong to it.
    method : str
        ``name[param=value,…]``.
    role : str
        ``paper``, ``control`` or ``ablation``.
    extra_score : str
        Name of a further score of the fitted model that is measured in place of its own; empty for its own.
    """

    label: str
    method: str
    role: str = "paper"
    extra_score: str = ""


@cache
def control_rows() -> tuple[TableRow, ...]:
    """One row per control of this package: detectors whose class has ``control = True``.

    They are read from the source, so no detector is imported. Controls of other packages are left out, so that an
    installed plug-in changes no table.
    """
    names = [one.name for one in describe(METHODS) if one.control and one.distribution == OWN_DISTRIBUTION]
    names.sort(key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return tuple(TableRow(name, name, "control") for name in names)


class Comparison(PointArtifact):
    """A table whose sections (scenarios, datasets, presets) hold one row per method.

    Attributes
    ----------
    sections : dict of str to str
        Key and heading of each section.
    columns : tuple of Column
        Metrics; those that `published_table` prints too get the paper's heading.
    notes : tuple of str
        Sentences below the table.
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    sections: ClassVar[dict[str, str]]
    columns: ClassVar[tuple[Column, ...]]
    notes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Rows of a section."""

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The cell of one row and seed; here the section is a scenario of the dataset."""
        return self.dataset_cell(setting, method, seed, scenario=section)

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every row and seed of every section."""
        for section in self.sections:
            for row in self.table_rows(section):
                for seed in setting.seeds:
                    yield Point(section, row, self.cell(setting, section, row.method, seed))

    def caption(self, setting: Setting) -> str:
        """Title, data variant and number of seeds."""
        data = "Real data" if setting.variant == "real" else "Embedded statistical twin, not real data"
        return f"{self.title}. {data}; {len(setting.seeds)} seeds."

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """Summarise the results over seeds, next to the printed numbers."""
        printed = self.printed()
        headings = {metric: column for column, metric in printed.metrics.items()} if printed else {}
        columns = tuple(replace(column, published=headings.get(column.metric, "")) for column in self.columns)
        lines = []
        for (section, row), runs in self.runs(results, setting).items():
            measured = {column.metric: summarise(runs, column.metric, row.extra_score) for column in columns}
            published = printed.numbers_of(row.label) if printed else {}
            lines.append(
                Line(
                    section=section,
                    heading=self.sections[section],
                    label=row.label,
                    method=row.method,
                    role=row.role,
                    published=published,
                    measured=measured,
                )
            )
        return Table(self.caption(setting), columns, tuple(lines), self.notes)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every measured number of the table."""
        return self.table(results, setting).numbers()

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        return self.table(results, setting).write(stem)
