"""A picture of a detection: channels with events shaded, and the score with its cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmark.drawing.figure import FAINT, INK, MUTED, figure_style, new_figure, palette

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 8
"""Largest number of channels in a picture; those with the largest shares at the events come first."""

SHADE = "#d55e00"
"""Colour of events."""


@dataclass(frozen=True)
class Picture:
    """The content of a picture.

    Parameters
    ----------
    title : str
        Recording and method.
    time : ndarray, shape (T,)
        Microseconds since 1970, or row numbers where ``timed`` is False.
    timed : bool
        Whether there is a time.
    channels : sequence of (str, ndarray of shape (T,))
        Names and values of the channels to show.
    left_out : int
        Number of channels that are not shown.
    scores : ndarray of float64, shape (T,)
        Scores.
    cut : float
        Cut of the scores.
    events : sequence of (int, int)
        First and last row of each event.
    labels : ndarray of bool, shape (T,), optional
        Known anomalies, where the recording has labels.
    """

    title: str
    time: NDArray[Any]
    timed: bool
    channels: Sequence[tuple[str, NDArray[Any]]]
    left_out: int
    scores: NDArray[np.float64]
    cut: float
    events: Sequence[tuple[int, int]]
    labels: NDArray[np.bool_] | None = None

    @property
    def axis(self) -> Any:
        """Positions on the horizontal axis: times in UTC, or row numbers."""
        if not self.timed:
            return self.time
        return [datetime.fromtimestamp(one / 1e6, UTC).replace(tzinfo=None) for one in self.time.tolist()]


def draw_detection(picture: Picture) -> Figure:
    """Draw one panel for each channel and one for the score, with a common axis of time."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    panels = len(picture.channels) + 1
    with figure_style():
        figure = new_figure(7.5, 0.9 + 0.85 * panels)
        grid = figure.add_gridspec(panels, 1, height_ratios=[1] * (panels - 1) + [1.4], hspace=0.28)
        grid.update(left=0.16, right=0.97, top=1 - 0.45 / (0.9 + 0.85 * panels), bottom=0.45 / (0.9 + 0.85 * panels))
        axis = picture.axis
        first = figure.add_subplot(grid[0])
        axes = [first, *(figure.add_subplot(grid[place], sharex=first) for place in range(1, panels))]
        figure.suptitle(picture.title, fontsize=10, x=0.16, ha="left", y=1 - 0.12 / (0.9 + 0.85 * panels), va="top")
        for place, panel in enumerate(axes):
            for begin, end in picture.events:
                panel.axvspan(*_edges(axis, begin, end), color=SHADE, alpha=0.22, lw=0)
            if place < panels - 1:
                name, values = picture.channels[place]
                panel.plot(axis, values, color=INK, lw=0.7)
                label = name if len(name) <= 18 else name[:17] + "…"
            else:
                panel.plot(axis, picture.scores, color=palette()[0], lw=0.8)
                panel.axhline(picture.cut, color=SHADE, lw=0.9, ls="--")
                panel.annotate("cut", (1.0, picture.cut), xycoords=("axes fraction", "data"), fontsize=7, color=SHADE)
                label = "score"
                if picture.labels is not None and picture.labels.any():
                    marked = [one for one, known in zip(axis, picture.labels, strict=True) if known]
                    low = float(picture.scores.min())
                    panel.plot(marked, [low] * len(marked), "|", color=INK, ms=5, label="labelled anomaly")
                    panel.legend(loc="upper left", fontsize=7)
            panel.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=8)
            panel.tick_params(labelbottom=place == panels - 1, labelsize=7)
            panel.grid(axis="x", color=FAINT, lw=0.5)
            panel.locator_params(axis="y", nbins=3)
        if picture.timed:
            locator = AutoDateLocator()  # type: ignore[no-untyped-call]
            axes[-1].xaxis.set_major_locator(locator)
            axes[-1].xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        else:
            axes[-1].set_xlabel("row of the scored part", fontsize=8)
        if picture.left_out:
            figure.text(0.97, 0.02, f"{picture.left_out} more channels not shown", fontsize=7, color=MUTED, ha="right")
    return figure


def _edges(axis: Any, begin: int, end: int) -> tuple[Any, Any]:
    """Edges of the shade of an event: half a step before and after, so that one row is visible."""
    step = (axis[1] - axis[0]) / 2 if len(axis) > 1 else 0
    return axis[begin] - step, axis[end] + step
