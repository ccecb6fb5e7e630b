"""``explain`` and ``rerun``: where a number comes from, and whether its cell gives the same bytes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.artifacts.trace import CellTrace, Trace
    from benchmark.interfaces.artifact import Artifact, Setting

DIGITS = 12
"""Digits of a hash that are shown."""


def explain(
    name: Annotated[str, typer.Argument(help="<paper>/<table or figure>, e.g. gan-uq/table1.")],
    row: Annotated[str, typer.Argument(help="Label, method or position on the axis, or a part of it.")],
    metric: Annotated[str, typer.Argument(help="Measured metric, e.g. F1@val.")],
    scenario: Annotated[str, typer.Option("--scenario", help="This scenario alone; default: each.")] = "",
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    profile: options.ProfileName = "default",
    store: options.StoreFolder = options.STORE,
) -> None:
    """Trace a number of a table or figure back to seeds, cells, data, protocol and code. Nothing is run."""
    from dataclasses import replace

    from benchmark.artifacts.trace import trace
    from benchmark.engine.store import Store

    stands_on = options.setting(variant, data, profile)
    artifact = artifact_for(name, stands_on)
    if scenario and scenario in artifact.scenarios:  # a figure; a table shows every scenario
        stands_on = replace(stands_on, scenario=scenario)
    for found in trace(artifact, row, metric, scenario, stands_on, Store(store), data):
        _print(found, artifact, stands_on)


def artifact_for(name: str, stands_on: Setting) -> Artifact:
    """Return a table or figure by its name, and insist that it exists for the variant."""
    from benchmark.artifacts.regenerate import all_artifacts
    from benchmark.interfaces.errors import ParameterError, UnknownNameError

    known = {artifact.name: artifact for artifact in all_artifacts()}
    if name not in known:
        raise UnknownNameError("table or figure", name, known)
    if stands_on.variant not in known[name].variants:
        raise ParameterError(f"{name} needs real data (a dataset without a twin): give --data FOLDER")
    return known[name]


def _print(found: Trace, artifact: Artifact, stands_on: Setting) -> None:
    from benchmark.artifacts.trace import command
    from benchmark.cli.printing import print_facts, print_table
    from benchmark.stats.intervals import mean_interval

    number = found.number
    place = ", ".join(filter(None, (number.scenario, number.panel)))
    print(f"{artifact.name} · {number.label} · {number.metric} · {place} ({stands_on.variant})\n")
    value = f"{number.status.lower().replace('_', ' ')}: {number.reason}"
    if number.values:
        values = [number.values[seed] for seed in sorted(number.values)]
        interval = mean_interval(values)
        value = f"{interval.mean:.6f}, 95 % interval {interval.low:.6f} to {interval.high:.6f} over {len(values)} seeds"
    identities = [one.identity for one in found.cells if one.identity is not None]
    facts = [("value", value)]
    facts += [("method", method) for method in dict.fromkeys(one.cell.method for one in found.cells)]
    facts += [("protocol", protocol) for protocol in dict.fromkeys(one.cell.protocol for one in found.cells)]
    for dataset in dict.fromkeys(one.cell.dataset for one in found.cells):
        prints = {i.fingerprint for one in found.cells if (i := one.identity) and one.cell.dataset == dataset}
        facts.append(("data", f"{dataset} ({stands_on.variant}), fingerprint {', '.join(sorted(prints)) or 'none'}"))
    facts.append(("code", ", ".join(sorted({one.code for one in identities})) or "none"))
    print_facts([*facts, ("recompute", command(artifact, stands_on))])
    print()
    print_table(
        ("seed", "value", "cell", "stored", "command"),
        [_line(one, stands_on.variant) for one in found.cells],
        right=("seed", "value"),
    )
    print()


def _line(one: CellTrace, variant: str) -> tuple[str, str, str, str, str]:
    from benchmark.drawing.summary import command as run_alone

    key = one.identity.key[:DIGITS] if one.identity else "not registered"
    again = f"python -m benchmark rerun {key}" + (" --data FOLDER" if variant == "real" else "")
    value = "-" if one.value is None else f"{one.value:.6f}"
    return str(one.cell.seed), value, key, "yes" if one.stored else "no", again if one.stored else run_alone(one.cell)


def rerun(
    cell: Annotated[str, typer.Argument(help="First digits of a cell's key, as explain prints them.")],
    data: options.DataFolder = None,
    timeout: options.Timeout = 0.0,
    store: options.StoreFolder = options.STORE,
) -> None:
    """Compute one stored cell again and say whether it is byte for byte the same; the stored one stays."""
    from benchmark.artifacts.trace import rerun as compute_again
    from benchmark.cli.printing import print_facts
    from benchmark.engine.store import Store

    found = compute_again(cell, Store(store), data, timeout)
    said = {True: "the same bytes", False: "different"}
    facts = [("cell", str(found.cell)), ("key", found.key)]
    if found.changed:
        facts.append(("changed since", ", ".join(found.changed)))
    facts += [("rows", said[found.rows_equal]), ("scores", said[found.scores_equal])]
    print_facts([*facts, ("verdict", "byte-equal" if found.equal else "not byte-equal")])
    if not found.equal:
        raise typer.Exit(1)
