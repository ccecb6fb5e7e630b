"""Measure the output of a detector against the test labels. Only this module holds them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmark.engine.ask import Asked
from benchmark.engine.detect import LABELLED, TEST, TRAIN, VALIDATION, Output, checked, timed
from benchmark.evaluation.measure import measure, measure_dependencies, measure_subgroups
from benchmark.evaluation.operating import operating_points
from benchmark.evaluation.published_rules import evaluation_steps
from benchmark.evaluation.smoothing import require_time_order, smoothed
from benchmark.evaluation.thresholds import Labelled
from benchmark.interfaces.cell import Row
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.metrics.catalogue import DEFAULT
from benchmark.metrics.confidence import confidence_summary

INCIDENT = "incident"
"""Grouping whose subgroups are incidents, each of which needs one alert."""


def evaluate(task: Task, output: Output, window: int, metrics: tuple[str, ...] = (), smoothing: int = 1) -> Row:
    """Measure one task, in the same way for every detector.

    Parameters
    ----------
    task : Task
        With labels.
    output : Output
        Scores and decisions of a detector on it.
    window : int
        The dataset's VUS window; used where test points have a time order.
    metrics : tuple of str
        Metrics of the catalogue besides the default ones.
    smoothing : int
        Points of the trailing mean of all scores (`benchmark.evaluation.smoothing`). Decisions of the detector stay.

    Returns
    -------
    dict
        Metrics by column. Under ``subgroups``, by grouping and name, the same for subgroups of the test points; under
        ``extra_scores`` for extra scores; ``confidence``, ``diagnostics``, ``dependencies`` and ``evaluation_steps``
        where they apply. For a task with budgets also ``operating``: false-alarm rate and recall over many cuts. Under
        ``probes``, by its name, the numbers of each probe.

    Raises
    ------
    ParameterError
        If ``smoothing`` is above 1 and the rows have no time order.
    """
    require_time_order(task, smoothing)
    labels = _labels(task.test)
    order = window if task.test.sequential else None
    known = task.labelled_validation
    incidents = task.groupings[INCIDENT].index if INCIDENT in task.groupings else None

    def measured(extra: str = "") -> Row:
        suffix = f"/{extra}" if extra else ""
        held_out, scores = (smoothed(output.arrays[part + suffix], smoothing) for part in (VALIDATION, TEST))
        labelled = None if known is None else Labelled(smoothed(output.labelled(extra), smoothing), _labels(known))
        measures = (*DEFAULT, *metrics)
        return measure(held_out, scores, labels, labelled, order, measures, task.budgets, incidents, task.test.time)

    row: Row = {"task": task.name} | measured()
    scores = smoothed(output.arrays[TEST], smoothing)
    if task.groupings:
        row["subgroups"] = {
            name: measure_subgroups(
                row, grouping, scores, labels, task.budgets, task.test.time if name == INCIDENT else None
            )
            for name, grouping in task.groupings.items()
        }
    if task.budgets:
        row["operating"] = operating_points(scores, labels)
    arrays = output.arrays
    if "confidence" in arrays:
        row["confidence"] = confidence_summary(labels, arrays["flags"], arrays["confidence"], arrays["abstained"])
    if output.diagnostics:
        row["diagnostics"] = output.diagnostics
    if "adjacency" in arrays and task.test.dependencies is not None:
        row["dependencies"] = measure_dependencies(arrays["adjacency"], task.test.dependencies)
    if isinstance(output, Asked):
        row["probes"] = output.answers
    row["extra_scores"] = {name: measured(name) for name in output.extra_scores}
    if task.published_rules is not None:
        train, held_out = (smoothed(arrays[part], smoothing) for part in (TRAIN, VALIDATION))
        row["evaluation_steps"] = evaluation_steps(task.published_rules, train, held_out, scores, labels)
    return row


def oracle_output(detector: Detector, task: Task, method: str) -> Output:
    """Score a task by a detector of supervision ``oracle``: it is not fitted, and gets the labels of every part.

    Parameters
    ----------
    detector : Detector
        Of supervision ``oracle``.
    task : Task
        With labels. Where the publisher labels no training data, training and validation points count as normal.
    method : str
        Its name, for error messages.

    Returns
    -------
    Output
        Scores of the same parts as those of any other detector.
    """
    parts = {
        VALIDATION: _told(task.validation_unlabelled, task.hidden_validation_labels),
        TEST: _told(task.test, task.test.labels),
    }
    if task.labelled_validation is not None:
        parts[LABELLED] = _told(task.labelled_validation, task.labelled_validation.labels)
    if task.published_rules is not None:
        parts[TRAIN] = _told(task.train, task.train.labels)
    seconds = {"fit": 0.0}
    with timed(seconds, "score"):
        arrays = {name: checked(detector.score(part), len(part), method) for name, part in parts.items()}
    return Output(arrays, seconds=seconds)


def _told(part: Recording, labels: NDArray[np.bool_] | None) -> Recording:
    """The view of a detector with labels; all normal where nobody labelled the part."""
    return replace(part.unlabelled(), labels=np.zeros(len(part), np.bool_) if labels is None else labels)


def _labels(part: Recording) -> NDArray[np.bool_]:
    assert part.labels is not None
    return part.labels
