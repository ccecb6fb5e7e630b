"""Write files whole or not at all, with the rights that the user's umask gives, and errors that name the path."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write a file to a draft beside it and rename the draft; return the path.

    Parameters
    ----------
    path : path
        File; its folder exists.
    content : str or bytes
        Text is written as UTF-8, with line breaks as they are.

    Raises
    ------
    OSError
        It names the path, also where the disk is full.
    """
    data = content.encode() if isinstance(content, str) else content
    draft = draft_beside(path)
    with named(path):
        try:
            draft.write_bytes(data)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return path


def draft_beside(path: Path) -> Path:
    """Return a name that nothing else has, in the folder of a path; it is not made."""
    return path.with_name(f".draft-{os.getpid()}-{secrets.token_hex(8)}")


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Give the path to an `OSError` of the block that names no file, such as a full disk."""
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise
        raise type(error)(error.errno, error.strerror, str(path)) from error
