"""Labelled events of three kinds, put into the channels of the cloud-workload table.

An event is a run of L rows, L uniform on 8 to 40. Row i of it (i = 0 … L − 1) moves with the amplitude

    a_i = s · u · g(i, L),   g(i, n) = min(1, (i + 1) / q, (n − i) / q),   q = ⌈n / 4⌉,

where s is the severity in multiples of a channel's published range R (mild 0.25, moderate 0.5, severe 1: half a range
moves the middle of the range to its end, a whole range moves any value there), u ~ U(0.75, 1.25) is drawn for each
event, and g rises over the first quarter, stays, and falls over the last. Primed values are the anomalous ones:

``load-surge``
    More users than the service can handle. x′ = x + a_i·R for users, processor, network, waiting time and error rate;
    x′ = x − a_i·R for throughput. Memory and execution time stay.
``resource-bottleneck``
    Processor or memory, each with probability ½, is pinned near its limit: x′ = x + min(1, 2·a_i)·(p_i − x),
    p_i ~ U(limit − R/20, limit) in each row. x′ = x + a_i·R for execution and waiting time. The others stay.
``cascade``
    A surge that propagates: users, network, processor, waiting time, execution time and error rate rise and throughput
    falls, in this order, each ℓ = max(1, ⌊L/10⌋) rows after the one before. Channel j = 0 … 6 moves in rows
    jℓ … jℓ + n − 1 of the event, n = L − 6ℓ, by ±s·u·g(i − jℓ, n)·R.

Every row of an event is labelled, its weak first and last rows too. Values stay within physical limits and have the
decimals of the file. Under ``physical`` limits, percentages are within 0 to 100, memory within 0 to 8,192 MB (the
smallest usual machine with the published maximum), network within 0 to 1,000 Mbps (a gigabit link, the published
maximum), and the other quantities at least 0. So an event can move a channel beyond every normal value, as a real
surge does. An event in contaminated training rows does the same, which widens the range that a range check learns.
Under ``published`` limits no value leaves the range of its published column: events then differ from normal rows only
in that many rows and channels are high together.

Events keep a gap of at least 10 rows, so that an event is a maximal run of labelled rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.data.cloud_workload.twin import RANGES
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.protocols.google_2019.injection import Severity

Limits = Literal["physical", "published"]

SEVERITIES: dict[Severity, float] = {"mild": 0.25, "moderate": 0.5, "severe": 1.0}
KINDS = ("load-surge", "resource-bottleneck", "cascade")
SPREAD = (0.75, 1.25)
SHORTEST, LONGEST, GAP = 8, 40, 10

CPU, MEMORY, EXECUTION, THROUGHPUT, WAITING, USERS, NETWORK, ERRORS = RANGES

PHYSICAL: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        CPU: (0, 100),
        MEMORY: (0, 8192),
        EXECUTION: (0, inf),
        THROUGHPUT: (0, inf),
        WAITING: (0, inf),
        USERS: (0, inf),
        NETWORK: (0, 1000),
        ERRORS: (0, 100),
    }
)
"""Lower and upper physical limit of each channel."""

SURGE = ((USERS, 1), (CPU, 1), (NETWORK, 1), (WAITING, 1), (ERRORS, 1), (THROUGHPUT, -1))
TRAVEL = ((USERS, 1), (NETWORK, 1), (CPU, 1), (WAITING, 1), (EXECUTION, 1), (ERRORS, 1), (THROUGHPUT, -1))


class Event(NamedTuple):
    """One event: first row, length in rows, kind (1 to 3 in the order of `KINDS`), u, and True if memory is pinned."""

    start: int
    length: int
    kind: int
    strength: float
    memory: bool


def inject_events(
    recording: Recording, share: float, severity: Severity, limits: Limits, generator: np.random.Generator
) -> Recording:
    """Put labelled events into a share of the rows, the three kinds in turn from a random one on.

    Positions, lengths, kinds and u of the events depend on the generator, the number of rows and the share alone, so
    that all severities and limits of a sweep have the same events.

    Parameters
    ----------
    recording : Recording
        Rows that count as normal, in time order, with every channel of `PHYSICAL`; its labels are replaced.
    share : float
        Share of anomalous rows in [0, 1): round(share · T) rows, at least one shortest event if above 0.
    severity : {"mild", "moderate", "severe"}
        See the module's formulas.
    limits : {"physical", "published"}
        Limits of the values, see the module.
    generator : numpy Generator

    Returns
    -------
    Recording
        A copy with labels and two covariates: ``event`` (0 normal, 1, 2, … in time order) and ``kind`` (0 normal, 1
        to 3 in the order of `KINDS`).

    Raises
    ------
    ParameterError
        If the events and the gaps between them do not fit into the rows.
    """
    events = _plan(len(recording), share, generator)
    values = recording.values.astype(np.float64)
    nearness = generator.uniform(0, 1, size=len(recording))
    column_of = {name: column for column, name in enumerate(recording.channels)}
    number = np.zeros(len(recording), dtype=np.int16)
    kinds = np.zeros(len(recording), dtype=np.int8)
    for index, event in enumerate(events, 1):
        rows = slice(event.start, event.start + event.length)
        number[rows], kinds[rows] = index, event.kind
        amplitude = SEVERITIES[severity] * event.strength * envelope(event.length)
        if event.kind == 1:
            _shift(values, rows, column_of, SURGE, amplitude)
        elif event.kind == 2:
            pinned = values[rows, column_of[MEMORY if event.memory else CPU]]
            _pin(pinned, event, limits, amplitude, nearness[rows])
            _shift(values, rows, column_of, ((EXECUTION, 1), (WAITING, 1)), amplitude)
        else:
            _travel(values, event, column_of, SEVERITIES[severity] * event.strength)
    inside = kinds > 0
    for name, column in column_of.items():
        low, high = _limits(name, limits)
        values[inside, column] = np.round(np.clip(values[inside, column], low, high), RANGES[name][2])
    covariates = {**recording.covariates, "event": number, "kind": kinds}
    return replace(recording, values=values.astype(np.float32), labels=inside, covariates=covariates)


def envelope(length: int) -> NDArray[np.float64]:
    """Shape g of a move over ``length`` rows, in (0, 1]: up over the first quarter, down over the last."""
    row, quarter = np.arange(length), -(-length // 4)
    return np.minimum(1.0, np.minimum(row + 1, length - row) / quarter)


def _plan(rows: int, share: float, generator: np.random.Generator) -> list[Event]:
    """Draw lengths that sum to the wanted number of rows, then random positions at least a gap apart."""
    wanted = max(round(share * rows), SHORTEST) if share > 0 else 0
    lengths: list[int] = []
    remaining = wanted
    while remaining:
        length = int(generator.integers(SHORTEST, min(LONGEST, remaining), endpoint=True))
        if 0 < remaining - length < SHORTEST:  # the remainder must not be shorter than an event
            length = remaining - SHORTEST if remaining >= 2 * SHORTEST else remaining
        lengths.append(length)
        remaining -= length
    free = rows - wanted - GAP * (len(lengths) - 1)
    if wanted and free < 0:
        raise ParameterError(
            f"share={share} asks for {len(lengths)} events of {wanted} rows in total, {GAP} rows apart, but the part "
            f"has {rows} rows; use a smaller share or more rows"
        )
    before = np.sort(generator.integers(0, free, size=len(lengths), endpoint=True)) if lengths else np.empty(0, int)
    first = int(generator.integers(len(KINDS)))
    starts = before + np.cumsum([0, *lengths])[:-1] + GAP * np.arange(len(lengths))
    return [
        Event(
            int(start),
            length,
            1 + (first + index) % len(KINDS),
            float(generator.uniform(*SPREAD)),
            bool(generator.integers(2)),
        )
        for index, (start, length) in enumerate(zip(starts, lengths, strict=True))
    ]


def _shift(
    values: NDArray[np.float64],
    rows: slice,
    column_of: Mapping[str, int],
    moves: tuple[tuple[str, int], ...],
    amplitude: NDArray[np.float64],
) -> None:
    for name, sign in moves:
        low, high, _ = RANGES[name]
        values[rows, column_of[name]] += sign * amplitude * (high - low)


def _pin(
    column: NDArray[np.float64],
    event: Event,
    limits: Limits,
    amplitude: NDArray[np.float64],
    nearness: NDArray[np.float64],
) -> None:
    name = MEMORY if event.memory else CPU
    low, high, _ = RANGES[name]
    pin = _limits(name, limits)[1] - nearness * (high - low) / 20
    column += np.minimum(1.0, 2 * amplitude) * (pin - column)


def _travel(values: NDArray[np.float64], event: Event, column_of: Mapping[str, int], amplitude: float) -> None:
    lag = max(1, event.length // 10)
    run = event.length - lag * (len(TRAVEL) - 1)
    for step, move in enumerate(TRAVEL):
        start = event.start + step * lag
        _shift(values, slice(start, start + run), column_of, (move,), amplitude * envelope(run))


def _limits(name: str, limits: Limits) -> tuple[float, float]:
    return PHYSICAL[name] if limits == "physical" else RANGES[name][:2]
