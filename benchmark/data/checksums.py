"""SHA-256 of published files, from ``checksums.toml`` next to this module."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from benchmark.interfaces.metadata import RemoteFile


def remote_file(path: str, url: str = "", lines: int | None = None) -> RemoteFile:
    """Describe a published file, with its checksum if known.

    Parameters
    ----------
    path : str
        Path below the data folder.
    url : str
        Address to download it from; empty where the source needs a login.
    lines : int, optional
        Number of its lines, if known.
    """
    folder, _, below = path.partition("/")
    return RemoteFile(path=path, url=url, sha256=_checksums().get(folder, {}).get(below), lines=lines)


@cache
def _checksums() -> dict[str, dict[str, str]]:
    """Checksums by folder, then by path below it."""
    table: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return table
