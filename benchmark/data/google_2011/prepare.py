"""Turn official parts of the 2011 trace into 5-minute recordings of machines, out of core.

1. Each part of ``task_usage`` becomes sums by machine and window (`usage`), each part of ``task_events`` labels and the
   tasks that run at its end (`events`), as Parquet files in ``.work/`` of the output.
2. Machines are taken a range at a time: sums and labels of the range are added and written, one file for each machine
   (`assemble`).

What is made from a part has a key: name, size and time of the part, version of this format; for ``task_events`` the key
of the part before it, too. A run that was stopped goes on after the last whole part or range, and further parts may be
added later: only their work is done, and recordings are made again. Every file is written to a draft and renamed.

Memory: a part whose packed size is above a sixteenth of the allowed memory is read in blocks, and as many rows of sums
are held as fit in an eighth of it. No step holds more than one part or one range.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import polars as pl

from benchmark.data.google_2011.assemble import (
    CHANNELS,
    assemble,
    coverage,
    recording_path,
    write_parquet,
    write_recordings,
)
from benchmark.data.google_2011.events import RUNNING, machine_history, task_labels
from benchmark.data.google_2011.parts import part_key, required_parts
from benchmark.data.google_2011.usage import usage_sums
from benchmark.interfaces.cell import digest
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.writing import write_whole

FORMAT = 1
"""Version of the files in ``.work/`` and of the recordings; another version is made again."""

SUMMARY = "trace.json"
"""File of the output that lists its machines. It is written last: without it the output is not whole."""

RECORDINGS = "machines"
"""Folder of the output with one folder ``machine_id=N`` for each machine."""

LEAST_MEMORY = 512 * 2**20
"""Bytes below which no run starts: libraries and one block need about a quarter of a gibibyte."""

_BYTES_OF_ROW = 2_048  # of sums while they are added: sixteen columns, a few copies
_STREAMED = 16

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """A finished preparation.

    Parameters
    ----------
    machines, rows, anomalous : int
        Recordings, their rows and their labelled rows.
    counts : Counter
        Rows and events that were read, and those that were left out, by reason.
    read : int
        Rows of ``task_usage`` that this call read.
    seconds : float
        Wall time of reading them.
    """

    machines: int
    rows: int
    anomalous: int
    counts: Counter[str]
    read: int
    seconds: float


def prepare(root: Path, output: Path, memory: int, progress: Progress = lambda _: None) -> Prepared:
    """Prepare the recordings of machines.

    Parameters
    ----------
    root : path
        Folder with ``task_usage/``, ``task_events/`` and ``machine_events/``, any number of parts in each.
    output : path
        Folder that receives ``machines/``, ``trace.json`` and ``.work/``.
    memory : int
        Bytes that the process may hold.
    progress : callable
        Receives a line after each part and range.

    Raises
    ------
    ParameterError
        If ``memory`` is below `LEAST_MEMORY`.
    DataError
        If a table has no part, or a part is faulty; what was made from parts before it is kept.
    """
    if memory < LEAST_MEMORY:
        raise ParameterError(f"--memory {memory / 2**20:.0f}MiB: at least {LEAST_MEMORY / 2**20:.0f}MiB are needed")
    tables = {table: required_parts(root, table) for table in ("machine_events", "task_events", "task_usage")}
    history = machine_history(tables["machine_events"])
    work = _Work(output / ".work", memory, progress)
    labels = work.labels(tables["task_events"])
    started = monotonic()
    usage = work.usage(tables["task_usage"])
    seconds = monotonic() - started
    known = [part_key(path) for path in tables["machine_events"]] + [path.name for path in (*labels, *usage)]
    machines = work.recordings(usage, labels, history, output / RECORDINGS, digest([FORMAT, known]))
    counts = work.counts
    summary = {
        "format": FORMAT,
        "channels": CHANNELS,
        "counts": dict(counts),
        "parts": {table: [path.name for path in paths] for table, paths in tables.items()},
        "machines": {str(machine): sizes for machine, sizes in sorted(machines.items())},
    }
    write_whole(output / SUMMARY, json.dumps(summary))
    rows, anomalous = (sum(sizes[place] for sizes in machines.values()) for place in (0, 1))
    return Prepared(len(machines), rows, anomalous, counts, work.read, seconds)


class _Work:
    """The folder of what is made from parts, and the counts of a run."""

    def __init__(self, folder: Path, memory: int, progress: Progress) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.memory, self.progress = folder, memory, progress
        self.held = memory // 8 // _BYTES_OF_ROW
        self.counts: Counter[str] = Counter()
        self.read = 0

    def usage(self, parts: Sequence[Path]) -> list[Path]:
        """Sums of each part; those that exist are taken as they are."""
        found: list[Path] = []
        started, done = monotonic(), 0
        for number, part in enumerate(parts, 1):
            name = f"usage-{part.name.partition('.')[0]}-{part_key(part, FORMAT)}"
            note = self._note(name)
            if note is None or not self._has(name, (f".{frame}.parquet" for frame in range(1, note["frames"] + 1))):
                self._forget(f"usage-{part.name.partition('.')[0]}-*")
                counts: Counter[str] = Counter()
                frames = 0
                streaming = part.stat().st_size * _STREAMED <= self.memory
                for frames, sums in enumerate(usage_sums(part, counts, streaming=streaming, held=self.held), 1):
                    write_parquet(sums, self.folder / f"{name}.{frames}.parquet")
                note = {"counts": dict(counts), "frames": frames}
                write_whole(self.folder / f"{name}.json", json.dumps(note))
                self.read += counts["rows"]
                done += 1
                seconds = monotonic() - started
                left = seconds / done * (len(parts) - number)
                self.progress(
                    f"task_usage part {number} of {len(parts)}: {self.read:,} rows, {self.read / seconds:,.0f} rows/s, "
                    f"about {left:.0f} s left"
                )
            self.counts.update(note["counts"])
            found += [self.folder / f"{name}.{frame}.parquet" for frame in range(1, note["frames"] + 1)]
        return found

    def labels(self, parts: Sequence[Path]) -> list[Path]:
        """Labels of each part, in their order: each needs the tasks that run at the end of the part before it."""
        found, before = [], ""
        running = pl.DataFrame(schema=RUNNING)
        for number, part in enumerate(parts, 1):
            before = part_key(part, FORMAT, before)
            stem = f"events-{part.name.partition('.')[0]}"
            name = f"{stem}-{before}"
            note = self._note(name)
            if note is None or not self._has(name, (".parquet", ".running.parquet")):
                self._forget(f"{stem}-*")
                counts: Counter[str] = Counter()
                frame, running = task_labels(part, running, counts)
                write_parquet(frame, self.folder / f"{name}.parquet")
                write_parquet(running, self.folder / f"{name}.running.parquet")
                note = {"counts": dict(counts)}
                write_whole(self.folder / f"{name}.json", json.dumps(note))
                self.progress(f"task_events part {number} of {len(parts)}: {counts['events']:,} events")
            elif number < len(parts):
                running = pl.read_parquet(self.folder / f"{name}.running.parquet")
            self.counts.update(note["counts"])
            found.append(self.folder / f"{name}.parquet")
        return found

    def recordings(
        self, usage: list[Path], labels: list[Path], history: pl.DataFrame, folder: Path, key: str
    ) -> dict[int, list[int]]:
        """Write the recordings of all machines that have a row of usage; return the rows and labelled rows of each."""
        windows = coverage(usage)
        scan = pl.scan_parquet(usage).select(pl.col("machine_id").unique().sort())
        machines = scan.collect(engine="streaming")["machine_id"].to_list()
        step = max(1, self.held // max(1, windows.height))
        written: dict[int, list[int]] = {}
        if not (self.folder / f"ranges-{key[:16]}").is_dir():
            for old in self.folder.glob("ranges-*"):
                shutil.rmtree(old)
            shutil.rmtree(folder, ignore_errors=True)
            (folder.parent / SUMMARY).unlink(missing_ok=True)
            (self.folder / f"ranges-{key[:16]}").mkdir()
        for start in range(0, len(machines), step):
            chosen = machines[start : start + step]
            name = f"ranges-{key[:16]}/{chosen[0]}-{chosen[-1]}"
            note = self._note(name)
            if note is None or not all(recording_path(folder, int(machine)).is_file() for machine in note["machines"]):
                recordings, unplaced = assemble(chosen, usage, labels, history, windows)
                sizes = write_recordings(recordings, folder)
                note = {"counts": {"label events outside the recordings": unplaced}, "machines": sizes}
                write_whole(self.folder / f"{name}.json", json.dumps(note))
                self.progress(f"machines {start + len(chosen):,} of {len(machines):,}")
            self.counts.update(note["counts"])
            written |= {int(machine): list(sizes) for machine, sizes in note["machines"].items()}
        return written

    def _note(self, name: str) -> dict[str, Any] | None:
        """The note that is written last; without it, or where it is damaged, the work is done again."""
        try:
            note: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return note

    def _has(self, name: str, endings: Iterable[str]) -> bool:
        """Whether all files that a note speaks of are there."""
        return all((self.folder / f"{name}{ending}").is_file() for ending in endings)

    def _forget(self, pattern: str) -> None:
        for path in self.folder.glob(pattern):
            path.unlink()
