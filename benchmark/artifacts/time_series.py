"""A table of methods on public benchmark recordings: the base of such tables of all papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.drawing.summary import Summary, summarise
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant

SPACECRAFT = ("msl", "smap")
"""Sections whose traces are of one spacecraft. The letter of a trace names its subsystem (``P-1``: power)."""


def clusters(section: str, recordings: Iterable[str]) -> dict[str, str | None]:
    """Cluster of each recording of a section: the subsystem of a trace; None for a machine, which is its own."""
    return {name: name.partition("-")[0] if section in SPACECRAFT else None for name in recordings}


class TimeSeriesTable(Comparison):
    """Methods and controls on SMD, MSL and SMAP: mean over recordings, then over seeds; on real data only.

    Recordings are the sample here. One seed is run, because recordings vary ten times as much as seeds.

    Attributes
    ----------
    protocols : dict of str to str
        Protocol of a section, where it is not ``native`` with its defaults.
    """

    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    in_all = False
    repetitions = 1
    smoothing = 9
    sections: ClassVar[dict[str, str]] = {
        "smd": "SMD, 8 machines",
        "msl": "MSL, 27 traces",
        "smap": "SMAP, 54 traces",
    }
    protocols: ClassVar[dict[str, str]] = {}
    columns: ClassVar[tuple[Column, ...]] = (
        Column("AUC-PR"),
        Column("VUS-PR"),
        Column("F1@val"),
        Column("F1@oracle"),
        Column("AUC-ROC"),
    )
    notes: ClassVar[tuple[str, ...]] = (
        "Every point counts by itself, without point adjustment; mean over recordings, then over seeds. Each recording "
        "has its own training and its own threshold: the 99 % quantile of the scores of the last fifth of its training "
        "part.",
        "Every row but perfect has a trailing mean of its scores over nine points, so that none gains by smoothing "
        "alone; extended/post-processing shows other lengths.",
        "Traces of one subsystem (the letter of their name) are one cluster: they resemble each other.",
        "perfect: the label as the score. chance: a random score.",
    )

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The publisher's split. Of SMD, the eight machines of the heading, whatever else the folder holds."""
        dataset = "smd[checked=true]" if section == "smd" else section
        protocol = self.protocols.get(section, "native")
        return Cell(dataset=dataset, variant=setting.variant, protocol=protocol, seed=seed, method=method)

    def summary(self, section: str, row: TableRow, runs: list[tuple[Cell, Result]], metric: str) -> Summary:
        """One metric of one row, with an interval over clusters, recordings and seeds."""
        names = [task["task"] for _, result in runs[:1] for task in result.rows]
        return summarise(runs, metric, row.extra_score, clusters(section, names))
