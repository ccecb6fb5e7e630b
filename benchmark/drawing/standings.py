"""Means and ranks of methods with their intervals, one line a method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from benchmark.drawing.figure import FAINT, INK, MUTED, Drawing, figure_style, new_figure, palette, write_notes

LINE = 0.21
"""Height of a method's line in inches."""

WIDTH = 7.2


class Place(NamedTuple):
    """A method's line.

    Parameters
    ----------
    method : str
        Its name.
    mean, low, high : float
        Mean with its interval.
    place, place_low, place_high : float
        Rank of the mean with its interval.
    best : bool
        Whether it is not shown to be worse than the first.
    """

    method: str
    mean: float
    low: float
    high: float
    place: float
    place_low: float
    place_high: float
    best: bool


def draw_standings(places: Sequence[Place], title: str, quantity: str, notes: Sequence[str] = ()) -> Drawing:
    """Draw two panels side by side: the mean, and the rank of the mean, each with its interval.

    Parameters
    ----------
    places : sequence of Place
        Best first.
    title : str
        Metric and table.
    quantity : str
        Label of the first panel.
    notes : sequence of str
        Remarks below.

    Returns
    -------
    Drawing
        Filled dots are methods that are not shown to be worse than the first. The numbers are those of the places.
    """
    count = len(places)
    remarks = tuple(notes)
    with figure_style():
        below = 0.55 + 0.16 * sum(1 + len(note) // 130 for note in remarks)
        height = LINE * count + below + 0.5
        figure = new_figure(WIDTH, height)
        bottom = max(write_notes(figure, remarks), 0.05) + 0.45 / height
        longest = max(len(place.method) for place in places)
        left = min(0.4, 0.03 + 0.0105 * min(longest, 34))
        width = (0.985 - left - 0.03) / 2
        top = 1 - 0.38 / height
        first = figure.add_axes((left, bottom, width, top - bottom))
        second = figure.add_axes((left + width + 0.03, bottom, width, top - bottom))
        lines = list(range(count))
        for axes, key, label in ((first, "mean", quantity), (second, "place", "rank of the mean, 1 is best")):
            low = "low" if key == "mean" else "place_low"
            high = "high" if key == "mean" else "place_high"
            for line, place in zip(lines, places, strict=True):
                colour = palette()[0] if place.best else MUTED
                axes.plot([getattr(place, low), getattr(place, high)], [line, line], color=colour, lw=1.4)
                fill = colour if place.best else "white"
                axes.plot([getattr(place, key)], [line], "o", ms=4, mfc=fill, mec=colour)
            axes.set(ylim=(count - 0.4, -0.6), xlabel=label)
            axes.grid(axis="x", color=FAINT, lw=0.6)
            axes.set_axisbelow(True)
        first.set_yticks(lines, [_short(place.method) for place in places])
        second.set_yticks(lines, [""] * count)
        second.set_xlim(0.5, max(place.place_high for place in places) + 0.5)
        figure.text(0.012, 1 - 0.08 / height, title, fontsize=10, weight="bold", va="top", color=INK)
    return Drawing(figure, pl.DataFrame([place._asdict() for place in places]), remarks)


def _short(name: str, letters: int = 34) -> str:
    """A name that fits its line; ``$`` would begin a formula."""
    text = name if len(name) <= letters else name[: letters - 1] + "…"
    return text.replace("$", r"\$")
