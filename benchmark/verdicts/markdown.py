"""A ledger as Markdown, for the summary page of a CI run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmark.verdicts.ledger import Ledger
from benchmark.verdicts.record import Change


def ledger_markdown(ledgers: Sequence[Ledger], found: Sequence[Change], stands_on: str) -> str:
    """Counts, changes, then every line folded away.

    Parameters
    ----------
    ledgers : sequence of Ledger
        One a paper.
    found : sequence of Change
        Against the record.
    stands_on : str
        Variant and profile, in words.
    """
    blocks = [f"## Replication verdicts, {stands_on}"]
    for ledger in ledgers:
        rows = [["verdict", "claims"], ["---", "---:"], *([name, str(n)] for name, n in counted(ledger).items())]
        blocks.append(f"### {ledger.paper}\n\n{_table(rows)}")
    if found:
        blocks.append("### Changed against the record\n\n" + "\n".join(f"- {_safe(str(change))}" for change in found))
    else:
        blocks.append("Nothing changed against the record.")
    for ledger in ledgers:
        head = ["claim", "scenario", "published", "measured", "verdict", "reason"]
        body = [
            [line.claim, line.scenario, line.published, line.measured, line.verdict, _safe(line.reason)]
            for line in ledger.lines
        ]
        table = _table([head, ["---"] * len(head), *body])
        blocks.append(f"<details><summary>All claims of {ledger.paper}</summary>\n\n{table}\n\n</details>")
    return "\n\n".join(blocks) + "\n"


def counted(ledger: Ledger) -> dict[str, int]:
    """Count the lines of a ledger by verdict, sorted by name."""
    return dict(sorted(Counter(line.verdict for line in ledger.lines).items()))


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
