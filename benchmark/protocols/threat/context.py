"""What a CloudTrail event follows: counts of the last minute, and the last calls, of the same credential.

Both look back only. They are computed for each stretch of consecutive events by itself, from the events that are in
it: the context of a benign training event never holds an attack, and that of the first event of a stretch is empty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmark.data.cloudtrail.columns import NONE
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Ragged, Raw
from benchmark.interfaces.recording import Recording

MINUTE = 60_000_000
CALLS = 20
"""Calls of the context of an event, itself included."""

CHANNELS = ("seconds since the last", "calls in a minute", "errors in a minute", "different calls in a minute")
"""Further channels, all of kind ``count``. Seconds since the last event of the credential are at most 60, which also
stands for none; the others count events of the credential in the 60 seconds before, the event itself included."""


def with_context(recording: Recording, stretches: NDArray[np.int64]) -> Recording:
    """Add the channels `CHANNELS` and, as sequence of each event, the last `CALLS` calls of its credential.

    Parameters
    ----------
    recording : Recording
        Events in order of time, with the covariate ``credential``.
    stretches : ndarray of int64, shape (T,)
        Stretch of each event; consecutive events of one number are one stretch.
    """
    raw, time = recording.raw, recording.time
    if raw is None or time is None:
        raise DataError(f"{recording.name!r} has no raw form or no time")
    calls, errors = raw.categories["call"], raw.categories["error"]
    failed = np.array([name != NONE for name in errors.names], bool)[errors.codes]
    owners = list(zip(stretches.tolist(), recording.covariates["credential"].tolist(), strict=True))
    rows, sequences = [], []
    for row, sequence in _walk(owners, time.tolist(), calls.codes.tolist(), failed.tolist()):
        rows.append(row)
        sequences.append(np.array(sequence, np.int16))
    added = np.array(rows, np.float32).reshape(-1, len(CHANNELS))
    numbers = {**raw.numbers, **{name: added[:, place] for place, name in enumerate(CHANNELS)}}
    return replace(
        recording,
        values=np.concatenate([recording.values, added], axis=1),
        channels=(*recording.channels, *CHANNELS),
        modalities=(*recording.modalities, *("count",) * len(CHANNELS)),
        raw=Raw(numbers, raw.categories, Ragged.of(sequences, np.int16), calls.names, raw.documents),
    )


def _walk(
    owners: list[tuple[int, int]], time: list[int], calls: list[int], failed: list[bool]
) -> Iterator[tuple[tuple[float, int, int, int], list[int]]]:
    """Yield the added numbers and the last calls of each event."""
    minute: dict[tuple[int, int], deque[int]] = {}
    last: dict[tuple[int, int], deque[int]] = {}
    for place, owner in enumerate(owners):
        recent = minute.setdefault(owner, deque())
        while recent and time[place] - time[recent[0]] >= MINUTE:
            recent.popleft()
        since = (time[place] - time[recent[-1]]) / 1_000_000 if recent else 60.0
        recent.append(place)
        before = last.setdefault(owner, deque(maxlen=CALLS))
        before.append(calls[place])
        yield (since, len(recent), sum(failed[i] for i in recent), len({calls[i] for i in recent})), list(before)
