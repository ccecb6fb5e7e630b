"""Recordings on their way from the client to a worker that lacks the files.

The client sends each dataset once a worker, as one block of bytes, through the scheduler. The worker checks its
fingerprint before it uses it. Both keep few at a time.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict

from benchmark.engine.parcel import Pickler
from benchmark.engine.received import Received
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording, fingerprint

KEPT = 2
"""Datasets that a worker keeps, and that the client keeps on a worker."""

_unpacked: OrderedDict[str, Received] = OrderedDict()


def pack(recordings: tuple[Recording, ...]) -> bytes:
    """Put recordings into one block of bytes."""
    content = io.BytesIO()
    Pickler(content, protocol=pickle.HIGHEST_PROTOCOL).dump(recordings)
    return content.getvalue()


def unpack(dataset: str, expected: str, block: bytes) -> Received:
    """Make the recordings of a block, once a process.

    Parameters
    ----------
    dataset : str
        Its name, for the error.
    expected : str
        Fingerprint of the recordings.
    block : bytes
        What `pack` made.

    Raises
    ------
    DataError
        Where the content has another fingerprint.
    """
    if expected not in _unpacked:
        recordings = pickle.loads(block)
        if (found := fingerprint(recordings)) != expected:
            raise DataError(f"dataset {dataset!r} arrived with fingerprint {found}; the client sent {expected}")
        _unpacked[expected] = Received(expected, recordings)
        while len(_unpacked) > KEPT:
            _unpacked.popitem(last=False)
    _unpacked.move_to_end(expected)
    return _unpacked[expected]
