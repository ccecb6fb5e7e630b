"""The masks of DDMT: band and input mask of the public code, adaptive neighbour mask of the description."""

from __future__ import annotations

import torch
from torch import Tensor

from benchmark.toolkit.nn.unit import unit

SLOPE = 0.1
"""Divisor by which the public code turns the slope of a confidence into a half-width."""

_WIDEST = 6
"""Largest half-width of the public code, because the slope 2e/(1 + e²)² is at most 0.65."""


def guarded(allowed: Tensor) -> Tensor:
    """Let a position without any allowed position attend to itself, (…, L, L); its softmax would be 0/0."""
    itself = torch.eye(allowed.shape[-1], dtype=torch.bool, device=allowed.device)
    return allowed | (itself & ~allowed.any(dim=-1, keepdim=True))


def band(length: int, half_width: int) -> Tensor:
    """Allow position i to attend to j if |i − j| ≥ half_width, bool, shape (L, L).

    A position for which the window is too short attends to itself (`guarded`).
    """
    places = torch.arange(length)
    return guarded((places[:, None] - places).abs() >= half_width)


def around(masked: Tensor, outside: Tensor) -> Tensor:
    """Block attention to masked positions.

    Parameters
    ----------
    masked : Tensor of bool, shape (B, L)
        Positions to which attention is blocked.
    outside : Tensor of bool, shape (L, L)
        Result of `band`. The mask is ignored in rows in which it would block all positions that ``outside`` allows.

    Returns
    -------
    Tensor of bool, shape (B, 1, L, L)
        Allowed positions, for all heads.
    """
    allowed = outside & ~masked[:, None, :]
    return torch.where(allowed.any(dim=2, keepdim=True), allowed, outside)[:, None]


def input_mask(windows: Tensor, reconstructed: Tensor, share: float) -> Tensor:
    r"""Return the mask of the training input, as in the public code.

    With the error e of an autoencoder, the confidence is :math:`1 / (1 + e^2)`. In each channel of each window the
    least confident positions are dropped, each together with :math:`\max(1, \lfloor |2e| / (1 + e^2)^2 / 0.1 \rfloor)`
    positions on both sides.

    Parameters
    ----------
    windows, reconstructed : Tensor, shape (B, L, M)
        Windows, and their reconstruction by the autoencoder.
    share : float
        Share of the positions of a channel that are chosen.

    Returns
    -------
    Tensor, shape (B, L, M)
        0 for a dropped value, else 1.
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
    """Return the adaptive neighbour mask: positions with the largest reconstruction error, and correlated neighbours.

    From each chosen position the mask grows to both sides, position by position, while the absolute Pearson
    correlation with the chosen position is at least the threshold. The correlation is between three consecutive points
    of all channels around each position, like the kernel of the embedding, so that even one channel has three values.
    A position whose three points are constant is correlated with none.

    Parameters
    ----------
    windows : Tensor, shape (B, L, M)
        Windows.
    errors : Tensor, shape (B, L)
        Reconstruction error of each position.
    share : float
        Share of positions to choose.
    threshold : float
        Least absolute correlation.
    reach : int
        Maximum number of positions to each side.

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
    right, left = chosen, chosen  # chosen positions from which the mask still grows
    for offset in range(1, min(reach, length - 1) + 1):
        correlated = (direction[:, offset:] * direction[:, :-offset]).sum(dim=2).abs() >= threshold
        nothing = correlated.new_zeros(len(windows), offset)
        right = right & torch.cat([correlated, nothing], dim=1)
        left = left & torch.cat([nothing, correlated], dim=1)
        masked[:, offset:] |= right[:, : length - offset]
        masked[:, : length - offset] |= left[:, offset:]
    return masked
