"""``metrics``: the catalogue of metrics, with their known flaws."""

from __future__ import annotations

from benchmark.cli import options


def metrics(json: options.Json = False) -> None:
    """List the metrics and their known flaws.

    For each metric: the behaviour that it rewards, its flaws, its range, and the value of a random score.

    Example: python -m benchmark metrics --json
    """
    from dataclasses import asdict

    from benchmark.cli.printing import print_json, print_table
    from benchmark.metrics.catalogue import CATALOGUE

    if json:
        rows = [asdict(metric) for metric in CATALOGUE]
        print_json([{key: value for key, value in row.items() if key != "compute"} for row in rows])
        return
    columns = ("metric", "rewards", "known flaws", "range", "chance", "rows", "source")
    print_table(
        columns,
        [
            (m.name, m.rewards, m.flaws, m.range, m.chance, "in order" if m.sequential else "any", m.source)
            for m in CATALOGUE
        ],
    )
    print(
        "\n<cut>: the policy that set the threshold, val or pot. Point-wise metrics are also given at the oracle cut of"
        "\nF1. @oracle: at the best of all thresholds for that very metric, chosen with the test labels. Neither: no"
        "\nthreshold. range: the best value last. chance: a random score. rows: any, or only rows in order of time."
    )
