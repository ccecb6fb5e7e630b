"""Reading files that may be packed by gzip. The first bytes decide, not the name.

A copy of a published file may lie gzipped beside its name (``machine-1-1.txt.gz``), and a browser or a proxy may unpack
a ``.gz`` file and leave its name as it is.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from contextlib import closing
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from benchmark.interfaces.errors import DataError

DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)
"""Errors of a gzip stream that is cut short or damaged."""

CHUNK = 1 << 16

_MAGIC = b"\x1f\x8b"
_PAGE = re.compile(
    rb"[\s\xef\xbb\xbf\xff\xfe]*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*"
    rb"<(!doctype html|html|head|body|meta|script|title|error)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Start of a web page, or of the document in which a store of files reports an error."""


class Digest(NamedTuple):
    """SHA-256 of a content, and its number of lines."""

    sha256: str
    lines: int


def read_bytes(path: Path) -> bytes:
    """Read a whole file, unpacked where it is a gzip file; `DataError` where it is missing or cut short."""
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw.startswith(_MAGIC) else raw
    except FileNotFoundError:
        raise DataError("file is missing", file=path) from None
    except DAMAGED as error:
        raise DataError(f"gzip file is truncated or damaged ({error}); download it again", file=path) from None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", file=path) from None


def digest(path: Path, *, unpack: bool) -> Digest:
    """Hash a file and count its lines.

    Parameters
    ----------
    path : path
        File.
    unpack : bool
        True to hash the content of a gzip file.

    Raises
    ------
    EOFError, gzip.BadGzipFile, zlib.error
        Where a gzip file is cut short or damaged.
    """
    sum_, lines, end = hashlib.sha256(), 0, b"\n"
    with closing(opened(path) if unpack else path.open("rb")) as stream:
        while chunk := stream.read(CHUNK):
            sum_.update(chunk)
            lines += chunk.count(b"\n")
            end = chunk[-1:]
    return Digest(sum_.hexdigest(), lines + (end != b"\n"))


def opened(path: Path) -> gzip.GzipFile | BufferedReader:
    """Open a file for reading, unpacked where it is a gzip file."""
    with path.open("rb") as stream:
        packed = stream.read(len(_MAGIC)) == _MAGIC
    return gzip.open(path) if packed else path.open("rb")


def is_page(path: Path) -> bool:
    """Whether a file begins like a web page, which a server may send in place of the file; gzipped or not."""
    try:
        with closing(opened(path)) as stream:
            start = stream.read(512)
    except DAMAGED:
        return False
    return _PAGE.match(start.replace(b"\0", b"")) is not None  # two bytes a letter in UTF-16
