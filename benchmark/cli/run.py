"""``run``: some methods on one dataset, one table on screen. For trying things, one's own detector above all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.interfaces.cell import Cell, Result

SHOWN = ("Accuracy@val", "Precision@val", "Recall@val", "F1@val", "F1@oracle", "AUC-ROC", "AUC-PR", "VUS-PR")
"""The last one where rows are in time order."""


def run(
    method: Annotated[
        str, typer.Option("--method", help="name[param=value,…], several with commas; or file.py:Class.")
    ],
    dataset: Annotated[str, typer.Option("--dataset", help="name[param=value,…]; or file.py:Class.")] = "google-2019",
    protocol: Annotated[
        str, typer.Option("--protocol", help="name[param=value,…]; default: the dataset's own, else native.")
    ] = "",
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Repetitions, seeds 0, 1, ….")] = 5,
    against: Annotated[
        str, typer.Option("--against", help="One of the methods; compare the others with it, seed by seed.")
    ] = "",
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="This one seed alone, whatever --seeds says.")
    ] = None,
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    workers: Annotated[int, typer.Option("--workers", min=0, help=options.WORKERS)] = 0,
    scheduler: options.Scheduler = "",
    timeout: options.Timeout = 0.0,
    memory: options.Memory = "auto",
    device: options.DeviceName = "cpu",
    store: options.StoreFolder = options.STORE,
    json: options.Json = False,
) -> None:
    """Run methods on a dataset and print one table."""
    from benchmark.cli.plugin import check_dataset, check_method
    from benchmark.cli.progress import progress
    from benchmark.engine.execute import execute
    from benchmark.engine.plan import make_plan
    from benchmark.engine.store import Store
    from benchmark.interfaces.cell import Cell
    from benchmark.interfaces.errors import ParameterError
    from benchmark.interfaces.spec import split_names

    chosen = options.chosen_variant(variant, data)
    helpers = options.workers(workers, scheduler, timeout, memory)
    protocol = protocol or own_protocol(dataset)
    methods = list(dict.fromkeys(split_names(method)))
    if not methods:
        raise ParameterError("--method names no method: write name[param=value,…], several with commas")
    if against and against not in methods:
        raise ParameterError(f"--against {against!r} is none of --method {method!r}; write it as there")
    if against and json:
        raise ParameterError("--against prints a table; leave --json out, whose records hold every seed")
    repetitions = range(seeds) if seed is None else (seed,)
    check_dataset(dataset)
    for name in methods:
        check_method(name)  # an unknown method is an error here, not a row
    settled = options.device(device, scheduler)
    methods = [options.on_device(name, settled) for name in methods]
    against = against and options.on_device(against, settled)
    cells = [Cell(dataset, chosen, protocol, number, name) for name in methods for number in repetitions]
    kept = Store(store)
    plan = make_plan(cells, kept, data)
    with progress() as on_plan:
        on_result = on_plan(len(plan.identities))
        results = execute(plan, kept, data, helpers, on_result)
    if json:
        _print_json(cells, results)
    else:
        _print_table(cells, results, next(iter(plan.identities.values())).protocol)
        if against:
            _print_differences(cells, results, against)
    if not all(result.ok for result in results.values()):
        raise typer.Exit(1)


def own_protocol(dataset: str) -> str:
    """The protocol that was written for a dataset, or ``native``."""
    from benchmark.interfaces.registry import PROTOCOLS

    own = [name for name in PROTOCOLS.names() if _name(dataset) in PROTOCOLS.load(name).datasets]
    return own[0] if own else "native"


def _name(text: str) -> str:
    from benchmark.interfaces.spec import Spec

    return Spec.parse(text).name


def _print_json(cells: list[Cell], results: Mapping[Cell, Result]) -> None:
    from dataclasses import asdict
    from json import dumps

    records: list[dict[str, Any]] = []
    for cell in cells:
        result = results[cell]
        record = {"status": result.status, "reason": result.reason, "rows": result.rows, "seconds": result.seconds}
        records.append(asdict(cell) | record)
    typer.echo(dumps(records, indent=1, sort_keys=True))


def _print_differences(cells: list[Cell], results: Mapping[Cell, Result], against: str) -> None:
    """Compare by average precision, which no threshold enters; a method with a failed seed has no part."""
    from benchmark.cli.compare import pairs, print_pairs
    from benchmark.drawing.summary import summarise

    records: list[dict[str, Any]] = []
    for method in dict.fromkeys(cell.method for cell in cells):
        runs = [(cell, results[cell]) for cell in cells if cell.method == method]
        values = summarise(runs, "AUC-PR").values
        records += [
            {"method": method, "dataset": "AUC-PR", "seed": cell.seed, "value": value}
            for (cell, _), value in zip(runs, values, strict=False)
        ]
    print_pairs(pairs(records, against), against)


def _print_table(cells: list[Cell], results: Mapping[Cell, Result], protocol: Mapping[str, Any]) -> None:
    from benchmark.cli.printing import print_table
    from benchmark.drawing.summary import summarise
    from benchmark.interfaces.spec import Spec

    first = cells[0]
    print(f"{first.dataset} ({first.variant}) · {Spec(protocol['name'], protocol['params'])}\n")
    ordered = any("VUS-PR" in row for result in results.values() for row in result.rows)
    metrics = SHOWN if ordered else SHOWN[:-1]
    rows, reasons = [], []
    for method in dict.fromkeys(cell.method for cell in cells):
        runs = [(cell, results[cell]) for cell in cells if cell.method == method]
        row = [method]
        for metric in metrics:
            summary = summarise(runs, metric)
            text = summary.status.lower()
            if summary.interval is not None:
                half = (summary.interval.high - summary.interval.low) / 2
                text = f"{summary.interval.mean:.3f}" + (f" ±{half:.3f}" if summary.interval.count > 1 else "")
            row.append(text)
            if summary.status == "UNDEFINED":
                reasons.append(f"{method}: {summary.reason}")
        seconds = [result.seconds["fit"] + result.seconds["score"] for _, result in runs if result.ok]
        row.append(f"{sum(seconds) / len(seconds):.2f}" if seconds else "–")
        reasons += [f"{cell}: {result.status}: {result.reason}" for cell, result in runs if not result.ok]
        rows.append(row)
    columns = ("method", *metrics, "fit+score s")
    print_table(columns, rows, right=columns[1:])
    for reason in dict.fromkeys(reasons):
        print(reason)
