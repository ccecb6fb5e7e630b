"""What the page's tables and figures were made with, as their receipts say."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.report.editions import Edition, Receipt
from benchmark.report.grid import Cell, Column, Grid, number

COMMIT_DIGITS = 12


def receipts_table(editions: Sequence[Edition]) -> Grid:
    """One row a receipt."""
    columns = (
        Column("Artifact", kind="code"),
        Column("Data", kind="name", choose=True),
        Column("Profile", kind="name"),
        Column("Scenario", kind="name"),
        Column("Cells", "done"),
        Column("Cells", "needed"),
        Column("Version", kind="name"),
        Column("Commit", kind="code"),
    )
    rows = tuple(
        (
            Cell(one.artifact),
            Cell(one.variant),
            Cell(one.profile),
            Cell(one.scenario or "its own"),
            number(sum(cell["status"] == "OK" for cell in one.cells), 0),
            number(len(one.cells), 0),
            Cell(one.version),
            Cell(short(one.commit) or "not in git"),
        )
        for one in (edition.receipt for edition in editions)
    )
    return Grid("receipts-table", "Receipts of the tables and figures on this page", columns, rows)


def machines_table(editions: Sequence[Edition]) -> Grid:
    """One row a machine and set of libraries, with the number of artifacts that it made."""
    found: dict[tuple[tuple[str, str], ...], int] = {}
    for edition in editions:
        facts = _facts(edition.receipt)
        found[facts] = found.get(facts, 0) + 1
    names = list(dict.fromkeys(name for facts in found for name, _ in facts))
    columns = (Column("Machine", kind="name"), Column("Artifacts"), *(Column(name, kind="name") for name in names))
    rows = tuple(
        (
            Cell(f"Machine {place}"),
            number(count, 0),
            *(Cell(dict(facts).get(name, "–")) for name in names),
        )
        for place, (facts, count) in enumerate(sorted(found.items()), start=1)
    )
    return Grid("machines-table", "Machines and libraries", columns, rows)


def short(commit: str) -> str:
    """First digits of a commit, and whether files differed from it."""
    return commit[:COMMIT_DIGITS] + ("+changes" if commit.endswith("+changes") else "")


def _facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in [*receipt.machine.items(), *receipt.libraries.items()])
