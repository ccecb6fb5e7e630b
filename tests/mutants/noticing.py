"""Plug-in of pytest that runs the tests on each changed function, in a copy of the process that has collected them.

Importing and collecting cost seconds, and most changes are noticed by the first test that meets them, in milliseconds.
So the tests are collected once. The first copy of the process runs all of them on the unchanged code, and notes which
functions each one reaches, and in which time. Then each change gets a copy of its own, which runs the tests that reach
it, the fastest first, until one fails. Where none fails, it runs the other tests of the same files: a fixture or cache
may have reached the function before them.

A copy leads a process group with a bound on processor time and on wall time, writes to a folder of its own, and is
ended with all that it has started. ``run.py`` starts pytest with this plug-in.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from _pytest.runner import runtestprotocol

from benchmark import planted  # only in a copy with planted changes

TASK = "MUTANTS_TASK"
"""Environment variable that names the file with the names of the changes, and gets the answer."""

SURVIVED, KILLED = 17, 18
"""Exit codes of a copy in which no test failed, and in which one did. Any other is a process that broke down."""

FIRST = 60.0
"""Seconds that a copy has beyond ten times what its tests take on unchanged code."""


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run the tests on each change in place of once."""
    _refuse_threads()
    file = Path(os.environ.pop(TASK))
    task = json.loads(file.read_text(encoding="utf-8"))
    reached, seconds, failed = _on_unchanged_code(session.items, file.parent)
    for place in failed:
        print(f"fails on unchanged code, and is left out: {session.items[place].nodeid}", flush=True)
    print(f"{len(session.items)} tests, {sum(seconds.values()):.0f} s on unchanged code", flush=True)
    waiting = list(task["changes"])
    running: dict[int, _Run] = {}
    outcomes: dict[str, str] = {}
    while waiting or running:
        while waiting and len(running) < task["children"]:
            name = waiting.pop(0)
            chosen = _chosen(name, session.items, reached, seconds, set(failed))
            if chosen:
                run = _Run(name, lambda name=name, chosen=chosen: _until_one_fails(session.items, chosen, name), file,
                           10 * sum(seconds[place] for place in chosen) + FIRST)  # fmt: skip
                running[run.process] = run
            else:
                outcomes[name] = "no tests"
        for process, run in list(running.items()):
            if (outcome := run.outcome()) is not None:
                outcomes[run.name] = outcome
                print(f"{len(outcomes)}/{len(task['changes'])} {outcome}: {run.name}", flush=True)
                del running[process]
        sleep(0.05)
    file.write_text(json.dumps(outcomes), encoding="utf-8")
    return True


def _refuse_threads() -> None:
    """Stop where importing the tests has started the threads of polars: a copy has none of them."""
    threads = Path("/proc/self/task")
    names = [(one / "comm").read_text().strip() for one in threads.iterdir()] if threads.is_dir() else []
    if "polars-0" in names:
        raise pytest.UsageError("a test module computes with polars when it is imported; make that a fixture")


class _Run:
    """A copy of this process, which leads a process group.

    Parameters
    ----------
    name : str
        The change.
    work : callable
        What the copy does; it returns the exit code.
    file : Path
        File of the task; folders are made beside it.
    bound : float
        Seconds of wall time and of processor time.
    """

    def __init__(self, name: str, work: Callable[[], int], file: Path, bound: float) -> None:
        self.name, self.bound, self.began = name, bound, monotonic()
        self.folder = Path(tempfile.mkdtemp(prefix="copy-", dir=file.parent))
        self.process = os.fork()
        if not self.process:
            code = 1
            try:
                _settle(self.folder, bound)
                code = work()
            finally:
                os._exit(code)

    def outcome(self) -> str | None:
        """How the copy ended, None while it runs."""
        done, status = os.waitpid(self.process, os.WNOHANG)
        late = monotonic() - self.began > self.bound
        if not done and not late:
            return None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process, signal.SIGKILL)
        if not done:
            os.waitpid(self.process, 0)
        shutil.rmtree(self.folder, ignore_errors=True)
        if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)):
            return "timeout"
        return {SURVIVED: "survived", KILLED: "killed"}.get(os.waitstatus_to_exitcode(status), "broke down")


def _settle(folder: Path, bound: float) -> None:
    """Make a copy lead a group, write into its own folder, print nothing, and end after a time."""
    os.setpgid(0, 0)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    seconds = int(bound) + sum(os.times()[:2]).__ceil__()
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def _on_unchanged_code(
    items: Sequence[pytest.Item], folder: Path
) -> tuple[dict[int, set[str]], dict[int, float], list[int]]:
    """Run every test once, in a copy; the functions that each reaches, its seconds, and those that fail."""
    answer = folder / "unchanged.json"

    def work() -> int:
        reached, seconds, failed = {}, {}, []
        with _notes(folder / "notes") as notes:
            for place, item in enumerate(items):
                planted.switch()
                began = monotonic()
                if not _passes(item, items[place + 1] if place + 1 < len(items) else None):
                    failed.append(place)
                seconds[place] = monotonic() - began
                reached[place] = sorted(_taken(notes))
        answer.write_text(json.dumps([reached, seconds, failed]), encoding="utf-8")
        return SURVIVED

    run = _Run("unchanged", work, answer, 3600.0)
    while (outcome := run.outcome()) is None:
        sleep(0.1)
    if outcome != "survived":
        raise pytest.UsageError(f"the tests do not run on unchanged code: {outcome}")
    reached, seconds, failed = json.loads(answer.read_text(encoding="utf-8"))
    return (
        {int(place): set(names) for place, names in reached.items()},
        {int(place): number for place, number in seconds.items()},
        failed,
    )


@contextmanager
def _notes(folder: Path) -> Iterator[Path]:
    """Have the functions that are called noted in a folder, by this process and those that it starts."""
    folder.mkdir()
    os.environ[planted.NOTES] = str(folder)
    yield folder


def _taken(folder: Path) -> set[str]:
    """Take the notes out of the folder."""
    found: set[str] = set()
    for file in folder.iterdir():
        found.update(file.read_text(encoding="utf-8").split())
        file.unlink(missing_ok=True)
    return found


def _chosen(
    name: str, items: Sequence[pytest.Item], reached: dict[int, set[str]], seconds: dict[int, float], failed: set[int]
) -> list[int]:
    """Tests for a change: those that reach its function, the fastest first, then the others of their files."""
    function = name.rpartition("__mutmut_")[0]
    first = [place for place in reached if function in reached[place] and place not in failed]
    files = {items[place].path for place in first}
    others = [place for place in reached if items[place].path in files and place not in failed and place not in first]
    return [*sorted(first, key=seconds.__getitem__), *others]


def _until_one_fails(items: Sequence[pytest.Item], chosen: Sequence[int], name: str) -> int:
    """Run tests on changed code until one fails."""
    os.environ[planted.CHANGE] = name
    planted.switch()
    for place, following in zip(chosen, [*chosen[1:], None], strict=True):
        if not _passes(items[place], None if following is None else items[following]):
            return KILLED
    return SURVIVED


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Whether a test passes; fixtures that the following test shares are kept."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))
