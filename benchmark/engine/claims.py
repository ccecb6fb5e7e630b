"""Claims: of several runs on one store, one computes a cell, and the others do something else meanwhile.

A run claims the keys of a job before it starts it, all of them or none, and releases them when the results are kept. A
claim is an entry that is made only where there is none (``<store>/claims/<key>``). It names its holder: machine,
process and a random token. The holder renews it every `BEAT` seconds.

A claim ends without its holder in two cases:

- Its process is gone. A run on the same machine, since the same start of it, sees that at once.
- It was not renewed for `LIMIT` seconds: the machine is gone, the process is stopped, or it never comes to renew. The
  run that waits measures this by its own steady clock, from when it first saw the claim as it is. No clock of another
  machine is read, so none that jumps or differs matters.

Claims spare work, and results do not depend on them: a holder that was stopped and goes on writes the same bytes as the
run that took its claim over. So an error in them costs time only.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Protocol

from benchmark.engine.holder import Holder

BEAT = 10.0
"""Seconds between two renewals of a claim."""

LIMIT = 180.0
"""Seconds after which a claim that was not renewed is free; network file systems show a renewal up to 60 s late."""

TAKING = "~"
"""End of the key of a claim on taking over another claim, so that one run at a time does so."""


@dataclass(frozen=True)
class Entry:
    """A claim as it is found: its content, and a mark that every renewal changes."""

    content: bytes
    mark: str


class Board(Protocol):
    """Where claims are: a folder, or a bucket."""

    def create(self, key: str, content: bytes) -> bool:
        """Make an entry; False where there is one."""

    def look(self, key: str) -> Entry | None:
        """Return an entry; None where there is none."""

    def renew(self, key: str, content: bytes) -> None:
        """Change the mark of an entry, if it has this content."""

    def replace(self, key: str, found: Entry, content: bytes) -> bool:
        """Put an entry in place of one that was found; False where it has changed since.

        One run at a time replaces an entry; its holder may renew or remove it meanwhile.
        """

    def remove(self, key: str, content: bytes) -> None:
        """Remove an entry, if it has this content."""


class Claims:
    """The claims of one run.

    Parameters
    ----------
    board : Board
        Where they are.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self.content = json.dumps(asdict(Holder()), sort_keys=True).encode()
        self.held: set[str] = set()
        self._seen: dict[str, tuple[str, float]] = {}  # key: mark of another's claim, and since when it has it
        self._over = threading.Event()
        self._renewing: threading.Thread | None = None

    def take(self, keys: Iterable[str]) -> bool:
        """Claim all of some keys, or none; returns whether they are claimed now.

        Keys are claimed in their order, so that of several runs that want the same ones, one gets them.

        Raises
        ------
        OSError
            If the board cannot be written; it names the path.
        """
        new: list[str] = []
        try:
            for key in sorted(set(keys) - self.held):
                if not self._take(key):
                    self._drop(new)
                    return False
                new.append(key)
        except BaseException:
            self._drop(new)
            raise
        self.held |= set(new)
        if self._renewing is None and new:
            self._renewing = threading.Thread(target=self._renew, daemon=True, name="claims")
            self._renewing.start()
        return True

    def release(self, keys: Iterable[str]) -> None:
        """Give keys back. One that another run has taken over stays."""
        gone = self.held & set(keys)
        self.held -= gone
        self._drop(gone)

    def close(self) -> None:
        """Give everything back."""
        self._over.set()
        if self._renewing is not None:
            self._renewing.join()
        self.release(set(self.held))

    def _take(self, key: str) -> bool:
        if self.board.create(key, self.content):
            return True
        found = self.board.look(key)
        if found is None:  # released in between
            return self.board.create(key, self.content)
        if not self._is_free(key, found) or not self._take(key + TAKING):
            return False
        try:
            return self.board.replace(key, found, self.content)
        finally:
            self._drop([key + TAKING])

    def _is_free(self, key: str, found: Entry) -> bool:
        """Whether the claim of another run has ended without its holder."""
        mark, since = self._seen.get(key, ("", 0.0))
        if mark != found.mark:
            self._seen[key] = found.mark, (since := monotonic())
        if monotonic() - since > LIMIT:
            return True
        with suppress(TypeError, ValueError):  # half-written, or of another version: its age decides
            return Holder(**json.loads(found.content)).gone
        return False

    def _drop(self, keys: Iterable[str]) -> None:
        for key in keys:
            with suppress(OSError):  # it ends by its age
                self.board.remove(key, self.content)

    def _renew(self) -> None:
        while not self._over.wait(BEAT):
            for key in sorted(self.held):
                with suppress(OSError):
                    self.board.renew(key, self.content)
