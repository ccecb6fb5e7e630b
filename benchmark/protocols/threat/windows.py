"""The windows that NSL-KDD counts connections in, and the limits that their sizes and shares keep.

`benchmark.protocols.threat.connections` says the limits in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[np.float64]]

RISING = ("duration", "src_bytes")
"""Columns that an attacker can only raise."""

ESTABLISHED = ("SF", "S1", "S2", "S3", "RSTO", "RSTR")
"""Flags of connections that carry data."""

SYN_FLAGS = ("S0", "S1", "S2", "S3", "SH")
REJECTED_FLAGS = ("REJ", "RSTO", "RSTR", "RSTOS0")
OPEN_FLAGS = ("OTH",)
"""Flags that count as SYN errors, as rejections, and those where this is not known."""

TOLERANCE = 0.0051
"""Half of the last digit of a share as it is written, with some room for float32."""


@dataclass(frozen=True)
class Window:
    """Columns of one window.

    Parameters
    ----------
    size : str
        The number of connections in it.
    largest : int
        Largest size.
    syn, rejected : str
        Shares of failed connections.
    same, different : str
        Shares of connections to the same and to different services; empty where the window is of one service.
    hosts : str
        Share of connections to different hosts; empty where the window is of one host.
    port : str
        Share of connections with the same source port, or empty.
    """

    size: str
    largest: int
    syn: str
    rejected: str
    same: str = ""
    different: str = ""
    hosts: str = ""
    port: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them, the size first."""
        names = (self.size, self.syn, self.rejected, self.same, self.different, self.hosts, self.port)
        return tuple(name for name in names if name)


WINDOWS = (
    Window("srv_count", 511, "srv_serror_rate", "srv_rerror_rate", hosts="srv_diff_host_rate"),
    Window("count", 511, "serror_rate", "rerror_rate", "same_srv_rate", "diff_srv_rate"),
    Window(
        "dst_host_srv_count",
        255,
        "dst_host_srv_serror_rate",
        "dst_host_srv_rerror_rate",
        hosts="dst_host_srv_diff_host_rate",
    ),
    Window(
        "dst_host_count",
        255,
        "dst_host_serror_rate",
        "dst_host_rerror_rate",
        "dst_host_same_srv_rate",
        "dst_host_diff_srv_rate",
        port="dst_host_same_src_port_rate",
    ),
)
"""Two windows of two seconds, then two of the last connections to the host; of each pair that of the service first."""

SERVICE_ERRORS = tuple(name for window in WINDOWS if window.hosts for name in (window.syn, window.rejected))
"""Shares of failed connections of one service."""


@dataclass(frozen=True)
class Circumstances:
    """What limits the windows of T connections: masks of shape (T,)."""

    syn: NDArray[np.bool_]
    rejected: NDArray[np.bool_]
    open: NDArray[np.bool_]
    flood: NDArray[np.bool_]

    @classmethod
    def of(cls, flags: NDArray[Any], flood: NDArray[np.bool_]) -> Circumstances:
        """Read them from the flags and from which connections are a flood."""
        return cls(np.isin(flags, SYN_FLAGS), np.isin(flags, REJECTED_FLAGS), np.isin(flags, OPEN_FLAGS), flood)

    def take(self, points: NDArray[Any]) -> Circumstances:
        """Those of the given connections."""
        return Circumstances(self.syn[points], self.rejected[points], self.open[points], self.flood[points])


def repaired(before: Mapping[str, NDArray[np.float64]], after: Columns, of: Circumstances) -> Columns:
    """Make changed connections keep every limit.

    Parameters
    ----------
    before, after : mapping of str to ndarray, shape (T,)
        Columns before and after the change.
    of : Circumstances
        What limits each connection.

    Returns
    -------
    dict of str to ndarray
        The columns after the change; a window in which nothing changed is as before.
    """
    result = dict(after)
    for name in RISING:
        result[name] = np.maximum(before[name], after[name])
    for service, host in zip(WINDOWS[::2], WINDOWS[1::2], strict=True):
        names = (*service.columns, *host.columns)
        touched = np.any([after[name] != before[name] for name in names], axis=0)
        found: Columns = {}
        for window in (service, host):
            found |= _limited(window, before, after, of, found.get(service.size))
        result |= {name: np.where(touched, found[name], before[name]) for name in names}
    return result


def _limited(
    window: Window,
    before: Mapping[str, NDArray[np.float64]],
    after: Columns,
    of: Circumstances,
    of_service: NDArray[np.float64] | None,
) -> Columns:
    """Size and shares of one window within their limits; ``of_service`` is the size of the service's window."""
    size = np.clip(after[window.size], 1, window.largest)
    size = np.where(of.flood, np.maximum(size, before[window.size]), size)
    found: Columns = {window.size: size}

    def share(name: str, low: NDArray[Any] | float, high: NDArray[Any]) -> NDArray[np.float64]:
        wanted = np.rint(after[name] * size)
        number: NDArray[np.float64] = np.minimum(np.maximum(wanted, low), high)
        fits = (number == wanted) & (np.abs(wanted / size - after[name]) < TOLERANCE)
        found[name] = np.where(fits, after[name], np.round(number / size, 2))
        return number

    failed = {name: np.rint(before[name] * before[window.size]) * of.flood for name in (window.syn, window.rejected)}
    room = size - ~(of.syn | of.rejected | of.open)  # an own connection that did not fail
    least = np.minimum(np.maximum(failed[window.rejected], of.rejected), room)
    syn = share(window.syn, np.maximum(failed[window.syn], of.syn), room - least)
    share(window.rejected, least, room - syn)
    if window.same:
        assert of_service is not None
        same = share(window.same, 1.0, np.minimum(size, of_service))
        share(window.different, (same < size).astype(np.float64), size)
    if window.hosts:
        share(window.hosts, 0.0, np.where(size == 1, 0.0, size))
    if window.port:
        share(window.port, 1.0, size)
    return found
