"""Claims as files of a folder, on a local or a network file system."""

from __future__ import annotations

import os
from pathlib import Path

from benchmark.engine.claims import Entry
from benchmark.interfaces.writing import named, write_whole

_LARGEST = 10_000
"""Bytes of a claim that are read."""


class FolderBoard:
    """Claims as files of a folder.

    Parameters
    ----------
    folder : path
        Made at the first claim.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self, key: str, content: bytes) -> bool:
        """Make a file; see `Board`. A reader may find it half-written: its age decides then."""
        file = self.folder / key
        with named(file):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                opened = file.open("xb")
            except FileExistsError:
                return False
            try:
                with opened:
                    opened.write(content)
            except OSError:  # a full disk
                file.unlink(missing_ok=True)
                raise
        return True

    def look(self, key: str) -> Entry | None:
        """Read a file, with its number and time; see `Board`."""
        try:
            with (self.folder / key).open("rb") as file:
                facts = os.fstat(file.fileno())
                return Entry(file.read(_LARGEST), f"{facts.st_ino} {facts.st_mtime_ns}")
        except FileNotFoundError:
            return None

    def renew(self, key: str, content: bytes) -> None:
        """Set the time of a file; see `Board`."""
        if self._holds(key, content):
            os.utime(self.folder / key)

    def replace(self, key: str, found: Entry, content: bytes) -> bool:
        """Put another file in its place; see `Board`."""
        if self.look(key) != found:
            return False
        write_whole(self.folder / key, content)
        return True

    def remove(self, key: str, content: bytes) -> None:
        """Remove a file; see `Board`."""
        if self._holds(key, content):
            (self.folder / key).unlink(missing_ok=True)

    def _holds(self, key: str, content: bytes) -> bool:
        found = self.look(key)
        return found is not None and found.content == content
