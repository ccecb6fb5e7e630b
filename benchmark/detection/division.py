"""The two parts of a recording: rows to learn from, and rows to score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.protocols.impute import Imputer

HELD_OUT = 0.2
"""Share of the first part, its end, that is held out: cuts are set on its scores, and training may stop early by it."""

FEWEST = 20
"""Rows of the first part from which on it can be divided."""


@dataclass(frozen=True)
class Division:
    """The parts of a recording, without missing values and without labels.

    Parameters
    ----------
    train, validation : Recording
        Rows to learn from, and the rows after them.
    scored : Recording
        Rows to score.
    source : Recording
        The scored rows as they were read: missing values, time and labels are there.
    imputer : Imputer
        What filled missing values, learnt from the training rows.
    """

    train: Recording
    validation: Recording
    scored: Recording
    source: Recording
    imputer: Imputer


def divide(recording: Recording, share: float = 0.5, until: int | None = None) -> Division:
    """Divide a recording in time.

    Parameters
    ----------
    recording : Recording
        Rows in order of time.
    share : float
        Share of the rows to learn from, in (0, 1).
    until : int, optional
        Time in microseconds before which rows are learnt from, in place of ``share``.

    Raises
    ------
    ParameterError
        If ``share`` is no share, or ``until`` leaves too few rows on a side.
    DataError
        If the recording is too short, or has no time where ``until`` is given.
    """
    if not 0 < share < 1:
        raise ParameterError(f"the share of rows to learn from is {share:g}; write a number between 0 and 1")
    if until is None:
        cut = round(share * len(recording))
    elif recording.time is None:
        raise DataError("has no time; give the share of rows to learn from", recording=recording.name)
    else:
        cut = int(np.searchsorted(recording.time, until))
    if cut < FEWEST or cut >= len(recording):
        raise DataError(
            f"{cut} of {len(recording)} rows are there to learn from; at least {FEWEST} are needed, and one to score",
            recording=recording.name,
        )
    held_out = cut - max(1, round(HELD_OUT * cut))
    source = recording.take(slice(cut, None))
    parts = (recording.take(slice(held_out)), recording.take(slice(held_out, cut)), source)
    imputer = Imputer.fit(parts[0])
    train, validation, scored = (imputer.apply(part).unlabelled().encoded() for part in parts)
    return Division(train, validation, scored, source, imputer)
