"""``compare``: the rows of a table against one of them, seed by seed."""

from __future__ import annotations

from math import isfinite, isnan, nan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli import options
from benchmark.interfaces.errors import BenchmarkError, ParameterError, UnknownNameError

if TYPE_CHECKING:
    from benchmark.interfaces.artifact import Artifact
    from benchmark.interfaces.numbers import Number

LEVEL = 0.05
"""Level at which a difference counts as shown."""

FEW = 2
"""Seeds of which an interval is not shown: it would be wider than the range of any metric."""

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

    Every row is compared with the row AGAINST, from stored results, else from the committed ones, which need neither
    data nor network. Nothing is run.

    Example: python -m benchmark compare gan-uq/table1 AUC-PR XGBoost
    """
    from benchmark.cli.artifacts import known_artifact
    from benchmark.cli.printing import print_json

    artifact = known_artifact(name)
    if artifact.kind != "table":
        raise ParameterError(f"{artifact.name} is a figure: its points are no methods; explain traces them")
    numbers, where = _numbers(artifact, metric, against, scenario, results)
    reference = _reference(numbers, against)
    gaps = [f"{number.scenario}: {number.label}: {number.reason}" for number in numbers if not number.values]
    rows = pairs(_tidy(numbers), reference)
    if json:
        print_json({"against": reference, "metric": metric, "pairs": [_finite(row) for row in rows], "left out": gaps})
        return
    print(f"{artifact.name} ({where}) · {metric} · against {reference}\n")
    print_pairs(rows, reference)
    for gap in gaps:
        print(f"left out: {gap}")
    shown = sum(row["p_holm"] <= LEVEL for row in rows)
    print(f"\n{shown} of {len(rows)} rows differ from {reference} at the level {LEVEL} (paired t-test, Holm).")


def _numbers(
    artifact: Artifact, metric: str, against: str, scenario: str, results: options.Results
) -> tuple[list[Number], str]:
    """Return the stored numbers of a metric, or the committed ones where the reference is not stored; and which."""
    from benchmark.artifacts.trace import MISSING, artifact_command, matching, measured, stored_numbers
    from benchmark.cli.artifacts import require_variant
    from benchmark.cli.origin import committed_numbers

    setting = results.setting()
    try:
        require_variant(artifact, setting)
        stored = stored_numbers(artifact, setting, results.opened(), results.data)[0]
        numbers = measured(stored, artifact.name, metric, scenario)
        if not all(number.reason.startswith(MISSING) for number in matching(numbers, against)):
            return numbers, f"{setting.variant}, {results.profile}"
        missing = f"{against} is not in the store; run it: {artifact_command(artifact, setting)}"
    except UnknownNameError:
        raise
    except BenchmarkError as error:
        missing = str(error)
    if (kept := committed_numbers(artifact, results)) is None:
        raise BenchmarkError(missing)
    return measured(kept[0].numbers, artifact.name, metric, scenario), f"{kept[1]}, as committed"


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
        f"{row['low']:+.4f} to {row['high']:+.4f}" if row["seeds"] > FEW else "–",
        f"{row['p_holm']:.4f}",
        f"{row['p_wilcoxon_holm']:.4f}",
        "many" if needed >= 10_000 else f"{needed:,.0f}",
    )


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """Replace infinity and NaN, which JSON cannot hold, by None."""
    return {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in row.items()}
