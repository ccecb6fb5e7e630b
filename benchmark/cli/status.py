"""``status``: what of each artifact is done, missing, stale or failed."""

from __future__ import annotations

import typer

from benchmark.cli import options


def status(
    data: options.DataFolder = None,
    variant: options.VariantName = None,
    profile: options.ProfileName = "default",
    store: options.StoreFolder = options.STORE,
    json: options.Json = False,
) -> None:
    """Say what of each artifact is in the store, the ones of hours that `all` leaves out too. Nothing is run.

    A cell is OK (stored), stale (stored, but its code, data or parameters have changed since), missing, not
    registered, without data in the folder, or failed with a status.
    """
    from collections import Counter
    from json import dumps

    from benchmark.artifacts.regenerate import all_artifacts, plan_artifacts
    from benchmark.engine.store import Store
    from benchmark.interfaces.errors import DataError

    stands_on = options.setting(variant, data, profile)
    kept = Store(store)
    artifacts = [artifact for artifact in all_artifacts() if stands_on.variant in artifact.variants]
    done = kept.cells()
    report: dict[str, dict[str, int]] = {}
    reasons = {}
    for artifact in artifacts:
        counts: Counter[str] = Counter()
        try:
            plan = plan_artifacts([artifact], stands_on, kept, data)
        except DataError as error:  # the other artifacts may have theirs
            report[artifact.name] = {"without data": len(set(artifact.cells(stands_on)))}
            reasons[artifact.name] = str(error)
            continue
        for cell in sorted(set(artifact.cells(stands_on))):
            if cell in plan.unregistered:
                counts["not registered"] += 1
                continue
            key = plan.identities[cell].key
            failure = kept.failure(key)
            if kept.load(key) is not None:
                counts["OK"] += 1
            elif failure is not None:
                counts[failure["status"]] += 1
                reasons[str(cell)] = f"{failure['status']}: {failure['reason']}"
            else:
                counts["stale" if cell in done else "missing"] += 1
        report[artifact.name] = dict(sorted(counts.items()))
    if json:
        typer.echo(dumps({"variant": stands_on.variant, "artifacts": report, "failures": reasons}, indent=1))
        return
    for name, counted in report.items():
        cells = ", ".join(f"{count} {what}" for what, count in counted.items())
        typer.echo(f"{name} ({stands_on.variant}, {profile}): {cells or 'nothing to run'}")
    for cell_name, reason in reasons.items():
        typer.echo(f"  {cell_name}: {reason}")
