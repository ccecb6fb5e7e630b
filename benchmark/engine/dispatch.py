"""Send calls to the workers of a Dask scheduler, one at a time to each, and lose none.

Dask runs each call on the worker that it is meant for. Which worker that is, and what happens when the worker or the
scheduler goes away, is decided here: a call whose worker is gone goes to another worker. One that has lost
`Members.attempts` workers is given up, since it most likely takes them down itself.
"""

from __future__ import annotations

import queue
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from benchmark.interfaces.errors import BenchmarkError

LOOK = 1.0
"""Seconds between two looks at which workers are there."""

SAY = 60.0
"""Seconds between two notes that no worker is there."""


PATIENCE = 60.0
"""Seconds in which the answer of a call reaches this process, once it is there."""


CANCELLED = 20
"""Times that a call may be cancelled, which is what happens to all of them when the scheduler goes away."""


class Lost:
    """In place of an answer: the call lost too many workers."""


Prepare = Callable[[str], tuple[Any, ...]]
"""Makes the arguments of a call for the worker of an address, when the call is sent."""


@dataclass(frozen=True)
class Call:
    """A function to call on a worker, what makes its arguments, and whether it may be sent now.

    A call that may not be sent lets others pass, and is asked again.
    """

    function: Callable[..., Any]
    prepare: Prepare
    ready: Callable[[], bool] = lambda: True


class Members(Protocol):
    """The workers that take calls."""

    attempts: int
    """Workers that a call may lose."""

    def look(self) -> frozenset[str]:
        """Addresses of the workers that may compute now; `BenchmarkError` where there can be none."""

    def submit(self, address: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Send a call to one worker; returns a Dask future."""


def dispatch(calls: Sequence[Call], members: Members) -> Iterator[tuple[int, Any]]:
    """Run calls on workers; yields the number of each call with its answer, as they come.

    Parameters
    ----------
    calls : sequence of Call
        Each is sent to one worker after the other until one answers.
    members : Members
        The workers.

    Yields
    ------
    (int, object)
        Number of the call, and its answer, `Lost`, or the exception that it raised.
    """
    run = _Run(calls, members)
    try:
        yield from run.answers()
    finally:
        run.stop()


class _Run:
    def __init__(self, calls: Sequence[Call], members: Members) -> None:
        self.calls, self.members = calls, members
        self.waiting = deque(range(len(calls)))
        self.running: dict[Any, tuple[int, str]] = {}  # future: number of the call, address
        self.lost: Counter[int] = Counter()
        self.cancelled: Counter[int] = Counter()
        self.finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.there: frozenset[str] = frozenset()
        self.looked = -LOOK
        self.said = monotonic()

    def answers(self) -> Iterator[tuple[int, Any]]:
        while self.waiting or self.running:
            yield from self._look()
            self._send()
            try:
                future = self.finished.get(timeout=LOOK)
            except queue.Empty:
                continue
            if future not in self.running:  # one that was given up
                continue
            if (answer := self._answer(future)) is not None:
                yield answer

    def stop(self) -> None:
        """Cancel what still runs; its answers are not wanted any more."""
        for future in self.running:
            _forget(future)
        self.running.clear()

    def _look(self) -> Iterator[tuple[int, Any]]:
        """See which workers are there; calls of those that are gone wait again."""
        if monotonic() - self.looked < LOOK:
            return
        self.there, self.looked = self.members.look(), monotonic()
        for future, (_, address) in list(self.running.items()):
            if future.status in ("cancelled", "lost") or address not in self.there:
                yield from self._again(future)
        if self.there or self.running:
            self.said = monotonic()
        elif monotonic() - self.said > SAY:
            self.said = monotonic()
            warnings.warn(f"no worker for {len(self.waiting)} jobs; waiting for one", RuntimeWarning, stacklevel=2)

    def _send(self) -> None:
        for address in sorted(self.there - {address for _, address in self.running.values()}):
            number = next((one for one in self.waiting if self.calls[one].ready()), None)
            if number is None:
                return
            call = self.calls[number]
            try:
                future = self.members.submit(address, call.function, call.prepare(address))
            except OSError:  # the scheduler went away in between; the next look says more
                self.looked = -LOOK
                return
            self.waiting.remove(number)
            self.running[future] = number, address
            future.add_done_callback(self.finished.put)

    def _answer(self, future: Any) -> tuple[int, Any] | None:
        """Answer of a future that has ended; None where its call has to wait again."""
        from distributed import KilledWorker

        number, address = self.running[future]
        answer: Any = None
        if future.status == "finished":
            try:
                answer = future.result(timeout=PATIENCE)
            except OSError:  # Dask waits for a worker that is gone
                if address in self.members.look() and future.status == "finished":
                    self.finished.put(future)
                    return None
                return next(self._again(future), None)
            except Exception as error:  # cancelled on its way, or no answer that can be read here
                if future.status in ("cancelled", "lost"):
                    return next(self._again(future), None)
                answer = error
        elif future.status == "error":
            answer = future.exception(timeout=PATIENCE)
            gone = isinstance(answer, KilledWorker) or address not in self.members.look()
            if gone and not isinstance(answer, BenchmarkError):
                return next(self._again(future), None)
        else:
            return next(self._again(future), None)
        del self.running[future]
        _forget(future)
        return number, answer

    def _again(self, future: Any) -> Iterator[tuple[int, Any]]:
        """Let a call wait for another worker, or give it up."""
        number, address = self.running.pop(future)
        self.there -= {address}  # until the next look: a call that followed at once would be lost, too
        cancelled = future.status in ("cancelled", "lost")
        _forget(future)
        counted = self.cancelled if cancelled else self.lost
        counted[number] += 1
        if counted[number] >= (CANCELLED if cancelled else self.members.attempts):
            yield number, Lost()
        else:
            self.waiting.appendleft(number)


def _forget(future: Any) -> None:
    with suppress(Exception):  # the client may be closed
        future.cancel()
