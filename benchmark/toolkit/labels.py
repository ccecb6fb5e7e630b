"""Check of the labels that a supervised detector learns from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


def require_both_classes(recording: Recording) -> NDArray[np.bool_]:
    """Return the labels of a recording, and refuse one without anomalous or without normal rows.

    Parameters
    ----------
    recording : Recording
        A training part with labels.

    Returns
    -------
    ndarray of bool, shape (T,)
        True where a row is anomalous.

    Raises
    ------
    DataError
        If there are no labels, or all are of one class.
    """
    if recording.labels is None:
        raise DataError(f"{recording.name}: a supervised detector needs labels and the training part has none")
    anomalous = int(recording.labels.sum())
    if anomalous in (0, len(recording)):
        missing = "anomalous" if anomalous == 0 else "normal"
        raise DataError(
            f"{recording.name}: the training part has no {missing} row among {len(recording)}, and a supervised "
            "detector needs both classes: use a protocol that puts labelled anomalies into training, more rows, or an "
            "unsupervised detector"
        )
    return recording.labels


def require_labelled_parts(train: Recording, validation: Recording) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the labels of both parts for a detector that stops early on labelled validation rows.

    Raises
    ------
    DataError
        If training labels are missing or hold one class only, or if validation labels are missing.
    """
    labels = require_both_classes(train)
    if validation.labels is None:
        raise DataError(f"{validation.name}: early stopping needs labels and the validation part has none")
    return labels, validation.labels
