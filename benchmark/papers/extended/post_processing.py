"""The effect of smoothing alone: the same scores of each detector without and with a trailing mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmark.artifacts.comparison import CEILING_AND_FLOOR, TableRow, control_rows, smoothed
from benchmark.artifacts.points import Point
from benchmark.artifacts.time_series import TimeSeriesTable
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.papers.extended.detectors import DEEP, METRIC

LENGTHS = (1, 9, 16)
"""Points of the trailing mean; 1 is the score as it is. All lengths share one fit."""


def column_name(points: int) -> str:
    """Heading of the column of a length."""
    return f"{METRIC}, " + ("no smoothing" if points == 1 else f"mean of {points}")


class PostProcessing(TimeSeriesTable):
    """One metric of every detector at three lengths of smoothing."""

    name = "extended/post-processing"
    title = f"{METRIC} of all detectors by smoothing of their scores on SMD, MSL and SMAP"
    columns = tuple(Column(column_name(points)) for points in LENGTHS)
    notes = (
        "Each row has one fit for a recording and seed, so columns differ by the trailing mean of its scores alone.",
        TimeSeriesTable.notes[0],
        "perfect: the label as the score, without smoothing. chance: a random score.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """One row per detector, then the controls."""
        return (*DEEP, *control_rows())

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every row, length and seed of every section; the position is the row and the length."""
        for section in self.sections:
            for row in (*self.table_rows(section), *CEILING_AND_FLOOR):
                for length in LENGTHS:
                    method = row.method if row.role == "bound" else smoothed(row.method, length)
                    for seed in self.seeds(setting):
                        yield Point(section, (row, length), self.cell(setting, section, method, seed))

    def table(
        self, results: Mapping[Cell, Result], setting: Setting, columns: tuple[Column, ...] | None = None
    ) -> Table:
        """One line per row, one column per length."""
        measured: dict[tuple[str, TableRow], dict[str, Summary]] = {}
        for (section, (row, length)), runs in self.runs(results, setting).items():
            measured.setdefault((section, row), {})[column_name(length)] = self.summary(section, row, runs, METRIC)
        lines = (
            Line(
                section=section,
                heading=self.sections[section],
                label=row.label,
                method=row.method,
                role=row.role,
                published={},
                measured=summaries,
            )
            for (section, row), summaries in measured.items()
        )
        return Table(self.caption(setting), self.columns, tuple(lines), self.notes)
