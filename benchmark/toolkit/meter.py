"""Measure a block of code: wall time, processor time, memory and energy.

Memory is the growth of the resident memory of this process within the block: its peak in the block less its size at
the beginning. Linux keeps the peak (``VmHWM`` in ``/proc/self/status``) and sets it back where 5 is written to
``/proc/self/clear_refs``. So it also counts memory that libraries take outside Python, which `tracemalloc` does not
see, and it costs nothing while the block runs. Freed memory that the C library keeps is given back before the block
(``malloc_trim``), or it could be taken again without growth. What other libraries keep does not count, so the growth is
a lower bound; libraries that the block is the first to load count in it. Elsewhere than on Linux there is no such
number.

Energy is the counter of the processor package (``/sys/class/powercap``, RAPL), summed over packages. It counts the
whole package, other processes too. Many machines and all virtual ones have no readable counter: then there is no
number.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, process_time

SECONDS, PROCESSOR, MEMORY, ENERGY = "s", "processor s", "MiB", "J"
COSTS = (SECONDS, PROCESSOR, MEMORY, ENERGY)
"""Names of the costs with their units: wall time, processor time of all threads, growth of memory, energy."""

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_COUNTERS = Path("/sys/class/powercap")


@contextmanager
def metered() -> Iterator[dict[str, float]]:
    """Measure the block; the mapping has the costs once it has ended, without those that cannot be read here."""
    found: dict[str, float] = {}
    memory, energy = _begin_memory(), _energy()
    processor, started = process_time(), perf_counter()
    yield found
    found[SECONDS] = perf_counter() - started
    found[PROCESSOR] = process_time() - processor
    peak, later = _memory("VmHWM"), _energy()
    if memory is not None and peak is not None:
        found[MEMORY] = max(0.0, peak - memory)
    if energy is not None and later is not None:
        spent = [_between(energy[name], later[name], name) for name in energy if name in later]
        found[ENERGY] = sum(spent) / 1e6


def _begin_memory() -> float | None:
    """Set the peak back and return the present size in MiB; None where that is not possible."""
    try:
        _trim()
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return None
    return _memory("VmRSS")


def _trim() -> None:
    """Let the C library give freed memory back, where it is one that can."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def _memory(name: str) -> float | None:
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = next((line for line in lines if line.startswith(f"{name}:")), None)
    return None if found is None else int(found.split()[1]) / 1024


def _energy() -> dict[Path, int] | None:
    """Counter of each processor package in microjoules; None where there is none that can be read."""
    try:
        return {folder: _number(folder / "energy_uj") for folder in _packages()} or None
    except (OSError, ValueError):
        return None


def _packages() -> list[Path]:
    """Folders of whole packages (``intel-rapl:0``), without their parts (``intel-rapl:0:0``)."""
    return sorted(folder for folder in _COUNTERS.glob("*:*") if folder.name.count(":") == 1)


def _between(before: int, after: int, folder: Path) -> int:
    """Microjoules between two readings of a counter that starts anew at its largest value."""
    return after - before if after >= before else after - before + _number(folder / "max_energy_range_uj")


def _number(file: Path) -> int:
    return int(file.read_text(encoding="ascii"))
