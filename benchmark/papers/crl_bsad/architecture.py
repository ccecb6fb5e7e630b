"""Figure 1 of the CRL-BSAD paper, drawn from the live encoder: modules, parameters, tensor shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import polars as pl

from benchmark.drawing.figure import INK, MUTED, figure_style, new_figure, palette, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import DATASETS, METHODS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PRESETS = ("published", "corrected")


@dataclass(frozen=True)
class Step:
    """One step of the instantiated model.

    Parameters
    ----------
    module : str
        Which of the paper's three modules it belongs to.
    equation : str
        Number of its equation in the paper, where it has one.
    text : str
        What it does, with the sizes and settings that the model holds.
    shape : str
        Shape of what it gives for a batch of B rows, found by running one.
    parameters : int
        Number of trained numbers.
    """

    module: str
    equation: str
    text: str
    shape: str
    parameters: int = 0


class Architecture(Artifact):
    """Fig. 1: the three modules of both presets."""

    name = "crl-bsad/fig1"
    kind: ClassVar[Literal["table", "figure"]] = "figure"
    title = "CRL-BSAD, Fig. 1: architecture"

    def cells(self, setting: Setting) -> list[Cell]:
        """None: the figure shows the model, not a result."""
        return []

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Build both presets for the channels of the dataset, run a batch through, and draw what there is."""
        channels = DATASETS.load("cloud-workload").metadata.channels
        steps = {preset: inspect(preset, channels) for preset in PRESETS}
        frame = pl.DataFrame(
            [
                {"preset": preset, "module": step.module, "equation": step.equation,
                 "step": step.text.replace("\n", " "), "output": step.shape, "parameters": step.parameters}
                for preset, found in steps.items()
                for step in found
            ]
        )  # fmt: skip
        with figure_style():
            figure = new_figure(11, 5.6)
            for axis, (preset, found) in zip(figure.subplots(2, 1), steps.items(), strict=True):
                draw(axis, preset, found)
            figure.suptitle(
                f"{self.title}, as instantiated for the {channels} channels of cloud-workload (B rows)", fontsize=10
            )
            figure.tight_layout(rect=(0, 0, 1, 0.98))
            return save(figure, stem, frame)


def inspect(preset: str, channels: int) -> list[Step]:
    """Build the untrained detector, run one batch through its encoder, and report each step."""
    import torch

    detector: Any = METHODS.build(f"crl-bsad[preset={preset},untrained=true]", seed=0)
    values = np.random.default_rng(0).normal(size=(128, channels)).astype(np.float32)
    rows = Recording("rows", values, tuple(f"c{n}" for n in range(channels)))
    detector.fit(rows, rows)
    encoder, views, settings = detector.model.encoder, detector.model.views, detector.model.settings
    windows = torch.zeros(64, views.horizon + 1, channels)
    with torch.inference_mode():
        x = views.full(windows)
        h = encoder.hidden(x)
        a = encoder.adjacency(h)
        z = encoder(x)
    sizes = {name: parameter.numel() for name, parameter in encoder.named_parameters()}
    scales = ", ".join(str(scale) for scale in views.scales)
    pairs = {"neighbours": "the row before", "crops": "same row, later crop"}[settings.pairs]
    negatives = {"rows": "other rows", "corruptions": "corrupted windows"}[settings.negatives]
    return [
        Step("multi-scale feature encoding", "", f"trailing means over\n{scales} rows", _shape(x)),
        Step(
            "multi-scale feature encoding",
            "(1)",
            f"ReLU(W_e x + b_e)\none block of {tuple(encoder.encode.shape[1:])}\na node",
            _shape(h),
            sizes["encode"] + sizes["bias"],
        ),
        Step(
            "semantic consistency",
            "(2)",
            f"A = softmax(cos(h, h)/τ)\nτ = {encoder.temperature:g}",
            _shape(a),
        ),
        Step(
            "semantic consistency",
            "(3)",
            "z = ReLU(\nA h W_g + h W_t)",
            _shape(z),
            sizes["neighbours"] + sizes["own"],
        ),
        Step(
            "contrastive optimisation",
            "(4), (5)",
            f"positives:\n{pairs}\nnegatives:\n{detector.negative_count} {negatives}\n"
            f"weight of (5): {detector.smoothness:g}\nof variance: {settings.variance:g}",
            _shape(z.flatten(1)),
        ),
        Step("score", "", f"distance to\nnormal embeddings:\n{settings.distance}", "(B)"),
    ]


def draw(axis: Axes, preset: str, steps: list[Step]) -> None:
    """Draw the steps of one preset from left to right, shapes between them, modules by colour."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    axis.set_xlim(-0.1, len(steps) + 0.35)
    axis.set_ylim(0, 1)
    axis.axis("off")
    axis.set_title(f"preset {preset}", loc="left")
    modules = list(dict.fromkeys(step.module for step in steps))
    for place, step in enumerate(steps):
        colour = palette()[modules.index(step.module)]
        box: dict[str, Any] = {
            "boxstyle": "round,pad=0.01,rounding_size=0.03",
            "facecolor": "white",
            "edgecolor": colour,
            "linewidth": 1.5,
        }
        axis.add_patch(FancyBboxPatch((place + 0.02, 0.14), 0.74, 0.6, **box))
        if place == 0 or steps[place - 1].module != step.module:
            axis.text(place + 0.02, 0.86, step.module, ha="left", fontsize=8, color=colour)
        axis.text(place + 0.39, 0.67, step.equation, ha="center", va="top", fontsize=7, color=MUTED)
        axis.text(place + 0.39, 0.44, step.text, ha="center", va="center", fontsize=6.5, color=INK, linespacing=1.4)
        if step.parameters:
            axis.text(place + 0.39, 0.19, f"{step.parameters:,} parameters", ha="center", fontsize=6, color=MUTED)
        start, end = (place + 0.78, 0.44), (place + 1.01, 0.44)
        axis.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=8, color=MUTED))
        axis.text(place + 0.89, 0.5, step.shape.replace(", ", ",\n"), ha="center", fontsize=6, color=MUTED)


def _shape(tensor: Any) -> str:
    return "(B" + "".join(f", {size}" for size in tensor.shape[1:]) + ")"
