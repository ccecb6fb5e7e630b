"""The numbers of an artifact as they are committed, by seed: without data, a store or a run.

A table has them in ``tables/<paper>/<table>.<variant>.json``, with six decimals, and its receipt names the cells. The
points of a figure, and a table without its file (in an installed package), are in the record of its paper
(``values.json``), as far as a claim uses them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.artifacts.regenerate import stem
from benchmark.interfaces.artifact import Artifact, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.record import read_record, section
from benchmark.verdicts.recorded import folder_of

Place = tuple[str, str, str]
"""Scenario, label and metric."""

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Committed:
    """Committed numbers.

    Parameters
    ----------
    file : path
        The file that has them.
    numbers : list of Number
        Every number, those without a value too.
    published : mapping of (str, str, str) to str
        Printed number by scenario, label and metric, where the table has one beside it.
    keys : mapping of str to str
        Key of each cell, by the cell in words.
    data : mapping of str to str
        Fingerprint of each dataset.
    """

    file: Path
    numbers: list[Number]
    published: Mapping[Place, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)


def committed(artifact: Artifact, setting: Setting, folders: Sequence[Path] = ()) -> Committed | None:
    """Return the committed numbers of an artifact.

    Parameters
    ----------
    artifact : Artifact
        Table or figure.
    setting : Setting
        Variant and profile.
    folders : sequence of path
        Folders with ``tables/``, in the order in which they are tried; default: the working folder and the repository.

    Returns
    -------
    Committed or None
        None where nothing is committed for this variant and profile.

    Raises
    ------
    DataError
        If a file of a table is not as this package writes it.
    """
    if setting.variant not in artifact.variants:
        return None
    for folder in folders or (Path(), REPOSITORY):
        file = stem(artifact, setting, folder).with_suffix(f"{setting.suffix}.json")
        if artifact.kind == "table" and file.is_file():
            try:
                return _of_table(file, artifact, setting)
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"is no table of this package ({error!r}); restore it from git", file=file) from error
    return _of_record(artifact, setting)


def _of_table(file: Path, artifact: Artifact, setting: Setting) -> Committed:
    content = json.loads(file.read_text(encoding="utf-8"))
    receipt = _receipt(file)
    cells = _cells(artifact, setting)
    numbers, published = [], {}
    for part in content["sections"]:
        for line in part["lines"]:
            for one in line["numbers"]:
                place = (part["key"], line["label"], one["metric"])
                behind = cells.get(place, ())
                values = {} if one["status"] != "OK" else _by_seed(one["values"], behind)
                numbers.append(
                    Number(
                        part["key"],
                        "",
                        line["method"],
                        line["label"],
                        one["metric"],
                        one["status"],
                        one["reason"],
                        values,
                        behind,
                    )
                )
                if one["published"]:
                    published[place] = one["published"]
    keys = {one["cell"]: one["key"] for one in receipt.get("cells", ()) if "key" in one}
    return Committed(file, numbers, published, keys, receipt.get("data", {}))


def _by_seed(values: Sequence[float], cells: Sequence[Cell]) -> dict[int, float]:
    seeds = [cell.seed for cell in cells] if len(cells) == len(values) else range(len(values))
    return dict(zip(seeds, values, strict=True))


def _of_record(artifact: Artifact, setting: Setting) -> Committed | None:
    folder = folder_of(artifact.name.partition("/")[0])
    record = read_record(folder, section(setting))
    if record is None or record.outdated:
        return None
    numbers = []
    for name, values in record.values.items():
        head, _, metric = name.rpartition(" | ")
        place, _, label = head.rpartition(" | ")
        source, _, where = place.partition(" | ")
        if source == artifact.name:
            scenario, _, panel = where.partition(" | ")
            numbers.append(Number(scenario, panel, label, label, metric, "OK", "", values, ()))
    return Committed(folder / "values.json", numbers, data=record.data) if numbers else None


def _cells(artifact: Artifact, setting: Setting) -> dict[Place, tuple[Cell, ...]]:
    """Cells behind each number of a table, found from its plan alone."""
    missing = {cell: Result("ERROR", "not run") for cell in artifact.cells(setting)}
    return {(one.scenario, one.label, one.metric): one.cells for one in artifact.numbers(missing, setting)}


def _receipt(file: Path) -> dict[str, Any]:
    path = file.with_suffix(".receipt.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content
