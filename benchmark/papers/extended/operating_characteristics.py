"""The operating characteristics of the rules of verdicts, as a figure: simulated claims whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import polars as pl

from benchmark.drawing.figure import MUTED, Description, figure_style, new_figure, save, write_notes
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.verdicts.operating_characteristics import printed_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "REPRODUCED": "#029e73",
    "WITHIN_NOISE": "#56b4e9",
    "UNDECIDABLE": "#d5d5d5",
    "NOT_REPRODUCED": "#de8f05",
}
"""Colour of each verdict, from the bottom of a bar to its top."""

READINGS = (1, 24)
"""Numbers of readings that are drawn; the CSV file has others."""

CLAIMS = {"smoke": 40, "default": 400, "full": 2_000}
"""Simulated claims of each combination by profile."""


class OperatingCharacteristics(Artifact):
    """Share of each verdict on a printed number by its truth, the spread over seeds, seeds and readings.

    It needs no data. It is made with the twins, so that it is made from a clean clone.
    """

    name = "extended/operating-characteristics"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    variants: ClassVar[tuple[Variant, ...]] = ("twin",)
    title = "Verdicts on printed numbers whose truth is known"

    def cells(self, setting: Setting) -> list[Cell]:
        """None: the claims are simulated."""
        return []

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Simulate, draw and save."""
        claims = CLAIMS[setting.profile.name]
        frame = printed_numbers(np.random.default_rng(0), claims=claims)
        caption = f"simulated, {claims:,} claims a bar"
        notes = (
            "Columns: right: the printed number is one run of one of our readings; off by d: the mean of our nearest "
            "reading is d away from the paper's; none: the printed number has nothing to do with any reading.",
            "Right answers: REPRODUCED where it is right or off by .02 at most, NOT_REPRODUCED where it is off by .1 or "
            "none. The other verdicts leave a claim open.",
        )
        description = Description(self.title, caption, "standard deviation over seeds", notes)
        with figure_style():
            figure = draw(frame, f"{self.title}; {caption}", notes)
        return save(figure, stem, frame, description)


def draw(frame: pl.DataFrame, title: str, notes: Sequence[str]) -> Figure:
    """Draw a panel of stacked bars for each truth (columns), number of seeds and of readings (rows).

    Parameters
    ----------
    frame : polars DataFrame
        ``spread``, ``n``, ``truth``, ``readings``, ``verdict``, ``share``
        (`benchmark.verdicts.operating_characteristics.printed_numbers`).
    title : str
        Title.
    notes : sequence of str
        Sentences below the panels.
    """
    truths = frame["truth"].unique(maintain_order=True).to_list()
    rows = [
        (readings, n)
        for readings in READINGS
        for n in frame["n"].unique().sort()
        if len(frame.filter((pl.col("readings") == readings) & (pl.col("n") == n)))
    ]
    figure = new_figure(7.2, 1.5 + 0.82 * len(rows))
    axes = figure.subplots(len(rows), len(truths), sharex=True, sharey=True, squeeze=False)
    for line, (readings, n) in zip(axes, rows, strict=True):
        for axis, truth in zip(line, truths, strict=True):
            chosen = (pl.col("readings") == readings) & (pl.col("n") == n) & (pl.col("truth") == truth)
            _bars(axis, frame.filter(chosen))
        plural = "" if readings == 1 else "s"
        line[0].set_ylabel(f"{n} seeds\n{readings} reading{plural}", fontsize=7.5)
    for axis, truth in zip(axes[0], truths, strict=True):
        axis.set_title(truth, fontsize=8.5)
    figure.suptitle(title, fontsize=9)
    below = write_notes(figure, notes, *axes[0, 0].get_legend_handles_labels())
    figure.supxlabel("standard deviation over seeds", fontsize=8.5, y=below)
    figure.tight_layout(rect=(0, below + 0.02, 1, 1), h_pad=0.4, w_pad=0.4)
    return figure


def _bars(axis: Axes, frame: pl.DataFrame) -> None:
    """Draw one bar for each spread, with its verdicts one upon the other."""
    spreads = frame["spread"].unique().sort().to_list()
    bottom = np.zeros(len(spreads))
    for verdict, colour in COLOURS.items():
        shares = dict(frame.filter(pl.col("verdict") == verdict).select("spread", "share").iter_rows())
        heights = np.array([shares.get(spread, 0.0) for spread in spreads])
        axis.bar(range(len(spreads)), heights, 0.86, bottom=bottom, color=colour, label=verdict, linewidth=0)
        bottom += heights
    axis.axhline(0.8, color=MUTED, lw=0.6, ls=":")
    axis.set_xticks(range(len(spreads)), [f"{spread:g}".lstrip("0") for spread in spreads], fontsize=6, rotation=90)
    axis.set_yticks([0, 0.5, 1], ["0", ".5", "1"], fontsize=7)
    axis.set_ylim(0, 1)
