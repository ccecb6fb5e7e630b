"""The diagram of ranks (after Demšar 2006, figure 1): mean ranks, and bars over methods without a difference.

Demšar's one critical difference of ranks belongs to Nemenyi's test. Here every pair has its own test
(`benchmark.stats.ranks`), so bars alone say which methods differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.drawing.figure import (
    EDGE,
    FAINT,
    INK,
    MUTED,
    PAGE,
    SMALLEST,
    Drawing,
    figure_style,
    new_figure,
    palette,
    title_height,
    write_title,
)
from benchmark.stats.ranks import Ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, BAR, NUMBERS = 0.31, 0.16, 0.55
"""Inches: height of a method's row, width of a bar, width of a mean rank."""

QUANTITY = "Mean rank over recordings, 1 is best"


def draw_critical_difference(ranking: Ranking, title: str, caveat: str = "") -> Drawing:
    """Draw a ranking, with its caveats below.

    Parameters
    ----------
    ranking : Ranking
        From `benchmark.stats.ranks.rank_methods`.
    title : str
        Metric and data.
    caveat : str
        Further remark on these data.

    Returns
    -------
    Figure
        A row for each method, the best one on top: its mean rank with the interval. Bars at the right join neighbours
        among which no pair differs.
    polars DataFrame
        The plotted numbers: ``method``, ``mean_rank``, ``low``, ``high``.
    tuple of str
        Remarks below the figure.
    """
    groups = ranking.groups
    remarks = tuple(filter(None, (*ranking.caveats(), caveat)))
    rows = list(ranking.frame().iter_rows(named=True))
    words = f"{QUANTITY.replace('recording', ranking.unit)}; bars join methods that are not shown to differ"
    above, below, tall = title_height(title, words) + 0.1, 0.75, ROW * len(rows)
    height = above + tall + below
    with figure_style():
        figure = new_figure(PAGE, height)
        write_title(figure, title, words)
        axes = figure.add_axes((0, below / height, 1, tall / height))
        left = max(_width(axes, row["method"]) for row in rows) + 2 * EDGE
        right = PAGE - NUMBERS - BAR * (len(groups) + 1) - EDGE
        axes.set_position((left / PAGE, below / height, max(right - left, 1.5) / PAGE, tall / height))
        _draw(axes, rows)
        beside = PAGE - NUMBERS - BAR * len(groups)  # inches from the left
        scale = axes.get_window_extent().width / figure.dpi
        for level, (first, last) in enumerate(groups):
            place = (beside + BAR * level - left) / scale
            axes.plot(
                [place] * 2, [first - 0.3, last + 0.3], transform=axes.get_yaxis_transform(), color=palette()[0], lw=4,
                solid_capstyle="butt", clip_on=False,
            )  # fmt: skip
        for place, row in enumerate(rows):
            figure.text(
                1 - EDGE / PAGE, (below + tall - ROW * (place + 0.5)) / height, f"{row['mean_rank']:.1f}", ha="right",
                va="center", color=MUTED,
            )  # fmt: skip
    return Drawing(figure, ranking.frame(), remarks)


def _draw(axes: Axes, rows: list[dict[str, float]]) -> None:
    """Draw names, mean ranks and their intervals, one method a row."""
    places = range(len(rows))
    axes.hlines(places, [row["low"] for row in rows], [row["high"] for row in rows], color=INK, lw=1.8)
    axes.plot([row["mean_rank"] for row in rows], places, "o", ms=7, color=INK)
    axes.set_yticks(places, [str(row["method"]) for row in rows])
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(1, len(rows)), xlabel="mean rank")
    axes.locator_params(axis="x", nbins=4, integer=True)
    axes.tick_params(axis="y", length=0)
    axes.grid(color=FAINT, lw=0.8)
    axes.set_axisbelow(True)


def _width(axes: Axes, text: str) -> float:
    """Width of a text in inches."""
    drawn = axes.text(0, 0, text, fontsize=SMALLEST)
    width: float = drawn.get_window_extent().width / axes.figure.dpi
    drawn.remove()
    return width
