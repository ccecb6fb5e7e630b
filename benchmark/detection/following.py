"""Rows that are scored as they come."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from benchmark.data.telemetry.numbers import MISSING
from benchmark.detection.model import Model, require_live
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


@dataclass(frozen=True)
class Row:
    """A scored row.

    Parameters
    ----------
    number : int
        Number of the row, from 1, header not counted.
    time : str
        Cell of the time column as it came; empty where there is none.
    score : float
        Higher is more anomalous.
    flag : bool
        Whether it is above the cut.
    seconds : float
        Wall time of its score.
    """

    number: int
    time: str
    score: float
    flag: bool
    seconds: float


def follow(model: Model, lines: Iterable[str], time: str = "") -> Iterator[Row]:
    """Score the rows of a CSV text one by one.

    Parameters
    ----------
    model : Model
        Fitted.
    lines : iterable of str
        A header, then a row each; columns that the model does not know are passed over.
    time : str
        Column of the time, which is repeated in the answer; empty for none.

    Raises
    ------
    DataError
        If a channel is missing in the header, or a cell is no number; it names row and column.
    PluginError
        If the detector cannot score rows as they come (`require_live`).
    """
    kept: deque[list[float]] = deque(maxlen=require_live(model))
    reader = csv.reader(lines)
    header = [name.strip() for name in next(reader, [])]
    for name in (*model.channels, *([time] if time else [])):
        if name not in header:
            known = ", ".join(header) or "none"
            raise DataError(f"the first row has no such column; it has {known}", file="standard input", column=name)
    places = [header.index(name) for name in model.channels]
    for number, cells in enumerate((row for row in reader if row), 1):
        if len(cells) != len(header):
            raise DataError(f"{len(cells)} cells; the header has {len(header)}", file="standard input", row=number + 1)
        started = perf_counter()
        kept.append([_number(cells[place], number, header[place]) for place in places])
        score = model.last_score(Recording("standard input", np.array(kept), model.channels))
        yield Row(number, cells[header.index(time)] if time else "", score, score > model.cut, perf_counter() - started)


def _number(cell: str, row: int, column: str) -> float:
    text = cell.strip()
    if text.lower() in MISSING:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        raise DataError(f"{cell!r} is no number", file="standard input", row=row + 1, column=column) from None
