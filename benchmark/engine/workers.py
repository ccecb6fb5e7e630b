"""Who does the work of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Workers:
    """Who does the work.

    Parameters
    ----------
    count : int
        Local worker processes, one thread each; 0 runs every cell in this process.
    scheduler : str
        Address of a Dask scheduler (``tcp://…``) to use instead of local workers. Its workers need this package in the
        same version; the recordings of a dataset whose files they lack are sent to them.
    timeout : float
        Bound on fit and score of a cell in seconds; 0 sets none.
    memory : str
        Memory of a local worker (``4GiB``; ``auto`` shares what the machine has). One that needs more is stopped, and
        its cells end ``OUT_OF_MEMORY``. A detector in a process of its own may hold as much as its worker; without
        workers, this much.
    """

    count: int = 0
    scheduler: str = ""
    timeout: float = 0.0
    memory: str = "auto"
