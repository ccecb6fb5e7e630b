"""``compare``: the rows of a table against one of them, seed by seed."""

from __future__ import annotations

from math import isfinite, isnan, nan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import BenchmarkError, ParameterError

if TYPE_CHECKING:
    from benchmark.interfaces.numbers import Number

NOTE = """
difference: mean over seeds of the row less {against}, paired by seed, with its 95 % t interval. p: paired t-test and
Wilcoxon's signed-rank test, each with Holm's correction over the rows compared. With five seeds Wilcoxon's p before
correction is at least 0.0625. seeds: seeds needed for 80 % power at the observed effect size. –: not tested, because
there is one seed or the difference is the same at every seed (then all seeds are copies of one run)."""


@options.grouped
def compare(
    name: Annotated[str, typer.Argument(help="<paper>/<table>, e.g. gan-uq/table1.")],
    metric: Annotated[str, typer.Argument(help="Measured metric, e.g. AUC-PR.")],
    against: Annotated[str, typer.Argument(help="Label or method of the row that all others are compared with.")],
    results: options.Results,
    scenario: Annotated[str, typer.Option("--scenario", help="This scenario alone; default: each.")] = "",
    json: options.Json = False,
) -> None:
    """Compare the rows of a table seed by seed.

    Every row is compared with the row AGAINST, from stored results. Nothing is run.

    Example: python -m benchmark compare gan-uq/table1 AUC-PR XGBoost
    """
    from benchmark.artifacts.trace import MISSING, measured, stored_numbers
    from benchmark.cli.artifacts import named
    from benchmark.cli.printing import print_json
    from benchmark.interfaces.commands import make_artifact

    setting = results.setting()
    artifact = named(name, setting)
    if artifact.kind != "table":
        raise ParameterError(f"{name} is a figure: its points are no methods; explain traces them")
    numbers = measured(stored_numbers(artifact, setting, results.opened(), results.data)[0], name, metric, scenario)
    reference = _reference(numbers, against)
    if all(number.reason.startswith(MISSING) for number in numbers if number.label == reference):
        command = make_artifact(artifact.kind, artifact.name, setting.variant, results.profile)
        raise BenchmarkError(f"{reference} is not in the store; run it: {command}")
    gaps = [f"{number.scenario}: {number.label}: {number.reason}" for number in numbers if not number.values]
    rows = pairs(_tidy(numbers), reference)
    if json:
        print_json({"against": reference, "metric": metric, "pairs": [_finite(row) for row in rows], "left out": gaps})
        return
    print(f"{name} ({setting.variant}, {results.profile}) · {metric} · against {reference}\n")
    print_pairs(rows, reference)
    for gap in gaps:
        print(f"left out: {gap}")


def pairs(records: list[dict[str, Any]], against: str) -> list[dict[str, Any]]:
    """Compare each method with one of them, in the order of the records.

    Where all seeds give the same difference, they are copies of one run: interval and p-values are then NaN.
    """
    from benchmark.stats.comparisons import compare_pairs

    if not any(record["method"] == against for record in records):
        return []
    order = list(dict.fromkeys((record["dataset"], record["method"]) for record in records))
    rows = compare_pairs(records, against).to_dicts()
    for row in rows:
        if not row["high"] > row["low"]:  # equal limits, or both NaN for one seed
            row |= dict.fromkeys(("low", "high", "p", "p_holm", "p_wilcoxon", "p_wilcoxon_holm", "seeds_needed"), nan)
    return sorted(rows, key=lambda row: order.index((row["dataset"], row["first"])))


def print_pairs(rows: list[dict[str, Any]], against: str) -> None:
    """Print pairs, one a line, and an explanation of the columns."""
    from benchmark.cli.printing import print_table

    columns = ("", "method", "difference", "95 % interval", "p t", "p Wilcoxon", "seeds")
    print_table(columns, [_line(row) for row in rows], right=("difference", "p t", "p Wilcoxon", "seeds"))
    print(NOTE.format(against=against))


def _reference(numbers: list[Number], against: str) -> str:
    """Return the label of the one row that the caller names."""
    from benchmark.artifacts.trace import matching

    labels = list(dict.fromkeys(number.label for number in matching(numbers, against)))
    if len(labels) > 1:
        raise ParameterError(f"{against!r} fits several rows: {'; '.join(labels)}")
    return labels[0]


def _tidy(numbers: list[Number]) -> list[dict[str, Any]]:
    """One record a row, scenario and seed; a row without a number is left out of its scenario."""
    return [
        {"method": number.label, "dataset": number.scenario, "seed": seed, "value": value}
        for number in numbers
        for seed, value in number.values.items()
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
    """Replace infinity and NaN, which JSON cannot hold, by None."""
    return {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in row.items()}
