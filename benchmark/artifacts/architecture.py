"""A figure of a detector's architecture, drawn from the instantiated model: the base of such figures of all papers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

import polars as pl

from benchmark.drawing.figure import MUTED, Description, figure_style, new_figure, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.registry import DATASETS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Part = TypeVar("Part")


class ArchitectureFigure(Artifact, Generic[Part]):
    """The parts of each preset of a detector, one preset above the other.

    Attributes
    ----------
    dataset : str
        Dataset whose number of channels the model is built for.
    presets : tuple of str
        Presets of the detector.
    size : (float, float)
        Width and height in inches.
    """

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    dataset: ClassVar[str]
    presets: ClassVar[tuple[str, ...]]
    size: ClassVar[tuple[float, float]]

    @abstractmethod
    def parts(self, preset: str, channels: int) -> list[Part]:
        """Build the untrained detector, run one batch through it, and describe its parts in order."""

    @abstractmethod
    def rows(self, part: Part) -> list[dict[str, Any]]:
        """Rows of the CSV file for one part."""

    @abstractmethod
    def draw(self, axis: Axes, parts: list[Part], channels: int) -> None:
        """Draw the parts of one preset from left to right."""

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
            figure = new_figure(*self.size)
            axes = figure.subplots(len(self.presets), 1, squeeze=False).ravel()
            for axis, (preset, members) in zip(axes, parts.items(), strict=True):
                axis.set_ylim(0, 1)
                axis.axis("off")
                axis.set_title(f"preset {preset}", loc="left")
                self.draw(axis, members, channels)
            figure.suptitle(f"{self.title}, {caption}", fontsize=10)
            figure.tight_layout(rect=(0, 0, 1, 0.98))
            return save(figure, stem, frame, Description(self.title, caption))


def draw_box(axis: Axes, corner: tuple[float, float], width: float, height: float, colour: str) -> None:
    """Draw a rounded box with a coloured edge; lengths in data coordinates."""
    from matplotlib.patches import FancyBboxPatch

    style = "round,pad=0.01,rounding_size=0.03"
    axis.add_patch(
        FancyBboxPatch(corner, width, height, boxstyle=style, facecolor="white", edgecolor=colour, linewidth=1.5)
    )


def draw_arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float], shape: str) -> None:
    """Draw an arrow from left to right with a tensor shape above it."""
    from matplotlib.patches import FancyArrowPatch

    axis.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=8, color=MUTED))
    axis.text((start[0] + end[0]) / 2, start[1] + 0.06, shape, ha="center", fontsize=6, color=MUTED)


def batch_shape(tensor: Any) -> str:
    """Shape of a tensor with B for the number of rows, e.g. ``(B, 64)``."""
    return "(B" + "".join(f", {size}" for size in tensor.shape[1:]) + ")"
