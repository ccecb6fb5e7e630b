"""``explain`` and ``rerun``: where a number comes from, and whether its cell gives the same bytes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import BenchmarkError, ParameterError, UnknownNameError

if TYPE_CHECKING:
    from benchmark.artifacts.trace import CellTrace, Trace
    from benchmark.engine.store import Store
    from benchmark.interfaces.artifact import Artifact, Setting

DIGITS = 12
"""Digits of a hash that are printed."""


@options.grouped
def explain(
    name: Annotated[
        str, typer.Argument(help="<paper>/<table or figure>, e.g. gan-uq/table1; or first digits of a cell's key.")
    ],
    results: options.Results,
    row: Annotated[str, typer.Argument(help="Label, method or position on the axis, or a part of it.")] = "",
    metric: Annotated[str, typer.Argument(help="Measured metric, e.g. F1@val.")] = "",
    scenario: Annotated[str, typer.Option("--scenario", help="This scenario alone; default: each.")] = "",
) -> None:
    """Trace a number to its seeds, cells and code.

    The number is one of a table or figure; its data and protocol are shown too. Without stored results, the committed
    numbers are shown, with the claims about them: that needs neither data nor network. With the key of a cell, as `run`
    and `explain` print it: how the cell ended, its traceback, and what its detector printed. Nothing is run.

    Example: python -m benchmark explain gan-uq/table1 XGBoost F1@val
    """
    from benchmark.cli.artifacts import known_artifact
    from benchmark.cli.ending import print_ending
    from benchmark.cli.origin import print_committed

    if "/" not in name:
        print_ending(name, results.opened())
        return
    if not (row and metric):
        raise ParameterError(f"explain {name} needs a row and a metric, e.g. explain {name} XGBoost F1@val")
    artifact = known_artifact(name)
    traces, missing = _stored(artifact, row, metric, scenario, results)
    if traces:
        for traced, setting in traces:
            _print(traced, artifact, setting, results.opened())
        return
    if not print_committed(artifact, row, metric, scenario, results):
        raise missing


def _stored(
    artifact: Artifact, row: str, metric: str, scenario: str, results: options.Results
) -> tuple[list[tuple[Trace, Setting]], BenchmarkError]:
    """Trace a number in the store: nothing where none of its cells is stored or has failed, and the error for it."""
    from dataclasses import replace

    from benchmark.artifacts.trace import artifact_command, trace
    from benchmark.cli.artifacts import require_variant

    setting, store = results.setting(), results.opened()
    if scenario and scenario in artifact.scenarios:  # of a figure; a table has a section for every scenario
        setting = replace(setting, scenario=scenario)
    try:
        require_variant(artifact, setting)
        traces = trace(artifact, row, metric, scenario, setting, store, results.data)
    except UnknownNameError:
        raise
    except BenchmarkError as error:
        return [], error
    cells = [one for traced in traces for one in traced.cells]
    if any(one.stored or (one.identity and store.failure(one.identity.key)) for one in cells):
        return [(traced, setting) for traced in traces], BenchmarkError("")
    command = artifact_command(artifact, setting)
    return [], BenchmarkError(f"the store has no result behind {row} {metric} of {artifact.name}; run it: {command}")


def _print(traced: Trace, artifact: Artifact, setting: Setting, store: Store) -> None:
    from benchmark.cli.printing import print_facts, print_table
    from benchmark.drawing.summary import limits_of
    from benchmark.interfaces.commands import make_artifact
    from benchmark.stats.intervals import mean_interval

    number = traced.number
    where = ", ".join(filter(None, (number.scenario, number.panel)))
    print(f"{artifact.name} · {number.label} · {number.metric} · {where} ({setting.variant})\n")
    value = f"{number.status.lower().replace('_', ' ')}: {number.reason}"
    if number.values:
        values = [number.values[seed] for seed in sorted(number.values)]
        interval = mean_interval(values, limits=limits_of(number.metric))
        value = f"{interval.mean:.6f}, 95 % interval {interval.low:.6f} to {interval.high:.6f} over {len(values)} seeds"
    facts = [("value", value)]
    facts += [("method", method) for method in dict.fromkeys(trace.cell.method for trace in traced.cells)]
    facts += [("protocol", protocol) for protocol in dict.fromkeys(trace.cell.protocol for trace in traced.cells)]
    for dataset in dict.fromkeys(trace.cell.dataset for trace in traced.cells):
        prints = {i.fingerprint for trace in traced.cells if (i := trace.identity) and trace.cell.dataset == dataset}
        facts.append(("data", f"{dataset} ({setting.variant}), fingerprint {', '.join(sorted(prints)) or 'none'}"))
    codes = sorted({trace.identity.code for trace in traced.cells if trace.identity is not None})
    facts.append(("code", ", ".join(codes) or "none"))
    again = make_artifact(artifact.kind, artifact.name, setting.variant, setting.profile.name, setting.scenario)
    print_facts([*facts, ("recompute", again)])
    print()
    print_table(
        ("seed", "value", "cell", "stored", "command"),
        [_line(trace, setting.variant, store) for trace in traced.cells],
        right=("seed", "value"),
    )
    print()
    for one in traced.cells:
        failure = None if one.identity is None or one.stored else store.failure(one.identity.key)
        if failure is not None:
            print(f"{one.cell}: {failure['status']}: {failure['reason']}\n{failure.get('traceback', '')}")


def _line(trace: CellTrace, variant: str, store: Store) -> tuple[str, str, str, str, str]:
    from benchmark.interfaces.commands import rerun_cell, run_cell

    failure = None if trace.identity is None or trace.stored else store.failure(trace.identity.key)
    cell = trace.cell
    key = trace.identity.key[:DIGITS] if trace.identity else "not registered"
    run = run_cell(cell.dataset, cell.variant, cell.protocol, cell.seed, cell.method)
    value = "-" if trace.value is None else f"{trace.value:.6f}"
    return (
        str(cell.seed),
        value,
        key,
        "yes" if trace.stored else "no" if failure is None else failure["status"],
        rerun_cell(key, variant) if trace.stored else run,
    )


def rerun(
    cell: Annotated[str, typer.Argument(help="First digits of a cell's key, as explain prints them.")],
    data: options.DataFolder = None,
    timeout: options.Timeout = 0.0,
    store: options.StoreFolder = options.STORE,
) -> None:
    """Compute a stored cell again, compare bytes.

    The stored result stays as it is. Exit code 1: rows or scores differ.

    Example: python -m benchmark rerun 0123456789ab
    """
    from benchmark.artifacts.trace import rerun as compute_again
    from benchmark.cli.printing import print_facts
    from benchmark.engine.store import Store

    outcome = compute_again(cell, Store(store), data, timeout)
    words = {True: "the same bytes", False: "different"}
    facts = [("cell", str(outcome.cell)), ("key", outcome.key)]
    if outcome.changed:
        facts.append(("changed since", ", ".join(outcome.changed)))
    facts += [("rows", words[outcome.rows_equal]), ("scores", words[outcome.scores_equal])]
    print_facts([*facts, ("verdict", "byte-equal" if outcome.equal else "not byte-equal")])
    if not outcome.equal:
        raise typer.Exit(1)
