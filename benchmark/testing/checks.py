"""Every check of a detector, run one after the other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import NamedTuple

from benchmark.interfaces.errors import DivergedError
from benchmark.process.failure import reason_of
from benchmark.testing.contract import CONTRACT
from benchmark.testing.cost import COST
from benchmark.testing.leakage import LEAKAGE
from benchmark.testing.result import Check, Finding, fails
from benchmark.testing.subject import Subject

CHECKS: tuple[Check, ...] = (*CONTRACT, *LEAKAGE, *COST)


class Checked(NamedTuple):
    """A check and what it found."""

    check: Check
    finding: Finding


def run_checks(spec: str) -> Iterator[Checked]:
    """Run every check on a detector, named as on the command line; what it prints is dropped."""
    subject = Subject(spec)
    for check in CHECKS:
        yield Checked(check, run_check(check, subject))


def run_check(check: Check, subject: Subject) -> Finding:
    """Run one check. An exception of the detector, `sys.exit` included, is a failure with its message."""
    try:
        with redirect_stdout(io.StringIO()):
            return check.run(subject)
    except DivergedError as error:
        return fails(f"training ended without a usable model: {error}")
    except (Exception, SystemExit) as error:
        return fails(reason_of(error))
