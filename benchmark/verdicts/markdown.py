"""Claims as Markdown, for the summary page of a CI run."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.verdicts.comparison import Change, Comparison
from benchmark.verdicts.report import ClaimReport


def claims_markdown(reports: Sequence[ClaimReport], comparison: Comparison, outcome: str, run: str) -> str:
    """Counts of verdicts and changes, then every claim in a folded table.

    Parameters
    ----------
    reports : sequence of ClaimReport
        One a paper.
    comparison : Comparison
        Comparison with the record.
    outcome : str
        How the numbers were compared, in one sentence.
    run : str
        Variant and profile, for the heading.
    """
    blocks = [f"## Replication verdicts, {run}", outcome]
    for report in reports:
        rows = [["verdict", "claims"], ["---", "---:"], *([name, str(n)] for name, n in report.counts().items())]
        blocks.append(f"### {report.paper}\n\n{_table(rows)}")
    if comparison.changes:
        blocks.append("### Changed against the record\n\n" + _list(comparison.changes))
    else:
        blocks.append("Nothing changed against the record.")
    if comparison.unsettled:
        text = "These verdicts differ although the numbers behind them agree within chance; they fail no run."
        blocks.append(f"### Unsettled\n\n{text}\n\n{_list(comparison.unsettled)}")
    for report in reports:
        named = "\n".join(f"- {_safe(str(one))}" for one in report.settled)
        blocks += [f"### No readings of {report.paper}\n\n{named}"] if named else []
    for report in reports:
        head = ["claim", "published", "measured", "verdict", "look", "reading", "power", "reason"]
        body = [[_safe(str(getattr(result, name))) for name in head] for result in report.results]
        table = _table([head, ["---"] * len(head), *body])
        blocks.append(f"<details><summary>All claims of {report.paper}</summary>\n\n{table}\n\n</details>")
    return "\n\n".join(blocks) + "\n"


def _list(changes: Sequence[Change]) -> str:
    return "\n".join(f"- {_safe(str(change))}" for change in changes)


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
