"""Put the points of two recordings of one dataset one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.raw import Categorical, Ragged, Raw
from benchmark.interfaces.recording import Recording


def joined(first: Recording, second: Recording) -> Recording:
    """Join two recordings with the same channels, covariates, categories and alphabet; the name is the first one's.

    Raises
    ------
    ValueError
        If they differ in these.
    """
    if first.channels != second.channels or set(first.covariates) != set(second.covariates):
        raise ValueError(f"{first.name!r} and {second.name!r} do not have the same channels and covariates")

    def both(one: NDArray[Any] | None, other: NDArray[Any] | None) -> Any:
        return None if one is None or other is None else np.concatenate([one, other])

    return replace(
        first,
        values=np.concatenate([first.values, second.values]),
        labels=both(first.labels, second.labels),
        groups=both(first.groups, second.groups),
        time=both(first.time, second.time),
        covariates={name: both(column, second.covariates[name]) for name, column in first.covariates.items()},
        raw=None if first.raw is None or second.raw is None else _raw(first.raw, second.raw),
    )


def _raw(first: Raw, second: Raw) -> Raw:
    names = [{name: one.names for name, one in raw.categories.items()} for raw in (first, second)]
    if names[0] != names[1] or first.alphabet != second.alphabet or set(first.numbers) != set(second.numbers):
        raise ValueError("the raw forms do not have the same columns, names and alphabet")
    return Raw(
        numbers={name: np.concatenate([column, second.numbers[name]]) for name, column in first.numbers.items()},
        categories={
            name: Categorical(np.concatenate([one.codes, second.categories[name].codes]), one.names)
            for name, one in first.categories.items()
        },
        sequences=_ragged(first.sequences, second.sequences),
        alphabet=first.alphabet,
        documents=_ragged(first.documents, second.documents),
    )


def _ragged(first: Ragged | None, second: Ragged | None) -> Ragged | None:
    if first is None or second is None:
        return None
    starts = np.concatenate([first.starts, first.starts[-1] + second.starts[1:]])
    return Ragged(np.concatenate([first.values, second.values]), starts)
