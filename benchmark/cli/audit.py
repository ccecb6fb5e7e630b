"""``audit``: can the printed numbers of the papers be true together? Before any training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.verdicts.audit import Finding


def audit(json: options.Json = False) -> None:
    """Check the papers' printed numbers against each other. Nothing is run, and a fault of a paper is no error."""
    from benchmark.cli.printing import print_json, print_table
    from benchmark.verdicts.verify import audit_paper, papers_with

    found = {paper.name: audit_paper(paper) for paper in papers_with("published.toml")}
    if json:
        print_json([_record(paper, one) for paper, findings in found.items() for one in findings])
        return
    for paper, findings in found.items():
        print(f"{paper}\n")
        print_table(
            ("where", "row", "check", "outcome", "verdict"),
            [(one.table, _rows(one), one.check, one.outcome, one.text) for one in findings],
        )
        counts = {outcome: sum(one.outcome == outcome for one in findings) for outcome in _OUTCOMES}
        print("\n" + ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count) + "\n")


_OUTCOMES = ("consistent", "inconsistent", "not checkable", "note")


def _rows(finding: Finding) -> str:
    return finding.rows[0] if len(finding.rows) == 1 else "all rows"


def _record(paper: str, finding: Finding) -> dict[str, Any]:
    """Turn a finding into JSON; ends of an interval as floats, and as exact fractions beside them."""
    implied = None
    if finding.implied is not None:
        low, high = finding.implied.low, finding.implied.high
        implied = {"low": float(low), "high": float(high), "exact": [str(low), str(high)]}
    return {
        "paper": paper,
        "table": finding.table,
        "check": finding.check,
        "rows": list(finding.rows),
        "column": finding.column,
        "outcome": finding.outcome,
        "text": finding.text,
        "implied": implied,
    }
