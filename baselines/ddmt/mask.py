"""What DDMT hides: band and input mask of its code, and the adaptive neighbour mask of its description."""

from __future__ import annotations

import torch
from torch import Tensor

from benchmark.toolkit.nn.unit import unit

SLOPE = 0.1
"""What the slope of a confidence is divided by to become a half-width, in the code."""

_WIDEST = 6
"""No half-width of the code is larger: the slope 2e/(1 + e²)² is 0.65 at most."""


def guarded(allowed: Tensor) -> Tensor:
    """Let a position that may look nowhere look at itself, or its softmax would be 0/0; shape (…, L, L)."""
    itself = torch.eye(allowed.shape[-1], dtype=torch.bool, device=allowed.device)
    return allowed | (itself & ~allowed.any(dim=-1, keepdim=True))


def band(length: int, half_width: int) -> Tensor:
    """Allow position i to look at j where |i − j| ≥ half_width; bool, shape (L, L). Windows may be too short for it."""
    places = torch.arange(length)
    return guarded((places[:, None] - places).abs() >= half_width)


def around(masked: Tensor, outside: Tensor) -> Tensor:
    """Take masked positions out of what each position may look at.

    Parameters
    ----------
    masked : Tensor of bool, shape (B, L)
        Positions that no position is to look at.
    outside : Tensor of bool, shape (L, L)
        What `band` allows; it stands alone where nothing else would be left of a row.

    Returns
    -------
    Tensor of bool, shape (B, 1, L, L)
        What is allowed, for every head.
    """
    allowed = outside & ~masked[:, None, :]
    return torch.where(allowed.any(dim=2, keepdim=True), allowed, outside)[:, None]


def input_mask(windows: Tensor, reconstructed: Tensor, share: float) -> Tensor:
    r"""The code's mask of the training input.

    With the error e of an autoencoder, the confidence is :math:`1 / (1 + e^2)`. In each channel of each window the
    least confident positions are dropped, each together with :math:`\max(1, \lfloor |2e| / (1 + e^2)^2 / 0.1 \rfloor)`
    positions on both sides.

    Parameters
    ----------
    windows, reconstructed : Tensor, shape (B, L, M)
        Windows and what the autoencoder makes of them.
    share : float
        Share of the positions of a channel that are chosen.

    Returns
    -------
    Tensor, shape (B, L, M)
        0 where a value is dropped and 1 elsewhere.
    """
    length = windows.shape[1]
    count = round(share * length)
    dropped = torch.zeros(windows.shape, dtype=torch.bool, device=windows.device)
    if count == 0:
        return (~dropped).float()
    error = (windows - reconstructed).abs()
    confidence = 1 / (1 + error.square())
    chosen = torch.zeros_like(dropped).scatter_(1, confidence.topk(count, dim=1, largest=False).indices, True)
    half = (2 * error * confidence.square() / SLOPE).floor().clamp(1, _WIDEST)
    for offset in range(min(_WIDEST + 1, length)):
        reached = chosen & (half >= offset)
        dropped[:, offset:] |= reached[:, : length - offset]
        dropped[:, : length - offset] |= reached[:, offset:]
    return (~dropped).float()


def neighbour_mask(windows: Tensor, errors: Tensor, share: float, threshold: float, reach: int) -> Tensor:
    """The adaptive neighbour mask: positions that an autoencoder reconstructs worst, and what is like them.

    From each chosen position the mask grows to both sides, position by position, as long as the Pearson correlation
    with the chosen one reaches the threshold. Correlated are the surroundings of positions: three consecutive points
    of all channels, the kernel of the embedding, so that one channel has three values to correlate. A position
    with constant surroundings is like no other.

    Parameters
    ----------
    windows : Tensor, shape (B, L, M)
        Windows.
    errors : Tensor, shape (B, L)
        Reconstruction error of each position.
    share : float
        Share of positions that are chosen.
    threshold : float
        Least absolute correlation.
    reach : int
        Positions to each side, at most.

    Returns
    -------
    Tensor of bool, shape (B, L)
        True where a position is masked.
    """
    length = windows.shape[1]
    masked = torch.zeros(errors.shape, dtype=torch.bool, device=errors.device)
    count = round(share * length)
    if count == 0:
        return masked
    chosen = masked.scatter(1, errors.topk(count, dim=1).indices, True)
    masked |= chosen
    around_each = torch.cat([windows.roll(1, 1), windows, windows.roll(-1, 1)], dim=2)
    direction = unit(around_each - around_each.mean(dim=2, keepdim=True))
    right, left = chosen, chosen  # where the mask still grows, by the position it started from
    for offset in range(1, min(reach, length - 1) + 1):
        alike = (direction[:, offset:] * direction[:, :-offset]).sum(dim=2).abs() >= threshold
        nothing = alike.new_zeros(len(windows), offset)
        right = right & torch.cat([alike, nothing], dim=1)
        left = left & torch.cat([nothing, alike], dim=1)
        masked[:, offset:] |= right[:, : length - offset]
        masked[:, : length - offset] |= left[:, offset:]
    return masked
