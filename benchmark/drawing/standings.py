"""Means and ranks of methods with their intervals, one line a method."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from benchmark.drawing.figure import (
    FAINT,
    LETTERS,
    MUTED,
    Drawing,
    figure_style,
    new_figure,
    notes_height,
    palette,
    title_height,
    write_notes,
    write_title,
)
from benchmark.drawing.figure import LINE as TEXT_LINE
from benchmark.drawing.figure import PAGE as WIDTH

LINE = 0.24
"""Height of a method's line in inches."""

RANK = "rank (1 is best)"


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
    left = min(0.5, 0.04 + max(len(_short(place.method)) for place in places) / (LETTERS * WIDTH))
    width = (0.985 - left - 0.04) / 2
    labels = [textwrap.fill(text, max(8, int(width * WIDTH * LETTERS))) for text in (quantity, RANK)]
    axis = 0.4 + TEXT_LINE * max(label.count("\n") + 1 for label in labels)
    with figure_style():
        height = LINE * count + axis + notes_height(remarks, WIDTH) + title_height(title, width=WIDTH) + 0.1
        figure = new_figure(WIDTH, height)
        bottom = write_notes(figure, remarks) + axis / height
        top = write_title(figure, title) - 0.05 / height
        first = figure.add_axes((left, bottom, width, top - bottom))
        second = figure.add_axes((left + width + 0.04, bottom, width, top - bottom))
        lines = list(range(count))
        for axes, key, label in ((first, "mean", labels[0]), (second, "place", labels[1])):
            low = "low" if key == "mean" else "place_low"
            high = "high" if key == "mean" else "place_high"
            for line, place in zip(lines, places, strict=True):
                colour = palette()[0] if place.best else MUTED
                axes.plot([getattr(place, low), getattr(place, high)], [line, line], color=colour, lw=1.4)
                fill = colour if place.best else "white"
                axes.plot([getattr(place, key)], [line], "o", ms=4, mfc=fill, mec=colour)
            axes.set(ylim=(count - 0.4, -0.6), xlabel=label)
            axes.locator_params(axis="x", nbins=3, integer=key == "place")
            axes.grid(axis="x", color=FAINT, lw=0.6)
            axes.set_axisbelow(True)
        first.set_yticks(lines, [_short(place.method) for place in places])
        second.set_yticks(lines, [""] * count)
        second.set_xlim(0.5, max(place.place_high for place in places) + 0.5)
    return Drawing(figure, pl.DataFrame([place._asdict() for place in places]), remarks)


def _short(name: str, letters: int = 30) -> str:
    """A name that fits its line; ``$`` would begin a formula."""
    text = name if len(name) <= letters else name[: letters - 1] + "…"
    return text.replace("$", r"\$")
