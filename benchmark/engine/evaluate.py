"""Measure the output of a detector against the test labels. Only this module holds them."""

from __future__ import annotations

from benchmark.engine.detect import Output
from benchmark.evaluation.measure import measure, measure_dependencies, measure_subgroups
from benchmark.evaluation.published_rules import evaluation_steps
from benchmark.interfaces.cell import Row
from benchmark.interfaces.detector import Supervision
from benchmark.interfaces.protocol import Task
from benchmark.metrics.catalogue import DEFAULT
from benchmark.metrics.confidence import confidence_summary


def evaluate(task: Task, output: Output, supervision: Supervision, window: int, metrics: tuple[str, ...] = ()) -> Row:
    """Measure one task.

    Parameters
    ----------
    task : Task
        With labels.
    output : Output
        Scores and decisions of a detector on it.
    supervision : str
        Supervision of the detector, which settles the threshold policy.
    window : int
        The dataset's VUS window; used where test points have a time order.
    metrics : tuple of str
        Metrics of the catalogue besides the default ones.

    Returns
    -------
    dict
        Metrics by column. Under ``subgroups`` and ``extra_scores`` the same for subgroups of the test points and for
        extra scores; ``confidence``, ``diagnostics``, ``dependencies`` and ``evaluation_steps`` where they apply.
    """
    labels = task.test.labels
    assert labels is not None
    _, validation = task.for_fit(supervision)
    arrays, order = output.arrays, window if task.test.sequential else None

    def measured(suffix: str) -> Row:
        held_out, scores = arrays[f"validation{suffix}"], arrays[f"test{suffix}"]
        return measure(supervision, held_out, validation.labels, scores, labels, order, (*DEFAULT, *metrics))

    row: Row = {"task": task.name} | measured("")
    if task.groupings:
        row["subgroups"] = {
            name: measure_subgroups(row, one.index, one.names, arrays["test"], labels)
            for name, one in task.groupings.items()
            if not one.with_normal
        }
    if "confidence" in arrays:
        row["confidence"] = confidence_summary(labels, arrays["flags"], arrays["confidence"], arrays["abstained"])
    if output.diagnostics:
        row["diagnostics"] = output.diagnostics
    if "adjacency" in arrays and task.test.dependencies is not None:
        row["dependencies"] = measure_dependencies(arrays["adjacency"], task.test.dependencies)
    row["extra_scores"] = {name: measured(f"/{name}") for name in output.extra_scores}
    if task.published_rules is not None:
        steps = evaluation_steps(task.published_rules, arrays["train"], arrays["validation"], arrays["test"], labels)
        row["evaluation_steps"] = steps
    return row
