"""The diffusion of DDMT: its schedule of noise, sampling from nothing but noise, and denoising of a noised window."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

Predict = Callable[[Tensor, Tensor], Tensor]
"""Noise, or clean windows, (B, L, M) predicted from noised windows (B, L, M) and one step (1,)."""


class Schedule:
    r"""Variances of the noise that each step adds, linear from the first to the last.

    A window after step t is :math:`\sqrt{\bar\alpha_t}\, x + \sqrt{1 - \bar\alpha_t}\, \epsilon`, with
    :math:`\bar\alpha_t = \prod_{s \le t} (1 - \beta_s)`; steps are numbered from 0.

    Parameters
    ----------
    steps : int
        Number of steps T.
    first, last : float
        :math:`\beta_0` and :math:`\beta_{T-1}`, in (0, 1).
    """

    def __init__(self, steps: int, first: float, last: float) -> None:
        self.beta = np.linspace(first, last, steps)
        self.kept = np.cumprod(1 - self.beta)
        shares = np.sqrt(np.stack([self.kept, 1 - self.kept])).astype(np.float32)
        self._signal, self._noise = torch.from_numpy(shares)

    def noised(self, windows: Tensor, steps: Tensor, noise: Tensor) -> Tensor:
        """Windows (B, L, M) after steps (B,) with the given noise (B, L, M)."""
        signal, share = (part[steps][:, None, None].to(windows.device) for part in (self._signal, self._noise))
        return signal * windows + share * noise

    def ancestral(
        self,
        predict: Predict,
        shape: tuple[int, ...],
        generator: torch.Generator,
        device: torch.device | str = "cpu",
    ) -> Tensor:
        """Sample windows on a device, starting from noise alone; the last step is left out, as in the code.

        Returns
        -------
        Tensor, of the given shape
            Samples after step 1, before step 0.
        """
        windows = torch.randn(shape, generator=generator).to(device)
        for step in range(len(self.beta) - 1, 0, -1):
            beta, kept, next_kept = (float(number) for number in (self.beta[step], *self.kept[[step, step - 1]]))
            mean = (windows - beta / math.sqrt(1 - kept) * predict(windows, torch.tensor([step]))) / math.sqrt(1 - beta)
            spread = math.sqrt(beta * (1 - next_kept) / (1 - kept))
            windows = mean + spread * torch.randn(shape, generator=generator).to(device)
        return windows

    def denoise(self, predict: Predict, windows: Tensor, start: int, count: int) -> Tensor:
        r"""Take the noise out of windows by DDIM without further noise.

        The denoiser gives an estimate of the clean window :math:`\hat x` at every step, from which follows the noise
        that it takes for granted, :math:`\epsilon = (x_t - \sqrt{\bar\alpha_t}\, \hat x) / \sqrt{1 - \bar\alpha_t}`;
        the estimate is noised again with it to the next, smaller step. The last estimate is returned.

        Parameters
        ----------
        predict : callable
            The denoiser; it predicts clean windows here.
        windows : Tensor, shape (B, L, M)
            Windows after ``start`` steps of noise.
        start : int
            Number of steps of noise k, in 1 … T.
        count : int
            Evaluations of the denoiser, evenly spread over the k steps; no more than k are made.
        """
        steps = self.spread(start, count)
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            clean = predict(windows, torch.tensor([step]))
            if following is None:
                return clean
            kept, next_kept = float(self.kept[step]), float(self.kept[following])
            noise = (windows - math.sqrt(kept) * clean) / math.sqrt(1 - kept)
            windows = math.sqrt(next_kept) * clean + math.sqrt(1 - next_kept) * noise
        return windows

    @staticmethod
    def spread(start: int, count: int) -> list[int]:
        """The steps at which `denoise` evaluates, from k − 1 downwards."""
        count = min(count, start)
        return [round(start * (count - index) / count) - 1 for index in range(count)]
