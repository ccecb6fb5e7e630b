"""Corrupted windows: the negatives of CRL-BSAD `corrected`, in place of other normal windows.

The kinds of corruption are general. Channels, signs, lengths and sizes are drawn at random. No kind was taken from the
anomalies that a protocol injects.
"""

from __future__ import annotations

import torch
from torch import Tensor

KINDS = ("shift", "scale", "freeze", "swap", "spike")
SIZES = {"shift": (1.0, 4.0), "scale": (2.0, 4.0), "spike": (3.0, 8.0)}
"""Bounds of a (in standard deviations of training) for shift and spike, and of the factor f for scale."""


def corrupt(windows: Tensor, generator: torch.Generator) -> Tensor:
    """Return a copy of the windows in which the newest rows are corrupted.

    The corruption covers the newest m rows, with m uniform on 1 to W, in a random set of channels. Each channel is
    chosen with the same probability, which is drawn for each window uniform on 0 to 1. At least one channel is chosen.
    x is in standard deviations of training.

    ``shift``
        x′ = x ± a, a uniform on 1 to 4, the sign drawn for each channel.
    ``scale``
        x′ = f·x, f uniform on 2 to 4.
    ``freeze``
        x′ = the value at the first of the m rows; where m = 1, that of another window's newest row.
    ``swap``
        x′ = the same rows of another window, which breaks the dependence between channels.
    ``spike``
        x′ = x ± a in the newest row only, a uniform on 3 to 8.

    Parameters
    ----------
    windows : Tensor, shape (B, W, C)
        Standardised windows, newest row last, in random order.
    generator : torch.Generator

    Returns
    -------
    Tensor, shape (B, W, C)
    """
    count, rows, channels = windows.shape

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(shape, generator=generator)

    kind = torch.randint(len(KINDS), (count,), generator=generator)[:, None, None]
    length = torch.randint(1, rows + 1, (count,), generator=generator)
    chosen = uniform(0, 1, count, channels) < uniform(0, 1, count, 1)
    chosen[torch.arange(count), torch.randint(channels, (count,), generator=generator)] = True
    sign = torch.randint(2, (count, 1, channels), generator=generator) * 2 - 1
    newest = torch.arange(rows)[None, :] >= rows - torch.where(kind[:, 0, 0] == 4, 1, length)[:, None]
    other = windows.roll(1, dims=0)
    first = windows[torch.arange(count), rows - length][:, None]
    drawn = {name: uniform(*bounds, count, 1, 1) for name, bounds in SIZES.items()}
    changed = windows.clone()
    for number, name in enumerate(KINDS):
        of_kind = torch.nonzero(kind[:, 0, 0] == number)[:, 0]
        mine = windows[of_kind]
        if name in ("shift", "spike"):
            mine = mine + sign[of_kind] * drawn[name][of_kind]
        elif name == "scale":
            mine = mine * drawn[name][of_kind]
        elif name == "swap":
            mine = other[of_kind]
        else:
            several = length[of_kind, None, None] > 1
            mine = torch.where(several, first[of_kind], other[of_kind, -1:]).expand_as(mine)
        changed[of_kind] = mine
    return torch.where(newest[:, :, None] & chosen[:, None, :], changed, windows)
