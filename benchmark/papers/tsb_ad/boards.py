"""The published tables of TSB-AD as boards: series by methods, grouped by data set, and numbers for claims.

The files are those of the repository TheDatumOrg/TSB-AD at 8763009, compressed (``published/NOTICE``).

A claim is judged over data sets. The value of a method and data set is the share of the data set in the mean, times the
number of data sets: in the mean over series, the sum over its series times (number of data sets)/(number of series); in
the mean over data sets, the mean over its series. So the mean of the values is the published mean, and differences of
two methods are what `benchmark.verdicts.ahead` tests.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.interfaces.numbers import Number
from benchmark.leaderboard.board import Board
from benchmark.leaderboard.columns import Asked
from benchmark.leaderboard.reading import read_board
from benchmark.leaderboard.standing import Average, unit_weights

Track = Literal["univariate", "multivariate"]
METRIC = "VUS-PR"
FOLDER = Path(__file__).parent / "published"
FILES: dict[Track, str] = {
    "univariate": "uni_mergedTable_VUS-PR.csv.gz",
    "multivariate": "multi_mergedTable_VUS-PR.csv.gz",
}
INPUTS = tuple(f"published/{name}" for name in FILES.values())
RESAMPLES = 5_000
"""Of the bootstrap in figures."""

SECTIONS: dict[str, Average] = {"mean over series": "units", "mean over data sets": "groups"}
"""The readings of a mean over a table, in which claims are judged, and how boards name them."""


@cache
def published_board(track: Track) -> Board:
    """VUS-PR of every series and method of a track, as published; the groups are the data sets of the series."""
    return read_board(FOLDER / FILES[track], Asked(metric=METRIC))


@cache
def has_point_anomaly(track: Track) -> NDArray[np.bool_]:
    """Series whose column ``point_anomaly`` is 1, in the order of the board, shape (series,)."""
    column = pl.read_csv(FOLDER / FILES[track], columns=["point_anomaly"])["point_anomaly"]
    return np.asarray(column.to_numpy() == 1)


def numbers_of(board: Board) -> list[Number]:
    """Every method's values by data set, in both `SECTIONS`; see the module."""
    numbers = []
    for section, average in SECTIONS.items():
        shares = np.zeros((len(board.group_names), len(board.methods)))
        np.add.at(shares, board.group_of, board.values * unit_weights(board, average)[:, None])
        for name, column in zip(board.methods, (shares * len(shares)).T, strict=True):
            values = dict(enumerate(column.tolist()))
            numbers.append(Number(section, "", name, name, METRIC, "OK", "", values, ()))
    return numbers
