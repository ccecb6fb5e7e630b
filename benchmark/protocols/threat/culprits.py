r"""The columns in which an attack really differs, from data alone: no detector has a part in it.

Written before any detector was asked.

Columns
    A number is one column. A category is one, with all its columns of 0 and 1. An n-gram column is one.
`nsl-kdd`
    With the normal training rows X_j of column j as they are before any encoding, an attack x differs in

    .. math:: \{ j : P(X_j \le x_j) < 0.005 \text{ or } P(X_j \ge x_j) < 0.005 \} \qquad \text{for numbers, and}

    .. math:: \{ j : P(X_j = x_j) < 0.005 \} \qquad \text{for categories:}

    its value is beyond the range of 0.5 to 99.5 % of normal training, or its name is one that fewer than 0.5 % have.
`adfa-ld`
    It differs in the columns that hold one of its runs that no normal training trace holds. Other runs may share such a
    column, so that the column alone does not give it away.

This looks at each column by itself. An attack that is unusual only in how its columns go together has no culprit and is
left out, and an order of the columns by their own distance from the usual has an advantage over a model of the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.raw import Ragged
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.ngrams import Ngrams
from benchmark.toolkit.scaling import Scaler

TAIL = 0.005
"""Share of the normal training rows below which a value or a name is one that an attack differs in."""

CATEGORY = "category:"

Mask = NDArray[np.bool_]


def columns_of(recording: Recording) -> dict[str, NDArray[np.int64]]:
    """Name and channels of each column: a category, or any other channel by itself, in the order of the channels."""
    found: dict[str, list[int]] = {}
    for place, (channel, kind) in enumerate(zip(recording.channels, recording.modalities, strict=True)):
        found.setdefault(kind.removeprefix(CATEGORY) if kind.startswith(CATEGORY) else channel, []).append(place)
    return {name: np.array(places, np.int64) for name, places in found.items()}


def culprits_of_connections(train: Recording, attacks: Recording) -> Mask:
    """Mask of the columns in which rows of typed columns differ from normal training rows, (T, columns)."""
    normal, seen = train.raw, attacks.raw
    assert normal is not None
    assert seen is not None
    found = []
    for name in columns_of(attacks):
        if name in seen.categories:
            names = np.array(normal.categories[name].names)
            shares = dict(zip(names, np.bincount(normal.categories[name].codes, minlength=len(names)), strict=True))
            column = seen.categories[name]
            usual = np.array([shares.get(one, 0) for one in column.names])[column.codes]
            found.append(usual < TAIL * len(train))
        else:
            values, inorder = seen.numbers[name], np.sort(normal.numbers[name])
            below = np.searchsorted(inorder, values, side="right")
            above = len(inorder) - np.searchsorted(inorder, values, side="left")
            found.append(np.minimum(below, above) < TAIL * len(train))
    return np.stack(found, axis=1)


def culprits_of_traces(train: Recording, attacks: Recording) -> Mask:
    """Mask of the columns that hold a run of a trace that no normal training trace holds, (T, columns)."""
    ngrams = Ngrams.of(attacks)
    assert ngrams is not None
    assert train.raw is not None
    assert train.raw.sequences is not None
    assert attacks.raw is not None
    assert attacks.raw.sequences is not None
    normal = set(_contents(train.raw.sequences, ngrams))
    runs = ngrams.runs(attacks.raw.sequences)
    new = np.array([content not in normal for content in _contents(attacks.raw.sequences, ngrams)], bool)
    found = np.zeros(attacks.values.shape, bool)
    found[runs.owners[new], runs.columns[new]] = True
    return found


CULPRITS: Mapping[str, Callable[[Recording, Recording], Mask]] = MappingProxyType(
    {"nsl-kdd": culprits_of_connections, "adfa-ld": culprits_of_traces}
)
"""By dataset: normal training points and attacks, both encoded, to the columns in which each attack differs."""


def usual_values(train: Recording) -> FloatArray:
    """Usual value of each channel: its lower median, and for a category the name that most points have, (C,)."""
    usual: FloatArray = np.sort(train.values, axis=0)[(len(train) - 1) // 2].copy()
    for places in columns_of(train).values():
        if train.modalities[places[0]].startswith(CATEGORY):
            usual[places] = 0
            usual[places[train.values[:, places].sum(axis=0).argmax()]] = 1
    return usual


def simple_blame(train: Recording, attacks: Recording) -> NDArray[np.float64]:
    """Blame without a model: distance from the median in interquartile ranges of normal training, (T, columns).

    The unit is that of `Scaler` with ``robust``: the standard deviation where the range is 0, and 1 where training is
    constant. A category has the sum over its columns.
    """
    distances = np.abs(Scaler.fit(train, "robust").apply(attacks).values.astype(np.float64))
    return summed(distances, attacks)


def summed(blame: NDArray[Any], recording: Recording) -> NDArray[np.float64]:
    """Sum the blame of channels over each column: (T, C) to (T, columns)."""
    return np.stack([blame[:, places].sum(axis=1) for places in columns_of(recording).values()], axis=1)


def _contents(sequences: Ragged, ngrams: Ngrams) -> list[bytes]:
    """The symbols of each run, as bytes."""
    symbols = sequences.values.astype(np.int64)
    places = ngrams.runs(sequences).starts[:, None] + np.arange(ngrams.ngram)
    return [row.tobytes() for row in symbols[places]]
