"""Recordings that a worker was given, since the files of the dataset do not lie on its machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.recording import Recording

DatasetOf = tuple[str, Variant]
"""Dataset as ``name[…]``, and its variant."""


@dataclass(frozen=True)
class Received:
    """The recordings of a dataset, with their fingerprint."""

    fingerprint: str
    recordings: tuple[Recording, ...]


_here: dict[DatasetOf, Received] = {}


def received(dataset: str, variant: Variant) -> Received | None:
    """Return the recordings that the running job was given; None where it reads files or a twin."""
    return _here.get((dataset, variant))


@contextmanager
def using(given: Mapping[DatasetOf, Received]) -> Iterator[None]:
    """Use given recordings in the block, in place of files."""
    _here.update(given)
    try:
        yield
    finally:
        _here.clear()
