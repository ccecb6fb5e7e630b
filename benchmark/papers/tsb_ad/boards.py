"""The two published tables of TSB-AD as boards: series by methods, grouped by data set."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from benchmark.leaderboard.board import Board
from benchmark.leaderboard.columns import Asked
from benchmark.leaderboard.reading import read_board

Track = Literal["univariate", "multivariate"]
FOLDER = Path(__file__).parent / "published"
FILES: dict[Track, str] = {
    "univariate": "uni_mergedTable_VUS-PR.csv.gz",
    "multivariate": "multi_mergedTable_VUS-PR.csv.gz",
}


@cache
def published_board(track: Track) -> Board:
    """VUS-PR of every series and method of a track, as published; the groups are the data sets of the series."""
    return read_board(FOLDER / FILES[track], Asked(metric="VUS-PR"))
