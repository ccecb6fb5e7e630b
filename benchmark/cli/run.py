"""``run``: some methods on some datasets, one table for each on screen. For trials, above all of one's own detector."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmark.cli.ran import Ran
    from benchmark.engine.execute import Workers
    from benchmark.engine.store import Store
    from benchmark.interfaces.cell import Cell
    from benchmark.interfaces.dataset import Variant


def run(
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="NAME,…",
            help="name[param=value,…], several with commas; or file.py:Class.",
            autocompletion=options.method_names,
        ),
    ],
    dataset: Annotated[
        str,
        typer.Option(
            "--dataset",
            metavar="NAME,…",
            help="name[param=value,…], several with commas; file.py:Class; or a CSV or Parquet file.",
            autocompletion=options.dataset_names,
        ),
    ] = "google-2019",
    protocol: Annotated[
        str,
        typer.Option(
            "--protocol",
            metavar="NAME",
            help="name[param=value,…]; default: the dataset's own, else native.",
            autocompletion=options.protocol_names,
        ),
    ] = "",
    seeds: Annotated[int, typer.Option("--seeds", min=1, metavar="N", help="Repetitions, seeds 0, 1, ….")] = 5,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, metavar="N", help="Run this seed only; overrides --seeds.")
    ] = None,
    metrics: Annotated[
        str,
        typer.Option(
            "--metrics", metavar="NAME,…", help="More metrics, e.g. 'PATE,Range-F1@val'; or all. See metrics."
        ),
    ] = "",
    against: Annotated[
        str,
        typer.Option("--against", metavar="NAME", help="One of the methods; compare the others with it, seed by seed."),
    ] = "",
    select: Annotated[
        str,
        typer.Option(
            "--select",
            metavar="NAME,…",
            help="Parameters to choose without test labels, or all. For one dataset, without --protocol.",
        ),
    ] = "",
    budget: Annotated[
        int, typer.Option("--budget", min=1, metavar="N", help="With --select: trials of each method, at most.")
    ] = 8,
    sort: Annotated[
        str,
        typer.Option(
            "--sort", metavar="METRIC", help="Best method first by this metric.", rich_help_panel=options.OUTPUT
        ),
    ] = "",
    per_recording: Annotated[
        bool,
        typer.Option(
            "--per-recording",
            help="Print each recording, by --sort, else VUS-PR or AUC-PR.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write means, intervals, keys: .csv, .parquet or .json.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option(
            "--scores",
            metavar="FILE",
            help="Write the score of each test point: .csv or .parquet.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    data: options.DataFolder = None,
    recordings: Annotated[
        Path | None,
        typer.Option("--input", metavar="FOLDER", help="Folder of data prepare: its recordings, a few at a time."),
    ] = None,
    variant: options.VariantName = None,
    workers: Annotated[
        int, typer.Option("--workers", min=0, metavar="N", help=options.WORKERS, rich_help_panel=options.WORK)
    ] = 0,
    scheduler: options.Scheduler = "",
    timeout: options.Timeout = 0.0,
    memory: options.Memory = "auto",
    device: options.DeviceName = "cpu",
    arithmetic: options.ArithmeticName = "portable",
    store: options.StoreFolder = options.STORE,
    json: options.Json = False,
    quiet: options.Quiet = False,
    debug: Annotated[
        bool,
        typer.Option("--debug", help="Print whole tracebacks to standard error.", rich_help_panel=options.OUTPUT),
    ] = False,
) -> None:
    """Run methods on datasets and print tables.

    A method that is not of this package runs in a process of its own, and so does every method with --timeout. What it
    prints is kept in the store, never on standard output. A method that no seed can change runs once on a published
    split. Exit code 3: some cells gave no number.

    --input streams the recordings that data prepare made, so that memory does not grow with their number.

    Example: python -m benchmark run --method knn,pca --dataset cloud-workload --metrics PATE,Range-F1@val
    """
    from dataclasses import replace

    from benchmark.cli.exit_codes import CELLS_FAILED
    from benchmark.cli.notes import undefined
    from benchmark.cli.run_files import NUMBERS, SCORES, check_file, write_numbers, write_scores
    from benchmark.cli.run_protocol import default_protocol
    from benchmark.cli.run_tables import TABLE_METRICS, print_results
    from benchmark.cli.selecting import chosen_settings
    from benchmark.cli.streamed import check_input, run_input
    from benchmark.cli.tracebacks import error_traceback, print_tracebacks
    from benchmark.engine.store import Store
    from benchmark.interfaces.errors import ParameterError
    from benchmark.interfaces.spec import split_names
    from benchmark.metrics.catalogue import beyond_default, parse_metrics
    from benchmark.process.output import output_to_stderr

    datasets = list(dict.fromkeys(split_names(dataset)))
    if recordings is not None:
        data, variant = recordings, "real"
        check_input(recordings, datasets, against)
    settings = [options.data_of(name, variant, data) for name in datasets]
    helpers = options.workers(workers, scheduler, timeout, memory)
    methods = list(written := dict.fromkeys(split_names(method)))
    if not methods or not datasets:
        option, what = ("--dataset", "dataset") if methods else ("--method", "method")
        raise ParameterError(f"{option} names no {what}: write name[param=value,…], several with commas")
    if against and against not in methods:
        raise ParameterError(f"--against {against!r} is none of --method {method!r}; write it as there")
    if against and json:
        raise ParameterError("--against prints a table; leave --json out, whose records hold every seed")
    check_file("--out", out, NUMBERS)
    check_file("--scores", scores, SCORES)
    requested = parse_metrics(metrics)
    (sorted_by,) = parse_metrics(sort) or ("",)
    wanted = beyond_default([*requested, *([sorted_by] if sorted_by else [])])
    repetitions = range(seeds) if seed is None else (seed,)
    stored = Store(store)
    root = next((one for _, one in settings if one is not None), None)
    with error_traceback(debug), output_to_stderr():  # code of others may print
        datasets, methods, protocol = _checked(datasets, methods, protocol)
        device_name = options.device(device, scheduler)
        against = against and options.on_device(methods[list(written).index(against)], device_name)
        methods = [options.on_device(name, device_name) for name in methods]
    if recordings is not None:
        chosen = protocol or default_protocol(datasets[0])
        columns = (*TABLE_METRICS, *requested)
        finished = run_input(
            *(datasets[0], chosen, methods, repetitions, columns, stored, recordings, helpers, wanted), json=json
        )
        raise typer.Exit(0 if finished else CELLS_FAILED)
    with error_traceback(debug), output_to_stderr():
        variants = {name: one for name, (one, _) in zip(datasets, settings, strict=True)}
        choices: dict[str, str] = {}
        if select:
            methods, against, choices = chosen_settings(
                methods, against, variants, protocol, select, budget, stored, root, helpers, quiet=quiet, silent=json
            )
        asked = [(name, one, number) for name in datasets for one in methods for number in repetitions]
        ran = replace(_run(asked, variants, protocol, wanted, stored, root, helpers, quiet), choices=choices)
        if scores is not None:
            count = write_scores(ran, stored, root, scores)
            print(f"wrote {count:,} scores to {scores}", file=sys.stderr)
    if out is not None:
        print(f"wrote {write_numbers(ran, out)} rows to {out}", file=sys.stderr)
    if debug:
        print_tracebacks(ran.ran, ran.plan, stored)
    if json:
        _print_json(ran)
        for note in ran.notes:
            print(f"note: {note}", file=sys.stderr)
    else:
        print_results(ran, requested, sorted_by, per_recording, against, store)
    if not all(result.ok and not undefined(result) for result in ran.results.values()):
        raise typer.Exit(CELLS_FAILED)


def _checked(datasets: Sequence[str], methods: Sequence[str], protocol: str) -> tuple[list[str], list[str], str]:
    """Return the names as they are registered, in the case of the registry, and check the classes behind them."""
    from benchmark.cli.names import known_spec
    from benchmark.cli.plugin import check_dataset, check_methods
    from benchmark.interfaces.registry import DATASETS, METHODS, PROTOCOLS

    named = [known_spec(name, DATASETS) for name in datasets]
    for name in named:
        check_dataset(name)
    found = [known_spec(name, METHODS) for name in methods]
    check_methods(found)  # an unknown method is an error here, not a row
    for name in found:
        METHODS.parameters(name, frozenset({"seed"}))
    return named, found, known_spec(protocol, PROTOCOLS) if protocol else ""


def _run(
    asked: Sequence[tuple[str, str, int]],
    variants: dict[str, Variant],
    protocol: str,
    metrics: tuple[str, ...],
    store: Store,
    root: Path | None,
    helpers: Workers,
    quiet: bool,
) -> Ran:
    """Plan and run dataset, method and seed of each cell."""
    from benchmark.cli.notes import run_notes
    from benchmark.cli.progress import progress
    from benchmark.cli.ran import Ran
    from benchmark.cli.run_protocol import protocol_of
    from benchmark.engine.execute import execute
    from benchmark.engine.plan import Plan, make_plan
    from benchmark.engine.repeats import repeated
    from benchmark.interfaces.cell import Cell

    with progress(quiet) as on_plan:
        first = asked[0][2]
        chosen = {name: protocol_of(name, variant, protocol, first, root) for name, variant in variants.items()}
        cells = [
            Cell(name, variants[name], chosen[name][0], number, method, metrics=metrics)
            for name, method, number in asked
        ]
        plan = make_plan(cells, store, root)
        repeats = repeated(cells, plan, store, root)
        waiting = {cell: one for cell, one in plan.identities.items() if cell not in repeats}
        results = execute(Plan(waiting), store, root, helpers, on_plan(len(waiting)))
    notes = [note for _, note in chosen.values() if note]
    for name, variant in variants.items():
        notes += run_notes(name, variant, root, [one for cell, one in results.items() if cell.dataset == name])
    return Ran(cells, results, plan, repeats, notes)


def _print_json(ran: Ran) -> None:
    """Print one record a cell; its status is ``UNDEFINED`` where the test labels of all tasks hold one class."""
    from dataclasses import asdict
    from json import dumps

    from benchmark.cli.notes import undefined

    records: list[dict[str, Any]] = []
    for cell in ran.cells:
        source: Cell = ran.repeats.get(cell, cell)
        result = ran.results[source]
        why = undefined(result)
        record: dict[str, Any] = {"status": "UNDEFINED" if why else result.status, "reason": why or result.reason}
        record |= {"rows": result.rows, "seconds": result.seconds, "key": ran.key(cell), "ran_seed": source.seed}
        if cell.method in ran.choices:
            record["chosen_by"] = ran.choices[cell.method]
        records.append(asdict(cell) | record)
    typer.echo(dumps(records, indent=1, sort_keys=True))
