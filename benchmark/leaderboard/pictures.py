"""The pictures of a judged table."""

from __future__ import annotations

import numpy as np

from benchmark.drawing.critical_difference import draw_critical_difference
from benchmark.drawing.figure import Drawing
from benchmark.drawing.heat_map import draw_heat_map
from benchmark.drawing.standings import Place, draw_standings
from benchmark.leaderboard.judge import Judgement
from benchmark.leaderboard.pairs import ranking

METHODS, GROUPS = 40, 30
"""Most methods and groups that are drawn: the best ones, and the largest ones."""


def standings(found: Judgement) -> Drawing:
    """Means and ranks with their intervals."""
    board, stand, options = found.board, found.standing, found.options
    kept = set(found.not_worse)
    places = [
        Place(
            board.methods[one],
            float(stand.mean[one]),
            float(stand.low[one]),
            float(stand.high[one]),
            float(stand.place[one]),
            float(stand.place_low[one]),
            float(stand.place_high[one]),
            board.methods[one] in kept,
        )
        for one in found.order[:METHODS]
    ]
    drawn = "groups, then their units" if board.grouped else "units"
    notes = [
        f"Lines: {100 * options.level:g} % intervals, bootstrap of {drawn}. Filled dots: not shown to be worse than "
        f"{found.first} (two-sided tests, Holm at 5 %)."
    ]
    if len(found.order) > METHODS:
        notes.append(f"The {METHODS} best of {len(found.order)} methods.")
    quantity = f"{metric_of(found)}, mean over {options.average}"
    return draw_standings(places, f"{metric_of(found)} · {board.source}", quantity, notes)


def critical_difference(found: Judgement) -> Drawing | None:
    """Mean ranks, and bars over methods of which no pair differs; None for fewer than three methods."""
    ranked = ranking(found)
    if ranked is None:
        return None
    return draw_critical_difference(ranked, f"Mean ranks in {metric_of(found)} · {found.board.source}")


def heat_map(found: Judgement) -> Drawing | None:
    """Mean of each method in each group; None without groups."""
    board = found.board
    if not board.grouped:
        return None
    means = group_means(found)
    sizes = np.bincount(board.group_of)
    groups = np.sort(np.argsort(-sizes, kind="stable")[:GROUPS])
    methods = list(found.order[:METHODS])
    columns = [f"{board.group_names[group]} ({sizes[group]})" for group in groups]
    notes = ["Mean of each group; in brackets its number of units. Colours run from the worst to the best of a column."]
    if len(methods) < len(found.order):
        notes.append(f"The {METHODS} best of {len(found.order)} methods.")
    if len(groups) < len(sizes):
        notes.append(f"The {GROUPS} largest of {len(sizes)} groups.")
    largest = float(np.abs(board.values).max())
    form = ".2f" if largest < 10 else ".0f" if largest >= 100 else ".1f"
    title = f"{metric_of(found)} by group · {board.source}"
    names = [board.methods[place] for place in methods]
    return draw_heat_map(names, columns, means[groups][:, methods].T, title, notes, lower=board.lower, form=form)


def group_means(found: Judgement) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Mean of each group and method, shape (groups, methods)."""
    board = found.board
    sums = np.zeros((len(board.group_names), len(board.methods)))
    np.add.at(sums, board.group_of, board.values)
    means: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = sums / np.bincount(board.group_of)[:, None]
    return means


def metric_of(found: Judgement) -> str:
    """Name of the metric, or a word for it."""
    return found.board.metric or "value"
