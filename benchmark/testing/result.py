"""The result of one check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["passes", "fails", "note", "skipped"]


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Parameters
    ----------
    verdict : {"passes", "fails", "note", "skipped"}
        ``note`` states a fact that is neither right nor wrong. ``skipped`` says why the check does not apply.
    text : str
        What was seen; for a failure also what would be right.
    """

    verdict: Verdict
    text: str


@dataclass(frozen=True)
class Check:
    """A named check.

    Parameters
    ----------
    name : str
        The promise, as a sentence without a full stop.
    group : {"contract", "leakage", "cost"}
        Part of the report.
    run : callable
        Takes a `benchmark.testing.subject.Subject`.
    """

    name: str
    group: Literal["contract", "leakage", "cost"]
    run: Callable[..., Finding]


def passes(text: str = "") -> Finding:
    """The promise is kept."""
    return Finding("passes", text)


def fails(text: str) -> Finding:
    """The promise is broken."""
    return Finding("fails", text)
