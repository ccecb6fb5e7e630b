"""What runs inside the process of a detector: enter it, import the class, fit and score.

The process knows the detector, its parameters and the data that it may see, and nothing else: no test label, no store.
"""

from __future__ import annotations

import faulthandler
import importlib
import io
import multiprocessing
import os
import random
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import connection, parent_process
from pathlib import Path

import numpy as np

from benchmark.engine.failure import Failure, failure_of
from benchmark.engine.fits import Fits, Request
from benchmark.engine.limits import one_thread
from benchmark.engine.parcel import read_request, write_output
from benchmark.interfaces.registry import METHODS
from benchmark.process.output import flush
from benchmark.process.state import kept_state
from benchmark.toolkit.seeding import seed_of

LOG, PID = "log", "pid"
"""Files of the folder that both processes share."""

_fits = Fits()
_request: Request | None = None


def enter(folder: str, environment: Mapping[str, str]) -> None:
    """Prepare the process, before any code of the detector runs.

    It becomes the leader of a session, so that everything that it starts can be ended with it, and ends with its
    parent. File descriptors 1 and 2 lead to the log. Signals have their usual effect.

    Parameters
    ----------
    folder : str
        Folder that both processes share.
    environment : mapping of str to str
        Environment of the parent.
    """
    if hasattr(os, "setsid"):
        os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    log = os.open(Path(folder, LOG), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.close(log)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None in a process without a console
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the library that starts the process has its own
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Processes of the detector start as the platform has it, not as this one was.
    multiprocessing.set_start_method(multiprocessing.get_all_start_methods()[0], force=True)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(FileExistsError), Path(folder, PID).open("x", encoding="ascii") as file:  # not of a successor
        file.write(str(os.getpid()))


def load(target: str, *libraries: str) -> Failure | None:
    """Import libraries and the class of a detector; a failure is returned, never raised.

    Libraries are imported before any random state is set, so that torch draws the same numbers whether or not the
    process started with it.
    """
    METHODS.keeps_state = False  # what the module sets when it is imported holds for its detector
    try:
        for name in libraries:
            importlib.import_module(name)
        METHODS.load(target)
    except BaseException as error:
        return failure_of(error)
    finally:
        flush()
    return None


def receive(file: str) -> Failure | None:
    """Read the next request; a failure is returned, never raised. It is apart from `compute`, whose time is bounded."""
    global _request
    try:
        _request = read_request(Path(file))
    except BaseException as error:
        return failure_of(error)
    return None


def compute(file: str, seconds: float) -> Failure | None:
    """Fit and score as the request says and write the output to a file; a failure is returned, never raised.

    Global random states start from the seed of the cell, so that a detector that uses them gives the same numbers in
    every process. After ``seconds``, unless they are 0, the stacks of all threads go to the log; the parent then ends
    the process.
    """
    assert _request is not None
    if seconds:
        faulthandler.dump_traceback_later(seconds, exit=False)
    try:
        with kept_state(), one_thread():
            _settle(_request.seed)
            write_output(_fits.output(_request), Path(file))
    except BaseException as error:
        return failure_of(error)
    finally:
        faulthandler.cancel_dump_traceback_later()
        flush()
    return None


def _settle(seed: int) -> None:
    """Seed the global random states, and hold torch to one thread."""
    number = seed_of(seed, "global random state") % 2**32
    random.seed(number)
    np.random.seed(number)  # noqa: NPY002
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(number)
        torch.set_num_threads(1)


def _end_with_parent() -> None:
    """End this process, and all that it has started, when its parent is gone."""
    parent = parent_process()
    if parent is None:
        return
    connection.wait([parent.sentinel])
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
