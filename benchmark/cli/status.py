"""``status``: which cells of each artifact are stored, missing, stale or failed."""

from __future__ import annotations

import typer

from benchmark.cli import options


@options.grouped
def status(results: options.Results, json: options.Json = False) -> None:
    """Show which results are stored.

    The cells of every artifact are counted, also of the slow ones that `all` leaves out. Nothing is run. A cell is OK
    (stored), stale (stored, but its code, data or parameters have changed since), missing, not registered, without data
    in the folder, or failed with a status.

    Example: python -m benchmark status --variant twin --profile smoke
    """
    from collections import Counter
    from json import dumps

    from benchmark.artifacts.regenerate import all_artifacts, plan_artifacts
    from benchmark.interfaces.commands import make_all
    from benchmark.interfaces.errors import DataError

    setting, store = results.setting(), results.opened()
    artifacts = [artifact for artifact in all_artifacts() if setting.variant in artifact.variants]
    stored = store.cells()
    report: dict[str, dict[str, int]] = {}
    reasons = {}
    for artifact in artifacts:
        counts: Counter[str] = Counter()
        try:
            plan = plan_artifacts([artifact], setting, store, results.data)
        except DataError as error:  # other artifacts may have their data
            report[artifact.name] = {"without data": len(set(artifact.cells(setting)))}
            reasons[artifact.name] = str(error)
            continue
        for cell in sorted(set(artifact.cells(setting))):
            if cell in plan.unregistered:
                counts["not registered"] += 1
                continue
            key = plan.identities[cell].key
            failure = store.failure(key)
            if store.load(key) is not None:
                counts["OK"] += 1
            elif failure is not None:
                counts[failure["status"]] += 1
                reasons[str(cell)] = f"{failure['status']}: {failure['reason']}"
            else:
                counts["stale" if cell in stored else "missing"] += 1
        report[artifact.name] = dict(sorted(counts.items()))
    if json:
        typer.echo(dumps({"variant": setting.variant, "artifacts": report, "failures": reasons}, indent=1))
        return
    for name, counted in report.items():
        cells = ", ".join(f"{count} {state}" for state, count in counted.items())
        typer.echo(f"{name} ({setting.variant}, {results.profile}): {cells or 'nothing to run'}")
    for cell_name, reason in reasons.items():
        typer.echo(f"  {cell_name}: {reason}")
    total = sum((Counter(counted) for counted in report.values()), Counter[str]())
    cells = ", ".join(f"{count:,} {state}" for state, count in sorted(total.items()))
    again = make_all(setting.variant, results.profile)
    typer.echo(f"in all, shared cells counted in each: {cells or 'no cells'}; next: {again}")
