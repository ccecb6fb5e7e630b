"""Networks, training and score of USAD."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from benchmark.interfaces.errors import DivergedError
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.products import Linear
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.seeding import torch_generator

LIMIT = 100.0
"""Windows are clipped to ±LIMIT on their way into the encoder; errors are of the windows as they are."""

NARROWEST = 16
"""Least width of a hidden layer: with few channels a half and a quarter of the window's values would be one or two."""

_BLOCK = 4_096


class Chain(nn.Module):
    """Linear layers with rectifiers between them.

    Parameters
    ----------
    sizes : list of int
        Widths from the inputs to the outputs.
    """

    def __init__(self, sizes: list[int]) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Linear(*pair) for pair in pairwise(sizes)])

    def forward(self, units: Tensor) -> Tensor:
        """Shapes (B, first size) to (B, last size)."""
        for place, layer in enumerate(self.layers):
            units = layer(units.relu() if place else units)
        return units


class Network(nn.Module):
    """The encoder and the two decoders, for windows of ``width`` values and codes of ``latent``."""

    def __init__(self, width: int, latent: int) -> None:
        super().__init__()
        sizes = [width, max(width // 2, NARROWEST), max(width // 4, NARROWEST), latent]
        self.encoder, self.first, self.second = Chain(sizes), Chain(sizes[::-1]), Chain(sizes[::-1])

    def reconstruct(self, windows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return w¹, w² and w¹² of windows (B, D), each (B, D)."""
        code = self._code(windows)
        first = self.first(code).sigmoid()
        return first, self.second(code).sigmoid(), self.second(self._code(first)).sigmoid()

    def _code(self, windows: Tensor) -> Tensor:
        code: Tensor = self.encoder(windows.clamp(-LIMIT, LIMIT)).relu()
        return code


class Model:
    """The network, its training and its score; parameters are those of the detector."""

    def __init__(self, width: int, latent: int, alpha: float, seed: int) -> None:
        self.alpha, self.seed = alpha, seed
        self.network = build(lambda: Network(width, latent), torch_generator(seed, "parameters")).eval()

    def fit(
        self, windows: FloatArray, *, adversarial: float, learning_rate: float, batch_size: int, epochs: int
    ) -> None:
        """Train on windows (n, D).

        Raises
        ------
        DivergedError
            If a loss is not finite.
        """
        network, rows = self.network.train(), torch.from_numpy(windows)
        shuffle, batches = torch_generator(self.seed, "batches"), math.ceil(len(rows) / batch_size)
        encoder = list(network.encoder.parameters())
        sides = [encoder + list(decoder.parameters()) for decoder in (network.first, network.second)]
        steps = [torch.optim.Adam(side, lr=learning_rate, fused=True) for side in sides]
        with one_thread():
            for epoch in range(epochs):
                weight = min(1 - 1 / (epoch + 1), adversarial)
                for chosen in torch.randperm(len(rows), generator=shuffle).tensor_split(batches):
                    for place, (side, step) in enumerate(zip(sides, steps, strict=True)):
                        loss = self._losses(rows[chosen], weight)[place]
                        if not math.isfinite(loss.item()):
                            raise DivergedError(f"an adversarial loss is {loss.item()} in epoch {epoch + 1}")
                        for parameter, gradient in zip(side, torch.autograd.grad(loss, side), strict=True):
                            parameter.grad = gradient
                        step.step()
        network.eval()

    def score(self, windows: FloatArray) -> FloatArray:
        """Score windows (T, D), shape (T,)."""
        found = []
        with one_thread(), torch.inference_mode():
            for block in torch.from_numpy(windows).split(_BLOCK):
                first, _, twice = self.network.reconstruct(block)
                errors = [(block - made).double().square().mean(dim=1) for made in (first, twice)]
                found.append((self.alpha * errors[0] + (1 - self.alpha) * errors[1]).numpy())
        return np.concatenate(found).astype(np.float32)

    def _losses(self, windows: Tensor, weight: float) -> tuple[Tensor, Tensor]:
        first, second, twice = ((windows - made).square().mean() for made in self.network.reconstruct(windows))
        return (1 - weight) * first + weight * twice, (1 - weight) * second - weight * twice
