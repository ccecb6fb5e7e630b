"""Whatever a detector raises, as one error that names it."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark.engine.failure import failure_of
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import BenchmarkError, DataError, DivergedError, PluginError


@contextmanager
def faults_of(method: str, recording: str, detector: Detector | None = None) -> Iterator[None]:
    """Turn whatever a detector raises, `sys.exit` included, into one error.

    Parameters
    ----------
    method : str
        ``name[…]``.
    recording : str
        What it was fitted on or scored.
    detector : Detector, optional
        It; the message names the last line of the file of its class that was reached.

    Raises
    ------
    DataError
        Where it has no usable model or scores.
    PluginError
        Where it raises anything else that is no `BenchmarkError`.
    """
    try:
        yield
    except (BenchmarkError, MemoryError):
        raise
    except DivergedError as error:
        raise DataError(f"{method}: {error}", recording=recording) from error
    except (Exception, SystemExit) as error:
        place = _own_line(error, detector)
        raise PluginError(f"{method} on {recording!r}: {failure_of(error).reason}{place}") from error


def _own_line(error: BaseException, detector: Detector | None) -> str:
    """Last reached line of the file of the detector's class, unless the error was raised there."""
    if detector is None:
        return ""
    wrapped = getattr(type(detector), "wrapped", type(detector))
    try:
        file = Path(inspect.getfile(wrapped))
    except (TypeError, OSError):
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename) == file]
    return f", reached from {file.name}:{own[-1].lineno}" if own and own[-1] is not frames[-1] else ""
