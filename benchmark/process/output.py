"""Standard output that belongs to the answer of a command, and to nothing else."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress


@contextmanager
def output_to_stderr() -> Iterator[None]:
    """Send to standard error what the block prints, also what C code and started processes print.

    Detectors, datasets and protocols of others print as they like; the output of a command with ``--json`` stays JSON.
    """
    flush()
    try:
        kept = os.dup(1)
    except OSError:  # a process without standard output
        with redirect_stdout(sys.stderr):
            yield
        return
    try:
        with suppress(OSError):  # nor standard error
            os.dup2(2, 1)
        with redirect_stdout(sys.stderr):
            yield
    finally:
        flush()
        os.dup2(kept, 1)
        os.close(kept)


def flush() -> None:
    """Write out what Python and the C library hold back."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # none, or closed
            stream.flush()
    if os.name == "posix":
        ctypes.CDLL(None).fflush(None)
