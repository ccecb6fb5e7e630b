"""The panel of ``detect`` against its members: a table of one metric, and the difference to the median member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from benchmark.artifacts.comparison import TableRow
from benchmark.artifacts.time_series import TimeSeriesTable
from benchmark.drawing.summary import Summary, of_recordings
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result

METRIC = "VUS-PR"

PANEL = "panel"

MEMBERS = ("knn", "pca", "kmeans-ad", "trailing-norm", "trailing-knn")
"""Members on rows in time order (`baselines.panel.ORDERED`)."""

MEDIAN = "median member"

DIFFERENCE = "panel − median member"


class PanelTable(TimeSeriesTable):
    """The panel, each of its members, and the member in the middle, by `METRIC` over recordings.

    The median member of a recording has the median of the five members' values there, after the mean over seeds. It is
    what a user gets who picks one of the five at random, in the middle of the cases. The last row of a section is the
    mean over recordings of the panel less this median, with the interval of a bootstrap over clusters, recordings and
    seeds (`benchmark.stats.intervals.hierarchical_interval`).

    No score is smoothed: ``detect`` smooths none. The panel was fixed before any of these cells was run.
    """

    name = "extended/panel"
    title = f"{METRIC} of the panel and of its members on SMD, MSL, SMAP and NAB"
    smoothing = 1
    sections: ClassVar[dict[str, str]] = {**TimeSeriesTable.sections, "nab-aws": "NAB, AWS series"}
    columns: ClassVar[tuple[Column, ...]] = (Column(METRIC),)
    notes: ClassVar[tuple[str, ...]] = (
        "Every point counts by itself, without point adjustment; mean over recordings. No score is smoothed.",
        "median member: on each recording the median of the five members' values. It is no detector, because which "
        "member it is needs the labels.",
        f"{DIFFERENCE}: mean over recordings of the difference, with its 95 % interval over clusters and recordings. "
        "A cluster is a machine of SMD, a series of NAB, or the traces of one subsystem (the letter of their name).",
        "perfect: the label as the score. chance: a random score.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The panel, then its members."""
        return (TableRow(PANEL, PANEL), *(TableRow(name, name, "control") for name in MEMBERS))

    def table(
        self, results: Mapping[Cell, Result], setting: Setting, columns: tuple[Column, ...] | None = None
    ) -> Table:
        """One line per row, then the median member and the difference of each section."""
        base = super().table(results, setting, columns)
        lines: list[Line] = []
        for section in self.sections:
            own = [line for line in base.lines if line.section == section]
            derived: dict[str, dict[str, Summary]] = {MEDIAN: {}, DIFFERENCE: {}}
            for column in base.columns:
                found = against_median({line.label: line.measured[column.metric] for line in own})
                for label, summary in zip(derived, found, strict=True):
                    derived[label][column.metric] = summary
            lines += own
            lines += [
                replace(own[0], label=label, method=label, role="bound", published={}, measured=measured)
                for label, measured in derived.items()
            ]
        return replace(base, lines=tuple(lines))


def against_median(measured: Mapping[str, Summary]) -> tuple[Summary, Summary]:
    """The median member, and the panel less it.

    Parameters
    ----------
    measured : mapping of str to Summary
        One metric of the panel and of each member.

    Returns
    -------
    tuple of Summary
        Where a cell failed, or where there are fewer than two recordings, the reason in place of the numbers.
    """
    for name in (PANEL, *MEMBERS):
        if measured[name].status != "OK":
            return measured[name], measured[name]
    panel, median = measured[PANEL], median_member(measured)
    if not median or median.keys() != panel.recordings.keys():
        none = Summary("UNDEFINED", "it needs the same two recordings or more of each row", cells=panel.cells)
        return none, none
    gaps = {name: tuple(np.subtract(panel.recordings[name], own).tolist()) for name, own in median.items()}
    return of_recordings(median, panel), replace(of_recordings(gaps, panel), range=None)


def median_member(measured: Mapping[str, Summary]) -> dict[str, tuple[float, ...]]:
    """Median over the members of the values of each recording and seed; empty where a member has none."""
    values = [measured[name].recordings for name in MEMBERS]
    if not all(values):
        return {}
    return {
        name: tuple(np.median([one[name] for one in values], axis=0).tolist())
        for name in values[0]
        if all(name in one for one in values)
    }
