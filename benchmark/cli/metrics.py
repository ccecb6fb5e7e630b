"""``metrics``: the catalogue of metrics, with their known flaws."""

from __future__ import annotations

from benchmark.cli import options

LEGEND = (
    "<cut>: the policy that set the threshold: val, pot, labelled or share (the last two where validation has "
    "labels of both classes); for point-wise metrics also oracle, the cut of the best F1. @oracle: at the best "
    "threshold of the metric itself, found on the test labels. Neither: no threshold. The best value of a range "
    "is the last. Chance: value for a random score. Rows in order: in time order. Always measured, or on request "
    "with run --metrics NAMES, e.g. 'PATE,Range-F1@val'; at budgets: where a protocol has budgets of false "
    "alarms: then <cut> is also 0.1%, 1% or 5% of held-out normal rows, and 1%-test on the normal rows of the "
    "test."
)


def metrics(json: options.Json = False) -> None:
    """List the metrics and their known flaws.

    Example: python -m benchmark metrics --json
    """
    from dataclasses import asdict

    from benchmark.cli.printing import page_width, print_json, wrapped
    from benchmark.metrics.catalogue import BUDGETED, CATALOGUE

    if json:
        rows = [asdict(metric) for metric in (*CATALOGUE, *BUDGETED)]
        print_json([{key: value for key, value in row.items() if key != "compute"} for row in rows])
        return
    for metric in (*CATALOGUE, *BUDGETED):
        order = "rows in order" if metric.sequential else "any rows"
        when = "at budgets" if metric in BUDGETED else "always" if metric.default else "on request"
        head = f"{metric.name}: {metric.range}; chance {metric.chance}; {order}; {when}"
        for position, line in enumerate(wrapped(head, page_width() - 4)):
            print(f"{'    ' if position else ''}{line}")
        for name, text in (("rewards", metric.rewards), ("flaws", metric.flaws), ("source", metric.source)):
            for position, line in enumerate(wrapped(f"{name}: {text}", page_width() - 4)):
                print(f"  {'  ' if position else ''}{line}")
    print()
    for line in wrapped(LEGEND, page_width()):
        print(line)
