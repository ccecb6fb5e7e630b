"""The numbers that a run and its record both have, each with the training runs that it comes from."""

from __future__ import annotations

from collections.abc import Mapping

from benchmark.interfaces.numbers import Number
from benchmark.interfaces.spec import Spec
from benchmark.verdicts.number_pair import NumberPair
from benchmark.verdicts.record import Record
from benchmark.verdicts.report import ClaimReport


def number_pairs(report: ClaimReport, data: Mapping[str, str], record: Record) -> list[NumberPair]:
    """Pair every number that a run and its record both have, without those of a machine."""
    shared = {
        name: number
        for name, number in report.numbers.items()
        if record.values.get(name) and not (number.timed or name in record.timed)
    }
    runs = _runs(shared)
    return [
        NumberPair(
            report.paper,
            name,
            _method(number),
            number.metric,
            number.scenario,
            runs[name],
            record.values[name],
            number.values,
            all(record.data.get(cell.dataset) == data.get(cell.dataset) for cell in number.cells),
        )
        for name, number in shared.items()
    ]


def _runs(numbers: Mapping[str, Number]) -> dict[str, str]:
    """Name the training runs behind each number: one name for a curve, for a row, and for all that share a cell."""
    names: dict[str, str] = {}
    for name, number in numbers.items():
        artifact = name.partition(" | ")[0]
        names[name] = " | ".join((artifact, number.scenario, number.panel, "" if number.panel else number.row))
    owner: dict[object, str] = {}
    for name, number in numbers.items():
        for cell in number.cells:
            other, own = owner.setdefault(cell, names[name]), names[name]
            if other != own:  # both names stand for the same training runs
                names = {key: other if value == own else value for key, value in names.items()}
                owner = {key: other if value == own else value for key, value in owner.items()}
    return names


def _method(number: Number) -> str:
    """Name of the method behind a number, without parameters; a file without its folders."""
    text = number.cells[0].method if number.cells else number.row
    return Spec.parse(text).name.rpartition("/")[2]
