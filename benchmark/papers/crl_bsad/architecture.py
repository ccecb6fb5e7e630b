"""Figure 1 of the CRL-BSAD paper, drawn from the instantiated encoder: modules, parameters, tensor shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmark.artifacts.architecture import ArchitectureFigure, batch_shape
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.papers.crl_bsad.workload import PRESETS, OnWorkload


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

    def parts(self, preset: str, channels: int) -> list[Step]:
        """The steps of a preset; see `inspect`."""
        return inspect(preset, channels)

    def rows(self, part: Step) -> list[dict[str, Any]]:
        """One row per step."""
        text = part.text.replace("\n", " ")
        row = {"module": part.module, "equation": part.equation, "step": text, "output": part.shape}
        return [row | {"parameters": part.parameters}]

    def words(self, part: Step) -> tuple[str, list[str], str]:
        """Its text, the number of its equation in the paper, and the number of its parameters."""
        equation = f", eq. {part.equation}" if part.equation else ""
        counted = [f"{part.parameters:,} parameters"] if part.parameters else []
        return f"{part.module}{equation}", [*part.text.split("\n"), *counted], part.shape


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
    encoding, consistency = "feature encoding", "semantic consistency"
    return [
        Step(encoding, "", f"trailing means over {scales} rows", batch_shape(x)),
        Step(
            encoding,
            "(1)",
            f"ReLU(W_e x + b_e)\nweights {tuple(encoder.encode.shape[1:])} for each channel",
            batch_shape(h),
            sizes["encode"] + sizes["bias"],
        ),
        Step(consistency, "(2)", f"A = softmax(cos(h, h)/τ)\nτ = {encoder.temperature:g}", batch_shape(a)),
        Step(
            consistency,
            "(3)",
            "z = ReLU(A h W_g + h W_t)",
            batch_shape(z),
            sizes["neighbours"] + sizes["own"],
        ),
        Step(
            "contrast",
            "(4), (5)",
            f"positives: {pairs}\nnegatives: {detector.negative_count}\n    {negatives}\n"
            f"weight of smoothness (5): {detector.smoothness:g}\nweight of variance term: {settings.variance:g}",
            batch_shape(z.flatten(1)),
        ),
        Step("score", "", f"distance to normal\nembeddings: {settings.distance}", "(B)"),
    ]
