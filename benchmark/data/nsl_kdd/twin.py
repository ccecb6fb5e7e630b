"""The twin of NSL-KDD: connections of every kind and part, drawn from tables of counts.

Each kind of each part has tables of its own (`benchmark.data.twins.chained_tables`), so that the attacks that only the
test part holds stay unseen in training, and the shift of the normal connections between the parts is kept. The number
of connections of a kind is its real number in proportion, at least one. `benchmark.data.nsl_kdd.derive` computes the
tables.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmark.data.nsl_kdd.schema import ATTACK, CATEGORIES, LEVEL, RATES, RAW
from benchmark.data.twins.chained_tables import Integers, draw

SUMMARY = Path(__file__).with_name("twin.json")

FEATURES = RAW[:-2]
"""The 41 features, in the order of the tables' columns."""


def raw_frames(rows: int, seed: int) -> dict[str, pl.DataFrame]:
    """Generate the publisher's columns of both parts, every cell as text.

    Parameters
    ----------
    rows : int
        Rows of both parts together, up to rounding.
    seed : int
        Seed of every draw.

    Returns
    -------
    dict of str to DataFrame
        ``train`` and ``test``, the columns `RAW` in random order of rows. The publisher's level is 0 throughout.
    """
    generator = np.random.default_rng(seed)
    summary = _summary()
    total = sum(stratum["rows"] for part in summary["parts"].values() for stratum in part.values())
    return {
        part: _frame(
            {
                kind: draw(stratum["columns"], max(1, round(rows * stratum["rows"] / total)), len(FEATURES), generator)
                for kind, stratum in strata.items()
            },
            generator,
        )
        for part, strata in summary["parts"].items()
    }


def _frame(records: dict[str, Integers], generator: np.random.Generator) -> pl.DataFrame:
    numbers = np.concatenate(list(records.values()))
    kinds = np.repeat(list(records), [len(one) for one in records.values()])
    order = generator.permutation(len(numbers))
    numbers, kinds = numbers[order], kinds[order]
    names = _summary()["names"]
    columns: dict[str, pl.Series] = {}
    for place, name in enumerate(FEATURES):
        column = pl.Series(name, numbers[:, place])
        if name in CATEGORIES:
            columns[name] = pl.Series(name, np.array(names[name])[numbers[:, place]])
        elif name in RATES:
            columns[name] = (column // 100).cast(pl.String) + "." + (column % 100).cast(pl.String).str.zfill(2)
        else:
            columns[name] = column.cast(pl.String)
    columns[ATTACK] = pl.Series(kinds)
    columns[LEVEL] = pl.Series(["0"] * len(kinds))
    return pl.DataFrame({name: columns[name] for name in RAW})


@cache
def _summary() -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(SUMMARY.read_text(encoding="utf-8"))
    return summary
