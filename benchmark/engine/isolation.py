"""A process of its own for a detector, with a clock and a bound on memory that end it.

The process fits and scores one detector: the cells that share a fit, and no others. Whatever it does to itself (global
state, a crash, an exit, printed lines, threads and processes that it leaves behind) ends with it. Test labels, the
store and the evaluation stay here. Starting a process, its messages and its exit code are left to `pebble`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import psutil
from pebble import CONSTS, ProcessExpired, ProcessPool

from benchmark.engine import inside
from benchmark.engine.detect import Output
from benchmark.engine.failure import CellFailedError, Failure
from benchmark.engine.fits import Request
from benchmark.engine.log import Log
from benchmark.engine.memory import footprint, kills
from benchmark.engine.parcel import read_output, write_request
from benchmark.engine.starting import THREADS, starting_context

CONSTS.sleep_unit = 0.02  # seconds between two looks at a process that has ended; pebble's own 0.1 add to every cell

_LOOK = 0.05  # seconds between two looks at the clock
_WEIGH = 0.2  # seconds between two looks at the memory
_GRACE = 1.0  # seconds from the end of a process until its exit code must be known
_START = 600.0  # seconds for the start of a process and the import of the detector's module


class Isolated:
    """The process of one detector.

    Parameters
    ----------
    target : str
        ``module:Class``, or ``file.py:Class`` with the whole path.
    memory : int
        Bytes that the process, with those that it starts, may hold; 0 sets no bound.
    libraries : iterable of str
        Libraries that the server of processes should import (`benchmark.engine.starting`).
    """

    def __init__(self, target: str, memory: int = 0, libraries: Iterable[str] = ()) -> None:
        self.target, self.memory, self.libraries = target, memory, tuple(libraries)
        self._folder = TemporaryDirectory(prefix="benchmark-")
        self._path = Path(self._folder.name)
        self._log = Log(self._path / inside.LOG)
        self._pid = 0
        self._process: psutil.Process | None = None
        self._over = False
        context = starting_context(self.libraries)
        arguments = (self._folder.name, {**os.environ, **THREADS})
        self._pool = ProcessPool(1, initializer=inside.enter, initargs=arguments, context=context)

    def start(self) -> None:
        """Start the process and import the class in it.

        Raises
        ------
        CellFailedError
            If the process cannot start, or the class cannot be imported.
        """
        try:
            self._call(inside.load, self.target, *self.libraries, bound=_START, what="the import of its module")
        except BaseException:
            self.end()
            raise

    @property
    def alive(self) -> bool:
        """Whether the process can take another request."""
        return not self._over and self._pool.active and self._running()

    def begin(self) -> None:
        """Begin the log of a new cell."""
        self._log.begin()

    def log(self) -> str:
        """Return what the detector has printed since `begin`."""
        return self._log.text()

    def output(self, request: Request, seconds: float = 0.0) -> tuple[Output, float]:
        """Fit and score.

        Parameters
        ----------
        request : Request
            What is wanted.
        seconds : float
            Bound on wall time; 0 sets none.

        Returns
        -------
        Output
            Of the detector.
        float
            Seconds that it took.

        Raises
        ------
        CellFailedError
            If the detector fails, its process ends, or a bound is passed. The process is ended then.
        """
        asked, answer = self._path / "request", self._path / "output"
        write_request(replace(request, spec=replace(request.spec, name=self.target)), asked)
        answer.unlink(missing_ok=True)
        try:
            self._call(inside.receive, str(asked), bound=_START, what="the reading of its data")
            spent = self._call(inside.compute, str(answer), seconds, bound=seconds, what="fit and score")
            return read_output(answer), spent
        except BaseException:
            self.end()
            raise

    def call(self, function: Callable[..., Failure | None], *arguments: Any) -> None:
        """Call a function of this package in the process, without a bound on time.

        Parameters
        ----------
        function : callable
            Of a module; it returns a failure where the detector fails, and raises nothing.
        *arguments
            Plain values.

        Raises
        ------
        CellFailedError
            If the function returns a failure, or the process ends. It is ended then.
        """
        try:
            self._call(function, *arguments, bound=0.0, what="the call")
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End the process, and what it has started, at once. Its log stays until `close`."""
        if self._over:
            return
        self._over = True
        self._pool.stop()  # type: ignore[no-untyped-call]
        if (process := self._find()) is not None:
            _kill(process)
        if self._pid and hasattr(os, "killpg"):
            with suppress(OSError):
                os.killpg(self._pid, signal.SIGKILL)  # what it has left behind, too
        self._pool.join()

    def close(self) -> None:
        """End the process and remove its files."""
        self.end()
        self._folder.cleanup()

    def _call(self, function: Callable[..., Failure | None], *arguments: Any, bound: float, what: str) -> float:
        """Call a function of `benchmark.engine.inside`, and watch the process meanwhile; return the seconds."""
        before, called, weighed, gone = kills(), monotonic(), 0.0, 0.0
        started = 0.0
        try:
            future = self._pool.schedule(function, args=arguments)
            while not wait([future], timeout=_LOOK).done:
                now = monotonic()
                started = started or (now if future.running() else 0.0)
                if started and bound and now - started > bound:
                    raise self._failed("TIMEOUT", f"{what} took longer than {bound:g} s")
                if not started and now - called > _START:
                    raise self._failed("ERROR", f"its process did not start within {_START:g} s")
                if self._gone():
                    gone = gone or now
                    if now - gone > _GRACE:  # pebble is silent about the exit code 0
                        raise self._failed("ERROR", "its process exited with code 0")
                elif self.memory and now - weighed > _WEIGH:
                    weighed = now
                    if (held := footprint(self._process)) > self.memory:
                        reason = f"it held {held / 2**20:.0f} MiB, above its bound of {self.memory / 2**20:.0f} MiB"
                        raise self._failed("OUT_OF_MEMORY", reason)
                self._log.trim()
            failure: Failure | None = future.result()
        except ProcessExpired as error:
            raise self._ended(error.exitcode, kills() > before) from None
        except (BrokenProcessPool, RuntimeError, OSError) as error:
            raise self._failed("ERROR", f"its process ended, or could not start: {error}") from error
        if failure is not None:
            raise CellFailedError(failure)
        return monotonic() - (started or called)

    def _ended(self, code: int, out_of_memory: bool) -> CellFailedError:
        """Say how a process ended."""
        if code >= 0:
            return self._failed("ERROR", f"its process exited with code {code}")
        name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
        if name == "SIGKILL" and out_of_memory:
            return self._failed("OUT_OF_MEMORY", "the system ended its process: there was no memory left")
        return self._failed("ERROR", f"its process was ended by signal {name} ({signal.strsignal(-code)})")

    def _failed(self, status: Any, reason: str) -> CellFailedError:
        """Make the failure of a process that is or will be ended, with the stacks that it left in its log."""
        text = self._log.text()
        marks = [text.rfind(mark) for mark in ("Fatal Python error", "Timeout (")]
        return CellFailedError(Failure(status, reason, text[max(marks) :] if max(marks) >= 0 else ""))

    def _find(self) -> psutil.Process | None:
        """Find the process by the number that it writes down when it starts; None before that, or where it is gone."""
        if not self._pid:
            with suppress(OSError, ValueError, psutil.Error):
                self._pid = int((self._path / inside.PID).read_text(encoding="ascii"))
                self._process = psutil.Process(self._pid)
        return self._process

    def _running(self) -> bool:
        process = self._find()
        with suppress(psutil.Error):
            return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        return False

    def _gone(self) -> bool:
        """Whether the process has started and is no more."""
        return not self._running() and bool(self._pid)


def try_import(target: str, libraries: Iterable[str] = ()) -> str:
    """Import a class in a process of its own; say how the process ended if it did, else nothing.

    An exception is no end: whoever imports the class gets it again.
    """
    one = Isolated(target, libraries=libraries)
    try:
        one.start()
    except CellFailedError as error:
        return "" if error.failure.traceback and "Fatal Python" not in error.failure.traceback else str(error)
    finally:
        one.close()
    return ""


def _kill(process: psutil.Process) -> None:
    """End a process and everything that it has started."""
    with suppress(psutil.Error):
        for one in [*process.children(recursive=True), process]:
            with suppress(psutil.Error):
                one.kill()
