"""What a detector printed: the file that its process writes to, bounded in size."""

from __future__ import annotations

import os
from pathlib import Path

HALF = 1 << 19
"""Bytes that are kept of the start and of the end of what one cell prints."""


class Log:
    """A file that another process appends to. It is emptied as it grows, so that no detector fills the disk.

    Parameters
    ----------
    file : path
        File; it need not exist.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.first, self.last, self.bytes = b"", b"", 0

    def begin(self) -> None:
        """Forget what is there: a new cell begins."""
        self._take()
        self.first, self.last, self.bytes = b"", b"", 0

    def trim(self) -> None:
        """Empty the file where it is large."""
        if self.file.is_file() and self.file.stat().st_size > 16 * HALF:
            self._take()

    def text(self) -> str:
        """Return what was printed since `begin`."""
        self._take()
        left_out = self.bytes - len(self.first) - len(self.last)
        between = b"\n[... %d bytes left out ...]\n" % left_out if left_out else b""
        return (self.first + between + self.last).decode("utf-8", errors="backslashreplace")

    def _take(self) -> None:
        """Move the content of the file here."""
        if not self.file.is_file():
            return
        content = self.file.read_bytes()
        os.truncate(self.file, 0)
        self.bytes += len(content)
        room = HALF - len(self.first)
        self.first += content[:room]
        self.last = (self.last + content[room:])[-HALF:]
