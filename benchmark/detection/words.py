"""Words for a reader: the time of a row."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmark.interfaces.recording import Recording


def moment(recording: Recording, row: int) -> str:
    """Time of a row in UTC, or its number from 1 where there is no time."""
    if recording.time is None:
        return f"row {row + 1}"
    found = datetime.fromtimestamp(int(recording.time[row]) / 1e6, UTC)
    return found.strftime("%Y-%m-%d %H:%M:%S") + (f".{found.microsecond:06d}".rstrip("0") if found.microsecond else "")
