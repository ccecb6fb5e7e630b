"""Machines, libraries and commits behind the page's tables and figures, from their receipts."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.report.documents import Receipt
from benchmark.report.page_table import PageCell, PageColumn, PageTable, number

COMMIT_DIGITS = 12


def receipts_table(receipts: Sequence[Receipt]) -> PageTable:
    """One row a receipt."""
    columns = (
        PageColumn("Artifact", kind="code"),
        PageColumn("Data", kind="name", choose=True),
        PageColumn("Profile", kind="name"),
        PageColumn("Scenario", kind="name"),
        PageColumn("Cells", "done"),
        PageColumn("Cells", "needed"),
        PageColumn("Version", kind="name"),
        PageColumn("Commit", kind="code"),
    )
    rows = tuple(
        (
            PageCell(receipt.artifact),
            PageCell(receipt.variant),
            PageCell(receipt.profile),
            PageCell(receipt.scenario or "its own"),
            number(sum(cell["status"] == "OK" for cell in receipt.cells), 0),
            number(len(receipt.cells), 0),
            PageCell(receipt.version),
            PageCell(short(receipt.commit) or "not in git"),
        )
        for receipt in receipts
    )
    return PageTable("receipts-table", "Receipts of the tables and figures on this page", columns, rows)


def machines_table(receipts: Sequence[Receipt]) -> PageTable:
    """One row a machine and set of libraries, with the number of artifacts that it made."""
    counts: dict[tuple[tuple[str, str], ...], int] = {}
    for receipt in receipts:
        facts = _facts(receipt)
        counts[facts] = counts.get(facts, 0) + 1
    names = list(dict.fromkeys(name for facts in counts for name, _ in facts))
    columns = (
        PageColumn("Machine", kind="name"),
        PageColumn("Artifacts"),
        *(PageColumn(name, kind="name") for name in names),
    )
    rows = tuple(
        (
            PageCell(f"Machine {position}"),
            number(count, 0),
            *(PageCell(dict(facts).get(name, "–")) for name in names),
        )
        for position, (facts, count) in enumerate(sorted(counts.items()), start=1)
    )
    return PageTable("machines-table", "Machines and libraries", columns, rows)


def short(commit: str) -> str:
    """First digits of a commit, and whether files differed from it."""
    return commit[:COMMIT_DIGITS] + ("+changes" if commit.endswith("+changes") else "")


def _facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in [*receipt.machine.items(), *receipt.libraries.items()])
