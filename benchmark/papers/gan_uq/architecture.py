"""Figure 1 of the GAN-UQ paper, drawn from the instantiated model: stages, layers, tensor shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from benchmark.artifacts.architecture import ArchitectureFigure, batch_shape
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.papers.gan_uq.cluster import PRESETS, OnCluster


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

    def parts(self, preset: str, channels: int) -> list[Stage]:
        """The stages of a preset; see `inspect`."""
        return inspect(preset, channels)

    def rows(self, part: Stage) -> list[dict[str, Any]]:
        """One row per layer."""
        return [{"stage": part.name, "layer": layer, "output": part.shape} for layer in part.layers or ("",)]

    def words(self, part: Stage) -> tuple[str, list[str], str]:
        """Its layers, in words for the code's names, and the number of its parameters."""
        layers = [_in_words(layer) for layer in part.layers]
        counted = [f"{part.parameters:,} parameters"] if part.parameters else []
        return part.name.replace("_", " "), [*layers, *counted], part.shape


WORDS = {
    "hidden.first: ": "",
    "hidden.second: ": "",
    "hidden.dropout: ": "",
    "decision: ": "",
    "log_variance: ": "log variance: ",
    "SpectralLinear": "Linear, spectral norm",
}
"""Names of the code in words."""


def _in_words(layer: str) -> str:
    if layer.startswith("rate="):  # the Monte Carlo step, which has no weights
        rate, _, hidden = layer.partition(", hidden=")
        return f"samples with dropout {rate.removeprefix('rate=')} on {hidden}"
    for name, words in WORDS.items():
        layer = layer.replace(name, words)
    return layer.replace("Dropout rate=", "dropout ")


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
