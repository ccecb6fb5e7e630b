"""Methods with their settings, and what the cells behind the page cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from statistics import median

from benchmark.engine.store import Store
from benchmark.interfaces.describe import Description, describe
from benchmark.interfaces.registry import METHODS
from benchmark.report.editions import Receipt
from benchmark.report.grid import Cell, Column, Grid, number


def settings() -> Grid:
    """Every registered method: what it is, and its parameters with their defaults."""
    columns = (
        Column("Method", kind="code"),
        Column("What it is", kind="text"),
        Column("Labels", kind="name", choose=True),
        Column("Role", kind="name", choose=True),
        Column("Presets", kind="name"),
        Column("Parameters and defaults", kind="settings"),
    )
    rows = tuple(_method(one) for one in describe(METHODS))
    return Grid("methods-table", "Registered methods and their settings", columns, rows)


def _method(one: Description) -> tuple[Cell, ...]:
    said = one.summary if one.status == "ok" else f"cannot be loaded: {one.reason}"
    return (
        Cell(one.name),
        Cell(said, status="" if one.status == "ok" else "BROKEN"),
        Cell(one.supervision or "set by its parameters"),
        Cell("control" if one.control else "method"),
        Cell(", ".join(one.presets) or "–"),
        Cell(", ".join(f"{name}={value}" for name, value in one.parameters) or "–"),
    )


def cost(receipts: Sequence[Receipt], store: Store) -> Grid | None:
    """Median wall times of the cells behind the page, of those that are in the store; None where none is."""
    keys = sorted({cell["key"] for receipt in receipts for cell in receipt.cells if cell.get("key")})
    groups: dict[tuple[str, str, str, str], list[dict[str, float]]] = {}
    for key in keys:
        folder = store.results / key
        try:
            cell = json.loads((folder / "result.json").read_text(encoding="utf-8"))["cell"]
            seconds = json.loads((folder / "seconds.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError):
            continue  # made elsewhere: the receipt names it, this store lacks it
        groups.setdefault((cell["method"], cell["dataset"], cell["variant"], cell["protocol"]), []).append(seconds)
    if not groups:
        return None
    columns = (
        Column("Method", kind="code"),
        Column("Dataset", kind="code", choose=True),
        Column("Data", kind="name", choose=True),
        Column("Protocol", kind="code"),
        Column("Cells"),
        Column("Fit", "seconds, median"),
        Column("Score", "seconds, median"),
    )
    rows = tuple(
        (
            *map(Cell, place),
            number(len(found), 0),
            *(_seconds([one[name] for one in found if name in one]) for name in ("fit", "score")),
        )
        for place, found in sorted(groups.items())
    )
    return Grid("cost-table", "Wall time of one cell", columns, rows)


def _seconds(values: list[float]) -> Cell:
    return number(median(values), 2) if values else Cell("–")
