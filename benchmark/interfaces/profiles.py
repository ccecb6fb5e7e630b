"""Run sizes: number of seeds and of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from benchmark.interfaces.dataset import Variant


class Sample(NamedTuple):
    """Number of rows of a row protocol.

    Parameters
    ----------
    rows : int
        Rows of the whole sample, before the split; 0 takes all.
    training_rows : int
        Largest number of rows of the training part; 0 takes all.
    """

    rows: int
    training_rows: int


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
        Sample size of row protocols on real data; 0 takes all rows.
    twin_rows : int
        Sample size of row protocols on twins; 0 takes all rows.
    training_rows : int
        Largest number of training rows of row protocols on real data; 0 takes all. On twins nothing is cut.
    sweep_rows, twin_sweep_rows : int
        Sample size of a sweep that trains a detector at every position, on real data and on twins; 0 takes all rows.
    ends_only : bool
        Whether a sweep visits only the two ends of its range.
    """

    name: str
    seeds: int
    twin_seeds: int
    rows: int
    twin_rows: int
    training_rows: int
    sweep_rows: int
    twin_sweep_rows: int
    ends_only: bool = False

    def sample(self, variant: Variant) -> Sample:
        """The ``rows`` and ``training_rows`` of a row protocol on a data variant."""
        return Sample(self.rows, self.training_rows) if variant == "real" else Sample(self.twin_rows, 0)

    def sweep_sample(self, variant: Variant) -> int:
        """The ``rows`` of a sweep that trains a detector at every position."""
        return self.sweep_rows if variant == "real" else self.twin_sweep_rows

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
        Profile("smoke", 2, 2, 2_000, 2_000, 0, 1_000, 1_000, ends_only=True),
        Profile("default", 10, 2, 0, 10_000, 20_000, 15_000, 5_000),
        Profile("full", 20, 5, 0, 0, 0, 0, 0),
    )
}


def profile_named(name: str) -> Profile:
    """Return a profile by name; an unknown one is a `ParameterError` that names all."""
    if name not in PROFILES:
        raise ParameterError(f"unknown profile {name!r}; known: {', '.join(PROFILES)}")
    return PROFILES[name]
