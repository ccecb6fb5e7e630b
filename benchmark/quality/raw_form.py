"""What a health card needs of the raw form of a recording: categories as rules, and rows that repeat each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray, Recording


def row_hashes(recording: Recording) -> NDArray[np.uint64]:
    """Hash each row of values, categories and sequences to 64 bits; documents do not count.

    A collision among a million rows has probability below 1e-7.
    """
    frame = pl.from_numpy(np.ascontiguousarray(recording.values))
    raw = recording.raw
    if raw is not None:
        columns = [
            pl.Series(f"category {name}", np.array(one.names, np.str_)[one.codes])
            for name, one in raw.categories.items()
        ]
        if raw.sequences is not None:
            contents = [hashlib.blake2b(one.tobytes(), digest_size=8).digest() for one in raw.sequences]
            columns.append(pl.Series("sequence", np.frombuffer(b"".join(contents), np.uint64)))
        frame = frame.with_columns(columns)
    return frame.hash_rows(seed=0).to_numpy()


def category_scores(recording: Recording, labels: NDArray[np.bool_]) -> Iterator[tuple[str, FloatArray]]:
    """Score each point, column by column, by the share of anomalies among the points of its category.

    It is chosen with the labels, so it bounds what any rule on this column alone can do.
    """
    if recording.raw is None:
        return
    for name, one in recording.raw.categories.items():
        points = np.bincount(one.codes, minlength=len(one.names))
        anomalous = np.bincount(one.codes[labels], minlength=len(one.names))
        shares = (anomalous / np.maximum(points, 1)).astype(np.float32)
        yield name, shares[one.codes]
