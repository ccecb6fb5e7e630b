"""Windows with something wrong at their end: what CRL-BSAD takes for negatives instead of other normal windows.

The kinds are general ones, drawn over random channels, signs, lengths and sizes; they know nothing of the kinds that a
protocol injects.
"""

from __future__ import annotations

import torch
from torch import Tensor

KINDS = ("shift", "scale", "freeze", "swap", "spike")
SIZES = {"shift": (1.0, 4.0), "scale": (2.0, 4.0), "spike": (3.0, 8.0)}
"""Bounds of a and f, in standard deviations of training and as a factor."""


def corrupt(windows: Tensor, generator: torch.Generator) -> Tensor:
    """Corrupt the newest rows of each window; the given windows stay as they are.

    With x in standard deviations of training, over the newest m rows (m uniform on 1 to W), in a random set of
    channels (each with a chance that is itself uniform on 0 to 1; at least one):

    ``shift``
        x′ = x ± a, a uniform on 1 to 4, the sign drawn for each channel.
    ``scale``
        x′ = f·x, f uniform on 2 to 4.
    ``freeze``
        x′ = the value at the first of the m rows; where m = 1, that of another window's newest row.
    ``swap``
        x′ = the same rows of another window, so that what channels have to do with each other breaks.
    ``spike``
        x′ = x ± a in the newest row alone, a uniform on 3 to 8.

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
