"""Faults of the series of TSB-AD by data set, as far as their names and the published tables show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from benchmark.data.tsb_ad.names import parse_name
from benchmark.drawing.text_table import TextTable
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.leaderboard.board import Board
from benchmark.papers.tsb_ad.audit import TRACKS, doubled, in_training
from benchmark.papers.tsb_ad.boards import INPUTS, published_board

HEADER = ("data set", "track", "series", "first anomaly in the training prefix", "shortest prefix", "longest prefix")


class Faults(Artifact):
    """Data sets of both tracks with the number of their series that have a fault. It needs no data."""

    name = "tsb-ad/faults"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    inputs: ClassVar[tuple[str, ...]] = INPUTS
    title = "TSB-AD: series with their first anomaly inside the training prefix"

    def cells(self, setting: Setting) -> list[Cell]:
        """None: names of series are in the published tables."""
        return []

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        return self.table().write(stem)

    def table(self) -> TextTable:
        """One row for each track and data set, those with most faults first."""
        boards = {track: published_board(track) for track in TRACKS}
        rows = [row for track, board in boards.items() for row in _rows(track, board)]
        notes = [
            f"{track}: {sum(in_training(board).values())} of {len(board.units)} series; {len(doubled(board))} pairs of "
            f"series with equal values of every method; {int(np.isnan(board.values).sum())} empty cells."
            for track, board in boards.items()
        ]
        notes.append(
            "By the names of the series, which carry the length of the prefix and the place of the first anomaly. "
            "Checks of labels and values need the series themselves: `python -m benchmark data describe tsb-ad-m --data"
            " FOLDER`."
        )
        return TextTable(self.title, "data set", HEADER, tuple(rows), tuple(notes))


def _rows(track: str, board: Board) -> list[tuple[str, ...]]:
    faults, sizes = in_training(board), Counter(board.groups)
    names = [parsed for name in board.units if (parsed := parse_name(name)) is not None]
    rows: list[tuple[str, ...]] = []
    for dataset in sorted(sizes, key=lambda name: (-faults[name], name)):
        prefixes = [name.train for name in names if name.dataset == dataset]
        ends = (f"{min(prefixes):,}", f"{max(prefixes):,}")
        rows.append((dataset, track, str(sizes[dataset]), str(faults[dataset]), *ends))
    return rows
