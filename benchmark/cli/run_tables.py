"""The tables of ``run``: one for each dataset, in blocks that fit the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.cli.ran import Ran, Runs

if TYPE_CHECKING:
    from benchmark.drawing.summary import Summary

TABLE_METRICS = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val", "F1@oracle", "AUC-ROC", "AUC-PR", "VUS-PR")
"""Columns of the table, the last one only where rows are in time order."""


def print_results(
    ran: Ran, requested: Sequence[str], sort: str, per_recording: bool, against: str, store: Path
) -> None:
    """Print everything about each dataset, and at the end what to do next.

    Parameters
    ----------
    ran : Ran
        Results.
    requested : sequence of str
        Metrics to print besides `TABLE_METRICS`.
    sort : str
        Metric to sort methods by, best first; empty for the order of the command line.
    per_recording : bool
        Whether to print the ranking metric of each recording.
    against : str
        Method to compare the others with; empty for none.
    store : path
        Store, for the command that explains a failure.
    """
    from benchmark.cli.tracebacks import reasons_of

    for position, dataset in enumerate(ran.datasets):
        if position:
            print()
        runs = ordered(ran.runs(dataset), sort)
        print(f"{_heading(ran, dataset)}\n")
        reasons = _print_table(runs, [*TABLE_METRICS, *([sort] if sort else [])], ran.choices)
        for each in runs.values():
            reasons += reasons_of(each, ran.plan, store)
        for reason in dict.fromkeys(reasons):
            print(reason)
        if requested:
            _print_metrics(runs, requested)
        if per_recording:
            _print_recordings(runs, ranking(runs, sort))
        if against:
            _print_differences(ran.seeds(dataset), against)
    for note in ran.notes:
        print(f"note: {note}")
    print(f"\n{found(ran, sort)}")


def ordered(runs: Runs, sort: str) -> Runs:
    """Sort methods by a metric, best first; those without a number last."""
    from benchmark.drawing.summary import summarise

    if not sort:
        return runs
    sign = -1.0 if higher_is_better(sort) else 1.0

    def place(method: str) -> float:
        interval = summarise(runs[method], sort).interval
        return inf if interval is None else sign * interval.mean

    return {method: runs[method] for method in sorted(runs, key=place)}


def higher_is_better(metric: str) -> bool:
    """Whether the better value of a metric is the higher one."""
    from benchmark.metrics.catalogue import columns_named

    (column,) = columns_named([metric])
    return column.metric.best > 0


def ranking(runs: Runs, sort: str) -> str:
    """Name the metric that methods are ranked by: the one that is asked for, else one without a threshold."""
    ordered_rows = any("VUS-PR" in row for each in runs.values() for _, result in each for row in result.rows)
    return sort or ("VUS-PR" if ordered_rows else "AUC-PR")


def counts(runs: Runs) -> str:
    """Say on how many recordings, points and anomalies the numbers are; of the first seed that has a result."""
    for each in runs.values():
        for _, result in each:
            if result.ok and result.rows:
                points = sum(row["points"] for row in result.rows)
                anomalous = sum(row["anomalous"] for row in result.rows)
                parts = "1 recording" if len(result.rows) == 1 else f"{len(result.rows)} recordings"
                share = anomalous / points if points else 0.0
                return f"test: {parts}, {points:,} points, {anomalous:,} anomalous ({share:.1%})"
    return ""


def found(ran: Ran, sort: str = "") -> str:
    """Say what the run has found, and what to do next."""
    from benchmark.drawing.summary import summarise

    sentences = []
    for dataset in ran.datasets:
        runs = ran.runs(dataset)
        metric = ranking(runs, sort)
        best = next(iter(ordered(runs, metric)))
        interval = summarise(runs[best], metric).interval
        if interval is not None and len(runs) > 1:
            sentences.append(f"{dataset}: the best mean of {metric} is that of {best}, {interval.mean:.3f}.")
    failed = sum(not ran.results[cell].ok for cell in ran.ran)
    if failed:
        sentences.append(f"{failed} of {len(ran.ran)} cells gave no number.")
    if ran.repeats:
        methods = ", ".join(dict.fromkeys(cell.method for cell in ran.repeats))
        sentences.append(f"No seed changes {methods}: run once.")
    sentences.append("Next: --against METHOD tests differences, --out FILE keeps numbers; metrics explains columns.")
    return "\n".join(sentences)


def print_blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in blocks of columns that fit the page, each with the first column."""
    from benchmark.cli.printing import page_width, print_table

    widths = [max(len(row[index]) for row in [columns, *rows]) for index in range(len(columns))]
    block: list[int] = []
    blocks = [block]
    for index in range(1, len(columns)):
        taken = widths[0] + sum(widths[one] + 2 for one in [*block, index])
        if block and taken > page_width():
            block = []
            blocks.append(block)
        block.append(index)
    for position, indices in enumerate(blocks):
        if position:
            print()
        shown = [columns[0], *(columns[index] for index in indices)]
        print_table(shown, [[row[0], *(row[index] for index in indices)] for row in rows], right=shown[1:])


def _heading(ran: Ran, dataset: str) -> str:
    from benchmark.interfaces.spec import Spec

    first = next(cell for cell in ran.ran if cell.dataset == dataset)
    protocol = ran.plan.identities[first].protocol
    lines = [f"{dataset} ({first.variant}) · {Spec(protocol['name'], protocol['params'])}", counts(ran.runs(dataset))]
    return "\n".join(filter(None, lines))


def _print_table(runs: Runs, names: Sequence[str], choices: Mapping[str, str]) -> list[str]:
    """Print the metrics that results have, a method a line; return the reasons for missing numbers."""
    from benchmark.drawing.summary import summarise

    known = [result.rows for each in runs.values() for _, result in each if result.rows]
    metrics = [
        name
        for name in dict.fromkeys(names)
        if not name.startswith("VUS") or any(name in row for rows in known for row in rows)
    ]
    lines, reasons = [], []
    for method, each in runs.items():
        summaries = [summarise(each, metric) for metric in metrics]
        seconds = [result.seconds["fit"] + result.seconds["score"] for _, result in each if result.ok]
        mean_seconds = f"{sum(seconds) / len(seconds):.2f}" if seconds else "–"
        by = [choices[method]] if choices else []
        lines.append([method, *by, *map(text_of, summaries), str(len(each)), mean_seconds])
        reasons += [f"{method}: {one.reason}" for one in summaries if one.status == "UNDEFINED"]
    print_blocks(("method", *(["chosen by"] if choices else []), *metrics, "seeds", "fit+score s"), lines)
    return reasons


def _print_metrics(runs: Runs, names: Sequence[str]) -> None:
    """Print the requested metrics, one a line, with a column for each method."""
    from benchmark.drawing.summary import summarise

    rows = [row for each in runs.values() for _, result in each for row in result.rows]
    left_out = [name for name in names if rows and not any(name in row for row in rows)]
    lines = [
        [name, *(text_of(summarise(each, name)) for each in runs.values())] for name in names if name not in left_out
    ]
    print()
    print_blocks(("metric", *runs), lines)
    if left_out:
        print(f"Not measured (rows without time order, or without labelled validation): {', '.join(left_out)}.")


def _print_recordings(runs: Runs, metric: str) -> None:
    """Print one metric of each recording, mean over seeds, with a column for each method."""
    from benchmark.cli.run_files import by_recording

    values = {method: by_recording(each, metric) for method, each in runs.items()}
    names = list(dict.fromkeys(name for found_ in values.values() for name in found_))
    print(f"\n{metric} by recording, mean over seeds:")
    lines = [[name, *(f"{one[name]:.3f}" if name in one else "–" for one in values.values())] for name in names]
    print_blocks(("recording", *runs), lines)


def _print_differences(runs: Runs, against: str) -> None:
    """Compare methods by average precision, which needs no threshold; a method with a failed seed is left out."""
    from benchmark.cli.compare import pairs, print_pairs
    from benchmark.drawing.summary import summarise

    records = []
    for method, each in runs.items():
        values = summarise(each, "AUC-PR").values
        records += [
            {"method": method, "dataset": "AUC-PR", "seed": cell.seed, "value": value}
            for (cell, _), value in zip(each, values, strict=False)
        ]
    print()
    print_pairs(pairs(records, against), against)


def text_of(summary: Summary) -> str:
    """Mean and 95 % interval, or the status in place of a number; no interval where the number never varies."""
    if summary.interval is None:
        return summary.status.lower()
    limits = summary.limits
    return f"{summary.interval.mean:.3f}" + (f" [{limits[0]:.3f}, {limits[1]:.3f}]" if limits else "")
