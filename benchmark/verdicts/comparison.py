"""Compare runs with their records: data first, then bytes, and statistics only where bytes differ.

Verdicts are compared in two steps. The recorded values are judged again: if they now give another verdict than the
recorded one, the rules, the claims or the printed numbers have changed. If they give the recorded verdict and the new
values give another, the values decide: it is a change if a number behind the verdict shifted, was lost or is new, or if
its data differ; else the verdict is *unsettled*, since two draws that agree fall on different sides of a boundary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmark.interfaces.numbers import Number
from benchmark.interfaces.spec import Spec
from benchmark.verdicts.agreement import Shift, shifts
from benchmark.verdicts.number_pair import NumberPair
from benchmark.verdicts.record import Record
from benchmark.verdicts.report import ClaimReport
from benchmark.verdicts.verify import PaperRun

DIGITS = 8
"""Digits of a fingerprint that are printed."""

SAME_VALUES = "the recorded values give it too: rules, claims or printed numbers have changed"


@dataclass(frozen=True)
class Change:
    """One difference between a record and a run.

    Parameters
    ----------
    paper : str
        Paper that it belongs to.
    what : {"data", "verdict", "mean", "method", "metric", "threshold", "scenario"}
        What has changed: a dataset, a verdict, a single number, or all numbers of a group.
    name : str
        Which one.
    recorded, found : str
        Before and now; empty if there is none.
    note : str
        How it was found; empty if it needs no words.
    """

    paper: str
    what: str
    name: str
    recorded: str
    found: str
    note: str = ""

    def __str__(self) -> str:
        head = f"{self.what} of {self.name}" if self.what in ("verdict", "mean") else f"{self.what} {self.name}"
        note = f" ({self.note})" if self.note else ""
        return f"{self.paper}: {head}: {self.recorded or 'none'} → {self.found or 'none'}{note}"


@dataclass(frozen=True)
class Comparison:
    """Runs of papers compared with their records.

    Parameters
    ----------
    changes : list of Change
        Data first, then verdicts, then numbers.
    unsettled : list of Change
        Verdicts that differ although the numbers behind them agree; no failure.
    unrecorded : list of str
        Papers without a record for this variant and profile.
    numbers : int
        How many numbers were compared.
    by_method : dict of str to int
        How many of them differ in any byte, by method.
    arithmetics : set of str
        Arithmetic of the records.
    """

    changes: list[Change] = field(default_factory=list)
    unsettled: list[Change] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    numbers: int = 0
    by_method: dict[str, int] = field(default_factory=dict)
    arithmetics: frozenset[str] = frozenset()

    @property
    def differing(self) -> int:
        """How many numbers differ in any byte."""
        return sum(self.by_method.values())

    @property
    def way(self) -> str:
        """How the numbers were compared: ``bytes`` or ``statistics``; ``nothing`` without a record."""
        if not self.numbers:
            return "nothing"
        return "statistics" if self.differing else "bytes"


def compare(runs: Sequence[PaperRun], records: Mapping[str, Record]) -> Comparison:
    """Compare runs with records.

    Parameters
    ----------
    runs : sequence of PaperRun
        Runs of papers, each judged.
    records : mapping of str to Record
        By paper; those without one are listed as unrecorded.
    """
    recorded = [(run, records[run.paper.name]) for run in runs if run.paper.name in records]
    pairs = [pair for run, record in recorded for pair in number_pairs(run.report, run.data, record)]
    shifted = shifts(pairs) if any(pair.recorded != pair.found for pair in pairs) else []
    data, verdicts, unsettled, means = [], [], [], []
    for run, record in recorded:
        name = run.paper.name
        own = [shift for shift in shifted if shift.paper == name]
        data += data_changes(name, run.data, record)
        lost = [_lost(name, number, run.report, record) for number in _unpaired(run.report, record)]
        means += [*lost, *map(_as_change, own)]
        moved = {number for shift in own for number in shift.numbers} | {change.name for change in lost}
        moved |= {pair.name for pair in pairs if pair.paper == name and not pair.paired and pair.recorded != pair.found}
        changed, open_ones = _verdict_changes(run, record, moved)
        verdicts += changed
        unsettled += open_ones
    return Comparison(
        [*data, *verdicts, *means],
        unsettled,
        [run.paper.name for run in runs if run.paper.name not in records],
        len(pairs),
        dict(sorted(Counter(pair.method for pair in pairs if pair.recorded != pair.found).items())),
        frozenset(record.arithmetic for _, record in recorded),
    )


def data_changes(paper: str, data: Mapping[str, str], record: Record) -> list[Change]:
    """Datasets whose fingerprint is not the recorded one, new and lost ones too."""
    changes = []
    for name in sorted(set(data) | set(record.data)):
        before, after = record.data.get(name, ""), data.get(name, "")
        if before != after:
            note = "its numbers are compared unpaired" if before and after else ""
            changes.append(Change(paper, "data", name, before[:DIGITS], after[:DIGITS], note))
    return changes


def number_pairs(report: ClaimReport, data: Mapping[str, str], record: Record) -> list[NumberPair]:
    """Pair every number that a run and its record both have."""
    shared = {name: number for name, number in report.numbers.items() if record.values.get(name)}
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


def _unpaired(report: ClaimReport, record: Record) -> list[str]:
    """Names of the numbers that only the run or only the record has."""
    return sorted(set(report.numbers) ^ {name for name, values in record.values.items() if values})


def _lost(paper: str, name: str, report: ClaimReport, record: Record) -> Change:
    before = record.mean(name)
    values = report.numbers[name].values if name in report.numbers else {}
    after = sum(values.values()) / len(values) if values else None
    return Change(paper, "mean", name, _text(before), _text(after))


def _as_change(shift: Shift) -> Change:
    p_value = f"adjusted p {shift.p_value:.1g}"
    if shift.kind == "mean":
        return Change(shift.paper, "mean", shift.name, _text(shift.recorded), _text(shift.found), p_value)
    recorded = f"{shift.metric} {_text(shift.recorded)}"
    note = f"{len(shift.numbers)} numbers differ, {p_value}"
    return Change(shift.paper, shift.kind, shift.name, recorded, _text(shift.found), note)


def _verdict_changes(run: PaperRun, record: Record, moved: set[str]) -> tuple[list[Change], list[Change]]:
    """Verdicts that have changed, and those that are unsettled."""
    paper, now = run.paper.name, {result.key: result for result in run.report.results}
    same = {name: number.values for name, number in run.report.numbers.items()} == record.values
    judged_again = run.report if same else run.report_on(record.values)
    again = {result.key: result.verdict for result in judged_again.results}
    changes: list[Change] = []
    unsettled: list[Change] = []
    for key in sorted(set(now) | set(record.verdicts)):
        before = record.verdicts.get(key, "")
        after = now[key].verdict if key in now else ""
        if not before or not after:
            changes.append(Change(paper, "verdict", key, before, after))
        elif again[key] != before:
            changes.append(Change(paper, "verdict", key, before, again[key], SAME_VALUES))
        elif after != before:
            settled = moved & set(now[key].numbers)
            (changes if settled else unsettled).append(Change(paper, "verdict", key, before, after))
    return changes, unsettled


def _text(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.4f}"
