"""A heat map of numbers: rows by columns, each cell with its number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.drawing.figure import INK, Drawing, figure_style, new_figure, write_notes

CELL = (0.36, 0.21)
"""Width and height of a cell in inches."""

NARROWEST = 7.2


def draw_heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: NDArray[np.float64],
    title: str,
    notes: Sequence[str] = (),
    *,
    lower: bool = False,
    form: str = ".2f",
) -> Drawing:
    """Draw numbers as coloured cells. In each column the colours run from its worst to its best number.

    Parameters
    ----------
    rows, columns : sequence of str
        Names.
    values : ndarray, shape (rows, columns)
        Numbers; a NaN is an empty cell.
    title : str
        What the numbers are.
    notes : sequence of str
        Remarks below.
    lower : bool
        Whether lower numbers are better.
    form : str
        Format of a number.
    """
    remarks = tuple(notes)
    left = 0.25 + 0.078 * max(min(len(name), 30) for name in rows)
    head = 0.45 + 0.062 * max(min(len(name), 26) for name in columns)
    with figure_style():
        width = max(NARROWEST, left + CELL[0] * len(columns) + 0.3)
        height = head + CELL[1] * len(rows) + 0.15 + 0.16 * sum(1 + int(len(note) // (18 * width)) for note in remarks)
        figure = new_figure(width, height)
        bottom = max(write_notes(figure, remarks), 0.02) + 0.05 / height
        right = min(0.99, (left + max(CELL[0] * len(columns), NARROWEST - left - 0.3)) / width)
        axes = figure.add_axes((left / width, bottom, right - left / width, 1 - head / height - bottom))
        shade = _shades(values, lower)
        axes.imshow(shade, aspect="auto", cmap="Blues", vmin=0, vmax=1.25, interpolation="nearest")
        for row, column in np.argwhere(~np.isnan(values)):
            colour = "white" if shade[row, column] > 0.8 else INK
            text = format(values[row, column], form)
            text = text[1:] if text.startswith("0.") else text
            axes.text(column, row, text, ha="center", va="center", fontsize=6.5, color=colour)
        axes.set_yticks(range(len(rows)), [_short(name, 30) for name in rows])
        axes.set_xticks(range(len(columns)), [_short(name, 26) for name in columns], rotation=90)
        axes.tick_params(length=0, labelsize=7, top=True, labeltop=True, bottom=False, labelbottom=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        figure.text(0.09 / width, 1 - 0.08 / height, title, fontsize=10, weight="bold", va="top", color=INK)
    frame = pl.DataFrame({"row": list(rows), **{name: values[:, place] for place, name in enumerate(columns)}})
    return Drawing(figure, frame, remarks)


def _shades(values: NDArray[np.float64], lower: bool) -> NDArray[np.float64]:
    """Position of each number from the worst (0) to the best (1) of its column; 0.5 where all are equal."""
    signed = -values if lower else values
    shades = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        known = ~np.isnan(signed[:, column])
        if known.any():
            cells = signed[known, column]
            span = np.ptp(cells)
            shades[known, column] = (cells - cells.min()) / span if span > 0 else 0.5
    return shades


def _short(name: str, letters: int) -> str:
    text = name if len(name) <= letters else name[: letters - 1] + "…"
    return text.replace("$", r"\$")
