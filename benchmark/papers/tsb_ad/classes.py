"""Classes of methods on both tracks, as the authors' README sorts them, and their means on the published tables.

A class is represented in two ways. By its best method: the one with the best mean over the series of the table. By the
mean of its methods on each series. The first favours classes of many methods, since a best one of many is chosen on the
values that it is then compared by. The second has no choice in it.

The README lists the methods of each class in the order of their publication. Networks up to USAD (published by 2020)
are the earlier ones, those from AnomalyTransformer on (2021 and later) are the later ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from benchmark.drawing.figure import Description, save
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.leaderboard.board import Board
from benchmark.leaderboard.judge import Options, judge
from benchmark.leaderboard.pictures import standings
from benchmark.papers.tsb_ad.boards import INPUTS, RESAMPLES, Track, has_point_anomaly, numbers_of, published_board

EARLIER = ("AutoEncoder", "LSTMAD", "Donut", "CNN", "OmniAnomaly", "USAD")
LATER = ("AnomalyTransformer", "TranAD", "TimesNet", "FITS")
FOUNDATION = ("OFA", "Lag-Llama", "Chronos", "TimesFM", "MOMENT (ZS)", "MOMENT (FT)")
STATISTICAL = "statistical methods"
NEURAL = "neural networks"
MODELS = "foundation models"
BEST, MEAN = "best one", "mean"


def classes(methods: Sequence[str]) -> dict[str, list[str]]:
    """Methods of each class: what is no network and no foundation model is a statistical method."""
    networks = [name for name in methods if name in (*EARLIER, *LATER)]
    models = [name for name in methods if name in FOUNDATION]
    return {
        STATISTICAL: [name for name in methods if name not in (*networks, *models)],
        NEURAL: networks,
        "earlier networks": [name for name in networks if name in EARLIER],
        "later networks": [name for name in networks if name in LATER],
        MODELS: models,
    }


def class_board(board: Board) -> Board:
    """A board whose methods are the classes, each by its best method and by the mean of its methods."""
    means = board.values.mean(axis=0)
    names, columns = [], []
    for name, members in classes(board.methods).items():
        places = np.array([board.methods.index(member) for member in members])
        names += [f"{name}, {BEST}", f"{name}, {MEAN}"]
        columns += [board.values[:, places[np.argmax(means[places])]], board.values[:, places].mean(axis=1)]
    return replace(board, methods=tuple(names), values=np.column_stack(columns))


def best_methods(board: Board) -> dict[str, str]:
    """The best method of each class by the mean over series."""
    means = dict(zip(board.methods, board.values.mean(axis=0), strict=True))
    return {name: max(members, key=lambda one: means[one]) for name, members in classes(board.methods).items()}


class Classes(Artifact):
    """Means of the classes on one track. It needs no data: the published table is in this package."""

    kind: ClassVar[Literal["table", "figure"]] = "figure"
    inputs: ClassVar[tuple[str, ...]] = INPUTS
    track: ClassVar[Track]

    def board(self) -> Board:
        """The series of the artifact, with all methods."""
        return published_board(self.track)

    def cells(self, setting: Setting) -> list[Cell]:
        """None."""
        return []

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Both representations of every class, by data set."""
        return numbers_of(class_board(self.board()))

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Draw means and ranks of the classes with their intervals, and save."""
        board = self.board()
        drawing = standings(judge(replace(class_board(board), source=self.title), Options(resamples=RESAMPLES)))
        best = "; ".join(f"{name}: {method}" for name, method in best_methods(board).items())
        notes = (*drawing.notes, f"Best by the mean over {len(board.units)} series: {best}.")
        return save(drawing.figure, stem, drawing.frame, Description(self.title, notes=notes))


class MultivariateClasses(Classes):
    """The multivariate track."""

    name = "tsb-ad/classes-multivariate"
    title = "TSB-AD, multivariate: classes of methods"
    track = "multivariate"


class UnivariateClasses(Classes):
    """The univariate track."""

    name = "tsb-ad/classes-univariate"
    title = "TSB-AD, univariate: classes of methods"
    track = "univariate"


class PointClasses(Classes):
    """The series of the univariate track that have a point anomaly."""

    name = "tsb-ad/classes-point"
    title = "TSB-AD, univariate series with a point anomaly: classes of methods"
    track = "univariate"

    def board(self) -> Board:
        """The series whose column ``point_anomaly`` is 1."""
        return published_board("univariate").take(units=has_point_anomaly("univariate"))
