"""Labelled anomalies of the three kinds that the GAN-UQ paper names, put into rows of the google-2019 schema.

Each kind acts with a factor k = 1 + s·u, where s is the severity (mild 0.5, moderate 1, severe 2) and u ~ U(0.75, 1.25)
is drawn for each row. At ``moderate``, a task thus gets about half of the processor time it needs, lives for about half
of its window, or needs about twice the processor time. A row's u is the mean of two draws: one for the whole row and
one for each group of channels: use (avg_cpu, max_cpu, sampled_cpu), distribution (the cpu percentiles), memory
(avg_memory, max_memory), page_cache, cpi and mai. So the channels of a row agree about k only roughly, as those of
normal rows do. Primed values are the anomalous ones:

``resource-contention``
    Other tasks of the machine take processor time and cache. The task gets 1/k of the time it needs. It loses most
    where it needs most, so its use is flatter: x′ = x/(1 + (k − 1)·x/avg_cpu) for use and distribution, which makes
    avg_cpu′ = avg_cpu/k. It stalls on memory: cpi′ = k·cpi, mai′ = √k·mai. The machine drops pages:
    page_cache′ = page_cache/k. Memory stays.
``task-failure``
    The task dies after the share w = 1/k of its window and idles in the rest. Averages fall: avg_cpu′ = w·avg_cpu,
    avg_memory′ = w·avg_memory, page_cache′ = w·page_cache. Peaks stay. The percentiles are those of the mixture: at
    level q below 1 − w the idle value, above it the old value at level (q − (1 − w))/w, interpolated linearly between
    known levels. sampled_cpu, one second of the window, is an idle one with probability 1 − w and else stays. Idle
    values are those of another row, drawn from the quarter of rows with the smallest avg_cpu. Percentiles are scaled
    down where needed, by one factor, so that idle use is not above the least use while alive.
``performance-degradation``
    The same work costs more, and memory leaks. The task is busy for longer, up to the peak it had before, which its
    number of threads limits: the odds b/(1 − b) of the busy share b = x/max_cpu grow by k, that is
    x′ = k·x/(1 + (k − 1)·x/max_cpu) for avg_cpu, sampled_cpu and distribution. max_cpu stays. cpi′ = √k·cpi. A leak
    makes memory grow from the old to k times the old value in the course of the window: max_memory′ = k·max_memory,
    avg_memory′ = (1 + k)/2·avg_memory.

No kind sets a value that normal rows do not have, such as an exact zero or a limit. Orders that hold in the file stay:
percentiles rise with their level, and no average is above its peak. Computed shares of a machine are rounded to the
resolution of the file: ten significant bits, and multiples of 2⁻²⁰. A value above 0 stays above 0 unless an idle value
is 0, as it is in a tenth of the normal rows. Missing values stay missing, so a kind then shows in its other channels
only. sample_rate, assigned_memory, requests and scheduler values stay, since none of them measures the task itself.

Rows without processor use (avg_cpu = 0) are never chosen, because most of the formulas do not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording

Severity = Literal["mild", "moderate", "severe"]
Column = NDArray[np.float64]
Columns = Mapping[str, Column]

SEVERITIES: dict[Severity, float] = {"mild": 0.5, "moderate": 1.0, "severe": 2.0}
KINDS = ("resource-contention", "task-failure", "performance-degradation")
SPREAD = (0.75, 1.25)
IDLEST = 4
"""Idle values come from one in so many rows, those with the smallest avg_cpu."""

USE = ("avg_cpu", "max_cpu", "sampled_cpu")
MEMORY = ("avg_memory", "max_memory")
GROUPS = ("use", "distribution", "memory", "page_cache", "cpi", "mai")
"""Groups of channels with a factor of their own."""

QUANTUM = 2.0**-20
BITS = 10
"""Resolution of the file's shares of a machine: smallest step, and significant bits."""


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
    use = recording.values[:, recording.channels.index("avg_cpu")]
    eligible = np.flatnonzero(use > 0)
    if wanted > len(eligible):
        raise ParameterError(
            f"share={share} asks for {wanted} anomalous rows of {len(recording)}, but only {len(eligible)} use the "
            "processor; use a smaller share"
        )
    rows = generator.permutation(eligible)[:wanted]
    kinds = np.zeros(len(recording), dtype=np.int8)
    kinds[rows] = 1 + np.arange(wanted) % len(KINDS)
    # One draw for each row of the recording, so that all severities have the same.
    common, *own = (generator.uniform(*SPREAD, size=len(recording)) for _ in range(1 + len(GROUPS)))
    alive = generator.uniform(size=len(recording))
    donors = _idle_rows(recording)
    donor = donors[generator.integers(len(donors), size=len(recording))] if wanted else donors
    values = recording.values.copy()
    for code, change in enumerate((_contention, _failure, _degradation), 1):
        chosen = np.flatnonzero(kinds == code)
        k = {name: 1 + SEVERITIES[severity] * (common + u)[chosen] / 2 for name, u in zip(GROUPS, own, strict=True)}
        old, idle = (
            {name: recording.values[which, column].astype(np.float64) for column, name in enumerate(recording.channels)}
            for which in (chosen, donor[chosen] if wanted else chosen)
        )
        for name, changed in change(old, k, idle, alive[chosen]).items():
            copied = (changed == old[name]) | (changed == idle[name])
            resolved = np.where(copied | (name in ("cpi", "mai")), changed, _resolved(changed))
            values[chosen, recording.channels.index(name)] = resolved
    return replace(recording, values=values, labels=kinds > 0, covariates={**recording.covariates, "kind": kinds})


def _contention(x: Columns, k: Columns, idle: Columns, alive: Column) -> dict[str, Column]:
    changed = {"cpi": k["cpi"], "mai": np.sqrt(k["mai"]), "page_cache": 1 / k["page_cache"]}
    changed = {name: factor * x[name] for name, factor in changed.items() if name in x}
    for names, group in ((USE, "use"), (_percentiles(x), "distribution")):
        changed |= {name: x[name] / (1 + (k[group] - 1) * x[name] / x["avg_cpu"]) for name in names if name in x}
    return changed


def _failure(x: Columns, k: Columns, idle: Columns, alive: Column) -> dict[str, Column]:
    averages = {"avg_cpu": "use", "avg_memory": "memory", "page_cache": "page_cache"}
    changed = {name: x[name] / k[group] for name, group in averages.items() if name in x}
    if "sampled_cpu" in x:
        dead = alive >= 1 / k["use"]
        changed["sampled_cpu"] = np.where(dead, np.minimum(idle["sampled_cpu"], x["sampled_cpu"]), x["sampled_cpu"])
    return changed | _mixture(x, 1 / k["distribution"], idle)


def _mixture(x: Columns, lived: Column, idle: Columns) -> dict[str, Column]:
    """Percentiles of a window of which a share is lived and the rest idle."""
    names = _percentiles(x)
    levels = [_level(name) for name in names]
    changed = {}
    for name, level in zip(names, levels, strict=True):
        wanted = (level - (1 - lived)) / lived
        living = x[names[0]]
        for lower, upper in pairwise(names):
            part = np.clip((wanted - _level(lower)) / (_level(upper) - _level(lower)), 0, 1)
            living = living + part * (x[upper] - x[lower])
        top = idle[names[-1]]
        scale = np.where(top > x[names[0]], x[names[0]] / np.where(top > 0, top, 1), 1.0)
        changed[name] = np.where(wanted < 0, scale * idle[name], living)
        changed[name][np.isnan(x[name])] = np.nan
    return changed


def _degradation(x: Columns, k: Columns, idle: Columns, alive: Column) -> dict[str, Column]:
    changed = {"cpi": np.sqrt(k["cpi"]), "avg_memory": (1 + k["memory"]) / 2, "max_memory": k["memory"]}
    changed = {name: factor * x[name] for name, factor in changed.items() if name in x}
    for names, group in ((("avg_cpu", "sampled_cpu"), "use"), (_percentiles(x), "distribution")):
        for name in names:
            if name in x:
                changed[name] = k[group] * x[name] / (1 + (k[group] - 1) * x[name] / x["max_cpu"])
    return changed


def _percentiles(x: Columns) -> list[str]:
    return sorted((name for name in x if name.startswith("cpu_p")), key=_level)


def _level(name: str) -> float:
    return int(name.removeprefix("cpu_p")) / 100


def _idle_rows(recording: Recording) -> NDArray[np.intp]:
    """Rows with the smallest avg_cpu, of those with known percentiles."""
    percentiles = [column for column, name in enumerate(recording.channels) if name.startswith("cpu_p")]
    known = np.flatnonzero(~np.isnan(recording.values[:, percentiles]).any(axis=1))
    order = known[np.argsort(recording.values[known, recording.channels.index("avg_cpu")], kind="stable")]
    return order[: -(-len(order) // IDLEST)]


def _resolved(values: Column) -> Column:
    """Round to the resolution of the file; what is above 0 stays so."""
    _, exponent = np.frexp(values)
    step = np.maximum(np.ldexp(1.0, exponent - BITS), QUANTUM)
    rounded: Column = np.rint(values / step) * step
    return np.where(values > 0, np.maximum(rounded, QUANTUM), rounded)
