"""Make parts in the official format of the 2011 Google trace, of any size, with every oddity that its format allows.

They test and measure programs that read the trace. They are no twin of it: loads are made up.

- A machine runs a fixed number of tasks at a time. A task lives for 4 to 40 windows and is followed by the next one. It
  ends in FINISH (72 %), KILL (14 %), FAIL (7 %), EVICT (5 %) or LOST (2 %). In the window of a FAIL it uses three times
  its processor share.
- Measurements last from the start of a window, or of the task, to the end of either. One task in sixteen is measured
  from the second minute of each window to that of the next, so its rows span windows and parts.
- Three machines in ten join late, leave for two hours (REMOVE, then ADD), or have no known capacity.
- Tasks of the first window were submitted before the trace (time 0). Those that outlive it end after it (2⁶³ − 1).
  One row in 4,096 of ``task_usage`` and one terminal event in eight has no machine. Disk I/O time ends at half of the
  trace, as it does in the published one. CPI and MAI are missing in one row in eight.
- Rows of a part are ordered by time, and parts follow each other in time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.google_2011.schema import AFTER, START, TASK_EVENTS, TASK_USAGE, WINDOW
from benchmark.interfaces.writing import write_whole

Integers = NDArray[np.int64]

SUBMIT, SCHEDULE, EVICT, FAIL, FINISH, KILL, LOST = range(7)
_ADD, _REMOVE, _UPDATE = range(3)
_ENDS = np.array([FINISH] * 72 + [KILL] * 14 + [FAIL] * 7 + [EVICT] * 5 + [LOST] * 2)
_SECOND = 1_000_000
_USER = "fJYeclskJqPWsAT6TX/r9X5OiIZpSEb2PBGliYAOMxM="
_OUTAGE = 24  # windows


@dataclass(frozen=True)
class Trace:
    """A made-up trace.

    Parameters
    ----------
    machines, windows, tasks : int
        Machines, 5-minute windows from 600 s on, and tasks that a machine runs at a time.
    parts : int
        Parts of ``task_usage`` and of ``task_events``, each of equally many windows.
    seed : int
        Seed of everything.
    """

    machines: int
    windows: int
    tasks: int = 8
    parts: int = 2
    seed: int = 0

    def write(self, folder: Path) -> dict[str, int]:
        """Write the tables below a folder as gzipped parts; return the rows of each table."""
        rows = {"task_usage": 0, "task_events": 0}
        events = self._machine_events()
        _write(folder, "machine_events", 0, 1, events)
        cuts = np.linspace(0, self.windows, self.parts + 1).astype(np.int64)
        for part in range(self.parts):
            for table, frame in (
                ("task_usage", self._usage(cuts[part], cuts[part + 1])),
                ("task_events", self._events(cuts[part], cuts[part + 1], last=part == self.parts - 1)),
            ):
                _write(folder, table, part, self.parts, frame)
                rows[table] += frame.height
        return rows | {"machine_events": events.height}

    def ids(self) -> Integers:
        """Identifiers of the machines, shape (machines,)."""
        return 3_000_000 + 977 * np.arange(self.machines, dtype=np.int64)

    def _hash(self, *numbers: Integers | int) -> Integers:
        """Mix whole numbers to one in [0, 2³²), the same on every machine."""
        state: NDArray[np.uint64] = np.asarray(self.seed * 0x9E3779B9 + 0x1234567, np.uint64)
        with np.errstate(over="ignore"):
            for number in numbers:
                state = np.asarray((state ^ np.asarray(number).astype(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9))
                state = np.asarray((state ^ (state >> np.uint64(29))) * np.uint64(0x94D049BB133111EB))
        return np.asarray(state >> np.uint64(32)).astype(np.int64)

    def _away(self) -> tuple[Integers, Integers]:
        """First window that each machine lacks and first one after that; both 0 where it is always there."""
        kind = np.arange(self.machines) % 10
        joins = np.where(kind == 7, self.windows // 3, 0)
        leaves = np.where(kind == 3, 2 * self.windows // 3, 0)
        returns = np.where(kind == 3, np.minimum(leaves + _OUTAGE, self.windows), joins)
        return leaves, returns

    def _life(self, machine: Integers, slot: Integers, window: Integers) -> tuple[Integers, Integers, Integers]:
        """Generation of the task in a slot at a window, with its first and last window."""
        length = 4 + self._hash(machine, slot) % 37
        offset = self._hash(machine, slot, 1) % length
        generation = (window + offset) // length
        return generation, generation * length - offset, (generation + 1) * length - offset - 1

    def _task(self, machine: Integers, slot: Integers, generation: Integers) -> tuple[Integers, Integers, Integers]:
        """Job, index within it, and the code with which the task ends."""
        job = 6_000_000_000 + (machine * self.tasks + slot) // 4
        index = ((machine * self.tasks + slot) % 4) + 4 * generation
        return job, index, _ENDS[self._hash(machine, slot, generation, 2) % len(_ENDS)]

    def _times(
        self, machine: Integers, slot: Integers, generation: Integers, first: Integers, last: Integers
    ) -> tuple[Integers, Integers]:
        """Microseconds at which a task starts and ends, within its first and its last window."""
        start = START + first * WINDOW + self._hash(machine, slot, generation, 3) % 140 * _SECOND
        end = START + last * WINDOW + (150 + self._hash(machine, slot, generation, 4) % 140) * _SECOND
        return start, end

    def _usage(self, begin: int, stop: int) -> pl.DataFrame:
        frames = [self._usage_of(window) for window in range(begin, stop)]
        return pl.concat(frames).sort("start_time", maintain_order=True)

    def _usage_of(self, at: int) -> pl.DataFrame:
        machine, slot = (grid.ravel() for grid in np.indices((self.machines, self.tasks)))
        gone, back = self._away()
        here = (at < gone[machine]) | (at >= back[machine])
        machine, slot = machine[here], slot[here]
        window = np.full(len(machine), at)
        generation, first, last = self._life(machine, slot, window)
        job, index, end_code = self._task(machine, slot, generation)
        born, dies = self._times(machine, slot, generation, first, last)
        shift = np.where(self._hash(machine, slot, 5) % 16 == 0, 60 * _SECOND, 0)
        start = np.maximum(START + at * WINDOW + shift, born)
        end = np.minimum(START + (at + 1) * WINDOW + shift, dies)
        rows = len(machine)
        generator = np.random.default_rng([self.seed, at])
        daily = 1 + 0.5 * np.sin(2 * np.pi * (at / 288 + machine / self.machines))
        cpu = daily * (0.2 + self._hash(machine, slot, generation, 6) % 1000 / 1000) * generator.uniform(0.8, 1.2, rows)
        cpu = 0.5 / self.tasks * cpu * np.where((end_code == FAIL) & (at == last), 3, 1)
        memory = 0.5 / self.tasks * (0.2 + self._hash(machine, slot, generation, 7) % 1000 / 1000)
        cache, disk = memory * generator.uniform(0.01, 0.1, rows), cpu * generator.uniform(0.001, 0.05, rows)
        cpi, mai = generator.uniform(0.8, 6, rows), generator.uniform(0.001, 0.03, rows)
        known = self._hash(machine, slot, window, 8) % 8 > 0
        columns: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {
            "start_time": start,
            "end_time": end,
            "job_id": job,
            "task_index": index,
            "machine_id": self.ids()[machine],
            "cpu_rate": cpu,
            "canonical_memory": memory,
            "assigned_memory": 1.2 * memory,
            "unmapped_page_cache": 0.5 * cache,
            "total_page_cache": cache,
            "max_memory": 1.1 * memory,
            "disk_io_time": disk,
            "local_disk_space": 0.01 * memory,
            "max_cpu_rate": 2 * cpu,
            "max_disk_io_time": 2 * disk,
            "cpi": cpi,
            "mai": mai,
            "sample_portion": np.zeros(rows),
            "aggregation_type": np.ones(rows, np.int64),
            "sampled_cpu_usage": cpu,
        }
        frame = pl.DataFrame(columns).filter(pl.Series(end > start)).with_row_index("row")
        no_disk = pl.lit(2 * at >= self.windows)
        unknown = pl.Series(~known[end > start])
        return frame.with_columns(
            pl.when((pl.col("row") * 2654435761 + at) % 4096 > 0).then(pl.col("machine_id")).alias("machine_id"),
            *(pl.when(~no_disk).then(pl.col(name)).alias(name) for name in ("disk_io_time", "max_disk_io_time")),
            *(pl.when(~unknown).then(pl.col(name)).alias(name) for name in ("cpi", "mai")),
        ).select(_printed(name) for name in TASK_USAGE)

    def _events(self, begin: int, stop: int, *, last: bool) -> pl.DataFrame:
        """Task events of a range of windows; the first part has those before the trace, the last those after it."""
        frames = list(self._lives(begin, stop))
        events = pl.concat(frames) if frames else pl.DataFrame(schema=_EVENT)
        low = START + begin * WINDOW if begin else 0
        high = AFTER if last else START + stop * WINDOW - 1
        after = (pl.col("time") >= START + self.windows * WINDOW) & (pl.col("event_type") >= EVICT)
        events = events.with_columns(
            pl.when(pl.col("time") < START).then(0).when(after).then(AFTER).otherwise(pl.col("time")).alias("time")
        )
        events = events.filter(pl.col("time").is_between(low, high)).unique(maintain_order=True)
        hidden = (pl.col("event_type") >= EVICT) & ((pl.col("job_id") * 31 + pl.col("task_index")) % 8 == 0)
        events = events.with_columns(
            pl.when(~hidden & (pl.col("event_type") > SUBMIT)).then(pl.col("machine_id")).alias("machine_id"),
            missing_info=pl.lit(None, pl.Int64),
            user=pl.lit(_USER),
            scheduling_class=2,
            priority=4,
            cpu_request=0.025,
            memory_request=0.0159,
            disk_request=0.0003862,
            different_machines=0,
        )
        return events.sort("time", "event_type", "job_id", "task_index").select(*TASK_EVENTS)

    def _lives(self, begin: int, stop: int) -> Iterator[pl.DataFrame]:
        """Events of every task that is alive at the first window of the range or begins within it."""
        machine, slot = (grid.ravel() for grid in np.indices((self.machines, self.tasks)))
        window = np.full(len(machine), begin)
        while len(machine):
            generation, first, last = self._life(machine, slot, window)
            job, index, code = self._task(machine, slot, generation)
            born, dies = self._times(machine, slot, generation, first, last)
            for kind, time in ((SUBMIT, born - _SECOND), (SCHEDULE, born), (code, dies)):
                yield pl.DataFrame(
                    {
                        "time": time,
                        "job_id": job,
                        "task_index": index,
                        "machine_id": self.ids()[machine],
                        "event_type": np.broadcast_to(np.asarray(kind, np.int64), len(machine)).copy(),
                    }
                )
            going_on = last + 1 < stop
            machine, slot, window = machine[going_on], slot[going_on], last[going_on] + 1

    def _machine_events(self) -> pl.DataFrame:
        gone, back = self._away()
        kind, ids = np.arange(self.machines) % 10, self.ids()
        rows: list[tuple[int, int, int, str, float | None, float | None]] = []
        for machine, number in enumerate(ids.tolist()):
            size = (0.5, 0.25, 1.0)[machine % 3], (0.2493, 0.4995, 1.0)[machine % 3]
            known: tuple[float | None, float | None] = (None, None) if kind[machine] == 9 else size
            first = START + int(back[machine]) * WINDOW if kind[machine] == 7 else 0
            rows.append((first, number, _ADD, _USER, *known))
            if kind[machine] == 3:
                left, again = (START + int(at[machine]) * WINDOW for at in (gone, back))
                rows.append((left - 10 * _SECOND, number, _REMOVE, _USER, *known))
                rows.append((again if again < START + self.windows * WINDOW else AFTER, number, _ADD, _USER, *known))
        frame = pl.DataFrame(
            rows, orient="row", schema=["time", "machine_id", "event_type", "platform", "cpus", "memory"]
        )
        return frame.sort("time", maintain_order=True)


_EVENT = dict.fromkeys(("time", "job_id", "task_index", "machine_id", "event_type"), pl.Int64)


def _printed(name: str) -> pl.Expr:
    """A column as it is published: quantities have four digits."""
    whole = name == "aggregation_type" or TASK_USAGE[name] == pl.Int64
    return pl.col(name) if whole else pl.col(name).round_sig_figs(4)


def _write(folder: Path, table: str, part: int, parts: int, frame: pl.DataFrame) -> None:
    path = folder / table / f"part-{part:05d}-of-{parts:05d}.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    packer = zlib.compressobj(1, wbits=31)
    write_whole(path, packer.compress(frame.write_csv(include_header=False).encode()) + packer.flush())
