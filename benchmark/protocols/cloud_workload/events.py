"""Labelled events of three kinds, put into the channels of the cloud-workload table.

An event is a run of L rows, L uniform on 8 to 40. In row i of it (i = 0 … L − 1) channels come near an end of their
published range: what is left to that end is divided by

    k_i = 1 + s · u · g(i, L),   g(i, n) = min(1, (i + 1) / q, (n − i) / q),   q = ⌈n / 4⌉,

that is x′ = end − (end − x)/k_i. At the height of an event a channel is thus in about the outer half of its range
(mild, s = 1), the outer quarter (moderate, s = 3) or the outer eighth (severe, s = 7). u ~ U(0.75, 1.25) is drawn for
each event, and g rises over the first quarter, stays, and falls over the last. Primed values are the anomalous ones:

``load-surge``
    More users than the service can handle. Users, processor, network, waiting time and error rate come near their
    upper ends, throughput near its lower one. Memory and execution time stay.
``resource-bottleneck``
    Processor or memory, each with probability ½, runs against its upper end: k_i is there 1 + 4·s·u·g(i, L).
    Execution and waiting time come near their upper ends as above. The others stay.
``cascade``
    A surge that propagates: users, network, processor, waiting time, execution time and error rate come near their
    upper ends and throughput near its lower one, in this order, each ℓ = max(1, ⌊L/10⌋) rows after the one before.
    Channel j = 0 … 6 does so in rows jℓ … jℓ + n − 1 of the event, n = L − 6ℓ, with k = 1 + s·u·g(i − jℓ, n).

Every row of an event is labelled, its weak first and last rows too. Values have the decimals of the file. No value
leaves the published range of its column or is set to an end of it. So neither a range check nor an exact value finds an
event. It differs from normal rows in that several channels are near an end together, for many rows.

Events keep a gap of at least 10 rows, so that an event is a maximal run of labelled rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.data.cloud_workload.twin import RANGES
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.protocols.google_2019.injection import Severity

SEVERITIES: dict[Severity, float] = {"mild": 1.0, "moderate": 3.0, "severe": 7.0}
KINDS = ("load-surge", "resource-bottleneck", "cascade")
SPREAD = (0.75, 1.25)
PINNED = 4.0
"""How much stronger the limited resource of a bottleneck is moved."""
SHORTEST, LONGEST, GAP = 8, 40, 10

CPU, MEMORY, EXECUTION, THROUGHPUT, WAITING, USERS, NETWORK, ERRORS = RANGES

SURGE = ((USERS, 1), (CPU, 1), (NETWORK, 1), (WAITING, 1), (ERRORS, 1), (THROUGHPUT, -1))
TRAVEL = ((USERS, 1), (NETWORK, 1), (CPU, 1), (WAITING, 1), (EXECUTION, 1), (ERRORS, 1), (THROUGHPUT, -1))


class Event(NamedTuple):
    """One event: first row, length in rows, kind (1 to 3 in the order of `KINDS`), u, and True if memory is pinned."""

    start: int
    length: int
    kind: int
    strength: float
    memory: bool


def inject_events(recording: Recording, share: float, severity: Severity, generator: np.random.Generator) -> Recording:
    """Put labelled events into a share of the rows, the three kinds in turn from a random one on.

    Positions, lengths, kinds and u of the events depend on the generator, the number of rows and the share alone, so
    that all severities of a sweep have the same events.

    Parameters
    ----------
    recording : Recording
        Rows that count as normal, in time order, with every channel of the table; its labels are replaced.
    share : float
        Share of anomalous rows in [0, 1): round(share · T) rows, at least one shortest event if above 0.
    severity : {"mild", "moderate", "severe"}
        See the module's formulas.
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
    column_of = {name: column for column, name in enumerate(recording.channels)}
    number = np.zeros(len(recording), dtype=np.int16)
    kinds = np.zeros(len(recording), dtype=np.int8)
    for index, event in enumerate(events, 1):
        rows = slice(event.start, event.start + event.length)
        number[rows], kinds[rows] = index, event.kind
        strength = SEVERITIES[severity] * event.strength
        if event.kind == 1:
            _move(values, rows, column_of, SURGE, strength)
        elif event.kind == 2:
            _move(values, rows, column_of, ((MEMORY if event.memory else CPU, 1),), PINNED * strength)
            _move(values, rows, column_of, ((EXECUTION, 1), (WAITING, 1)), strength)
        else:
            lag = max(1, event.length // 10)
            run = event.length - lag * (len(TRAVEL) - 1)
            for step, move in enumerate(TRAVEL):
                start = event.start + step * lag
                _move(values, slice(start, start + run), column_of, (move,), strength)
    inside = kinds > 0
    for name, column in column_of.items():
        values[inside, column] = np.round(values[inside, column], RANGES[name][2])
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


def _move(
    values: NDArray[np.float64],
    rows: slice,
    column_of: Mapping[str, int],
    moves: tuple[tuple[str, int], ...],
    strength: float,
) -> None:
    """Divide what is left to an end of the range by k, for each channel and the sign of its end."""
    k = 1 + strength * envelope(rows.stop - rows.start)
    for name, sign in moves:
        low, high, _ = RANGES[name]
        end, column = high if sign > 0 else low, column_of[name]
        values[rows, column] = end - (end - values[rows, column]) / k
