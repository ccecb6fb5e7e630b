"""Figure 1 of the GAN-UQ paper, drawn from the instantiated model: stages, layers, tensor shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from benchmark.artifacts.architecture import ArchitectureFigure, batch_shape, draw_arrow, draw_box
from benchmark.drawing.figure import INK, MUTED, palette
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.papers.gan_uq.cluster import PRESETS, OnCluster

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
        Shape of its output for a batch of B rows, from running one; empty where it was not called.
    parameters : int
        Number of trained parameters.
    """

    name: str
    layers: tuple[str, ...]
    shape: str
    parameters: int


class Architecture(ArchitectureFigure[Stage]):
    """Fig. 1: the five stages of both presets."""

    name = "gan-uq/fig1"
    title = "GAN-UQ, Fig. 1: architecture"
    dataset: ClassVar[str] = OnCluster.dataset
    presets: ClassVar[tuple[str, ...]] = PRESETS
    size: ClassVar[tuple[float, float]] = (10.5, 6.6)

    def parts(self, preset: str, channels: int) -> list[Stage]:
        """The stages of a preset; see `inspect`."""
        return inspect(preset, channels)

    def rows(self, part: Stage) -> list[dict[str, Any]]:
        """One row per layer."""
        return [{"stage": part.name, "layer": layer, "output": part.shape} for layer in part.layers or ("",)]

    def draw(self, axis: Axes, parts: list[Stage], channels: int) -> None:
        """Draw the stages from left to right, with the shapes between them."""
        axis.set_xlim(-0.35, len(parts) - 0.2)
        shape = f"x (B, {channels})"
        for x, (stage, colour) in enumerate(zip(parts, palette(), strict=False)):
            draw_box(axis, (x + 0.02, 0.10), 0.72, 0.72, colour)
            axis.text(x + 0.38, 0.88, stage.name.replace("_", "\n"), ha="center", va="bottom", fontsize=8, color=INK)
            axis.text(
                x + 0.05,
                0.77,
                "\n".join(layer.replace(": ", ":\n   ").replace(", ", ",\n   ") for layer in stage.layers),
                ha="left",
                va="top",
                fontsize=6,
                color=INK,
                linespacing=1.35,
            )
            if stage.parameters:
                axis.text(x + 0.38, 0.15, f"{stage.parameters:,} parameters", ha="center", fontsize=6, color=MUTED)
            draw_arrow(axis, (x - 0.26, 0.46), (x + 0.01, 0.46), shape.replace(" (", "\n("))
            shape = stage.shape


def inspect(preset: str, channels: int) -> list[Stage]:
    """Build the untrained detector, run one batch through its network, and describe each stage."""
    import torch

    detector: Any = METHODS.build(f"gan-uq[preset={preset},untrained=True]", seed=0)
    values = np.random.default_rng(0).normal(size=(64, channels)).astype(np.float32)
    rows = Recording("rows", values, tuple(f"c{n}" for n in range(channels)), sequential=False)
    detector.fit(rows, rows)
    shapes: dict[str, str] = {}

    def watch(name: str) -> Any:
        def hook(_: Any, __: Any, output: Any) -> None:
            shapes[name] = batch_shape(output)

        return hook

    hooks = [stage.register_forward_hook(watch(name)) for name, stage in detector.network.named_children()]
    network = detector.network
    reconstruction = network(torch.from_numpy(values))
    network.distribution_discrimination(reconstruction)
    network.confidence_regulation(reconstruction.unsqueeze(1).expand(-1, detector.samples, -1))
    for hook in hooks:
        hook.remove()
    return [
        Stage(name, tuple(_layers(stage)), shapes.get(name, ""), sum(p.numel() for p in stage.parameters()))
        for name, stage in network.named_children()
    ]


def _layers(stage: Any) -> list[str]:
    """Name, kind and widths of each layer of a stage, in order."""
    layers = []
    for name, module in stage.named_modules():
        if list(module.children()) or (
            module is stage and not list(module.parameters(recurse=False)) and list(stage.children())
        ):
            continue
        widths = (
            module.extra_repr().replace("in_features=", "").replace(", out_features=", " → ").replace(", bias=True", "")
        )
        label = f"{name}: " if name and not name.isdigit() else ""
        kind = "" if module is stage else f"{type(module).__name__} "
        layers.append(f"{label}{kind}{widths}".rstrip())
    return layers
