"""Reading CloudTrail events: one JSON object a line, or one list of objects a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from benchmark.data.packed import read_bytes
from benchmark.data.tables import read_json, times
from benchmark.interfaces.errors import DataError

Event = dict[str, Any]

REQUIRED = ("eventTime", "eventSource", "eventName", "userIdentity")
"""Fields that every event of a log must have."""

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def read_lines(path: Path) -> list[Event]:
    """Read a file of one JSON object a line; `DataError` with the line where one is not an object."""
    found: list[Event] = []
    for row, line in enumerate(read_bytes(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError as error:
            raise DataError(f"line is not JSON: {error}", file=path, row=row) from None
        if not isinstance(event, dict):
            raise DataError("line is not a JSON object", file=path, row=row)
        found.append(event)
    if not found:
        raise DataError("holds no event; expected one JSON object a line", file=path)
    return found


def read_list(path: Path) -> list[Event]:
    """Read a file that is one JSON list of objects."""
    events = read_json(path)
    if not isinstance(events, list) or not events or not all(isinstance(event, dict) for event in events):
        raise DataError("must be a JSON list of events, with at least one", file=path)
    return events


def require_fields(events: list[Event], path: Path) -> None:
    """Raise `DataError` at the first event that lacks one of `REQUIRED` or has one of another type."""
    for row, event in enumerate(events, 1):
        for name in REQUIRED:
            wanted: type = dict if name == "userIdentity" else str
            if not isinstance(event.get(name), wanted):
                kind = "an object" if wanted is dict else "a text"
                raise DataError(
                    f"event {row} has no {name}, or one that is not {kind}", file=path, row=row, column=name
                )


def clock(events: list[Event], path: Path) -> pl.Series:
    """Time of each event, in microseconds since 1970-01-01 UTC; `DataError` where it is malformed."""
    return times(pl.Series("eventTime", [event["eventTime"] for event in events]), TIME_FORMAT, path, header=False)
