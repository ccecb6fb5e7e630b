"""The model of DDMT: training and scores of both presets."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from baselines.ddmt.diffusion import Schedule
from baselines.ddmt.mask import around, band, input_mask, neighbour_mask
from baselines.ddmt.network import AutoEncoder, Denoiser
from baselines.ddmt.settings import Settings
from benchmark.interfaces.errors import DivergedError
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.device import torch_device
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.nn.train import train as minimise
from benchmark.toolkit.seeding import generator, torch_generator

FIRST_BETA = 1e-4
HELD_OUT = 64
"""Validation windows for early stopping, at most; evenly spread."""

_TOKENS = 3_200  # points of windows scored in one pass, so that their states fit the cache


class Model:
    """Denoiser, autoencoder and scores.

    Parameters
    ----------
    settings : Settings
        Parameters of the detector.
    channels, length : int
        Channels M and points L of a window.
    """

    def __init__(self, settings: Settings, channels: int, length: int) -> None:
        self._settings, self._length = settings, length
        self._device = torch_device(settings.device)
        dropout = self._draws("dropout")
        self.schedule = Schedule(settings.steps, FIRST_BETA, settings.last_beta)
        self.denoiser = build(
            lambda: Denoiser(channels, length, settings.hidden, settings.heads, 0.1, dropout),
            self._draws("parameters"),
        )
        self.autoencoder = build(lambda: AutoEncoder(channels), self._draws("parameters of the autoencoder"))
        for network in (self.denoiser, self.autoencoder):
            network.to(self._device).eval()
        self.autoencoder.requires_grad_(False)
        self._band = band(length, settings.band).to(self._device)
        self._diffusion = self._draws("diffusion")

    def fit(self, train: FloatArray, validation: FloatArray) -> None:
        """Train on scaled values, (T, M) and (V, M).

        Raises
        ------
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        settings = self._settings
        with one_thread():
            windows = drawn(train, self._length, settings.train_windows, settings.seed)
            held_out = tiles(validation, self._length)[0]
            held_out = held_out[np.unique(np.linspace(0, len(held_out) - 1, HELD_OUT).round().astype(int))]
            if not settings.untrained:
                self._train(windows.to(self._device), held_out.to(self._device))
            self._settle(len(windows[0]), windows.shape[2])
            scores = self.score(held_out.flatten(0, 1).numpy()[: 4 * self._length])
        if not np.isfinite(scores).all() or (np.ptp(scores) == 0 and len(torch.unique(held_out)) > 1):
            raise DivergedError(f"every validation point has the score {scores[0]}")

    def score(self, values: FloatArray) -> FloatArray:
        """Score scaled values (T, M), shape (T,)."""
        with one_thread(), torch.inference_mode():
            windows, starts = tiles(values, self._length)
            errors = [self._errors(block, first) for first, block in self._blocks(windows.to(self._device))]
            return joined(torch.cat(errors).double().cpu().numpy(), starts, len(values))

    def reconstruct(self, windows: Tensor) -> Tensor:
        """Reconstruct windows (B, L, M) by ``corrected``: the mean over draws of noise."""
        settings = self._settings
        allowed, composed = around(self.masked(windows), self._band), self.denoiser.composed()
        total = torch.zeros_like(windows)
        steps = torch.tensor([settings.noise_step - 1])
        for noise in self._noise:
            noised = self.schedule.noised(windows, steps, noise)
            total += self.schedule.denoise(
                lambda x, step: self.denoiser(x, step, allowed, composed),
                noised,
                settings.noise_step,
                settings.denoising_steps,
            )
        return total / len(self._noise)

    def masked(self, windows: Tensor) -> Tensor:
        """Return the positions in the adaptive neighbour mask of windows (B, L, M), bool, shape (B, L)."""
        settings = self._settings
        errors = (windows - self.autoencoder(windows)).square().mean(dim=2)
        return neighbour_mask(windows, errors, settings.mask_share, settings.correlation, settings.reach)

    def _train(self, windows: Tensor, held_out: Tensor) -> None:
        if self._settings.preset == "published":
            self._train_published(windows, held_out)
        else:
            self._train_corrected(windows, held_out)

    def _train_published(self, windows: Tensor, held_out: Tensor) -> None:
        settings = self._settings
        optimizer = torch.optim.SGD(self.denoiser.parameters(), lr=settings.learning_rate, momentum=0.9, fused=True)
        batches = math.ceil(len(windows) / settings.batch_size)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.epochs * batches)
        optimizer.register_step_post_hook(lambda *_: schedule.step())
        inputs = [
            (part * input_mask(part, self.autoencoder(part), settings.mask_share),) for part in (windows, held_out)
        ]
        self._minimise(lambda batch: self._noise_loss(batch, settings.steps, self._band), inputs, optimizer)

    def _train_corrected(self, windows: Tensor, held_out: Tensor) -> None:
        settings = self._settings
        self.autoencoder.requires_grad_(True)
        minimise(
            self.autoencoder,
            lambda batch: functional.mse_loss(self.autoencoder(batch), batch),
            (windows,),
            (held_out,),
            optimizer=torch.optim.Adam(self.autoencoder.parameters(), lr=1e-3, fused=True),
            generator=self._draws("batches of the autoencoder"),
            epochs=settings.autoencoder_epochs,
            batch_size=settings.batch_size,
            patience=settings.patience,
        )
        self.autoencoder.requires_grad_(False)
        optimizer = torch.optim.AdamW(self.denoiser.parameters(), lr=settings.learning_rate, fused=True)
        self._minimise(
            lambda batch, masked: self._noise_loss(batch, settings.noise_step, around(masked, self._band)),
            [(part, self.masked(part)) for part in (windows, held_out)],
            optimizer,
        )

    def _minimise(self, loss, inputs, optimizer) -> None:  # type: ignore[no-untyped-def]
        settings = self._settings
        self.history = minimise(
            self.denoiser,
            loss,
            *inputs,
            optimizer=optimizer,
            generator=self._draws("batches"),
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            patience=settings.patience,
        )

    def _noise_loss(self, windows: Tensor, steps: int, allowed: Tensor) -> Tensor:
        """Return the mean squared error of the prediction. In evaluation mode the noise is the same in every call."""
        training = self.denoiser.training
        generator = self._diffusion if training else self._draws("validation")
        step = torch.randint(steps, (len(windows),), generator=generator)
        noise = torch.randn(windows.shape, generator=generator).to(self._device)
        predicted = self.denoiser(self.schedule.noised(windows, step, noise), step, allowed)
        return functional.mse_loss(predicted, noise if self._settings.preset == "published" else windows)

    def _draws(self, purpose: str) -> torch.Generator:
        return torch_generator(self._settings.seed, purpose)

    def _settle(self, length: int, channels: int) -> None:
        """Draw the samples of ``published`` or the noise of ``corrected``."""
        settings, draws = self._settings, self._draws("scoring")
        if settings.preset == "corrected":
            half = torch.randn((settings.draws // 2, 1, length, channels), generator=draws).to(self._device)
            self._noise = torch.cat([half, -half])
            return
        with torch.inference_mode():
            composed = self.denoiser.composed()
            self.samples = self.schedule.ancestral(
                lambda x, step: self.denoiser(x, step, self._band, composed),
                (settings.samples, length, channels),
                draws,
                self._device,
            )

    def _errors(self, windows: Tensor, first: int) -> Tensor:
        if self._settings.preset == "corrected":
            return (windows - self.reconstruct(windows)).square().mean(dim=2)
        sample = (torch.arange(len(windows)) + first) % len(self.samples) if self._length > 1 else 0
        return (windows - self.samples[sample]).square().mean(dim=2)

    def expected(self, values: FloatArray) -> FloatArray:
        """Return the mean of the score of ``published`` over all points of its samples, (T, M) to (T,)."""
        samples = self.samples.double().flatten(0, 1)
        spread = samples.var(dim=0, correction=0).mean()
        rows = torch.from_numpy(values).to(self._device).double()
        scores = (rows - samples.mean(dim=0)).square().mean(dim=1) + spread
        return scores.cpu().numpy().astype(np.float32)

    def _blocks(self, windows: Tensor) -> list[tuple[int, Tensor]]:
        size = max(_TOKENS // self._length, 1)
        return [(first, windows[first : first + size]) for first in range(0, len(windows), size)]


def padded(values: FloatArray, length: int) -> FloatArray:
    """Repeat the first row on the left if there are fewer rows than in a window."""
    return np.concatenate([np.repeat(values[:1], max(length - len(values), 0), axis=0), values])


def drawn(values: FloatArray, length: int, count: int, seed: int) -> Tensor:
    """Draw training windows (N, L, M) at random from the windows that start at any row, at most ``count``."""
    every = np.lib.stride_tricks.sliding_window_view(padded(values, length), length, axis=0)
    chosen = np.sort(generator(seed, "windows").permutation(len(every))[:count])
    return torch.from_numpy(every[chosen].transpose(0, 2, 1).copy())


def tiles(values: FloatArray, length: int) -> tuple[Tensor, NDArray[np.intp]]:
    """Cut values (T, M) into consecutive windows. The last one is moved back so that it ends with the last row.

    Returns
    -------
    windows : Tensor, shape (N, L, M)
        Windows. If there are fewer than L rows, the first one is repeated on the left.
    starts : ndarray of int, shape (N,)
        First row of each window.
    """
    rows = padded(values, length)
    last = len(rows) - length
    starts = np.append(np.arange(0, last, length), last)
    return torch.from_numpy(rows[starts[:, None] + np.arange(length)]), starts


def joined(scores: NDArray[np.float64], starts: NDArray[np.intp], count: int) -> FloatArray:
    """Turn scores (N, L) of `tiles` into scores (T,) of points; a point in two windows gets the score of the first."""
    length = scores.shape[1]
    points = np.empty(starts[-1] + length)
    for start, window in zip(starts[::-1], scores[::-1], strict=True):
        points[start : start + length] = window
    return points[-count:].astype(np.float32)
