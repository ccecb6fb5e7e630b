"""How a cell that gives no number ends: its status, reason and traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmark.interfaces.cell import Status
from benchmark.interfaces.errors import BenchmarkError, DataError, DivergedError
from benchmark.process.failure import exit_code, place_of, reason_of, text_of, traceback_of

_NO_MEMORY = ("OutOfMemoryError", "DefaultCPUAllocator: ")
"""Marks of torch's errors about memory: a type, and a part of a text."""


@dataclass(frozen=True)
class Failure:
    """A cell without a number.

    Parameters
    ----------
    status : str
        Any but ``OK``.
    reason : str
        One line.
    traceback : str
        The whole traceback; empty where the process itself ended.
    """

    status: Status
    reason: str
    traceback: str = ""


class CellFailedError(Exception):
    """Carries a `Failure` out of a cell."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


def failure_of(error: BaseException) -> Failure:
    """Say what an exception of a cell means."""
    if isinstance(error, CellFailedError):
        return error.failure
    whole = traceback_of(error)
    if isinstance(error, DivergedError):
        return Failure("DIVERGED", text_of(error), whole)
    if isinstance(error, MemoryError):
        return Failure("OUT_OF_MEMORY", "the detector asked for more memory than there is", whole)
    if isinstance(error, BenchmarkError):
        return Failure("ERROR", text_of(error), whole)
    reason = reason_of(error)
    if isinstance(error, SystemExit):
        said = f": {text_of(error)}" if isinstance(error.code, str) else ""
        return Failure("ERROR", f"exited with code {exit_code(error)}{said}{place_of(error)}", whole)
    if any(mark in reason for mark in _NO_MEMORY):
        return Failure("OUT_OF_MEMORY", reason, whole)
    return Failure("ERROR", reason, whole)


@contextmanager
def faults_of_data(what: str) -> Iterator[None]:
    """Turn whatever a dataset or a protocol of others raises, `sys.exit` included, into one error.

    Parameters
    ----------
    what : str
        Beginning of its message: which one, and what it cannot do.

    Raises
    ------
    DataError
        In place of an exception that is no `BenchmarkError`.
    """
    try:
        yield
    except (BenchmarkError, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        raise DataError(f"{what}: {reason_of(error)}") from error
