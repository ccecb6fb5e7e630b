"""Figure 1 of the GAN-UQ paper, drawn from the live module: stages, layers, tensor shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import polars as pl

from benchmark.drawing.figure import INK, MUTED, Description, figure_style, new_figure, palette, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import DATASETS, METHODS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PRESETS = ("published", "corrected")


@dataclass(frozen=True)
class Stage:
    """One stage of the instantiated model.

    Parameters
    ----------
    name : str
        Attribute of the network.
    layers : tuple of str
        Its layers with their widths, as the module holds them.
    shape : str
        Shape of what it gives for a batch of B rows, found by running one; empty where it was not called.
    parameters : int
        Number of trained numbers.
    """

    name: str
    layers: tuple[str, ...]
    shape: str
    parameters: int


class Architecture(Artifact):
    """Fig. 1: the five stages of both presets."""

    name = "gan-uq/fig1"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "GAN-UQ, Fig. 1: architecture"

    def cells(self, setting: Setting) -> list[Cell]:
        """None: the figure shows the model, not a result."""
        return []

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Build both presets for the width of the dataset's rows, run a batch through, and draw what there is."""
        channels = DATASETS.load("google-2019").metadata.channels
        stages = {preset: inspect(preset, channels) for preset in PRESETS}
        frame = pl.DataFrame(
            [
                {"preset": preset, "stage": stage.name, "layer": layer, "output": stage.shape}
                for preset, found in stages.items()
                for stage in found
                for layer in stage.layers or ("",)
            ]
        )
        caption = f"as instantiated for the {channels} channels of google-2019 (B rows)"
        with figure_style():
            figure = new_figure(10.5, 6.6)
            for axis, (preset, found) in zip(figure.subplots(2, 1), stages.items(), strict=True):
                draw(axis, preset, found, channels)
            figure.suptitle(f"{self.title}, {caption}", fontsize=10)
            figure.tight_layout(rect=(0, 0, 1, 0.98))
            return save(figure, stem, frame, Description(self.title, caption))


def inspect(preset: str, channels: int) -> list[Stage]:
    """Build the untrained detector, run one batch through its network, and report each stage."""
    detector: Any = METHODS.build(f"gan-uq[preset={preset},untrained=True]", seed=0)
    values = np.random.default_rng(0).normal(size=(64, channels)).astype(np.float32)
    rows = Recording("rows", values, tuple(f"c{n}" for n in range(channels)), sequential=False)
    detector.fit(rows, rows)
    shapes: dict[str, str] = {}

    def watch(name: str) -> Any:
        def hook(_: Any, __: Any, output: Any) -> None:
            shapes[name] = "(B" + "".join(f", {size}" for size in output.shape[1:]) + ")"

        return hook

    hooks = [stage.register_forward_hook(watch(name)) for name, stage in detector.network.named_children()]
    network = detector.network
    reconstruction = network(_tensor(values))
    network.distribution_discrimination(reconstruction)
    network.confidence_regulation(reconstruction.unsqueeze(1).expand(-1, detector.samples, -1))
    for hook in hooks:
        hook.remove()
    return [
        Stage(name, tuple(_layers(stage)), shapes.get(name, ""), sum(p.numel() for p in stage.parameters()))
        for name, stage in network.named_children()
    ]


def draw(axis: Axes, preset: str, stages: list[Stage], channels: int) -> None:
    """Draw the stages of one preset from left to right, shapes between them."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    axis.set_xlim(-0.35, len(stages) - 0.2)
    axis.set_ylim(0, 1)
    axis.axis("off")
    axis.set_title(f"preset {preset}", loc="left")
    shape = f"x (B, {channels})"
    for place, (stage, colour) in enumerate(zip(stages, palette(), strict=False)):
        box: dict[str, Any] = {
            "boxstyle": "round,pad=0.01,rounding_size=0.03",
            "facecolor": "white",
            "edgecolor": colour,
            "linewidth": 1.5,
        }
        axis.add_patch(FancyBboxPatch((place + 0.02, 0.10), 0.72, 0.72, **box))
        axis.text(place + 0.38, 0.88, stage.name.replace("_", "\n"), ha="center", va="bottom", fontsize=8, color=INK)
        axis.text(
            place + 0.05,
            0.77,
            "\n".join(layer.replace(": ", ":\n   ").replace(", ", ",\n   ") for layer in stage.layers),
            ha="left",
            va="top",
            fontsize=6,
            color=INK,
            linespacing=1.35,
        )
        if stage.parameters:
            axis.text(place + 0.38, 0.15, f"{stage.parameters:,} parameters", ha="center", fontsize=6, color=MUTED)
        start = (place - 0.26, 0.46)
        axis.add_patch(FancyArrowPatch(start, (place + 0.01, 0.46), arrowstyle="-|>", mutation_scale=8, color=MUTED))
        axis.text(place - 0.13, 0.52, shape.replace(" (", "\n("), ha="center", fontsize=6, color=MUTED)
        shape = stage.shape


def _layers(stage: Any) -> list[str]:
    """Name, kind and widths of each layer of a stage, in order."""
    found = []
    for name, module in stage.named_modules():
        if list(module.children()) or (
            module is stage and not list(module.parameters(recurse=False)) and list(stage.children())
        ):
            continue
        words = (
            module.extra_repr().replace("in_features=", "").replace(", out_features=", " → ").replace(", bias=True", "")
        )
        label = f"{name}: " if name and not name.isdigit() else ""
        kind = "" if module is stage else f"{type(module).__name__} "
        found.append(f"{label}{kind}{words}".rstrip())
    return found


def _tensor(values: np.ndarray[Any, Any]) -> Any:
    import torch

    return torch.from_numpy(values)
