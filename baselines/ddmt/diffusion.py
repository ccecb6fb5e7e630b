"""The diffusion of DDMT: schedule of noise, sampling from pure noise, denoising of a noised window."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

Predict = Callable[[Tensor, Tensor], Tensor]
"""Predicts noise or clean windows, (B, L, M), from noised windows (B, L, M) and one step (1,)."""


class Schedule:
    r"""Variances of the noise of each step, linear from the first to the last.

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
        self.alpha_bar = np.cumprod(1 - self.beta)
        shares = np.sqrt(np.stack([self.alpha_bar, 1 - self.alpha_bar])).astype(np.float32)
        self._signal, self._noise = torch.from_numpy(shares)

    def noised(self, windows: Tensor, steps: Tensor, noise: Tensor) -> Tensor:
        """Add noise (B, L, M) to windows (B, L, M), each up to its step (B,)."""
        signal, share = (part[steps][:, None, None].to(windows.device) for part in (self._signal, self._noise))
        return signal * windows + share * noise

    def ancestral(
        self,
        predict: Predict,
        shape: tuple[int, ...],
        generator: torch.Generator,
        device: torch.device | str = "cpu",
    ) -> Tensor:
        """Sample windows from pure noise. The last step is left out, as in the public code.

        Returns
        -------
        Tensor, of the given shape
            Samples after step 1, without step 0.
        """
        windows = torch.randn(shape, generator=generator).to(device)
        for step in range(len(self.beta) - 1, 0, -1):
            beta, alpha_bar, next_alpha_bar = (
                float(number) for number in (self.beta[step], *self.alpha_bar[[step, step - 1]])
            )
            mean = (windows - beta / math.sqrt(1 - alpha_bar) * predict(windows, torch.tensor([step]))) / math.sqrt(
                1 - beta
            )
            spread = math.sqrt(beta * (1 - next_alpha_bar) / (1 - alpha_bar))
            windows = mean + spread * torch.randn(shape, generator=generator).to(device)
        return windows

    def denoise(self, predict: Predict, windows: Tensor, start: int, count: int) -> Tensor:
        r"""Denoise windows by DDIM, without new noise.

        At every step the denoiser estimates the clean window :math:`\hat x`. This implies the noise
        :math:`\epsilon = (x_t - \sqrt{\bar\alpha_t}\, \hat x) / \sqrt{1 - \bar\alpha_t}`, with which the estimate is
        noised to the next, smaller step. The last estimate is returned.

        Parameters
        ----------
        predict : callable
            The denoiser. It predicts clean windows.
        windows : Tensor, shape (B, L, M)
            Windows after ``start`` steps of noise.
        start : int
            Number of steps of noise k, in 1 … T.
        count : int
            Number of evaluations of the denoiser, evenly spread over the k steps; at most k.
        """
        steps = self.spread(start, count)
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            clean = predict(windows, torch.tensor([step]))
            if following is None:
                return clean
            alpha_bar, next_alpha_bar = float(self.alpha_bar[step]), float(self.alpha_bar[following])
            noise = (windows - math.sqrt(alpha_bar) * clean) / math.sqrt(1 - alpha_bar)
            windows = math.sqrt(next_alpha_bar) * clean + math.sqrt(1 - next_alpha_bar) * noise
        return windows

    @staticmethod
    def spread(start: int, count: int) -> list[int]:
        """Return the steps at which `denoise` evaluates the denoiser, from k − 1 downwards."""
        count = min(count, start)
        return [round(start * (count - index) / count) - 1 for index in range(count)]
