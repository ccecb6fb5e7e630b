"""Events: flagged rows that lie close together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmark.detection.scoring import Scored

GAP = 3
"""Flagged rows with at most so many unflagged rows between them are one event."""

NAMED = 3
"""Channels that an event names, those with the largest shares at its peak."""


@dataclass(frozen=True)
class Event:
    """A stretch of flagged rows.

    Parameters
    ----------
    recording, method : str
        What was scored, and by which detector.
    first, last, peak : int
        First and last flagged row, and the row of the highest score; rows of the scored part, from 0.
    height : float
        Highest score divided by the cut, where the cut is positive; else the highest score.
    channels : tuple of (str, float)
        Channels with the largest shares at the peak, largest first, and these shares.
    """

    recording: str
    method: str
    first: int
    last: int
    peak: int
    height: float
    channels: tuple[tuple[str, float], ...]

    @property
    def rows(self) -> int:
        """Number of rows from first to last."""
        return self.last - self.first + 1


def events_of(scored: Scored) -> list[Event]:
    """Return the events of a scored recording in order of time."""
    flagged = np.flatnonzero(scored.flags)
    if not len(flagged):
        return []
    parts = np.split(flagged, np.flatnonzero(np.diff(flagged) > GAP + 1) + 1)
    return [_event(scored, int(part[0]), int(part[-1])) for part in parts]


def _event(scored: Scored, first: int, last: int) -> Event:
    peak = first + int(np.argmax(scored.scores[first : last + 1]))
    shares = scored.shares[peak]
    order = np.argsort(-shares, kind="stable")[:NAMED]
    named = tuple((scored.source.channels[place], float(shares[place])) for place in order if shares[place] > 0)
    height = float(scored.scores[peak])
    return Event(
        scored.source.name,
        scored.method,
        first,
        last,
        peak,
        height / scored.cut if scored.cut > 0 else height,
        named,
    )


def by_height(events: list[Event]) -> list[Event]:
    """Events, the highest first; earlier ones first where heights are equal."""
    return sorted(events, key=lambda event: (-event.height, event.recording, event.first))
