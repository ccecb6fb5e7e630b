"""A table of results as an array: units by methods, with a group for each unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError


@dataclass(frozen=True)
class Gap:
    """A method without a value on some units.

    Parameters
    ----------
    method : str
        Its name.
    missing : int
        Number of units without a value.
    first : str
        The first of them.
    """

    method: str
    missing: int
    first: str


@dataclass(frozen=True)
class Board:
    """A table of results.

    Parameters
    ----------
    source : str
        File that it comes from.
    metric : str
        Name of the metric; empty where it is not known.
    lower : bool
        Whether lower values are better.
    units : tuple of str
        What every method is measured on: series, tasks, images.
    groups : tuple of str
        Group of each unit. Where the table has no groups it is the unit itself.
    grouped : bool
        Whether the table has groups.
    methods : tuple of str
        In the order of the table.
    values : ndarray, shape (units, methods)
        Mean over seeds; NaN where a value is missing.
    by_seed : ndarray, shape (seeds, units, methods), or None
        Values of each seed, where the table has several.
    notes : tuple of str
        How the file was read.
    """

    source: str
    metric: str
    lower: bool
    units: tuple[str, ...]
    groups: tuple[str, ...]
    grouped: bool
    methods: tuple[str, ...]
    values: NDArray[np.float64]
    by_seed: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the groups in the order of their first unit."""
        return tuple(dict.fromkeys(self.groups))

    @property
    def group_of(self) -> NDArray[np.intp]:
        """Position of each unit's group in `group_names`, shape (units,)."""
        place = {name: index for index, name in enumerate(self.group_names)}
        return np.array([place[name] for name in self.groups], dtype=np.intp)

    @property
    def signed(self) -> NDArray[np.float64]:
        """Values with a sign, so that higher is better."""
        return -self.values if self.lower else self.values

    def gaps(self) -> list[Gap]:
        """Methods without a value on some units, in the order of the table."""
        missing = np.isnan(self.values)
        return [
            Gap(self.methods[column], int(missing[:, column].sum()), self.units[int(missing[:, column].argmax())])
            for column in np.flatnonzero(missing.any(axis=0))
        ]

    def take(self, units: NDArray[np.bool_] | None = None, methods: NDArray[np.bool_] | None = None) -> Board:
        """Keep some units and methods."""
        rows = np.ones(len(self.units), dtype=bool) if units is None else units
        columns = np.ones(len(self.methods), dtype=bool) if methods is None else methods
        return replace(
            self,
            units=tuple(name for name, kept in zip(self.units, rows, strict=True) if kept),
            groups=tuple(name for name, kept in zip(self.groups, rows, strict=True) if kept),
            methods=tuple(name for name, kept in zip(self.methods, columns, strict=True) if kept),
            values=self.values[rows][:, columns],
            by_seed=None if self.by_seed is None else self.by_seed[:, rows][:, :, columns],
        )

    def without_incomplete_methods(self) -> Board:
        """Keep the methods that have a value on every unit."""
        return self.take(methods=np.atleast_1d(~np.isnan(self.values).any(axis=0)))

    def without_incomplete_units(self) -> Board:
        """Keep the units on which every method has a value."""
        return self.take(units=np.atleast_1d(~np.isnan(self.values).any(axis=1)))


MISSING = ("methods", "units")
"""What may be left out where cells are empty."""


def complete(board: Board, leave_out: str = "methods") -> Board:
    """Leave out methods or units so that no cell is empty. No cell is ever filled.

    Parameters
    ----------
    board : Board
        Any.
    leave_out : {"methods", "units"}
        Methods without a value on some units: the others keep all units, and the mean keeps its meaning. Or units on
        which some method has no value: all methods stay, and the mean is over fewer units.

    Raises
    ------
    DataError
        Where fewer than two methods or two units remain; it says how many the other choice leaves.
    """
    by_methods, by_units = board.without_incomplete_methods(), board.without_incomplete_units()
    chosen = by_methods if leave_out == "methods" else by_units
    if len(chosen.methods) >= 2 and len(chosen.units) >= 2:
        return chosen
    if len(board.methods) < 2 or len(board.units) < 2:
        raise DataError(
            f"the table has {len(board.units)} unit{'s' * (len(board.units) != 1)} and {len(board.methods)} "
            f"method{'s' * (len(board.methods) != 1)}; two or more of both are needed",
            file=board.source,
        )
    raise DataError(
        f"{len(by_methods.methods)} of {len(board.methods)} methods have a value on every unit, and on "
        f"{len(by_units.units)} of {len(board.units)} units every method has one; give --missing "
        f"{'units' if leave_out == 'methods' else 'methods'}, or choose methods with --methods",
        file=board.source,
    )
