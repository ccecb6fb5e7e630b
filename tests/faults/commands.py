"""Start commands in sessions of their own, watch a store fill, and compare it with that of a clean run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmark.arithmetic import variables
from benchmark.engine.store import Store

TINY = Path(__file__).parents[1] / "fixtures" / "tiny.py"
PATIENCE = float(os.environ.get("FAULTS_PATIENCE", "240"))
"""Seconds after which a command hangs; a busy machine needs more."""

FEW, MANY = 3, 100
"""Seeds of a short run and of one that is interrupted; two methods each."""


def arguments(store: Path, seeds: int = FEW, *more: str) -> list[str]:
    """A run of two methods that every seed changes, on a tiny dataset."""
    plan = ["run", "--method", "random,iforest[trees=5]", "--dataset", f"{TINY}:Tiny", "--seeds", str(seeds), "--json"]
    return [sys.executable, "-m", "benchmark", *plan, "--store", str(store), *more]


def clean() -> dict[str, str]:
    """The environment without a data folder, and without the arithmetic that this process has settled."""
    return {name: value for name, value in os.environ.items() if name not in {"BENCHMARK_DATA", *variables()}}


def start(command: list[str], **options: object) -> subprocess.Popen[str]:
    """Start a command as leader of a session, so that it can be killed with all that it has started."""
    environment = clean() | options.pop("env", {})  # type: ignore[operator]
    first = options.pop("preexec_fn", None)

    def prepare() -> None:
        # Hear Ctrl-C: what a shell starts in the background ignores it, and so does all that is started from there.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if callable(first):
            first()

    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=prepare,
        env=environment,
        **options,  # type: ignore[call-overload]
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a command; returns its exit code and what it printed."""
    try:
        printed, noted = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        kill(process)
        printed, noted = process.communicate()
        raise AssertionError(f"hangs; it said {noted}") from None
    return process.returncode, printed, noted


def call(command: list[str], **options: object) -> tuple[int, str, str]:
    """Run a command to its end."""
    return finish(start(command, **options))


def resume(store: Path, seeds: int = FEW, *more: str) -> None:
    """Run the plan again; every cell must have a number then."""
    code, _, noted = call(arguments(store, seeds, *more))
    assert code == 0, noted


def kill(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    """Send a signal to a command and to all that it has started, in sessions of their own, too."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.send_signal(number)
    with suppress(ProcessLookupError):
        process.send_signal(number)


def until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not seen: {what}"
        time.sleep(0.02)


def stored(store: Path) -> int:
    """Number of results that a store has."""
    return len(Store(store).result_keys())


def content(store: Path) -> dict[str, bytes]:
    """All that must be equal in the stores of two runs: results and outputs, wall times aside."""
    names = ("result.json", "output.json", "output.npz")
    files = (path for path in store.rglob("*") if path.name in names and not path.parent.name.startswith("."))
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in files}


def free_port() -> int:
    """A port that nobody listens to at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: list[str], **options: object) -> Iterator[subprocess.Popen[str]]:
    """Start a command that never ends; it is killed at the end of the block. What it prints is dropped."""
    environment = clean() | options.pop("env", {})  # type: ignore[operator]
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env=environment,
        **options,  # type: ignore[call-overload]
    )
    try:
        yield process
    finally:
        kill(process)
        process.wait()
