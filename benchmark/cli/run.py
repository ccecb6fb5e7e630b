"""``run``: some methods on one dataset, one table on screen. For trials, above all of a detector of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.drawing.summary import Summary
    from benchmark.engine.plan import Plan
    from benchmark.interfaces.cell import Cell, Result

TABLE_METRICS = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val", "F1@oracle", "AUC-ROC", "AUC-PR", "VUS-PR")
"""Columns of the table, the last one only where rows are in time order."""


def run(
    method: Annotated[
        str, typer.Option("--method", help="name[param=value,…], several with commas; or file.py:Class.")
    ],
    dataset: Annotated[str, typer.Option("--dataset", help="name[param=value,…]; or file.py:Class.")] = "google-2019",
    protocol: Annotated[
        str, typer.Option("--protocol", help="name[param=value,…]; default: the dataset's own, else native.")
    ] = "",
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Repetitions, seeds 0, 1, ….")] = 5,
    metrics: Annotated[
        str,
        typer.Option("--metrics", help="More metrics, with commas, e.g. 'PATE,Range-F1@val'; or all. See metrics."),
    ] = "",
    against: Annotated[
        str, typer.Option("--against", help="One of the methods; compare the others with it, seed by seed.")
    ] = "",
    select: Annotated[
        str,
        typer.Option(
            "--select", help="Parameters to choose without test labels, with commas, or all. Not with --protocol."
        ),
    ] = "",
    budget: Annotated[int, typer.Option("--budget", min=1, help="With --select: trials of each method, at most.")] = 8,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Run this seed only; overrides --seeds.")] = None,
    data: options.DataFolder = None,
    recordings: Annotated[
        Path | None, typer.Option("--input", help="Folder of data prepare: its recordings, a few at a time.")
    ] = None,
    variant: options.VariantName = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help=options.WORKERS)] = 0,
    scheduler: options.Scheduler = "",
    timeout: options.Timeout = 0.0,
    memory: options.Memory = "auto",
    device: options.DeviceName = "cpu",
    arithmetic: options.ArithmeticName = "portable",
    store: options.StoreFolder = options.STORE,
    json: options.Json = False,
    debug: Annotated[bool, typer.Option("--debug", help="Print whole tracebacks to standard error.")] = False,
) -> None:
    """Run methods on a dataset and print one table.

    A method that is not of this package runs in a process of its own, and so does every method with --timeout. What it
    prints is kept in the store, never on standard output. Exit code 3: some cells gave no number.

    --input streams the recordings that data prepare made, so that memory does not grow with their number.

    Example: python -m benchmark run --method knn,pca --dataset cloud-workload --metrics PATE,Range-F1@val
    """
    from benchmark.cli.exit_codes import CELLS_FAILED
    from benchmark.cli.notes import run_notes, undefined
    from benchmark.cli.plugin import check_dataset, check_methods
    from benchmark.cli.progress import progress
    from benchmark.cli.selecting import choose_all, print_choices
    from benchmark.cli.tracebacks import error_traceback, print_tracebacks
    from benchmark.engine.execute import execute
    from benchmark.engine.plan import make_plan
    from benchmark.engine.store import Store
    from benchmark.interfaces.cell import Cell
    from benchmark.interfaces.errors import ParameterError
    from benchmark.interfaces.spec import split_names
    from benchmark.metrics.catalogue import beyond_default, parse_metrics
    from benchmark.process.output import output_to_stderr

    if recordings is not None:
        data, variant = recordings, "real"
        if against:
            raise ParameterError("--against compares seeds of one table; leave it out with --input")
        if not recordings.is_dir():
            raise ParameterError(f"--input {recordings}: no such folder")
    data_variant, data = options.data_of(dataset, variant, data)
    helpers = options.workers(workers, scheduler, timeout, memory)
    methods = list(dict.fromkeys(split_names(method)))
    if not methods:
        raise ParameterError("--method names no method: write name[param=value,…], several with commas")
    if against and against not in methods:
        raise ParameterError(f"--against {against!r} is none of --method {method!r}; write it as there")
    if against and json:
        raise ParameterError("--against prints a table; leave --json out, whose records hold every seed")
    requested = parse_metrics(metrics)
    repetitions = range(seeds) if seed is None else (seed,)
    extra = beyond_default(requested)
    stored = Store(store)
    with error_traceback(debug), output_to_stderr():  # code of others may print
        protocol = protocol or default_protocol(dataset)
        check_dataset(dataset)
        check_methods(methods)  # an unknown method is an error here, not a row
        device_name = options.device(device, scheduler)
        methods = [options.on_device(name, device_name) for name in methods]
        against = against and options.on_device(against, device_name)
    if recordings is not None:
        from benchmark.cli.streamed import run_input

        columns = (*TABLE_METRICS, *requested)
        finished = run_input(
            *(dataset, protocol, methods, repetitions, columns, stored, recordings, helpers, extra), json=json
        )
        raise typer.Exit(0 if finished else CELLS_FAILED)
    with error_traceback(debug), output_to_stderr():
        choices: dict[str, str] = {}
        if select:
            chosen = choose_all(
                methods, dataset, data_variant, protocol, select, budget, stored, data, helpers, progress
            )
            if not json:
                print_choices(chosen, methods)
            renamed = {method: one.method for method, one in zip(methods, chosen, strict=True)}
            choices = {one.method: one.by for one in chosen}
            methods, against = list(dict.fromkeys(renamed.values())), renamed.get(against, "")
        cells = [
            Cell(dataset, data_variant, protocol, number, name, metrics=extra)
            for name in methods
            for number in repetitions
        ]
        plan = make_plan(cells, stored, data)
        with progress() as on_plan:
            on_result = on_plan(len(plan.identities))
            results = execute(plan, stored, data, helpers, on_result)
        notes = run_notes(dataset, data_variant, data, results.values())
    if debug:
        print_tracebacks(cells, plan, stored)
    if json:
        _print_json(cells, results, plan, choices)
        for note in notes:
            print(f"note: {note}", file=sys.stderr)
    else:
        _print_table(cells, results, plan, store, choices)
        if requested:
            _print_metrics(cells, results, requested)
        if against:
            _print_differences(cells, results, against)
        for note in notes:
            print(f"note: {note}")
    if not all(result.ok and not undefined(result) for result in results.values()):
        raise typer.Exit(CELLS_FAILED)


def default_protocol(dataset: str) -> str:
    """The protocol that was written for a dataset, or ``native``."""
    from benchmark.interfaces.registry import PROTOCOLS

    own = [name for name in PROTOCOLS.names() if _name(dataset) in PROTOCOLS.load(name).datasets]
    return own[0] if own else "native"


def _name(text: str) -> str:
    from benchmark.interfaces.spec import Spec

    return Spec.parse(text).name


def _print_json(cells: Sequence[Cell], results: Mapping[Cell, Result], plan: Plan, choices: Mapping[str, str]) -> None:
    """Print one record a cell; its status is ``UNDEFINED`` where the test labels of all tasks hold one class."""
    from dataclasses import asdict
    from json import dumps

    from benchmark.cli.notes import undefined

    records: list[dict[str, Any]] = []
    for cell in cells:
        result = results[cell]
        why = undefined(result)
        record: dict[str, Any] = {"status": "UNDEFINED" if why else result.status, "reason": why or result.reason}
        record |= {"rows": result.rows, "seconds": result.seconds, "key": plan.identities[cell].key}
        chosen = {"chosen_by": choices[cell.method]} if choices else {}
        records.append(asdict(cell) | record | chosen)
    typer.echo(dumps(records, indent=1, sort_keys=True))


def _print_differences(cells: Sequence[Cell], results: Mapping[Cell, Result], against: str) -> None:
    """Compare methods by average precision, which needs no threshold; a method with a failed seed is left out."""
    from benchmark.cli.compare import pairs, print_pairs
    from benchmark.drawing.summary import summarise

    records: list[dict[str, Any]] = []
    for method, runs in _by_method(cells, results).items():
        values = summarise(runs, "AUC-PR").values
        records += [
            {"method": method, "dataset": "AUC-PR", "seed": cell.seed, "value": value}
            for (cell, _), value in zip(runs, values, strict=False)
        ]
    print_pairs(pairs(records, against), against)


def _print_table(
    cells: Sequence[Cell], results: Mapping[Cell, Result], plan: Plan, store: Path, choices: Mapping[str, str]
) -> None:
    """Print the `TABLE_METRICS` of each method, one a line, and the reasons for missing numbers."""
    from benchmark.cli.printing import print_table
    from benchmark.cli.tracebacks import reasons_of
    from benchmark.drawing.summary import summarise
    from benchmark.interfaces.spec import Spec

    first, protocol = cells[0], plan.identities[cells[0]].protocol
    print(f"{first.dataset} ({first.variant}) · {Spec(protocol['name'], protocol['params'])}\n")
    ordered = any("VUS-PR" in row for result in results.values() for row in result.rows)
    metrics = TABLE_METRICS if ordered else TABLE_METRICS[:-1]
    lines, reasons = [], []
    for method, runs in _by_method(cells, results).items():
        summaries = [summarise(runs, metric) for metric in metrics]
        seconds = [result.seconds["fit"] + result.seconds["score"] for _, result in runs if result.ok]
        mean_seconds = f"{sum(seconds) / len(seconds):.2f}" if seconds else "–"
        by = [choices[method]] if choices else []
        lines.append([method, *by, *(_text(summary) for summary in summaries), mean_seconds])
        reasons += [f"{method}: {one.reason}" for one in summaries if one.status == "UNDEFINED"]
        reasons += reasons_of(runs, plan, store)
    columns = ("method", *(["chosen by"] if choices else []), *metrics, "fit+score s")
    print_table(columns, lines, right=(*metrics, "fit+score s"))
    for reason in dict.fromkeys(reasons):
        print(reason)


def _print_metrics(cells: Sequence[Cell], results: Mapping[Cell, Result], names: Sequence[str]) -> None:
    """Print the requested metrics, one a line, with a column for each method."""
    from benchmark.cli.printing import print_table
    from benchmark.drawing.summary import summarise

    runs = _by_method(cells, results)
    rows = [row for result in results.values() for row in result.rows]
    left_out = [name for name in names if rows and not any(name in row for row in rows)]
    lines = [
        [name, *(_text(summarise(of_method, name)) for of_method in runs.values())]
        for name in names
        if name not in left_out
    ]
    print()
    print_table(("metric", *runs), lines, right=tuple(runs))
    if left_out:
        print(f"Not measured (rows without time order, or without labelled validation): {', '.join(left_out)}.")


def _by_method(cells: Sequence[Cell], results: Mapping[Cell, Result]) -> dict[str, list[tuple[Cell, Result]]]:
    runs: dict[str, list[tuple[Cell, Result]]] = {}
    for cell in cells:
        runs.setdefault(cell.method, []).append((cell, results[cell]))
    return runs


def _text(summary: Summary) -> str:
    """Mean and 95 % interval, or the status in place of a number; no interval where the number never varies."""
    if summary.interval is None:
        return summary.status.lower()
    limits = summary.limits
    return f"{summary.interval.mean:.3f}" + (f" [{limits[0]:.3f}, {limits[1]:.3f}]" if limits else "")
