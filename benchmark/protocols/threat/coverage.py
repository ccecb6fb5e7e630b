"""The scenario ``coverage`` of the protocol ``threat``: which techniques of attack rules match, one by one.

The events of a technique by itself (source ``stratus`` of `cloudtrail`) come without any benign traffic. So they show
what rules cover, and not what rules cost. There is nothing to train on either: the scenario is for detectors that learn
nothing.

One task for each technique. Its test part holds the events of the technique and, as the only normal point, a *blank*
event without any content. The blank event is all that the parts for training and validation hold. An event counts as
matched where its score is above that of the blank event: ``Recall@val`` is the share of the events that are matched,
of the detector's own score and of each of its further scores. Metrics that need normal points have no meaning here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmark.data.cloudtrail.columns import NONE, documents
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.raw import Categorical, Raw
from benchmark.interfaces.recording import Recording
from benchmark.protocols.threat.division import attacks, kinds
from benchmark.protocols.threat.joining import joined

NOTE = "The only normal point is an event without content: nothing is trained, and false alarms have no meaning."


def coverage_tasks(recording: Recording) -> list[Task]:
    """Make a task for each technique, sorted by name. Nothing is drawn.

    Parameters
    ----------
    recording : Recording
        Events of techniques, every one an attack, with documents and the covariate ``kind``.

    Raises
    ------
    DataError
        If the recording has no documents, no kinds, or points that are no attacks.
    """
    if recording.raw is None or recording.raw.documents is None or "kind" not in recording.covariates:
        raise DataError(f"{recording.name!r} has no events as documents with the technique of each")
    if recording.labels is None or not attacks(recording).all():
        raise DataError(
            f"{recording.name!r} has events that are no attacks. The scenario coverage is for the events of techniques "
            "alone: use cloudtrail[source=stratus], or another scenario"
        )
    names = np.unique(kinds(recording)).tolist()
    return [_task(name, recording.take(kinds(recording) == name)) for name in names]


def _task(technique: str, events: Recording) -> Task:
    assert events.raw is not None
    columns = {name: _with_none(column) for name, column in events.raw.categories.items()}
    events = replace(events, raw=replace(events.raw, categories=columns))
    blank = _blank(events)
    return Task(
        technique,
        blank,
        blank,
        blank.unlabelled(),
        blank.unlabelled(),
        joined(events, blank),
        hidden_validation_labels=np.zeros(1, bool),
        notes=(NOTE,),
    )


def _with_none(column: Categorical) -> Categorical:
    """The same column, with the name of an empty field among its names."""
    return column if NONE in column.names else Categorical(column.codes, (*column.names, NONE))


def _blank(events: Recording) -> Recording:
    """An event without content, with the columns of the others."""
    first = events.take(slice(0, 1))
    assert first.raw is not None
    raw = Raw(
        numbers={name: np.zeros_like(column) for name, column in first.raw.numbers.items()},
        categories={
            name: Categorical(np.full(1, column.names.index(NONE), np.int16), column.names)
            for name, column in first.raw.categories.items()
        },
        documents=documents([{}]),
    )
    nothing = {name: np.zeros_like(column) for name, column in first.covariates.items()}
    return replace(first, values=np.zeros_like(first.values), labels=np.zeros(1, bool), covariates=nothing, raw=raw)
