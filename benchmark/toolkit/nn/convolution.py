"""A convolution along time by shifted copies and a matrix product, which has the same bytes on every processor.

torch's own convolutions go through a library (oneDNN) that chooses its kernels by processor.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmark.toolkit.nn.products import linear


class Convolution(nn.Module):
    """Convolve windows (B, L, C) along L to (B, L, N); parameters have the shapes of `torch.nn.Conv1d`.

    Parameters
    ----------
    channels, outputs : int
        Channels C and N.
    kernel : int
        Points of the kernel, an odd number.
    bias : bool
        Add a constant to each output.
    padding : {"zeros", "circular"}
        What a window is continued with on both sides: zeros, or its own other end.
    """

    def __init__(
        self,
        channels: int,
        outputs: int,
        kernel: int = 3,
        *,
        bias: bool = True,
        padding: Literal["zeros", "circular"] = "zeros",
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, channels, kernel))
        self.bias = nn.Parameter(torch.empty(outputs)) if bias else None
        self.kernel, self.padding = kernel, padding

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw parameters uniform on ±1/√n, n the inputs of one output."""
        bound = 1 / math.sqrt(self.weight[0].numel())
        for parameter in self.parameters():
            parameter.uniform_(-bound, bound, generator=generator)

    def forward(self, windows: Tensor) -> Tensor:
        """Shapes (B, L, C) to (B, L, N)."""
        if self.weight.shape[0] < self.weight.shape[1]:
            return self._narrow(windows)
        return linear(self.unfolded(windows), self.matrix, self.bias)

    @property
    def matrix(self) -> Tensor:
        """The weight for windows as `unfolded` gives them, (N, kernel·C)."""
        return self.weight.transpose(1, 2).flatten(1)

    def unfolded(self, windows: Tensor) -> Tensor:
        """Each point with its neighbours, from the earliest on, (B, L, C) to (B, L, kernel·C)."""
        length, continued = windows.shape[1], self._continued(windows)
        return torch.cat([continued[:, shift : shift + length] for shift in range(self.kernel)], dim=2)

    def _narrow(self, windows: Tensor) -> Tensor:
        """Multiply first and shift the products, where they are narrower than the windows."""
        products = linear(windows, self.weight.permute(2, 0, 1).flatten(0, 1))
        shifted = [
            self._continued(part)[:, shift : shift + windows.shape[1]]
            for shift, part in enumerate(products.chunk(self.kernel, dim=2))
        ]
        total = torch.stack(shifted).sum(dim=0)
        return total if self.bias is None else total + self.bias

    def _continued(self, windows: Tensor) -> Tensor:
        side = self.kernel // 2
        if self.padding == "zeros":
            return functional.pad(windows, (0, 0, side, side))
        left = torch.arange(-side, 0, device=windows.device) % windows.shape[1]
        right = torch.arange(side, device=windows.device) % windows.shape[1]
        return torch.cat([windows[:, left], windows, windows[:, right]], dim=1)
