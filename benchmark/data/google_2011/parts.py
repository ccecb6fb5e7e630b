"""Find the official parts of a table, and the key of what is made from one."""

from __future__ import annotations

import re
from pathlib import Path

from benchmark.interfaces.cell import digest
from benchmark.interfaces.errors import DataError

_PART = re.compile(r"part-(\d{5})-of-\d{5}\.csv(\.gz)?")


def parts_of(folder: Path) -> list[Path]:
    """Parts in a folder by number; a plain file is preferred to a gzipped one of the same number."""
    parts: dict[str, Path] = {}
    for path in sorted(folder.glob("part-*")):
        if match := _PART.fullmatch(path.name):
            parts.setdefault(match[1], path)
    return [parts[number] for number in sorted(parts)]


def required_parts(root: Path, table: str) -> list[Path]:
    """Parts of a table below a folder, or below its sub-folder ``google-2011``.

    Raises
    ------
    DataError
        If there is none.
    """
    folder = root if (root / table).is_dir() else root / "google-2011"
    if found := parts_of(folder / table):
        return found
    last = 0 if table == "machine_events" else 499
    raise DataError(
        f"there is no part of {table}; expected files such as part-00000-of-{last + 1:05d}.csv.gz, from "
        f"https://storage.googleapis.com/clusterdata-2011-2/{table}/",
        file=root / table,
    )


def part_key(path: Path, *facts: object) -> str:
    """Short key of a part: its name, size and time of change, and further facts that matter."""
    stamp = path.stat()
    return digest([path.name, stamp.st_size, stamp.st_mtime_ns, *facts])[:16]
