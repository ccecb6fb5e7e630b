"""``audit``: check whether the printed numbers of each paper can be true together. No training is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmark.cli import options

if TYPE_CHECKING:
    from benchmark.verdicts.audit import Finding

_OUTCOMES = ("consistent", "inconsistent", "not checkable", "note")


def audit(json: options.Json = False) -> None:
    """Check the papers' printed numbers.

    The numbers of a table are checked against each other. Nothing is run. Contradictions in a paper do not change the
    exit code.

    Example: python -m benchmark audit --json
    """
    from benchmark.cli.printing import print_json, print_table
    from benchmark.verdicts.verify import audit_paper, papers_with

    audits = {paper.name: audit_paper(paper) for paper in papers_with("published.toml")}
    if json:
        print_json([_record(paper, finding) for paper, findings in audits.items() for finding in findings])
        return
    for paper, findings in audits.items():
        print(f"{paper}\n")
        print_table(
            ("where", "row", "check", "outcome", "verdict"),
            [(finding.table, _rows(finding), finding.check, finding.outcome, finding.text) for finding in findings],
        )
        counts = {outcome: sum(finding.outcome == outcome for finding in findings) for outcome in _OUTCOMES}
        print("\n" + ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count) + "\n")


def _rows(finding: Finding) -> str:
    return finding.rows[0] if len(finding.rows) == 1 else "all rows"


def _record(paper: str, finding: Finding) -> dict[str, Any]:
    """Turn a finding into JSON; the ends of an interval as floats and as exact fractions."""
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
