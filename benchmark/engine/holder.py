"""Who holds a claim: a process of a machine, and whether it is known to be gone."""

from __future__ import annotations

import os
import platform
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Holder:
    """A run.

    Parameters
    ----------
    machine : str
        Name of the machine, for whoever reads a claim.
    start : str
        Which start of the machine, and which space of process numbers; empty where the system does not say.
    process : int
        Number of the process.
    since : str
        When the process started, in ticks of the machine since its start.
    token : str
        Random.
    """

    machine: str = field(default_factory=platform.node)
    start: str = field(default_factory=lambda: _start())
    process: int = field(default_factory=os.getpid)
    since: str = field(default_factory=lambda: _since(os.getpid()))
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def gone(self) -> bool:
        """Whether this is known to have been a process of this machine that is no more."""
        return bool(self.start) and self.start == _start() and _since(self.process) != self.since


def _start() -> str:
    """Which start of this machine, and which space of process numbers; empty where the system does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _since(process: int) -> str:
    """When a process started, in ticks since the start of the machine; empty where there is none, or a dead one."""
    try:
        facts = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if facts[0] in ("Z", "X") else facts[19]
