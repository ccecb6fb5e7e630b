"""The composite load of a row of the google-2019 schema, and the six levels of the GAN-UQ paper.

The paper defines load as a weighted mean of processor utilisation, memory utilisation and I/O wait. It gives limits for
six levels, and no weights. Utilisation here is average usage divided by request, clipped to [0, 1.2] so that a request
close to zero does not dominate. The 2019 trace has no column of I/O wait. Its substitute is the *memory stall*
(cpi − 0.5)/(10 − 0.5), clipped to [0, 1]: cycles per instruction rise when the processor waits for data, as I/O wait
does one level further down. 0.5 is about the lowest value of processors of that time; at 10 a core does almost nothing
but wait. Weights are 0.4, 0.4 and 0.2: the two measured parts count the same, the substitute half as much. The weighted
mean leaves missing parts out; a row without any part has no level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray, Recording

LEVELS = ("Low", "Medium-Low", "Medium", "Medium-High", "High", "Overload")
LIMITS = (0.30, 0.50, 0.65, 0.80, 0.90)
WEIGHTS = (0.4, 0.4, 0.2)
HIGHEST_UTILISATION = 1.2
STALL = (0.5, 10.0)


def composite_load(recording: Recording) -> FloatArray:
    """Composite load of each row, 0 to about 1.1; NaN where no part is known.

    Parameters
    ----------
    recording : Recording
        Rows with the covariates ``cpu_utilisation`` and ``memory_utilisation`` and the channel ``cpi``, before any
        injection, since load is the state of the system in which an anomaly occurs.
    """
    cpi = recording.values[:, recording.channels.index("cpi")]
    parts = np.stack(
        [
            np.clip(recording.covariates["cpu_utilisation"], 0, HIGHEST_UTILISATION),
            np.clip(recording.covariates["memory_utilisation"], 0, HIGHEST_UTILISATION),
            np.clip((cpi - STALL[0]) / (STALL[1] - STALL[0]), 0, 1),
        ],
        axis=1,
    )
    weights = np.where(np.isfinite(parts), np.asarray(WEIGHTS), 0.0)
    total = weights.sum(axis=1)
    weighted = (np.nan_to_num(parts) * weights).sum(axis=1)
    return np.where(total > 0, weighted / np.where(total > 0, total, 1), np.nan).astype(np.float32)


def load_levels(recording: Recording) -> NDArray[np.int8]:
    """Level of each row, an index into `LEVELS`; −1 where the load is unknown. A limit belongs to the higher level."""
    load = composite_load(recording)
    return np.where(np.isnan(load), -1, np.searchsorted(LIMITS, load, side="right")).astype(np.int8)
