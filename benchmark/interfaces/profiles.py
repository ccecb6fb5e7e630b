"""Run sizes: number of seeds and of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmark.interfaces.errors import UnknownNameError


@dataclass(frozen=True)
class Profile:
    """The size of a run.

    Parameters
    ----------
    name : str
        Name on the command line and, where it is not ``default``, in file names.
    seeds : int
        Repetitions on real data.
    twin_seeds : int
        Repetitions on twins. They are fewer, since a twin judges no paper: it shows that the suite runs.
    rows : int
        Sample size of row protocols; 0 takes all rows.
    sweep_rows : int
        Sample size of a sweep that trains a detector at every position.
    ends_only : bool
        Whether a sweep visits only the two ends of its range.
    """

    name: str
    seeds: int
    twin_seeds: int
    rows: int
    sweep_rows: int
    ends_only: bool = False

    def swept(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values that a sweep visits under this profile."""
        return (values[0], values[-1]) if self.ends_only else values

    @property
    def suffix(self) -> str:
        """Suffix of file names, so that a small run never overwrites a committed result."""
        return "" if self.name == "default" else f".{self.name}"


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("smoke", 2, 2, 2_000, 1_000, ends_only=True),
        Profile("default", 5, 3, 20_000, 5_000),
        Profile("full", 5, 5, 0, 20_000),
    )
}


def profile_named(name: str) -> Profile:
    """Return a profile by name; an unknown one is an `UnknownNameError`."""
    if name not in PROFILES:
        raise UnknownNameError("profile", name, PROFILES)
    return PROFILES[name]
