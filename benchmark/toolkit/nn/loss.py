"""Losses that several detectors share."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn


def balanced_cross_entropy(labels: NDArray[np.bool_]) -> nn.BCEWithLogitsLoss:
    """Return the cross-entropy of logits in which both classes have the same total weight.

    Parameters
    ----------
    labels : ndarray of bool, shape (T,)
        Training labels, with both classes. An anomalous row weighs as many normal rows as there are for each one.
    """
    weight = torch.tensor((len(labels) - labels.sum()) / labels.sum(), dtype=torch.float32)
    return nn.BCEWithLogitsLoss(pos_weight=weight)
