"""A table of methods by metrics in several sections: the base of the tables of all papers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from benchmark.artifacts.points import Point, PointArtifact
from benchmark.drawing.formats import plural
from benchmark.drawing.summary import Summary, left_out, summarise
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.describe import describe
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.registry import METHODS, OWN_DISTRIBUTION
from benchmark.interfaces.spec import Spec
from benchmark.metrics.catalogue import DEFAULT

_ORDER = ("constant", "norm", "sensor-range", "trailing-norm", "pca", "knn", "trailing-knn", "iforest", "kmeans-ad")
"""Order of the controls in a table: from no training to the most."""


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
        ``paper``, ``control``, ``ablation``, or ``bound`` for a row that no detector can be.
    extra_score : str
        Name of a further score of the fitted model that is measured in place of its own; empty for its own.
    """

    label: str
    method: str
    role: str = "paper"
    extra_score: str = ""


CEILING_AND_FLOOR = (TableRow("perfect", "perfect", "bound"), TableRow("chance", "random", "control"))
"""The last rows of a table: the label itself as the score, and a random score."""


_OF_SEQUENCES = {"trailing-norm", "trailing-knn"}
"""Controls that equal norm and knn on rows without time order."""


@cache
def control_rows(sequential: bool = True) -> tuple[TableRow, ...]:
    """One row per control of this package: detectors whose class has ``control = True``.

    They are read from the source, so no detector is imported. Controls of other packages are left out, so that an
    installed plug-in changes no table. The methods of `CEILING_AND_FLOOR` are left out too.

    Parameters
    ----------
    sequential : bool
        Whether the table is of points in time order; else controls that differ only there are left out.
    """
    ends = {row.method for row in CEILING_AND_FLOOR} | (set() if sequential else _OF_SEQUENCES)
    own = [one.name for one in describe(METHODS) if one.control and one.distribution == OWN_DISTRIBUTION]
    names = [name for name in own if name not in ends]
    names.sort(key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return tuple(TableRow(name, name, "control") for name in names)


def smoothed(method: str, points: int) -> str:
    """A method with a trailing mean of its scores over ``points`` points; 1 leaves the text as it is."""
    if points == 1:
        return method
    spec = Spec.parse(method)
    return str(Spec(spec.name, spec.params | {"smoothing": points}))


class Comparison(PointArtifact):
    """A table whose sections (scenarios, datasets, presets) hold one row per method.

    Attributes
    ----------
    sections : dict of str to str
        Key and heading of each section.
    readings : dict of str to dict
        Parameters of the protocol by section, where they are more than a scenario of the section's name.
    columns : tuple of Column
        Metrics to show; those that `published_table` prints too get the paper's heading.
    smoothing : int
        Points of the trailing mean of every row's scores, except of the perfect score.
    closed : bool
        Whether the rows of `CEILING_AND_FLOOR` close each section.
    notes : tuple of str
        Sentences below the table. Where a mean leaves tasks out, one more says so.
    """

    kind: ClassVar[Literal["table", "figure"]] = "table"
    sections: ClassVar[dict[str, str]]
    readings: ClassVar[dict[str, dict[str, Any]]] = {}
    columns: ClassVar[tuple[Column, ...]]
    smoothing: ClassVar[int] = 1
    closed: ClassVar[bool] = True
    notes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """Rows of a section, without those of `CEILING_AND_FLOOR`."""

    def all_rows(self, section: str) -> tuple[TableRow, ...]:
        """Rows of a section as they are run: with the smoothing of the table, and with ceiling and floor."""
        rows = (*self.table_rows(section), *(CEILING_AND_FLOOR if self.closed else ()))
        return tuple(
            row if row.role == "bound" else replace(row, method=smoothed(row.method, self.smoothing)) for row in rows
        )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The cell of one row and seed: of its reading, else of the scenario that the section is named after."""
        return self.dataset_cell(setting, method, seed, **self.readings.get(section, {"scenario": section}))

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every row and seed of every section."""
        for section in self.sections:
            for row in self.all_rows(section):
                for seed in self.seeds(setting):
                    yield Point(section, row, self.cell(setting, section, row.method, seed))

    def caption(self, setting: Setting) -> str:
        """Title, data variant and number of seeds."""
        data = "Real data" if setting.variant == "real" else "Embedded statistical twin, not real data"
        return f"{self.title}. {data}; {plural(len(self.seeds(setting)), 'seed')}."

    def table(
        self, results: Mapping[Cell, Result], setting: Setting, columns: tuple[Column, ...] | None = None
    ) -> Table:
        """Summarise the results over seeds, next to the printed numbers.

        Parameters
        ----------
        results : mapping of Cell to Result
            A result for each cell.
        setting : Setting
            Variant and profile.
        columns : tuple of Column, optional
            Metrics; those of the class unless given.
        """
        printed = self.printed()
        headings = {metric: column for column, metric in printed.metrics.items()} if printed else {}
        columns = tuple(
            replace(column, published=headings.get(column.metric, "")) for column in columns or self.columns
        )
        lines = []
        missing: dict[str, None] = {}
        for (section, row), runs in self.runs(results, setting).items():
            measured = {column.metric: self.summary(section, row, runs, column.metric) for column in columns}
            published = printed.numbers_of(row.label) if printed else {}
            missing |= {f"{self.sections[section]}: {said}.": None for _, one in runs if (said := left_out(one))}
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
        return Table(self.caption(setting), columns, tuple(lines), (*self.notes, *missing))

    def summary(self, section: str, row: TableRow, runs: list[tuple[Cell, Result]], metric: str) -> Summary:
        """One metric of one row over its seeds."""
        return summarise(runs, metric, row.extra_score)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every measured number of each row: the columns of the table, and all default columns that results have."""
        shown = {column.metric for column in self.columns}
        measured = {name for result in results.values() for row in result.rows[:1] for name in row}
        others = tuple(Column(name) for name in DEFAULT if name in measured and name not in shown)
        return self.table(results, setting, self.columns + others).numbers()

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        return self.table(results, setting).write(stem)
