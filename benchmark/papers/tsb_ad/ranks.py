"""Means and ranks of the methods of the published tables, with their intervals, and their means by data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from benchmark.drawing.figure import Description, Drawing, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.leaderboard.judge import Judgement, Options, judge
from benchmark.leaderboard.pictures import heat_map, standings
from benchmark.papers.tsb_ad.boards import INPUTS, RESAMPLES, Track, numbers_of, published_board


@cache
def judged(track: Track) -> Judgement:
    """The published table of a track, judged by the mean over series."""
    board = replace(published_board(track), source=f"TSB-AD, {track}, published table")
    return judge(board, Options(resamples=RESAMPLES))


class OfTable(Artifact):
    """A picture of a published table. It needs no data: the table is in this package."""

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    inputs: ClassVar[tuple[str, ...]] = INPUTS
    track: ClassVar[Track]

    def cells(self, setting: Setting) -> list[Cell]:
        """None."""
        return []

    def drawing(self, found: Judgement) -> Drawing:
        """Draw the judged table."""
        raise NotImplementedError

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Judge the table, draw and save."""
        drawing = self.drawing(judged(self.track))
        return save(drawing.figure, stem, drawing.frame, Description(self.title, notes=drawing.notes))


class Ranks(OfTable):
    """Means over series and their ranks."""

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every method's values by data set."""
        return numbers_of(published_board(self.track))

    def drawing(self, found: Judgement) -> Drawing:
        """Draw both with their intervals."""
        return standings(found)


class ByDataset(OfTable):
    """Mean of every method in every data set."""

    def drawing(self, found: Judgement) -> Drawing:
        """Draw the means as a heat map."""
        drawing = heat_map(found)
        assert drawing is not None  # the tables have groups
        return drawing


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


class MultivariateByDataset(ByDataset):
    """The multivariate track."""

    name = "tsb-ad/by-data-set-multivariate"
    title = "TSB-AD, multivariate: means of the published table by data set"
    track = "multivariate"


class UnivariateByDataset(ByDataset):
    """The univariate track."""

    name = "tsb-ad/by-data-set-univariate"
    title = "TSB-AD, univariate: means of the published table by data set"
    track = "univariate"
