"""From a tidy frame to the array of methods, datasets and seeds that statistics are computed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError

if TYPE_CHECKING:
    import polars as pl

Tidy: TypeAlias = "pl.DataFrame | Sequence[Mapping[str, Any]]"
"""One row a method, dataset and seed: columns ``method``, ``dataset``, ``seed`` and a number, null if it is missing."""

AXES = ("method", "dataset", "seed")


@dataclass(frozen=True)
class ResultArray:
    """A number for every method, dataset and seed.

    Parameters
    ----------
    methods, datasets : tuple of str
        Sorted names.
    seeds : tuple of int
        Sorted.
    values : ndarray of float64, shape (methods, datasets, seeds)
        Finite.
    left_out : dict of str to str
        Methods that lack a number, each with the first missing one in words.
    """

    methods: tuple[str, ...]
    datasets: tuple[str, ...]
    seeds: tuple[int, ...]
    values: NDArray[np.float64]
    left_out: dict[str, str]


def result_array(frame: Tidy, column: str = "value") -> ResultArray:
    """Arrange a tidy frame.

    A method with a gap is left out as a whole and named: neither an imputed number nor a mean over the datasets that
    worked would be comparable with the others.

    Parameters
    ----------
    frame : polars DataFrame or sequence of mappings
        Columns ``method``, ``dataset``, ``seed`` and `column`, in any order. A missing result is a null or no row.
    column : str
        The column of numbers.

    Returns
    -------
    ResultArray
        The methods without a gap.

    Raises
    ------
    DataError
        For a missing column, a number given twice, NaN or infinity, or when no method is complete.
    """
    import polars as pl  # costs a quarter of a second, which commands that compare nothing need not spend

    table = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame, infer_schema_length=None)
    for name in (*AXES, column):
        if name not in table.columns:
            raise DataError(f"no such column; a tidy frame has {', '.join((*AXES, column))}", column=name)
    methods, datasets, seeds = (sorted(table[axis].unique().to_list()) for axis in AXES)
    values = np.full((len(methods), len(datasets), len(seeds)), np.nan)
    positions = [{name: index for index, name in enumerate(names)} for names in (methods, datasets, seeds)]
    read = np.zeros(values.shape, dtype=bool)
    for row, (*names, value) in enumerate(table.select(*AXES, column).iter_rows(), start=1):
        index = tuple(axis[name] for axis, name in zip(positions, names, strict=True))
        result = f"{names[0]} on {names[1]}, seed {names[2]}"
        if read[index]:
            raise DataError(f"{result} is given twice; a tidy frame gives it once", row=row)
        read[index] = True
        if value is None:
            continue
        if not np.isfinite(value):
            raise DataError(f"{result} is {value}; write null for a missing result", row=row, column=column)
        values[index] = value
    missing = np.isnan(values)
    left_out = {}
    for method in np.flatnonzero(missing.any(axis=(1, 2))):
        dataset, seed = np.argwhere(missing[method])[0]
        left_out[methods[method]] = f"no result on {datasets[dataset]}, seed {seeds[seed]}"
    complete = ~missing.any(axis=(1, 2))
    if not complete.any():
        first = next(iter(left_out.items()), ("the frame", "it has no rows"))
        raise DataError(f"no method has a result on every dataset and seed; {first[0]}: {first[1]}", column=column)
    names_of_complete = tuple(name for name, whole in zip(methods, complete, strict=True) if whole)
    return ResultArray(names_of_complete, tuple(datasets), tuple(seeds), values[complete], left_out)
