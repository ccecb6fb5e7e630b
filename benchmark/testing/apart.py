"""The checks of a detector of others in a process of its own: a crash or `os._exit` is a failed check."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmark.engine.failure import CellFailedError, Failure, failure_of
from benchmark.engine.isolation import Isolated
from benchmark.engine.job import shared_libraries
from benchmark.engine.method import is_foreign, target_of
from benchmark.interfaces.errors import PluginError
from benchmark.testing.checks import CHECKS, Checked, run_check, run_checks
from benchmark.testing.result import Finding, fails
from benchmark.testing.subject import Subject

_subjects: dict[str, Subject] = {}


def run_checks_apart(spec: str) -> Iterator[Checked]:
    """Run every check on a detector, as `benchmark.testing.checks.run_checks` does; one of others has its own process.

    Parameters
    ----------
    spec : str
        ``name[…]``.

    Yields
    ------
    Checked
        A check and what it found. Where a check ends the process, it fails, and the next has a new one.
    """
    if not is_foreign(spec):
        yield from run_checks(spec)
        return
    waiting = list(range(len(CHECKS)))
    while waiting:
        with _process(spec) as (process, folder):
            while waiting and process.alive:
                place = waiting.pop(0)
                yield Checked(CHECKS[place], _found(process, folder / "finding", spec, place))


@contextmanager
def _process(spec: str) -> Iterator[tuple[Isolated, Path]]:
    """Start a process with the class of a detector in it."""
    with TemporaryDirectory(prefix="benchmark-") as folder:
        process = Isolated(target_of(spec), libraries=shared_libraries([spec]))
        try:
            try:
                process.start()
            except CellFailedError as error:
                raise PluginError(f"{spec}: {error.failure.reason}") from None
            yield process, Path(folder)
        finally:
            process.close()


def _found(process: Isolated, file: Path, spec: str, place: int) -> Finding:
    try:
        process.call(_inside, spec, place, str(file), str(Path.cwd()))
    except CellFailedError as error:
        return fails(error.failure.reason)
    return Finding(*json.loads(file.read_text(encoding="utf-8")))


def _inside(spec: str, place: int, file: str, where: str) -> Failure | None:
    """Run one check, in the process of the detector, and write what it found; a failure is returned, never raised."""
    try:
        os.chdir(where)
        subject = _subjects.setdefault(spec, Subject(spec))
        finding = run_check(CHECKS[place], subject)
        Path(file).write_text(json.dumps([finding.verdict, finding.text]), encoding="utf-8")
    except BaseException as error:
        return failure_of(error)
    return None
