"""The model of CRL-BSAD: encoder, objective, reference embeddings and calibrated distances."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor

from benchmark.interfaces.errors import DivergedError
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.nn.threads import one_thread
from benchmark.toolkit.seeding import torch_generator
from benchmark.toolkit.trailing import trailing_means
from methods.crl_bsad.corruption import corrupt
from methods.crl_bsad.network import Encoder, Views, arrange, spread_shortfall
from methods.crl_bsad.score import (
    DISTANCES,
    Calibration,
    Reference,
    alignment,
    effective_rank,
    uniformity,
)
from methods.crl_bsad.settings import Distance, Settings
from methods.crl_bsad.training import Objective, fit_encoder

CHOSEN: tuple[Distance, ...] = ("knn", "mahalanobis", "mask")
"""Distances from which ``distance=auto`` chooses."""

HELD_OUT = 2_048
"""Validation windows for early stopping, at most."""

SAMPLE = 1_000
"""Windows for calibration and for diagnostics, at most."""

_BLOCK = 4_096
_COLLAPSED = 1e-4


class Model:
    """Encoder and scores.

    Parameters
    ----------
    settings : Settings
        Parameters of the detector.
    channels : int
        Channels C.

    Attributes
    ----------
    encoder : Encoder
        Equations (1) to (3).
    views : Views
        Computes the encoder's inputs from windows.
    """

    def __init__(self, settings: Settings, channels: int) -> None:
        self.settings = settings
        scales = settings.scales
        self.views = Views(scales=scales, nodes=settings.nodes)
        shape = (channels, len(scales)) if settings.nodes == "channels" else (len(scales), channels)
        self.encoder = build(
            lambda: Encoder(*shape, settings.hidden, settings.temperature, settings.graph),
            torch_generator(settings.seed, "parameters"),
        ).eval()

    def fit(self, windows: Tensor, pseudo: Tensor, validation: Tensor) -> None:
        """Train, keep reference embeddings, choose and calibrate the distance.

        Parameters
        ----------
        windows, pseudo : Tensor, shape (T, W, C) and (T,)
            Training windows and their pseudo-labels.
        validation : Tensor, shape (V, W, C)
            Validation windows.

        Raises
        ------
        DivergedError
            If a loss is not finite, or the embedding collapsed in training.
        """
        settings = self.settings
        self._objective = Objective(self.encoder, self.views, windows, pseudo, settings)
        with one_thread():
            if not settings.untrained:
                self.history = fit_encoder(self._objective, validation)
            with torch.inference_mode():
                self._keep_reference(windows[pseudo != 1])
                self._calibrate(validation[evenly(len(validation), SAMPLE)])
        self.chosen: Distance = (
            max(CHOSEN, key=lambda name: self.selection[name]) if settings.distance == "auto" else settings.distance
        )

    def score(self, name: Distance, values: FloatArray) -> FloatArray:
        """Return the calibrated distance of each row of scaled values (T, C), shape (T,)."""
        with one_thread(), torch.inference_mode():
            # Trailing means are computed once for each row, not for each window.
            means = trailing_means(values, self.settings.scales)
            before = past_means(values, max(self.settings.scales)) if name == "mask" else values
            distances = []
            for start in range(0, len(values), _BLOCK):
                block = slice(start, start + _BLOCK)
                embeddings = self._objective.embed(arrange(torch.from_numpy(means[block]), self.views.nodes))
                masked = None
                if name == "mask":
                    rows = np.minimum(np.arange(start + 1, start + 1 + len(embeddings))[:, None], self.settings.scales)
                    change = (before[block] - values[block])[:, :, None] / rows[:, None, :].astype(np.float32)
                    inputs = arrange(torch.from_numpy(means[block] + change), self.views.nodes)
                    masked = self._objective.embed(inputs)
                distances.append(self._reference.distances(name, embeddings, masked))
            return self._calibrations[name].apply(np.concatenate(distances)).astype(np.float32)

    def adjacency(self, values: FloatArray) -> FloatArray:
        """Return the mean of equation (2) over the rows of scaled values (T, C), shape (N, N)."""
        with one_thread(), torch.inference_mode():
            inputs = arrange(torch.from_numpy(trailing_means(values, self.settings.scales)), self.views.nodes)
            sums = [
                self.encoder.adjacency(self.encoder.hidden(block)).double().sum(dim=0) for block in inputs.split(_BLOCK)
            ]
            total = sum(sums[1:], start=sums[0])
            return (total / len(values)).float().numpy()

    def diagnostics(self, windows: Tensor) -> dict[str, float]:
        """Measure how far the embedding has collapsed, on windows (B, W, C).

        Returns
        -------
        dict
            ``dimensions``; ``rank``, the effective rank; ``alignment``, the mean squared distance on the unit sphere
            between the embeddings of a row and of its crop, 0 if they are equal; ``uniformity``, 0 if the embeddings of
            all rows are equal, lower the more they spread; ``norm``, the mean length of an embedding; ``shortfall``,
            the mean over dimensions of max(0, 1 − standard deviation).
        """
        with one_thread(), torch.inference_mode():
            embeddings = self._objective.embed(self.views.full(windows))
            other = self._objective.embed(
                self._objective.crops(windows, torch_generator(self.settings.seed, "diagnostics"))
            )
            return {
                "dimensions": float(embeddings.shape[1]),
                "rank": effective_rank(embeddings),
                "alignment": alignment(embeddings, other),
                "uniformity": uniformity(embeddings),
                "norm": float(lengths(embeddings).mean()),
                "shortfall": float(spread_shortfall(embeddings)),
            }

    def _keep_reference(self, windows: Tensor) -> None:
        inputs = torch.cat([self.views.full(block).flatten(1) for block in windows.split(_BLOCK)])
        embeddings = torch.cat([self._objective.embed(self.views.full(block)) for block in windows.split(_BLOCK)])
        # Equal rows have equal embeddings, so only rows that differ from the median row can indicate a collapse. A few
        # extreme values can make all other inputs lie close together, so gaps are compared with those of the inputs.
        differ = (inputs != inputs.median(dim=0).values).any(dim=1)
        apart, of_inputs = typical_gap(embeddings, differ), typical_gap(inputs, differ)
        if differ.any() and not apart > _COLLAPSED * of_inputs:
            raise DivergedError(
                f"the embedding collapsed: half of the rows lie within {apart:.3g} mean lengths of one point, half of "
                f"their inputs within {of_inputs:.3g}"
            )
        order = torch.randperm(len(embeddings), generator=torch_generator(self.settings.seed, "reference"))
        neighbours = order[: self.settings.reference_rows]
        self._reference = Reference.fit(embeddings, neighbours, self.settings.k)

    def _calibrate(self, intact: Tensor) -> None:
        """Calibrate every distance for each number of available rows, and measure its AUC-ROC on corrupted windows."""
        generator = torch_generator(self.settings.seed, "evaluation pairs")
        corrupted = corrupt(intact[torch.randperm(len(intact), generator=generator)], generator)
        labels = np.repeat([False, True], [len(intact), len(corrupted)])
        contexts = [self._of_windows(intact, rows) for rows in range(1, self.views.horizon + 1)]
        anomalous = self._of_windows(corrupted, self.views.horizon)
        self._calibrations = {name: Calibration.fit([distances[name] for distances in contexts]) for name in DISTANCES}
        self.selection: dict[Distance, float] = {
            name: float(roc_auc_score(labels, np.concatenate([contexts[-1][name], anomalous[name]])))
            for name in DISTANCES
        }

    def _of_windows(self, windows: Tensor, rows: int) -> dict[Distance, NDArray[np.float64]]:
        """Return every distance of windows of which only the newest ``rows`` are available."""
        context = torch.full((len(windows),), rows)
        hidden = torch.cat([windows[:, :-1], past(windows, rows)[:, None]], dim=1)
        inputs = torch.cat([self.views.cropped(part, context) for part in (windows, hidden)])
        embeddings, masked = self._objective.embed(inputs).split(len(windows))
        return {name: self._reference.distances(name, embeddings, masked) for name in DISTANCES}


def typical_gap(points: Tensor, rows: Tensor) -> float:
    """Return the median distance of some points (T, E) from the median point, divided by the mean length of a point.

    ``rows`` is a mask of the points to use.
    """
    gaps = lengths((points - points.median(dim=0).values)[rows])
    return float(np.median(gaps) / lengths(points).mean()) if len(gaps) else math.nan


def lengths(points: Tensor) -> NDArray[np.float64]:
    """Return the Euclidean lengths of points (T, E), shape (T,)."""
    return np.sqrt(points.double().square().sum(dim=1).numpy())


def past_means(values: FloatArray, rows: int) -> FloatArray:
    """Return the mean of up to ``rows`` − 1 rows before each row, (T, C); 0, the training mean, if there are none."""
    before = np.zeros_like(values)
    if rows > 1:
        before[1:] = trailing_means(values[:-1], (rows - 1,))[:, :, 0]
    return before


def past(windows: Tensor, rows: int) -> Tensor:
    """Return the mean of the newest ``rows`` without the newest one, (B, W, C) to (B, C); 0 for one row."""
    if rows == 1:
        return torch.zeros_like(windows[:, -1])
    return windows[:, -rows:-1].mean(dim=1)


def causal(values: FloatArray, ends: Tensor, length: int) -> Tensor:
    """Return the windows of ``length`` rows that end with the rows ``ends`` of values (T, C), shape (B, W, C).

    The first row is repeated before the start. Unlike `benchmark.toolkit.windows.causal_windows`, which makes the
    window of every row, this makes only the windows that are needed.
    """
    return torch.from_numpy(values)[(ends[:, None] + torch.arange(1 - length, 1)).clamp(min=0)]


def evenly(length: int, wanted: int) -> Tensor:
    """Return at most ``wanted`` indices, evenly spread over ``length``."""
    return torch.from_numpy(np.unique(np.linspace(0, length - 1, min(wanted, length)).round().astype(np.int64)))
