"""Training of DCdetector, and the discrepancy of each point of a window."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from baselines.dcdetector.maps import Divergence, DualAttention, Form, InpatchView
from benchmark.interfaces.errors import DivergedError
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.seeding import torch_generator
from benchmark.toolkit.windows import evenly_spaced

Loss = Literal["sum", "minmax"]

_CHUNK = 512  # channels times windows that are computed together, small enough for the processor's cache
_UNIFORM = 1e-4  # largest relative deviation from 1/n in a uniform map
_WATCHED = 64


class Model:
    """Maps, their training, and their discrepancy.

    Parameters
    ----------
    window : int
        Points L of a window.
    patches : tuple of int
        Patch lengths.
    inpatch_view : {"offsets", "chunks"}
        See `DualAttention`.
    loss : {"sum", "minmax"}
        See `loss_of`.
    normalise : bool
        Divide rows of the patch-wise map by their sum before they are compared.
    seed : int
        Seed of the parameters and of the order of batches.
    device : torch.device or str
        Device of the maps.
    """

    def __init__(
        self,
        window: int,
        patches: tuple[int, ...],
        inpatch_view: InpatchView,
        loss: Loss,
        normalise: bool,
        seed: int,
        device: torch.device | str = "cpu",
    ) -> None:
        self.device = device
        self._batches = torch_generator(seed, "batches")
        self._loss: Loss = loss
        self._normalise = normalise
        self.network = build(lambda: DualAttention(window, patches, inpatch_view), torch_generator(seed, "parameters"))
        self.network.to(device)
        self.steps = 0

    def train(
        self,
        windows: Windows | Replaced,
        chosen: NDArray[np.int64],
        *,
        rate: float,
        epochs: int,
        batch_size: int,
    ) -> None:
        """Train on the chosen windows by Adam. The rate of epoch e, from 0, is ``rate`` · 0.5^max(e − 1, 0).

        Raises
        ------
        DivergedError
            If a loss or a gradient is not finite.
        """
        parameters = list(self.network.parameters())
        optimizer = torch.optim.Adam(parameters, lr=rate, fused=True)
        starts = torch.from_numpy(chosen)
        with one_thread():
            for epoch in range(epochs):
                for group in optimizer.param_groups:
                    group["lr"] = rate * 0.5 ** max(epoch - 1, 0)
                for batch in torch.randperm(len(chosen), generator=self._batches).split(batch_size):
                    optimizer.zero_grad()
                    loss = self.step(windows.take(starts[batch]))
                    if not (
                        math.isfinite(loss)
                        and all(bool(p.grad.isfinite().all()) for p in parameters if p.grad is not None)
                    ):
                        raise DivergedError(f"training loss {loss} or its gradient is not finite in epoch {epoch + 1}")
                    optimizer.step()
                    self.steps += 1

    def step(self, windows: Tensor) -> float:
        """Add the gradient of the loss of a batch (B, C, L) to the parameters and return the loss.

        The loss of a window depends only on that window, so a batch is computed in small chunks. Their gradients are
        summed at the forms, and one backward pass leads from there to the parameters.
        """
        forms = self.network.forms()
        leaves = [(_leaf(patch), _leaf(inpatch)) for patch, inpatch in forms]
        total = 0.0
        for chunk in _chunks(windows):
            loss = loss_of(self.network.maps(chunk, leaves), self._loss, self._normalise) * (len(chunk) / len(windows))
            loss.backward()
            total += loss.item()
        parts = [part for pair in forms for form in pair for part in form]
        torch.autograd.backward(parts, [part.grad for pair in leaves for form in pair for part in form])
        return total

    def discrepancy(self, windows: Windows | Replaced, chosen: NDArray[np.int64]) -> FloatArray:
        """Sum both divergences over patch lengths and layers, for each point of the chosen windows, (B, L)."""
        with one_thread(), torch.inference_mode():
            forms = self.network.forms()
            discrepancies = []
            for indices in torch.from_numpy(chosen).split(max(1, _CHUNK // windows.channels)):
                maps = self.network.maps(windows.take(indices), forms)
                points = [Divergence.of(*pair, normalise=self._normalise).points() for pair in maps]
                discrepancies.append(sum(points[1:], start=points[0]))
            return torch.cat(discrepancies).cpu().numpy()

    def watch(self, windows: Windows | Replaced) -> None:
        """Refuse maps that collapsed, judged by at most 64 windows.

        Raises
        ------
        DivergedError
            If every map is uniform, so that the discrepancy is the same for every point.
        """
        chosen = torch.from_numpy(evenly_spaced(len(windows), _WATCHED))
        with one_thread(), torch.inference_mode():
            maps = [part for pair in self.network.maps(windows.take(chosen), self.network.forms()) for part in pair]
        deviation = max(float((part * part.shape[3] - 1).abs().max()) for part in maps)
        if not deviation > _UNIFORM:
            raise DivergedError(
                f"both maps collapsed: no entry differs from the uniform value by more than {deviation:.2g} of it, and "
                "every point has the same score"
            )


class Windows:
    """Windows of a scaled series, normalised on access.

    Parameters
    ----------
    values : ndarray of float32, shape (T, C)
        Scaled rows in time order. Fewer than L rows are preceded by copies of the first.
    length : int
        Points L of a window.
    device : torch.device or str
        Device of the windows.
    """

    def __init__(self, values: FloatArray, length: int, device: torch.device | str = "cpu") -> None:
        padded = np.concatenate([np.repeat(values[:1], max(length - len(values), 0), axis=0), values])
        self._windows = torch.from_numpy(padded).to(device).unfold(0, length, 1)
        self.channels = values.shape[1]

    def __len__(self) -> int:
        return len(self._windows)

    def take(self, starts: Tensor) -> Tensor:
        """Windows that begin at the given rows, (B, C, L), normalised."""
        return normalise(self._windows[starts])


class Replaced:
    """Windows of rows without time order: the same L − 1 reference rows, and one row at the end.

    Parameters
    ----------
    values : ndarray of float32, shape (T, C)
        Scaled rows.
    reference : ndarray of float32, shape (L − 1, C)
        Scaled rows that precede each row.
    device : torch.device or str
        Device of the windows.
    """

    def __init__(self, values: FloatArray, reference: FloatArray, device: torch.device | str = "cpu") -> None:
        self._values, self._reference = (torch.from_numpy(part).to(device) for part in (values, reference.T))
        self.channels = values.shape[1]

    def __len__(self) -> int:
        return len(self._values)

    def take(self, rows: Tensor) -> Tensor:
        """Windows of the given rows, (B, C, L), normalised."""
        before = self._reference.expand(len(rows), -1, -1)
        return normalise(torch.cat([before, self._values[rows][:, :, None]], dim=2))


def normalise(windows: Tensor) -> Tensor:
    """Subtract the mean of each channel of each window (B, C, L) and divide by its deviation, √(variance + 1e-5)."""
    centred = windows - windows.mean(dim=2, keepdim=True)
    return centred * (centred.square().mean(dim=2, keepdim=True) + 1e-5).rsqrt()


def loss_of(maps: list[tuple[Tensor, Tensor]], loss: Loss, normalise: bool) -> Tensor:
    r"""Mean loss over windows, points, layers and patch lengths.

    Parameters
    ----------
    maps : list of pairs of Tensor
        Result of `DualAttention.maps`; s is the repeated patch-wise map, r the tiled in-patch map.
    loss : {"sum", "minmax"}
        ``sum``, the paper's first version: :math:`\tfrac12 \mathrm{kl}(r, \bar s) + \tfrac12 \mathrm{kl}(s, \bar r)`,
        with no gradient through a bar. ``minmax``, the public code: with J the sum of both divergences,
        :math:`J(r, \bar s) - J(s, \bar r)`, whose value is always 0: r minimises J and s maximises it.
    normalise : bool
        See `Divergence.of`.
    """
    total = torch.zeros(())
    for patch_map, inpatch_map in maps:
        if loss == "minmax":
            # The same value, and the opposite gradient.
            reversed_map = 2 * patch_map.detach() - patch_map
            first, second = Divergence.of(reversed_map, inpatch_map, normalise=normalise).means(fix_second=False)
            value = first + second
            total = total + (value - value.detach())
        else:
            total = total + sum(Divergence.of(patch_map, inpatch_map, normalise=normalise).means(fix_second=True)) / 2
    return total / len(maps)


def _leaf(form: Form) -> Form:
    """Return a copy of a form that collects gradients."""
    return Form(*(part.detach().requires_grad_() for part in form))


def _chunks(windows: Tensor) -> tuple[Tensor, ...]:
    return windows.split(max(1, _CHUNK // windows.shape[1]))
