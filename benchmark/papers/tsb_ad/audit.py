"""Findings of the published tables without a rerun: faults of series by their names, and of tables by their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from benchmark.artifacts.published import PublishedTable
from benchmark.data.tsb_ad.faults import faults_of_names
from benchmark.leaderboard.board import Board
from benchmark.leaderboard.judge import ordered
from benchmark.leaderboard.standing import unit_weights
from benchmark.papers.tsb_ad.boards import SECTIONS, Track, published_board
from benchmark.verdicts.audit import Finding, Outcome

TRACKS: tuple[Track, ...] = ("multivariate", "univariate")

LISTED = 5
SHARED = 0.2
"""Two methods with equal values on more series than this share are named."""


def findings(tables: Mapping[str, PublishedTable]) -> list[Finding]:
    """Every finding of both tables, then the printed means against the table."""
    found = []
    for track in TRACKS:
        board = published_board(track)
        found += [_training(track, board), _missing(track, board), _doubled(track, board), _equal(track, board)]
        found.append(_winners(track, board))
    whole = published_board("multivariate")
    exathlon = whole.take(units=np.array([group == "Exathlon" for group in whole.groups]))
    found += printed_means("leaderboard", tables["leaderboard"], whole)
    return [*found, *printed_means("exathlon", tables["exathlon"], exathlon)]


def in_training(board: Board) -> Counter[str]:
    """Number of series by data set whose first anomaly lies inside the training prefix, by their names."""
    group = dict(zip(board.units, board.groups, strict=True))
    return Counter(group[fault.series] for fault in faults_of_names(board.units))


def doubled(board: Board) -> list[tuple[str, str]]:
    """Pairs of series on which every method has the same value, constant columns aside."""
    first: dict[bytes, str] = {}
    pairs = []
    for name, values in zip(board.units, board.values, strict=True):
        key = values.tobytes()
        if key in first:
            pairs.append((first[key], name))
        first.setdefault(key, name)
    return pairs


def equal_methods(board: Board) -> list[tuple[str, str, int]]:
    """Pairs of methods with equal values on more than `SHARED` of the series, with the number of these series."""
    found = []
    for place, one in enumerate(board.methods):
        for other in range(place + 1, len(board.methods)):
            same = int((board.values[:, place] == board.values[:, other]).sum())
            if same > SHARED * len(board.units):
                found.append((one, board.methods[other], same))
    return found


def first_by(board: Board) -> dict[str, str]:
    """The method with the best mean, in each of `SECTIONS`."""
    means = {section: unit_weights(board, average) @ board.values for section, average in SECTIONS.items()}
    return {section: board.methods[ordered(board, mean)[0]] for section, mean in means.items()}


def printed_means(name: str, table: PublishedTable, board: Board) -> list[Finding]:
    """Printed means against the means over series of the published table."""
    found = []
    for row, printed in table.column("VUS-PR").items():
        mean = float(board.values[:, board.methods.index(row)].mean())
        fits = printed.low <= Fraction(mean) <= printed.high
        text = f"printed {printed.text}; the mean over {len(board.units)} series of the published table is {mean:.4f}"
        outcome: Outcome = "consistent" if fits else "inconsistent"
        found.append(Finding(name, "printed mean", (row,), "VUS-PR", outcome, text))
    return found


def _training(track: Track, board: Board) -> Finding:
    counts = in_training(board)
    total = sum(counts.values())
    listed = ", ".join(f"{name} {count}" for name, count in counts.most_common(LISTED))
    more = f" and {len(counts) - LISTED} more data sets" if len(counts) > LISTED else ""
    text = (
        f"{total} of {len(board.units)} series have their first anomaly inside the training prefix, by their names: "
        f"{listed}{more}. Methods that learn from the prefix learn from an anomaly"
    )
    return _note(track, "training prefix", text)


def _missing(track: Track, board: Board) -> Finding:
    empty = int(np.isnan(board.values).sum())
    return _note(track, "missing cells", f"{empty} of {board.values.size:,} cells are empty")


def _doubled(track: Track, board: Board) -> Finding:
    pairs = doubled(board)
    text = f"{len(pairs)} pairs of series have equal values of all {len(board.methods)} methods"
    return _note(track, "doubled series", text + (f", first {' and '.join(pairs[0])}" if pairs else ""))


def _equal(track: Track, board: Board) -> Finding:
    pairs = equal_methods(board)
    listed = "; ".join(f"{one} and {other} on {count} of {len(board.units)}" for one, other, count in pairs)
    text = f"pairs of methods with equal values on more than a fifth of the series: {listed or 'none'}"
    return _note(track, "equal values", text)


def _winners(track: Track, board: Board) -> Finding:
    firsts = first_by(board)
    text = "; ".join(f"{method} is first by the {section}" for section, method in firsts.items())
    return _note(track, "first place", text)


def _note(track: Track, check: str, text: str) -> Finding:
    return Finding(track, check, ("all series",), "", "note", text)
