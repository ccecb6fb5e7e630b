"""A table of how well detectors name the metrics that took part in an incident."""

from __future__ import annotations

from typing import ClassVar

from benchmark.artifacts.comparison import TableRow
from benchmark.artifacts.time_series import TimeSeriesTable
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.metrics.explanation import MEASURES
from benchmark.protocols.attribution import ORDERS

PROBE = "attribution"

SELF_EXPLAINED = ("norm", "trailing-norm", "sensor-range", "pca", "kmeans-ad", "vae", "gan")
"""Methods that say themselves which channels their score comes from."""

OCCLUDED = "iforest"
"""Method that is asked by occlusion. It asks for 39 scores of each point of an incident, too many for slow methods."""


class Attribution(TimeSeriesTable):
    """Blamed metrics against those that operators noted, on SMD."""

    name = "extended/attribution"
    title = "Metrics that detectors blame for incidents of SMD, against those that operators noted"
    smoothing = 1
    closed = False
    sections: ClassVar[dict[str, str]] = {"smd": "SMD, 8 machines"}
    protocols: ClassVar[dict[str, str]] = {"smd": PROBE}
    columns: ClassVar[tuple[Column, ...]] = tuple(Column(f"{PROBE}: {name}") for name in MEASURES)
    notes: ClassVar[tuple[str, ...]] = (
        "Mean over the incidents of a machine, then over machines. The blame of an incident is the mean over its "
        "points, each divided by its sum.",
        "simple order: by the distance from the median of training in robust units, without a model. random order: its "
        "exact expectation.",
        f"{OCCLUDED} is asked by occlusion: a metric takes its median in training, and the fall of the score is its "
        "blame. The other methods say themselves what they blame.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """One row per method, then the orders without a model, which the cells of every method hold."""
        methods = [TableRow(name, name, "control") for name in (*SELF_EXPLAINED, OCCLUDED)]
        return (*methods, *(TableRow(order, "norm", "control") for order in reversed(ORDERS)))

    def cell(self, setting: Setting, section: str, method: str, seed: int) -> Cell:
        """The eight machines with the interpretation labels."""
        return Cell("smd[checked=true,culprits=true]", setting.variant, self.protocols[section], seed, method)

    def summary(self, section: str, row: TableRow, runs: list[tuple[Cell, Result]], metric: str) -> Summary:
        """One metric of one row; that of an order without a model has its name behind a comma."""
        own = metric.startswith(f"{PROBE}: ") and row.label in ORDERS
        return super().summary(section, row, runs, f"{metric}, {row.label}" if own else metric)
