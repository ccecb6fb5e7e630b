r"""What an attacker can change of a trace of calls (`adfa-ld`): it may insert normal calls.

An attack with the calls :math:`a_1, \dots, a_L` becomes a longer trace in which these calls keep their order, since
they are the attack. At up to `PIECES` places, before, between or after them, stand stretches of normal calls, each
copied call by call from consecutive normal training traces. With a budget β they have :math:`\max(1, \beta L)` calls in
all, rounded. This is mimicry by padding (Wagner and Soto, Mimicry attacks on host-based intrusion detection systems,
CCS 2002), with calls of no effect (their "semantic no-ops"): a read of a file, a query of the clock. Arguments are not
in the data, so that every call has such a form.

A change is the number of stretches (1, 2, 4 or 8, each equally likely), and for each its place, its source and its
share of the calls, all drawn uniformly. It is varied by a new place and source for one stretch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmark.data.adfa_ld.reader import CHANNELS
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Ragged, Raw
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.encoding import NgramEncoder, TypedEncoder

BUDGETS: Mapping[str, float] = MappingProxyType(
    {"25% more calls": 0.25, "50% more calls": 0.5, "100% more calls": 1.0, "200% more calls": 2.0}
)
"""Inserted calls as a share of the length of the trace, by name."""

CUTS = (0.01, 0.05)
"""Shares of held-out normal traces above a cut. Few detectors find any attack at 1 %."""

PIECES = 8
"""Largest number of stretches; a power of 2."""


@dataclass(frozen=True)
class MimicryMeans:
    """Insert stretches of normal calls; see the module.

    Parameters
    ----------
    encoder : NgramEncoder or TypedEncoder
        The encoder of the task.
    """

    ATTACKED: ClassVar[int] = 20
    """Largest number of attacked traces: a trace takes a hundred times as long to score as a connection."""

    encoder: NgramEncoder | TypedEncoder

    @property
    def budgets(self) -> Mapping[str, float]:
        """`BUDGETS`."""
        return BUDGETS

    @property
    def cuts(self) -> tuple[float, ...]:
        """`CUTS`."""
        return CUTS

    def attacker(self, normal: Recording, test: Recording) -> Mimic:
        """An attacker who copies calls from the normal training traces."""
        return Mimic(self.encoder, test.name, _sequences(normal), _sequences(test), test)


@dataclass(frozen=True)
class Mimic:
    """Draws and applies insertions. A plan holds ``place``, ``source`` and ``weight``, all (N, `PIECES`), in [0, 1)."""

    encoder: NgramEncoder | TypedEncoder
    name: str
    normal: Ragged
    own: Ragged
    test: Recording

    def draw(
        self, points: NDArray[np.intp], budget: float, generator: np.random.Generator
    ) -> dict[str, NDArray[np.float64]]:
        """Draw insertions for each of N test points."""
        shape = (len(points), PIECES)
        pieces = 2 ** generator.integers(0, PIECES.bit_length(), len(points))
        weight = np.where(np.arange(PIECES) < pieces[:, None], 1.0 - generator.random(shape), 0.0)
        return {"place": generator.random(shape), "source": generator.random(shape), "weight": weight}

    def vary(
        self, points: NDArray[np.intp], plans: Mapping[str, NDArray[Any]], generator: np.random.Generator
    ) -> dict[str, NDArray[np.float64]]:
        """Draw place and source of one stretch of each plan anew."""
        pieces = (plans["weight"] > 0).sum(axis=1)
        chosen = (generator.random(len(points)) * pieces).astype(np.int64)
        result = {name: part.copy() for name, part in plans.items()}
        for name in ("place", "source"):
            result[name][np.arange(len(points)), chosen] = generator.random(len(points))
        return result

    def apply(self, points: NDArray[np.intp], plans: Mapping[str, NDArray[Any]], budget: float) -> Recording:
        """Return the padded traces, encoded."""
        traces = [
            self._padded(self.own[point], budget, *(plans[name][row] for name in ("place", "source", "weight")))
            for row, point in enumerate(points.tolist())
        ]
        raw = self.test.raw
        assert raw is not None
        sequences = Ragged.of(traces, self.own.values.dtype)
        return self.encoder.apply(
            Recording(
                self.name,
                sizes(sequences),
                CHANNELS,
                sequential=False,
                modalities=("count",) * len(CHANNELS),
                raw=Raw(sequences=sequences, alphabet=raw.alphabet),
            )
        )

    def _padded(
        self,
        calls: NDArray[Any],
        budget: float,
        place: NDArray[np.float64],
        source: NDArray[np.float64],
        weight: NDArray[np.float64],
    ) -> NDArray[Any]:
        inserted = max(1, round(budget * len(calls)))
        ends = np.rint(np.cumsum(weight) / weight.sum() * inserted).astype(np.int64)
        lengths = np.diff(ends, prepend=0)
        places = (place * (len(calls) + 1)).astype(np.int64)
        starts = (source * len(self.normal.values)).astype(np.int64)
        parts, before = [], 0
        for piece in np.argsort(places, kind="stable").tolist():
            parts.append(calls[before : places[piece]])
            parts.append(self.normal.values.take(starts[piece] + np.arange(lengths[piece]), mode="wrap"))
            before = places[piece]
        return np.concatenate([*parts, calls[before:]])


def sizes(sequences: Ragged) -> NDArray[np.float32]:
    """Number of calls and of different calls of each trace, shape (T, 2): the channels of `adfa-ld` before encoding."""
    symbols = int(sequences.values.max(initial=0)) + 1
    different = np.unique(sequences.owners * symbols + sequences.values) // symbols
    found = np.stack([sequences.lengths, np.bincount(different, minlength=len(sequences))], axis=1)
    return found.astype(np.float32)


def _sequences(recording: Recording) -> Ragged:
    if recording.raw is None or recording.raw.sequences is None:
        raise DataError(f"{recording.name!r} has no sequences of calls to pad")
    return recording.raw.sequences
