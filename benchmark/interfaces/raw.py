"""The raw form of points: typed columns, sequences of symbols, and documents, as they are before any encoding.

Most detectors read numbers alone. A protocol therefore encodes the raw form into `Recording.values`, and the raw form
itself reaches only a detector that declares it (`benchmark.interfaces.detector.Detector.reads_raw`). It never holds a
label. Its arrays are made read-only, so that no method changes the data of the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Ragged:
    """One array of its own length for each of T points, stored one after the other.

    Parameters
    ----------
    values : ndarray, shape (N,)
        The arrays, joined.
    starts : ndarray of int64, shape (T + 1,)
        Where the array of each point begins, and at the end N.

    Raises
    ------
    ValueError
        If ``starts`` does not rise from 0 to N.
    """

    values: NDArray[Any]
    starts: NDArray[np.int64]

    def __post_init__(self) -> None:
        ends = (int(self.starts[0]), int(self.starts[-1])) if len(self.starts) else (-1, -1)
        if ends != (0, len(self.values)) or (np.diff(self.starts) < 0).any():
            raise ValueError(f"starts run from {ends[0]} to {ends[1]}; they must rise from 0 to {len(self.values)}")
        _freeze(self.values, self.starts)

    @classmethod
    def of(cls, arrays: Sequence[NDArray[Any]], kind: Any) -> Ragged:
        """Join the arrays of the points, as elements of the dtype ``kind``."""
        starts = np.zeros(len(arrays) + 1, np.int64)
        np.cumsum([len(array) for array in arrays], out=starts[1:])
        return cls(np.concatenate([np.zeros(0, kind), *arrays]).astype(kind, copy=False), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, point: int) -> NDArray[Any]:
        return self.values[self.starts[point] : self.starts[point + 1]]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return (self[point] for point in range(len(self)))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Length of the array of each point, shape (T,)."""
        return np.diff(self.starts)

    @property
    def owners(self) -> NDArray[np.int64]:
        """Point to which each element belongs, shape (N,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: NDArray[Any] | slice) -> Ragged:
        """Return the arrays of the given points (a slice, an index array or a mask)."""
        points = np.arange(len(self))[rows]
        lengths = self.lengths[points]
        starts = np.zeros(len(points) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.arange(starts[-1]) + np.repeat(self.starts[points] - starts[:-1], lengths)
        return Ragged(self.values[places], starts)


@dataclass(frozen=True)
class Categorical:
    """A column of names.

    Parameters
    ----------
    codes : ndarray of int16, shape (T,)
        Index of the name of each point.
    names : tuple of str
        The names. Two recordings may number them differently, so that only names can be compared.

    Raises
    ------
    ValueError
        If a code has no name.
    """

    codes: NDArray[np.int16]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.codes) and not 0 <= int(self.codes.min()) <= int(self.codes.max()) < len(self.names):
            raise ValueError(f"codes {self.codes.min()} to {self.codes.max()} do not fit {len(self.names)} names")
        _freeze(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: NDArray[Any] | slice) -> Categorical:
        """Return the given points (a slice, an index array or a mask), with the same names."""
        return Categorical(self.codes[rows], self.names)


@dataclass(frozen=True)
class Raw:
    """The raw form of T points. What a dataset does not have is empty.

    Parameters
    ----------
    numbers : mapping of str to ndarray of float32, shape (T,)
        Numeric and binary columns in their own units.
    categories : mapping of str to Categorical
        Categorical columns.
    sequences : Ragged, optional
        Symbols of each point in their order: integers, each an index into ``alphabet``.
    alphabet : tuple of str
        Name of each symbol.
    documents : Ragged of uint8, optional
        Text of each point, as UTF-8 (a JSON event). It may hold names that give an attack away, so that only rules
        written by hand may use it, never a detector that learns.

    Raises
    ------
    ValueError
        If the parts have different numbers of points.
    """

    numbers: Mapping[str, NDArray[np.float32]] = field(default_factory=lambda: _NONE)
    categories: Mapping[str, Categorical] = field(default_factory=lambda: _NONE)
    sequences: Ragged | None = None
    alphabet: tuple[str, ...] = ()
    documents: Ragged | None = None

    def __post_init__(self) -> None:
        sizes = {name: len(part) for name, part in self._parts().items()}
        if len(set(sizes.values())) > 1:
            raise ValueError(f"parts of the raw form have different numbers of points: {sizes}")
        _freeze(*self.numbers.values())

    def __len__(self) -> int:
        return next((len(part) for part in self._parts().values()), 0)

    def take(self, rows: NDArray[Any] | slice) -> Raw:
        """Return the given points (a slice, an index array or a mask) of every part."""
        return Raw(
            numbers={name: column[rows] for name, column in self.numbers.items()},
            categories={name: column.take(rows) for name, column in self.categories.items()},
            sequences=None if self.sequences is None else self.sequences.take(rows),
            alphabet=self.alphabet,
            documents=None if self.documents is None else self.documents.take(rows),
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Every array of the raw form under a name of its own, for hashing."""
        found: dict[str, NDArray[Any]] = {f"number {name}": column for name, column in sorted(self.numbers.items())}
        found |= {f"category {name} {one.names}": one.codes for name, one in sorted(self.categories.items())}
        for name, part in (("sequences", self.sequences), ("documents", self.documents)):
            if part is not None:
                found |= {f"{name} {self.alphabet}": part.values, f"starts of {name}": part.starts}
        return found

    def text(self, point: int) -> str:
        """Document of a point."""
        if self.documents is None:
            raise ValueError("this raw form has no documents")
        return self.documents[point].tobytes().decode()

    def _parts(self) -> dict[str, Any]:
        parts: dict[str, Any] = {f"number {name}": column for name, column in self.numbers.items()}
        parts |= {f"category {name}": column for name, column in self.categories.items()}
        parts |= {"sequences": self.sequences, "documents": self.documents}
        return {name: part for name, part in parts.items() if part is not None}


def _freeze(*arrays: NDArray[Any]) -> None:
    for array in arrays:
        array.flags.writeable = False
