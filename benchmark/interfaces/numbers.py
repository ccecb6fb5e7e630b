"""The numbers in an artifact, each with its seeds and cells: claims are judged on them."""

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
        Name in claims: the method of a table's line, the position on a figure's axis (``256``, ``Low``).
    label : str
        Name in the table or figure.
    metric : str
        Measured column or line, e.g. ``F1@val``.
    status, reason : str
        ``OK``, or why there is no number.
    values : mapping of int to float
        One value per seed; empty unless the status is ``OK``.
    cells : tuple of Cell
        Cells that it is computed from.
    timed : bool
        Whether it was measured of a machine (seconds, memory): another run gives another value.
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
    timed: bool = False


def curve_numbers(
    records: Iterable[Mapping[str, Any]], scenario: str, position: Callable[[Any], str] = "{:g}".format
) -> list[Number]:
    """Every point of a figure, in the order of its axis.

    Parameters
    ----------
    records : iterable of mapping
        One per panel, position, metric and seed: ``panel``, ``x``, ``metric``, ``seed``, ``value``, ``cell``. Seeds
        that gave no number have no record; several records of one seed (recordings) are averaged.
    scenario : str
        Scenario of the figure.
    position : callable
        Name of a position on the axis.

    Returns
    -------
    list of Number
        A position that only other panels have is ``MISSING``.
    """
    groups: dict[tuple[str, str, Any], dict[int, list[Mapping[str, Any]]]] = {}
    for record in records:
        point = (record["panel"], record["metric"], record["x"])
        groups.setdefault(point, {}).setdefault(record["seed"], []).append(record)
    axis = sorted({x for _, _, x in groups})
    numbers = []
    for panel, metric in dict.fromkeys(point[:2] for point in groups):
        for x in axis:
            name, seeds = position(x), groups.get((panel, metric, x), {})
            values = {seed: sum(one["value"] for one in members) / len(members) for seed, members in seeds.items()}
            cells = tuple(dict.fromkeys(one["cell"] for members in seeds.values() for one in members))
            reason = "" if values else "no seed gave a number at this position"
            status = "OK" if values else "MISSING"
            numbers.append(Number(scenario, panel, name, name, metric, status, reason, values, cells))
    return numbers
