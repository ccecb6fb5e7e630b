"""The numbers that an artifact shows, each with its seeds and the cells behind it: what claims are judged on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmark.interfaces.cell import Cell


@dataclass(frozen=True)
class Number:
    """One number of a table or one point of a figure, over seeds.

    Parameters
    ----------
    scenario : str
        Scenario that it is measured in.
    panel : str
        Panel of a figure; empty in a table.
    row : str
        What claims call the row: the method of a table's line, the position on a figure's axis (``256``, ``Low``).
    label : str
        What a reader sees in its place.
    metric : str
        Measured column or line, e.g. ``F1@val``.
    status, reason : str
        ``OK``, or why there is no number.
    values : mapping of int to float
        One value a seed; empty but for ``OK``.
    cells : tuple of Cell
        Cells that it is computed from.
    """

    scenario: str
    panel: str
    row: str
    label: str
    metric: str
    status: str
    reason: str
    values: Mapping[int, float]
    cells: tuple[Cell, ...]


def curve_numbers(
    records: Iterable[Mapping[str, Any]], scenario: str, position: Callable[[Any], str] = "{:g}".format
) -> list[Number]:
    """Every point of a figure, in the order of its axis; one that another panel has and this one lacks is ``MISSING``.

    Parameters
    ----------
    records : iterable of mapping
        One a panel, position, metric and seed: ``panel``, ``x``, ``metric``, ``seed``, ``value``, ``cell``. Seeds that
        gave no number have no record; more than one record of a seed (recordings) are averaged.
    scenario : str
        Scenario of the figure.
    position : callable
        Name of a position on the axis.
    """
    groups: dict[tuple[str, str, Any], dict[int, list[Mapping[str, Any]]]] = {}
    for record in records:
        place = (record["panel"], record["metric"], record["x"])
        groups.setdefault(place, {}).setdefault(record["seed"], []).append(record)
    axis = sorted({x for _, _, x in groups})
    found = []
    for panel, metric in dict.fromkeys(place[:2] for place in groups):
        for x in axis:
            name, seeds = position(x), groups.get((panel, metric, x), {})
            values = {seed: sum(one["value"] for one in given) / len(given) for seed, given in seeds.items()}
            cells = tuple(dict.fromkeys(one["cell"] for given in seeds.values() for one in given))
            reason = "" if values else "no seed gave a number here"
            status = "OK" if values else "MISSING"
            found.append(Number(scenario, panel, name, name, metric, status, reason, values, cells))
    return found
