"""The diagram of ranks (after Demšar 2006, figure 1): mean ranks, and bars over methods without a difference.

Demšar's one critical difference of ranks belongs to Nemenyi's test. Here every pair has its own test
(`benchmark.stats.ranks`), so bars alone say which methods differ.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from benchmark.drawing.figure import INK, MUTED, Drawing, figure_style, new_figure, palette
from benchmark.stats.ranks import Ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Inches.
WIDTH = 7.2
EDGE = 0.1
ROW = 0.29
BAR = 0.09
CAVEAT = 0.135
CAVEAT_LETTERS = 130
QUANTITY = "Mean rank over recordings, 1 is best"
SIZES = (8.5, 6.0)
"""Font sizes of a method's name and of the numbers below it, in points."""


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
        Best rank at the left. A line joins each method to its mean rank. The mean rank with its interval is below
        the name. Thick bars join neighbours among which no pair differs.
    polars DataFrame
        The plotted numbers: ``method``, ``mean_rank``, ``low``, ``high``.
    tuple of str
        Remarks below the figure.
    """
    groups = ranking.groups
    remarks = tuple(filter(None, (*ranking.caveats(), caveat)))
    lines = [line for remark in remarks for line in textwrap.wrap(remark, CAVEAT_LETTERS)]
    below = 0.2 + CAVEAT * len(lines)
    names_top = below + ROW * ((len(ranking.methods) + 1) // 2)
    line = names_top + 0.08 + BAR * (len(groups) + 1)
    height = line + 0.85
    with figure_style():
        figure = new_figure(WIDTH, height)
        axes = figure.add_axes((0, 0, 1, 1))
        widest = [_width(axes, text, size) for both in _texts(ranking) for text, size in zip(both, SIZES, strict=True)]
        margin = max(widest) + 3 * EDGE
        width = max(WIDTH, 2 * margin + 2.5)  # long names widen the figure and leave the axis as it is
        figure.set_size_inches(width, height)
        axes.set(xlim=(0, width), ylim=(0, height))  # so that data units are inches
        axes.set_axis_off()
        scale = _Scale(len(ranking.methods), margin, width - margin)
        axes.text(EDGE, height - 0.1, title, fontsize=10, va="top", weight="bold")
        axes.text(EDGE, height - 0.33, QUANTITY.replace("recording", ranking.unit), fontsize=8, va="top", color=MUTED)
        _axis(axes, scale, line)
        for level, (first, last) in enumerate(groups, start=1):
            ends = [scale(ranking.mean_ranks[first]) - 0.04, scale(ranking.mean_ranks[last]) + 0.04]
            axes.plot(ends, [line - BAR * level] * 2, color=palette()[0], lw=3.2, solid_capstyle="round")
        _names(axes, scale, ranking, line, names_top)
        for index, remark in enumerate(lines):
            axes.text(EDGE, below - 0.12 - CAVEAT * index, remark, fontsize=6.8, color=MUTED, va="top")
    return Drawing(figure, ranking.frame(), remarks)


class _Scale:
    """Position of a rank in inches."""

    def __init__(self, ranks: int, left: float, right: float) -> None:
        self.ranks, self.left, self.right = ranks, left, right

    def __call__(self, rank: float) -> float:
        return self.left + (rank - 1) / (self.ranks - 1) * (self.right - self.left)


def _axis(axes: Axes, scale: _Scale, y: float) -> None:
    """Line of ranks."""
    axes.plot([scale(1), scale(scale.ranks)], [y, y], color=INK, lw=1.2)
    spacing = scale(2) - scale(1)
    step = next((step for step in (1, 2, 5, 10) if step * spacing > 0.17), 20)
    for rank in range(1, scale.ranks + 1):
        axes.plot([scale(rank)] * 2, [y, y + 0.07], color=INK, lw=0.9)
        if (rank - 1) % step == 0:
            axes.text(scale(rank), y + 0.1, str(rank), ha="center", va="bottom", fontsize=8)


def _names(axes: Axes, scale: _Scale, ranking: Ranking, line: float, top: float) -> None:
    """Names in two columns, the better half at the left, joined to their mean ranks."""
    count = len(ranking.methods)
    left = (count + 1) // 2
    for index, (name, numbers) in enumerate(_texts(ranking)):
        at_left = index < left
        y = top - ROW * ((index if at_left else count - 1 - index) + 0.4)
        outwards = -1 if at_left else 1
        end = (scale.left if at_left else scale.right) + outwards * EDGE
        x = scale(ranking.mean_ranks[index])
        axes.plot([x, x, end], [line, y, y], color=INK, lw=0.8, zorder=1)
        side = "right" if at_left else "left"
        axes.text(end + outwards * 0.05, y, name, ha=side, va="center", fontsize=SIZES[0])
        axes.text(end + outwards * 0.05, y - 0.07, numbers, ha=side, va="top", fontsize=SIZES[1], color=MUTED)


def _texts(ranking: Ranking) -> list[tuple[str, str]]:
    """Each method's name, and its mean rank with interval."""
    return [
        (row["method"], f"{row['mean_rank']:.2f}  [{row['low']:.1f}, {row['high']:.1f}]")
        for row in ranking.frame().iter_rows(named=True)
    ]


def _width(axes: Axes, text: str, size: float) -> float:
    """Width of a text in inches."""
    drawn = axes.text(0, 0, text, fontsize=size)
    width: float = drawn.get_window_extent().width / axes.figure.dpi
    drawn.remove()
    return width
