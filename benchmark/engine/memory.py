"""Memory of a process with those that it has started, and the machine's own count of processes ended for memory."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil


def footprint(process: psutil.Process | None) -> int:
    """Bytes of memory of a process and its descendants. Pages that they share count once, where the system says so."""
    if process is None:
        return 0
    family = [process]
    with suppress(psutil.Error):
        family += process.children(recursive=True)
    if len(family) == 1:
        return _resident(process)
    return sum(map(_own, family))


def kills() -> int:
    """How many processes the system has ended because memory was short; 0 where it does not count."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _own(process: psutil.Process) -> int:
    """Proportional share of a process, or its resident memory where the system has no such count."""
    with suppress(psutil.Error):
        return int(getattr(process.memory_full_info(), "pss", 0)) or _resident(process)
    return 0
