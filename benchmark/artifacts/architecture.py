"""A figure of a detector's architecture, drawn from the instantiated model: the base of such figures of all papers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

import polars as pl

from benchmark.drawing.figure import (
    INK,
    LINE,
    MUTED,
    PAGE,
    Description,
    figure_style,
    new_figure,
    palette,
    save,
    title_height,
    write_title,
)
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.registry import DATASETS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Part = TypeVar("Part")
Words = tuple[str, Sequence[str], str]

GAP = 0.36
"""Space for the arrow below a part in inches."""

WIDE = 31
"""Letters on a line of a box that one of two presets has."""


class ArchitectureFigure(Artifact, Generic[Part]):
    """The parts of each preset of a detector from top to bottom: one box where the presets agree, else one for each.

    Attributes
    ----------
    dataset : str
        Dataset whose number of channels the model is built for.
    presets : tuple of str
        Presets of the detector.
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    dataset: ClassVar[str]
    presets: ClassVar[tuple[str, ...]]

    @abstractmethod
    def parts(self, preset: str, channels: int) -> list[Part]:
        """Build the untrained detector, run one batch through it, and describe its parts in order."""

    @abstractmethod
    def rows(self, part: Part) -> list[dict[str, Any]]:
        """Rows of the CSV file for one part."""

    @abstractmethod
    def words(self, part: Part) -> tuple[str, Sequence[str], str]:
        """Heading of a part, lines of text on it (at most `WIDE` letters each), and the shape of its output."""

    def cells(self, setting: Setting) -> list[Cell]:
        """None: the figure shows the model, not a result."""
        return []

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Build each preset for the channels of the dataset, draw its parts, and save."""
        channels = DATASETS.load(self.dataset).metadata.channels
        parts = {preset: self.parts(preset, channels) for preset in self.presets}
        frame = pl.DataFrame(
            [{"preset": preset} | row for preset in parts for part in parts[preset] for row in self.rows(part)]
        )
        caption = f"as instantiated for the {channels} channels of {self.dataset} (B rows)"
        with figure_style():
            figure = self._figure([[self.words(part) for part in members] for members in parts.values()], caption)
            return save(figure, stem, frame, Description(self.title, caption, notes=("Orange: differs by preset.",)))

    def _figure(self, columns: Sequence[Sequence[Words]], caption: str) -> Figure:
        """Draw a column of boxes for each preset, with the shapes between them."""
        steps = list(zip(*columns, strict=True))
        heights = [LINE * (1.5 + max(len(lines) for _, lines, _ in step)) + GAP for step in steps]
        above = title_height(self.title, caption) + LINE + 0.1
        height = above + sum(heights) + LINE
        figure = new_figure(PAGE, height)
        write_title(figure, self.title, caption)
        axis = figure.add_axes((0, 0, 1, 1))
        axis.set(xlim=(0, PAGE), ylim=(height, 0))  # so that data units are inches from the upper left
        axis.set_axis_off()
        wide = (PAGE - 0.3) / len(columns)
        for place, preset in enumerate(self.presets):
            axis.text(0.15 + wide * (place + 0.5), above - 0.12, preset, ha="center", va="bottom", weight="bold")
        top = above
        for step, tall in zip(steps, heights, strict=True):
            same = len({(head, tuple(lines), shape) for head, lines, shape in step}) == 1
            for place, words in enumerate(step[:1] if same else step):
                across = wide * len(columns) if same else wide
                corner = (0.25 + wide * place, top)
                _draw_part(axis, corner, across - 0.2, tall - GAP, words, palette()[0 if same else 1])
            top += tall
        return figure


def _draw_part(axis: Axes, corner: tuple[float, float], width: float, height: float, words: Words, colour: str) -> None:
    """Draw a box with its text, and the shape of its output on an arrow below it; lengths in inches."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    head, lines, shape = words
    x, y = corner
    style = "round,pad=0,rounding_size=0.08"
    box = FancyBboxPatch(corner, width, height, boxstyle=style, facecolor="white", edgecolor=colour, linewidth=2)
    axis.add_patch(box)
    axis.text(x + 0.1, y + 0.06, head, va="top", color=colour)
    for number, line in enumerate(lines, start=1):
        axis.text(x + 0.1, y + 0.06 + LINE * number, line, va="top", color=INK)
    ends = ((x + 0.4, y + height), (x + 0.4, y + height + GAP - 0.02))
    axis.add_patch(FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=14, color=MUTED, shrinkA=0, shrinkB=0))
    axis.text(x + 0.55, y + height + GAP / 2, shape, va="center", color=MUTED)


def batch_shape(tensor: Any) -> str:
    """Shape of a tensor with B for the number of rows, e.g. ``(B, 64)``."""
    return "(B" + "".join(f", {size}" for size in tensor.shape[1:]) + ")"
