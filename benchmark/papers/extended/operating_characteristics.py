"""The operating characteristics of the rules of verdicts, as a figure: simulated claims whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import polars as pl

from benchmark.drawing.figure import MUTED, PAGE, Description, figure_style, new_figure, save, write_notes, write_title
from benchmark.drawing.formats import plural
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.verdicts.operating_characteristics import Plan, printed_numbers
from benchmark.verdicts.oracle_bound import oracle_bound

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

SEEDS: tuple[Plan, ...] = ((5, 10), 20)
"""Looks and numbers of seeds, as of the two papers' tables."""

CASES = ((1, 1), (24, 1), (24, 4))
"""Numbers of readings, and of printed numbers that must hold together in one of them."""

BOUND_PANELS = (("right", "F1 is right", 0.12), ("better", "F1 of a better method", 1.02))
"""Truth, title and end of the axis of the lower panels."""

CLAIMS = {"smoke": 40, "default": 400, "full": 2_000}
"""Simulated claims of each combination by profile."""


class OperatingCharacteristics(Artifact):
    """Share of each verdict on printed numbers by their truth, and what the bound at the oracle cut adds to it.

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
        frame, bounds = simulated(claims), oracle_bound(np.random.default_rng(0), seeds=SEEDS, claims=claims)
        caption = f"simulated, {claims:,} claims a bar"
        notes = (
            "Columns: right: the printed numbers are one run of one of our readings; off by d: the mean of our nearest "
            "reading is d away from the paper's; none: they have nothing to do with any reading.",
            "Right answers: REPRODUCED where they are right or off by .02 at most, NOT_REPRODUCED where they are off "
            "by .1 or none. The other verdicts leave a claim open. Dotted: .8.",
            "With many readings a single number is met by some reading by chance; four numbers that must hold together "
            "in one reading are not.",
            "Below: printed F1 of simulated scores, one reading, by the distance of anomalous from normal scores. "
            "Hollow: refuted by F1 at a cut alone. Full: with the bound, F1 at the best cut. Unsteady: the distance "
            "varies and the cut comes from 40 rows. Shifted: test scores shift against validation. Dashed: 5 %.",
        )
        description = Description(self.title, caption, "standard deviation over seeds", notes)
        with figure_style():
            figure = draw(frame, bounds, f"{self.title}; {caption}", notes)
        return save(figure, stem, pl.concat([frame, bounds], how="diagonal"), description)


def simulated(claims: int) -> pl.DataFrame:
    """Verdicts in every combination of `SEEDS` and `CASES`; ``together`` is the second number of a case."""
    frames = [
        printed_numbers(
            np.random.default_rng(0), seeds=SEEDS, readings=(readings,), claims=claims, together=together
        ).with_columns(together=pl.lit(together))
        for readings, together in CASES
    ]
    return pl.concat(frames)


def draw(frame: pl.DataFrame, bounds: pl.DataFrame, title: str, notes: Sequence[str]) -> Figure:
    """Draw a panel of stacked bars for each truth (columns), case and number of seeds (rows), and the bound below.

    Parameters
    ----------
    frame : polars DataFrame
        ``spread``, ``n``, ``truth``, ``readings``, ``together``, ``verdict``, ``share``
        (`benchmark.verdicts.operating_characteristics.printed_numbers`).
    bounds : polars DataFrame
        `benchmark.verdicts.oracle_bound.oracle_bound`.
    title : str
        Title.
    notes : sequence of str
        Sentences below the panels.
    """
    truths = frame["truth"].unique(maintain_order=True).to_list()
    rows = frame.select("readings", "together", "n", "looks").unique(maintain_order=True).rows()
    figure = new_figure(PAGE, 7.4 + 1.15 * len(rows))
    grid = figure.add_gridspec(2, 1, height_ratios=(len(rows), 2.6), hspace=0.3)
    upper, lower = grid[0], grid[1]
    axes = upper.subgridspec(len(rows), len(truths), hspace=0.24, wspace=0.12).subplots(
        sharex=True, sharey=True, squeeze=False
    )
    for line, (readings, together, n, looks) in zip(axes, rows, strict=True):
        here = (pl.col("readings") == readings) & (pl.col("together") == together) & (pl.col("n") == n)
        for axis, truth in zip(line, truths, strict=True):
            _bars(axis, frame.filter(here & (pl.col("truth") == truth)))
        seeds = plural(n, "seed") if looks == 1 else f"{looks} looks, {plural(n, 'seed')}"
        words = (plural(together, "number"), plural(readings, "reading"), seeds)
        line[0].set_ylabel("\n".join(words), rotation=0, ha="right", va="center")
    for axis, truth in zip(axes[0], truths, strict=True):
        axis.set_title(truth.replace("off by ", "off "))
    for place, (truth, heading, limit) in enumerate(BOUND_PANELS):
        axis = figure.add_subplot(lower.subgridspec(1, 2, wspace=0.1)[place])
        _bound(axis, bounds.filter(pl.col("truth") == truth), limit)
        axis.set_title(heading, loc="left")
        axis.tick_params(labelleft=place == 0)
    above = write_title(figure, title)
    below = write_notes(figure, (), *axes[0, 0].get_legend_handles_labels())
    height = figure.get_figheight()
    figure.subplots_adjust(left=0.29, right=0.985, top=above - 0.35 / height, bottom=below + 0.65 / height)
    edge = axes[-1, -1].get_position().y0 - 0.85 / height
    figure.text(0.64, edge, "standard deviation over seeds", ha="center", va="bottom")
    return figure


def _bound(axis: Axes, frame: pl.DataFrame, limit: float) -> None:
    """Draw the refuted share of each distribution of scores, one pair of dots for each cut, average and plan."""
    cases = frame.select("separation", "variation", "shift").unique(maintain_order=True).rows()
    for line, (separation, variation, shift) in enumerate(cases):
        part = frame.filter((pl.col("separation") == separation) & (pl.col("variation") == variation))
        part = part.filter(pl.col("shift") == shift)
        axis.plot(part["alone"], [line - 0.16] * len(part), "o", ms=3.5, mfc="white", mec=MUTED)
        axis.plot(part["refuted"], [line + 0.16] * len(part), "o", ms=3.5, color=COLOURS["NOT_REPRODUCED"])
    words = [
        f"{separation:g}{', unsteady' if variation else ''}{', shifted' if shift else ''}"
        for separation, variation, shift in cases
    ]
    axis.set_yticks(range(len(cases)), words)
    axis.axvline(0.05, color=MUTED, lw=0.6, ls="--")
    axis.set_xlim(-0.02 * limit, limit)
    axis.locator_params(axis="x", nbins=3)
    axis.set_xlabel("share refuted")
    axis.invert_yaxis()


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
    axis.set_xticks(range(len(spreads)), [f"{spread:g}".lstrip("0") for spread in spreads], rotation=90)
    axis.set_yticks([0, 0.5, 1], ["0", ".5", "1"])
    axis.set_ylim(0, 1)
