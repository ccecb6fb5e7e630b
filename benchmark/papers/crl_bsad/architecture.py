"""Figure 1 of the CRL-BSAD paper, drawn from the instantiated encoder: modules, parameters, tensor shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from benchmark.artifacts.architecture import ArchitectureFigure, batch_shape, draw_arrow, draw_box
from benchmark.drawing.figure import INK, MUTED, palette
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.papers.crl_bsad.workload import PRESETS, OnWorkload

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Step:
    """One step of the instantiated model.

    Parameters
    ----------
    module : str
        The paper's module that it belongs to, one of three, or ``score``.
    equation : str
        Number of its equation in the paper, where it has one.
    text : str
        Description, with the sizes and settings that the model holds.
    shape : str
        Shape of its output for a batch of B rows, from running one.
    parameters : int
        Number of trained parameters.
    """

    module: str
    equation: str
    text: str
    shape: str
    parameters: int = 0


class Architecture(ArchitectureFigure[Step]):
    """Fig. 1: the three modules of both presets."""

    name = "crl-bsad/fig1"
    title = "CRL-BSAD, Fig. 1: architecture"
    dataset: ClassVar[str] = OnWorkload.dataset
    presets: ClassVar[tuple[str, ...]] = PRESETS
    size: ClassVar[tuple[float, float]] = (11, 5.6)

    def parts(self, preset: str, channels: int) -> list[Step]:
        """The steps of a preset; see `inspect`."""
        return inspect(preset, channels)

    def rows(self, part: Step) -> list[dict[str, Any]]:
        """One row per step."""
        text = part.text.replace("\n", " ")
        row = {"module": part.module, "equation": part.equation, "step": text, "output": part.shape}
        return [row | {"parameters": part.parameters}]

    def draw(self, axis: Axes, parts: list[Step], channels: int) -> None:
        """Draw the steps from left to right, with the shapes between them, and modules by colour."""
        axis.set_xlim(-0.1, len(parts) + 0.35)
        modules = list(dict.fromkeys(step.module for step in parts))
        for x, step in enumerate(parts):
            colour = palette()[modules.index(step.module)]
            draw_box(axis, (x + 0.02, 0.14), 0.74, 0.6, colour)
            if x == 0 or parts[x - 1].module != step.module:
                axis.text(x + 0.02, 0.86, step.module, ha="left", fontsize=8, color=colour)
            axis.text(x + 0.39, 0.67, step.equation, ha="center", va="top", fontsize=7, color=MUTED)
            axis.text(x + 0.39, 0.44, step.text, ha="center", va="center", fontsize=6.5, color=INK, linespacing=1.4)
            if step.parameters:
                axis.text(x + 0.39, 0.19, f"{step.parameters:,} parameters", ha="center", fontsize=6, color=MUTED)
            draw_arrow(axis, (x + 0.78, 0.44), (x + 1.01, 0.44), step.shape.replace(", ", ",\n"))


def inspect(preset: str, channels: int) -> list[Step]:
    """Build the untrained detector, run one batch through its encoder, and describe each step."""
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
    encoding, consistency = "multi-scale feature encoding", "semantic consistency"
    return [
        Step(encoding, "", f"trailing means over\n{scales} rows", batch_shape(x)),
        Step(
            encoding,
            "(1)",
            f"ReLU(W_e x + b_e)\none block of {tuple(encoder.encode.shape[1:])}\na node",
            batch_shape(h),
            sizes["encode"] + sizes["bias"],
        ),
        Step(consistency, "(2)", f"A = softmax(cos(h, h)/τ)\nτ = {encoder.temperature:g}", batch_shape(a)),
        Step(
            consistency,
            "(3)",
            "z = ReLU(\nA h W_g + h W_t)",
            batch_shape(z),
            sizes["neighbours"] + sizes["own"],
        ),
        Step(
            "contrastive optimisation",
            "(4), (5)",
            f"positives:\n{pairs}\nnegatives:\n{detector.negative_count} {negatives}\n"
            f"weight of (5): {detector.smoothness:g}\nof variance: {settings.variance:g}",
            batch_shape(z.flatten(1)),
        ),
        Step("score", "", f"distance to\nnormal embeddings:\n{settings.distance}", "(B)"),
    ]
