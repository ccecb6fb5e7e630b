r"""What an attacker can change of a connection (`nsl-kdd`), and how the other columns follow.

**Unchangeable**: protocol, service, flag, land, the bytes that the victim answers, and everything that is read from the
content of the connection (fragments, urgent packets, log-ins, shells, file accesses and the like). They are the attack,
or the victim's. ``dst_host_srv_diff_host_rate`` needs other source hosts; it follows the size of its window only.

**Changeable** (`CHANGEABLE`, 20 columns), each by traffic of the attacker's own:

- ``duration``, ``src_bytes``: the attacker waits or pads. They only rise, and only where a connection was established
  (flags SF, S1, S2, S3, RSTO, RSTR): an unanswered or refused one carries nothing.
- The window of two seconds (``count``, ``srv_count``) and that of the last connections to the host (``dst_host_count``,
  ``dst_host_srv_count``): the attacker slows down, or adds connections of no harm, to this service or to another one,
  answered or not. This sets the sizes n of the four windows and the shares in them.

**Where new values come from.** A change imitates one normal training connection of the same protocol and service (of
the same protocol where training holds fewer than `LEAST` of them; of any where it holds none): up to k of the columns
in which it differs, drawn at random, take its values. So every value is one that a normal connection of this protocol
can have. A change is varied by another connection to imitate, or by another column.

**How columns follow.** The own connection is in its windows. After a change, every window with a changed column is made
to keep these limits. At least 99.9 % of the published training connections keep each:

- sizes are whole numbers, 1 ≤ n ≤ 511 in two seconds, 1 ≤ n ≤ 255 for the host;
- each share is :math:`k / n` with a whole k, 0 ≤ k ≤ n, written with two decimals;
- the same service on the same host: :math:`1 \le k_{\text{same}} \le \min(n, n_{\text{srv}})`; where it is not all, a
  different service has k ≥ 1;
- failed connections: :math:`k_{\text{SYN}} \ge 1` with the flags S0, S1, S2, S3 and SH, :math:`k_{\text{REJ}} \ge 1`
  with REJ, RSTO, RSTR and RSTOS0; :math:`k_{\text{SYN}} + k_{\text{REJ}} \le n`, with other flags but OTH ≤ n − 1.
  Services of UDP and ICMP have no failed connections;
- the same source port on this host: k ≥ 1. One connection to a service goes to one host.

**Floods** (`FLOODS`) are their rate: one that is slowed down is none. Of these kinds the sizes of windows, and the
numbers of failed connections in them, only rise. All other attacks may be slowed down; a slow scan reaches its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Categorical, Raw
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.encoding import NgramEncoder, TypedEncoder
from benchmark.protocols.threat.windows import ESTABLISHED, RISING, SERVICE_ERRORS, WINDOWS, Circumstances, repaired

BUDGETS: Mapping[str, float] = MappingProxyType({"1 change": 1, "2 changes": 2, "4 changes": 4, "8 changes": 8})
"""Columns that are set, by name."""

CUTS = (0.01,)
"""Shares of held-out normal connections above a cut."""

LEAST = 10
"""Normal training connections of a protocol and service from which on they are imitated by themselves."""

FLOODS = ("apache2", "back", "mailbomb", "neptune", "processtable", "smurf", "udpstorm")
"""Kinds that deny a service by the number of their connections."""

FIXED = ("dst_host_srv_diff_host_rate",)
"""Shares of a window that the attacker cannot set."""

CHANGEABLE = (*RISING, *(name for window in WINDOWS for name in window.columns if name not in FIXED))
"""Columns that the attacker can set."""

SIZES = tuple(window.size for window in WINDOWS)
"""Sizes of windows."""

CATEGORIES = ("protocol_type", "service", "flag")
"""Categorical columns, which stay."""


@dataclass(frozen=True)
class ConnectionMeans:
    """Set columns as a normal connection has them; see the module.

    Parameters
    ----------
    encoder : TypedEncoder
        The encoder of the task.
    flood : ndarray of bool, shape (T,)
        The test points whose kind is one of `FLOODS`.
    """

    encoder: TypedEncoder
    flood: NDArray[np.bool_]

    @classmethod
    def of(cls, test: Recording, kinds: NDArray[Any], encoder: TypedEncoder | NgramEncoder) -> ConnectionMeans:
        """Make the means for a test part.

        Raises
        ------
        DataError
            If its raw form lacks a column.
        """
        raw = _raw(test)
        for name in (*CHANGEABLE, *FIXED, *CATEGORIES):
            if name not in raw.numbers and name not in raw.categories:
                raise DataError("the connections lack a column that probe=evasion changes or needs", column=name)
        assert isinstance(encoder, TypedEncoder)
        return cls(encoder, np.isin(kinds, FLOODS))

    @property
    def budgets(self) -> Mapping[str, float]:
        """`BUDGETS`."""
        return BUDGETS

    @property
    def cuts(self) -> tuple[float, ...]:
        """`CUTS`."""
        return CUTS

    def attacker(self, normal: Recording, test: Recording) -> Imitator:
        """An attacker who imitates the normal training connections."""
        own, donors = _raw(test), _raw(normal)
        names = tuple(name for name in test.channels if name in own.numbers)
        flags, protocols = _names(own.categories["flag"]), _names(own.categories["protocol_type"])
        allowed = np.ones((len(test), len(CHANGEABLE)), bool)
        for column, name in enumerate(CHANGEABLE):
            if name in RISING:
                allowed[:, column] = np.isin(flags, ESTABLISHED)
            elif name in SERVICE_ERRORS:
                allowed[:, column] = protocols == "tcp"
        return Imitator(
            self.encoder,
            test,
            names,
            np.stack([own.numbers[name] for name in names], axis=1).astype(np.float64),
            np.stack([donors.numbers[name] for name in names], axis=1).astype(np.float64),
            *_pools(own, donors),
            allowed,
            Circumstances.of(flags, self.flood),
        )


@dataclass(frozen=True)
class Imitator:
    """Draws and applies changes.

    A plan holds ``donor``, the normal connection that is imitated, shape (N,), and ``columns``, places in `CHANGEABLE`,
    shape (N, k); −1 is no column.

    Parameters
    ----------
    encoder : TypedEncoder
        The encoder of the task.
    test : Recording
        The test part.
    names : tuple of str, length C
        Numeric and binary columns, in the order of the channels.
    own, normal : ndarray, shapes (T, C) and (D, C)
        These columns of the test points and of normal training points.
    order : ndarray of int
        Normal points, pool by pool.
    begin, size : ndarray of int, shape (T,)
        Place in ``order`` of the pool of each test point, and its size.
    allowed : ndarray of bool, shape (T, `CHANGEABLE`)
        Columns that can be set.
    circumstances : Circumstances
        What limits the windows of each test point.
    """

    encoder: TypedEncoder
    test: Recording
    names: tuple[str, ...]
    own: NDArray[np.float64]
    normal: NDArray[np.float64]
    order: NDArray[np.intp]
    begin: NDArray[np.int64]
    size: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    circumstances: Circumstances

    def draw(
        self, points: NDArray[np.intp], budget: float, generator: np.random.Generator
    ) -> dict[str, NDArray[np.int64]]:
        """Draw a connection to imitate and so many columns for each of N test points."""
        donor = self._donors(points, generator)
        keys = self._keys(points, donor, generator)
        columns = np.argsort(keys, axis=1)[:, : int(budget)]
        return {"donor": donor, "columns": np.where(np.take_along_axis(keys, columns, axis=1) < 1, columns, -1)}

    def vary(
        self, points: NDArray[np.intp], plans: Mapping[str, NDArray[Any]], generator: np.random.Generator
    ) -> dict[str, NDArray[np.int64]]:
        """Draw another connection, or another column in place of one, each for half of the plans."""
        rows, columns = np.arange(len(points)), plans["columns"].copy()
        another = generator.random(len(points)) < 0.5
        keys = self._keys(points, plans["donor"], generator)
        for slot in range(columns.shape[1]):
            keys[rows, columns[:, slot]] = np.where(columns[:, slot] >= 0, 2.0, keys[rows, columns[:, slot]])
        place = (generator.random(len(points)) * columns.shape[1]).astype(np.int64)
        new = keys.argmin(axis=1)
        possible = ~another & (keys[rows, new] < 1)
        columns[rows, place] = np.where(possible, new, columns[rows, place])
        return {"donor": np.where(another, self._donors(points, generator), plans["donor"]), "columns": columns}

    def apply(self, points: NDArray[np.intp], plans: Mapping[str, NDArray[Any]], budget: float) -> Recording:
        """Return the changed connections, encoded."""
        own, donor, columns = self.own[points], self.normal[plans["donor"]], plans["columns"]
        chosen = np.zeros((len(points), len(CHANGEABLE) + 1), bool)  # the last column takes −1
        np.put_along_axis(chosen, columns, True, axis=1)
        before = {name: own[:, column] for column, name in enumerate(self.names)}
        after = dict(before)
        for column, name in enumerate(CHANGEABLE):
            after[name] = np.where(chosen[:, column], donor[:, self.names.index(name)], before[name])
        after = repaired(before, after, self.circumstances.take(points))
        raw = _raw(self.test)
        values = np.stack([after[name] for name in self.names], axis=1).astype(np.float32)
        count = len(self.names)
        return self.encoder.apply(
            Recording(
                self.test.name,
                values,
                self.names,
                sequential=False,
                modalities=self.test.modalities[:count],
                raw=Raw(
                    {name: values[:, column].copy() for column, name in enumerate(self.names)},
                    {name: column.take(points) for name, column in raw.categories.items()},
                ),
            )
        )

    def _donors(self, points: NDArray[np.intp], generator: np.random.Generator) -> NDArray[np.int64]:
        places = (generator.random(len(points)) * self.size[points]).astype(np.int64)
        donors: NDArray[np.int64] = self.order[self.begin[points] + places].astype(np.int64)
        return donors

    def _keys(
        self, points: NDArray[np.intp], donor: NDArray[np.int64], generator: np.random.Generator
    ) -> NDArray[np.float64]:
        """Draw a key in [0, 1) for each column that the donor would change; 2 for the others: (N, `CHANGEABLE`)."""
        places = np.array([self.names.index(name) for name in CHANGEABLE])
        own, wanted = self.own[np.ix_(points, places)], self.normal[np.ix_(donor, places)]
        rising = self.circumstances.flood[points][:, None] & np.isin(CHANGEABLE, SIZES) | np.isin(CHANGEABLE, RISING)
        changes = self.allowed[points] & np.where(rising, wanted > own, wanted != own)
        return np.where(changes, generator.random(changes.shape), 2.0)


def _pools(own: Raw, normal: Raw) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """Order of the normal points, and begin and size of the pool of each own point; see `Imitator`."""
    protocols, services = _names(normal.categories["protocol_type"]), _names(normal.categories["service"])
    keys = list(zip(_names(own.categories["protocol_type"]), _names(own.categories["service"]), strict=True))
    pools: dict[tuple[str, str], tuple[int, int]] = {}
    parts: list[NDArray[np.intp]] = []
    begin = 0
    for protocol, service in sorted(set(keys)):
        members = np.flatnonzero((protocols == protocol) & (services == service))
        if len(members) < LEAST:
            members = np.flatnonzero(protocols == protocol)
        if not len(members):
            members = np.arange(len(protocols))
        parts.append(members)
        pools[protocol, service] = (begin, len(members))
        begin += len(members)
    found = np.array([pools[key] for key in keys], np.int64).reshape(-1, 2)
    return np.concatenate(parts), found[:, 0], found[:, 1]


def _names(column: Categorical) -> NDArray[Any]:
    """Name of each point."""
    return np.array(column.names, np.str_)[column.codes]


def _raw(recording: Recording) -> Raw:
    if recording.raw is None:
        raise DataError(f"{recording.name!r} has no raw form to change")
    return recording.raw
