"""Methods with their settings, and the wall time of the cells behind the page."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmark.engine.store import Store
from benchmark.interfaces.describe import Description, describe
from benchmark.interfaces.registry import METHODS
from benchmark.report.documents import Receipt
from benchmark.report.page_table import PageCell, PageColumn, PageTable, number


def settings() -> PageTable:
    """Every registered method with a description, its parameters and their defaults."""
    columns = (
        PageColumn("Method", kind="code"),
        PageColumn("Description", kind="text"),
        PageColumn("Labels", kind="name", choose=True),
        PageColumn("Role", kind="name", choose=True),
        PageColumn("Presets", kind="name"),
        PageColumn("Parameters and defaults", kind="settings"),
    )
    rows = tuple(_method(method) for method in describe(METHODS))
    return PageTable("methods-table", "Registered methods and their settings", columns, rows)


def _method(method: Description) -> tuple[PageCell, ...]:
    summary = method.summary if method.status == "ok" else f"cannot be loaded: {method.reason}"
    return (
        PageCell(method.name),
        PageCell(summary, status="" if method.status == "ok" else "BROKEN"),
        PageCell(method.supervision or "set by its parameters"),
        PageCell("control" if method.control else "method"),
        PageCell(", ".join(method.presets) or "–"),
        PageCell(", ".join(f"{name}={value}" for name, value in method.parameters) or "–"),
    )


def cost(receipts: Sequence[Receipt], store: Store) -> PageTable | None:
    """Median wall times of the cells behind the page that are in the store; None if there are none."""
    keys = sorted({cell["key"] for receipt in receipts for cell in receipt.cells if cell.get("key")})
    groups: dict[tuple[str, str, str, str], list[dict[str, float]]] = {}
    for key in keys:
        record, seconds = store.record(key), store.seconds(key)
        if record is None or seconds is None:
            continue  # made elsewhere: the receipt names it, this store lacks it
        cell = record["cell"]
        groups.setdefault((cell["method"], cell["dataset"], cell["variant"], cell["protocol"]), []).append(seconds)
    if not groups:
        return None
    columns = (
        PageColumn("Method", kind="code"),
        PageColumn("Dataset", kind="code", choose=True),
        PageColumn("Data", kind="name", choose=True),
        PageColumn("Protocol", kind="code"),
        PageColumn("Cells"),
        PageColumn("Fit", "seconds, median"),
        PageColumn("Score", "seconds, median"),
    )
    rows = tuple(
        (
            *map(PageCell, group),
            number(len(times), 0),
            *(_seconds([one[name] for one in times if name in one]) for name in ("fit", "score")),
        )
        for group, times in sorted(groups.items())
    )
    return PageTable("cost-table", "Wall time of one cell", columns, rows)


def _seconds(values: list[float]) -> PageCell:
    return number(median(values), 2) if values else PageCell("–")
