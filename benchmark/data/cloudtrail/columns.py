"""The columns of a CloudTrail event that a detector may see.

Left out are ``userAgent``, ``sourceIPAddress``, account, user, role, session and resource names, TLS details and
request identifiers: in the recorded attacks they carry the name of the attacker's tool or point to its machine. Values
of request parameters are left out with them; their number is kept. Documents keep the whole event for rules written by
hand, with the tool's name taken out of every text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.data.cloudtrail.events import Event
from benchmark.interfaces.raw import Categorical, Ragged

NONE = "none"

CATEGORIES = ("service", "call", "error", "identity", "event type")
"""Categorical columns: ``eventSource``, ``eventName``, ``errorCode``, type of the identity, ``eventType``."""

CHANNELS = (
    "read only",
    "console session",
    "by a service",
    "temporary credential",
    "request parameters",
    "response elements",
    "resources",
)
"""Numeric columns: four binary ones, then the number of values in each part of the event."""

MODALITIES = ("binary",) * 4 + ("count",) * 3

_RUN_NAME = re.compile(r"stratus-red-team_[0-9a-f-]+")
_TOOL_NAME = re.compile(r"stratus[-_]?red[-_]?team[-_]?", re.IGNORECASE)


def numbers(events: Sequence[Event]) -> NDArray[np.float32]:
    """The columns `CHANNELS` of each event, shape (T, 7)."""
    rows = []
    for event in events:
        identity = _identity(event)
        rows.append(
            (
                event.get("readOnly") in (True, "true"),
                event.get("sessionCredentialFromConsole") in (True, "true"),
                "invokedBy" in identity,
                str(identity.get("accessKeyId", "")).startswith("ASIA"),
                _leaves(event.get("requestParameters")),
                _leaves(event.get("responseElements")),
                len(event.get("resources") or ()),
            )
        )
    return np.array(rows, np.float32).reshape(-1, len(CHANNELS))


def categories(events: Sequence[Event]) -> dict[str, Categorical]:
    """The columns `CATEGORIES` of each event; a field that an event lacks is ``none``."""
    columns = {
        "service": [_text(event.get("eventSource")) for event in events],
        "call": [_text(event.get("eventName")) for event in events],
        "error": [_text(event.get("errorCode")) for event in events],
        "identity": [_text(_identity(event).get("type")) for event in events],
        "event type": [_text(event.get("eventType")) for event in events],
    }
    return {name: categorical(column) for name, column in columns.items()}


def categorical(texts: Sequence[str]) -> Categorical:
    """A column of names, numbered in their order."""
    names, codes = np.unique(np.array(texts, np.str_), return_inverse=True)
    return Categorical(codes.astype(np.int16), tuple(str(name) for name in names))


def documents(events: Sequence[Event]) -> Ragged:
    """Text of each event as JSON, without the tool's name."""
    texts = [json.dumps(event, separators=(",", ":"), ensure_ascii=False) for event in events]
    encoded = [np.frombuffer(_without_tool(text).encode(), np.uint8) for text in texts]
    return Ragged.of(encoded, np.uint8)


def credentials(events: Sequence[Event]) -> NDArray[np.int64]:
    """Number of the credential of each event: its access key, else its identity. No detector receives it."""
    names = [
        _text(_identity(e).get("accessKeyId") or _identity(e).get("arn") or e.get("sourceIPAddress")) for e in events
    ]
    _, codes = np.unique(np.array(names, np.str_), return_inverse=True)
    return codes.astype(np.int64)


def _without_tool(text: str) -> str:
    return _TOOL_NAME.sub("", _RUN_NAME.sub("client", text))


def _identity(event: Event) -> dict[str, Any]:
    identity = event.get("userIdentity")
    return identity if isinstance(identity, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value else NONE


def _leaves(value: Any) -> int:
    """Number of values in nested objects and lists."""
    if isinstance(value, dict):
        return sum(map(_leaves, value.values()))
    if isinstance(value, list):
        return sum(map(_leaves, value))
    return int(value is not None)
