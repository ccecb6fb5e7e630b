"""``check``: the contract of a detector, with leakage certificates."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from benchmark.cli import options

HEADINGS = {"contract": "contract", "leakage": "leakage certificates", "cost": "cost"}
MARKS = {"passes": "ok", "fails": "FAILS", "note": "note", "skipped": "–"}


def check(
    name: Annotated[str, typer.Argument(help="A detector: name[param=value,…], file.py:Class or pyod:ECOD.")],
    json: options.Json = False,
) -> None:
    """Check the contract of a detector.

    Leakage is part of it: what must not reach a detector does not change it. Exit code 1 where a check fails.

    Example: python -m benchmark check my.py:Mine
    """
    from benchmark.cli.plugin import check_methods
    from benchmark.cli.printing import print_json
    from benchmark.testing.apart import run_checks_apart
    from benchmark.testing.checks import CHECKS

    check_methods([name])
    found = []
    group = ""
    for one in run_checks_apart(name):
        found.append(one)
        if json:
            continue
        if one.check.group != group:
            group = one.check.group
            print(("" if len(found) == 1 else "\n") + HEADINGS[group])
        mark, text = MARKS[one.finding.verdict], one.finding.text
        print(f"  {mark:<5} {one.check.name}" + (f": {text}" if text else ""), flush=True)
    failed = [one for one in found if one.finding.verdict == "fails"]
    if json:
        records = [
            {
                "check": one.check.name,
                "group": one.check.group,
                "verdict": one.finding.verdict,
                "text": one.finding.text,
            }
            for one in found
        ]
        print_json({"schema": 1, "detector": name, "checks": records})
    elif failed:
        print(f"\n{len(failed)} of {len(CHECKS)} checks fail: {name} is not ready", file=sys.stderr)
    else:
        print(f"\n{name} keeps the contract. As pytest tests: from benchmark.testing import contract_tests")
    if failed:
        raise typer.Exit(1)
