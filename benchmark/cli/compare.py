"""``compare``: whether one method is better than another, or the seeds do not tell."""

from __future__ import annotations

from math import isfinite, isnan, nan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.interfaces.numbers import Number

NOTE = """
difference: less {against}, paired by seed, with its 95 % t interval. p: paired t-test and Wilcoxon's signed-rank
test, each with Holm's correction over the methods compared; with five seeds Wilcoxon's p is never below 0.0625 before
it. seeds: how many a t-test would need to tell the two apart with a chance of 80 %, if the difference and its spread
are as seen. –: no test, for there is one seed, or no seed changes the difference (all seeds are then the same run)."""


def compare(
    name: Annotated[str, typer.Argument(help="<paper>/<table>, e.g. gan-uq/table1.")],
    metric: Annotated[str, typer.Argument(help="Measured metric, e.g. AUC-PR.")],
    against: Annotated[str, typer.Argument(help="Label or method of the row that all others are compared with.")],
    scenario: Annotated[str, typer.Option("--scenario", help="This scenario alone; default: each.")] = "",
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    profile: options.ProfileName = "default",
    store: options.StoreFolder = options.STORE,
    json: options.Json = False,
) -> None:
    """Compare every row of a table with one of them, seed by seed, from what is stored. Nothing is run."""
    from benchmark.artifacts.trace import MISSING, command, measured, stored_numbers
    from benchmark.cli.explain import artifact_for
    from benchmark.cli.printing import print_json
    from benchmark.engine.store import Store
    from benchmark.interfaces.errors import BenchmarkError, ParameterError

    stands_on = options.setting(variant, data, profile)
    artifact = artifact_for(name, stands_on)
    if artifact.kind != "table":
        raise ParameterError(f"{name} is a figure: its points are no methods; explain traces them")
    numbers = stored_numbers(artifact, stands_on, Store(store), data)[0]
    shown = measured(numbers, name, metric, scenario)
    reference = _reference(shown, against)
    if all(one.reason.startswith(MISSING) for one in shown if one.label == reference):
        raise BenchmarkError(f"{reference} is not in the store; run it: {command(artifact, stands_on)}")
    gaps = [f"{one.scenario}: {one.label}: {one.reason}" for one in shown if not one.values]
    found = pairs(_tidy(shown), reference)
    if json:
        print_json({"against": reference, "metric": metric, "pairs": [_finite(row) for row in found], "left out": gaps})
        return
    print(f"{name} ({stands_on.variant}, {profile}) · {metric} · against {reference}\n")
    print_pairs(found, reference)
    for gap in gaps:
        print(f"left out: {gap}")


def pairs(records: list[dict[str, Any]], against: str) -> list[dict[str, Any]]:
    """What `compare_pairs` finds, in the order of the records' methods; no test (NaN) where no seed matters."""
    from benchmark.stats.comparisons import compare_pairs

    if not any(record["method"] == against for record in records):
        return []
    order = list(dict.fromkeys((record["dataset"], record["method"]) for record in records))
    found = compare_pairs(records, against).to_dicts()
    for row in found:
        if not row["high"] > row["low"]:  # equal, or both NaN for one seed: a test would take copies for repetitions
            row |= dict.fromkeys(("low", "high", "p", "p_holm", "p_wilcoxon", "p_wilcoxon_holm", "seeds_needed"), nan)
    return sorted(found, key=lambda row: order.index((row["dataset"], row["first"])))


def print_pairs(found: list[dict[str, Any]], against: str) -> None:
    """Print pairs, one a line, and what the columns mean."""
    from benchmark.cli.printing import print_table

    columns = ("", "method", "difference", "95 % interval", "p t", "p Wilcoxon", "seeds")
    print_table(columns, [_line(row) for row in found], right=("difference", "p t", "p Wilcoxon", "seeds"))
    print(NOTE.format(against=against))


def _reference(shown: list[Number], against: str) -> str:
    """Label of the one row that is meant."""
    from benchmark.artifacts.trace import matching
    from benchmark.interfaces.errors import ParameterError

    labels = list(dict.fromkeys(one.label for one in matching(shown, against)))
    if len(labels) > 1:
        raise ParameterError(f"{against!r} fits several rows: {'; '.join(labels)}")
    return labels[0]


def _tidy(shown: list[Number]) -> list[dict[str, Any]]:
    """One record a row, scenario and seed; a row that has no number is left out of its scenario."""
    return [
        {"method": one.label, "dataset": one.scenario, "seed": seed, "value": value}
        for one in shown
        for seed, value in one.values.items()
    ]


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    head = (row["dataset"], row["first"], f"{row['difference']:+.4f}")
    if isnan(row["p"]):
        return (*head, "–", "–", "–", "–")
    needed = row["seeds_needed"]
    return (
        *head,
        f"{row['low']:+.4f} to {row['high']:+.4f}",
        f"{row['p_holm']:.4f}",
        f"{row['p_wilcoxon_holm']:.4f}",
        "many" if needed >= 10_000 else f"{needed:,.0f}",
    )


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity and no NaN."""
    return {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in row.items()}
