"""Means and ranks of the methods of the published tables, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.drawing.figure import Description, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.leaderboard.judge import judge
from benchmark.leaderboard.pictures import standings
from benchmark.papers.tsb_ad.boards import Track, published_board


class Ranks(Artifact):
    """Means over series and their ranks on one track. It needs no data: the published table is in this package."""

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    track: ClassVar[Track]

    def cells(self, setting: Setting) -> list[Cell]:
        """None."""
        return []

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Judge the table, draw and save."""
        drawing = standings(judge(published_board(self.track)))
        return save(drawing.figure, stem, drawing.frame, Description(self.title, notes=drawing.notes))


class MultivariateRanks(Ranks):
    """The multivariate track."""

    name = "tsb-ad/ranks-multivariate"
    title = "TSB-AD, multivariate: means and ranks of the published table"
    track = "multivariate"


class UnivariateRanks(Ranks):
    """The univariate track."""

    name = "tsb-ad/ranks-univariate"
    title = "TSB-AD, univariate: means and ranks of the published table"
    track = "univariate"
