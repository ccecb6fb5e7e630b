"""Labelled anomalies of the three kinds that the GAN-UQ paper names, put into rows of the google-2019 schema.

Each kind acts on the channels of one row with a factor k = 1 + s·u, where s is the severity (mild 0.5, moderate 1,
severe 2) and u ~ U(0.75, 1.25) is drawn for each row. Primed values are the anomalous ones:

``resource-contention``
    The task shares an overloaded machine: it gets less processor time than it needs, and stalls in that time.
    cpi′ = k·cpi, mai′ = k·mai, avg_cpu′ = avg_cpu/k, sampled_cpu′ = sampled_cpu/k, every cpu percentile divided by k,
    page_cache′ = page_cache/k. Peaks (max_cpu, max_memory) stay: they occurred before the contention.
``task-failure``
    The task dies within its window: averages fall to the share of the window that it lived, 1/k²; peaks stay.
    avg_cpu′ = avg_cpu/k², avg_memory′ = avg_memory/k², page_cache′ = page_cache/k², sampled_cpu′ = 0,
    sample_rate′ = sample_rate/k², every cpu percentile 0 (more than half of the window is idle at k² ≥ 2).
``performance-degradation``
    The same work costs more, and memory leaks.
    avg_cpu′ = k·avg_cpu, sampled_cpu′ = k·sampled_cpu, every cpu percentile times k, cpi′ = √k·cpi,
    avg_memory′ = √k·avg_memory, max_cpu′ = max(max_cpu, avg_cpu′), max_memory′ = max(max_memory, avg_memory′).

Usage is relative to the largest machine, so every usage value stays within [0, 1]; sample_rate too. Missing values
stay missing, so a kind then shows in its other channels only. Rows without processor use (avg_cpu = 0) are never
chosen, because most of the formulas do not change them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray, Recording

Severity = Literal["mild", "moderate", "severe"]
SEVERITIES: dict[Severity, float] = {"mild": 0.5, "moderate": 1.0, "severe": 2.0}
KINDS = ("resource-contention", "task-failure", "performance-degradation")
SPREAD = (0.75, 1.25)


def inject(recording: Recording, share: float, severity: Severity, generator: np.random.Generator) -> Recording:
    """Turn a share of the rows into labelled anomalies, the three kinds in equal parts.

    Parameters
    ----------
    recording : Recording
        Rows that count as normal; its labels are replaced.
    share : float
        Share of rows to make anomalous, in [0, 1).
    severity : {"mild", "moderate", "severe"}
        See the module's formulas.
    generator : numpy Generator

    Returns
    -------
    Recording
        A copy with labels, and the covariate ``kind`` (0 normal, 1 to 3 in the order of `KINDS`).

    Raises
    ------
    ParameterError
        If more rows are to be changed than use the processor.
    """
    wanted = round(share * len(recording))
    eligible = np.flatnonzero(recording.values[:, recording.channels.index("avg_cpu")] > 0)
    if wanted > len(eligible):
        raise ParameterError(
            f"share={share} asks for {wanted} anomalous rows of {len(recording)}, but only {len(eligible)} use the "
            "processor; use a smaller share"
        )
    rows = generator.permutation(eligible)[:wanted]
    kinds = np.zeros(len(recording), dtype=np.int8)
    kinds[rows] = 1 + np.arange(wanted) % len(KINDS)
    factor = 1 + SEVERITIES[severity] * generator.uniform(*SPREAD, size=len(recording))
    values = recording.values.copy()
    for code in range(1, len(KINDS) + 1):
        chosen = np.flatnonzero(kinds == code)
        values[chosen] = _anomalous(values[chosen], recording.channels, code, factor[chosen].astype(np.float32))
    return replace(recording, values=values, labels=kinds > 0, covariates={**recording.covariates, "kind": kinds})


def _anomalous(values: FloatArray, channels: tuple[str, ...], code: int, k: FloatArray) -> FloatArray:
    """Apply the formulas of one kind to its rows."""
    column_of = {name: column for column, name in enumerate(channels)}
    percentiles = [name for name in channels if name.startswith("cpu_p")]

    def scale(names: tuple[str, ...], factor: NDArray[np.floating[Any]] | float) -> None:
        for name in (name for name in names if name in column_of):
            values[:, column_of[name]] *= factor

    def at_least(peak: str, average: str) -> None:
        if peak in column_of and average in column_of:
            columns = column_of[peak], column_of[average]
            values[:, columns[0]] = np.maximum(values[:, columns[0]], values[:, columns[1]])

    if code == 1:
        scale(("cpi", "mai"), k)
        scale(("avg_cpu", "sampled_cpu", "page_cache", *percentiles), 1 / k)
    elif code == 2:
        scale(("avg_cpu", "avg_memory", "page_cache", "sample_rate"), 1 / k**2)
        scale(("sampled_cpu", *percentiles), 0.0)
    else:
        scale(("avg_cpu", "sampled_cpu", *percentiles), k)
        scale(("cpi", "avg_memory"), np.sqrt(k))
        limited = ("avg_cpu", "sampled_cpu", "avg_memory", *percentiles)
        _limit(values, [column_of[name] for name in limited if name in column_of])
        at_least("max_cpu", "avg_cpu")
        at_least("max_memory", "avg_memory")
    return values


def _limit(values: FloatArray, columns: list[int]) -> None:
    """Cap usage at 1, the largest machine, also where it was above 1 before injection; NaN stays NaN."""
    block: NDArray[np.float32] = values[:, columns]
    values[:, columns] = np.where(np.isnan(block), block, np.minimum(block, 1.0))
