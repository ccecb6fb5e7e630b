"""Compare runs with their records: data first, then bytes, and statistics only where bytes may differ.

If record and run are both in portable arithmetic with equal versions of all libraries, a number on equal data must be
equal in every byte: any difference is a change of code, however small. Statistics decide only where the arithmetic, a
library or the data differ. Numbers of a machine (times, memory) are not compared.

Verdicts are compared in two steps. The recorded values are judged again: if they now give another verdict than the
recorded one, the rules, the claims or the printed numbers have changed. If they give the recorded verdict and the new
values give another, the values decide: it is a change if a number behind the verdict shifted, was lost or is new, or if
its data differ; else the verdict is *unsettled*, since two draws that agree fall on different sides of a boundary. A
verdict that rests on numbers of a machine is compared as it is: if it differs, it is a change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmark.verdicts.agreement import Shift, shifts
from benchmark.verdicts.number_pair import NumberPair
from benchmark.verdicts.pairs import number_pairs
from benchmark.verdicts.record import Circumstances, Record
from benchmark.verdicts.report import ClaimReport
from benchmark.verdicts.verify import PaperRun

DIGITS = 8
"""Digits of a fingerprint that are printed."""

NAMED = 3
"""Numbers of a method that a line names."""

SAME_VALUES = "the recorded values give it too: rules, claims or printed numbers have changed"
OF_A_MACHINE = "by numbers of the machine; the recorded ones give the recorded verdict"


@dataclass(frozen=True)
class Change:
    """One difference between a record and a run.

    Parameters
    ----------
    paper : str
        Paper that it belongs to.
    what : {"data", "verdict", "reading", "bytes", "mean", "method", "metric", "threshold", "scenario"}
        What has changed: a dataset, a verdict, the reading that decided it, bytes of the numbers of a method, a single
        number, or all numbers of a group.
    name : str
        Which one.
    recorded, found : str
        Before and now; empty if there is none.
    note : str
        How it was found; empty if it needs no words.
    numbers : tuple of str
        Names of the numbers that differ, where it is about several.
    """

    paper: str
    what: str
    name: str
    recorded: str
    found: str
    note: str = ""
    numbers: tuple[str, ...] = ()

    def __str__(self) -> str:
        of = self.what in ("verdict", "reading", "mean", "bytes")
        head = f"{self.what} of {self.name}" if of else f"{self.what} {self.name}"
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
    outdated : list of str
        Papers whose record is of other rules; they are not compared.
    numbers : int
        How many numbers were compared.
    by_method : dict of str to int
        How many of them differ in any byte, by method.
    causes : list of str
        Why bytes may differ: arithmetic, libraries or data that are not the recorded ones; empty if they may not.
    """

    changes: list[Change] = field(default_factory=list)
    unsettled: list[Change] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    numbers: int = 0
    by_method: dict[str, int] = field(default_factory=dict)
    causes: list[str] = field(default_factory=list)

    @property
    def differing(self) -> int:
        """How many numbers differ in any byte."""
        return sum(self.by_method.values())

    @property
    def way(self) -> str:
        """How the numbers were compared: ``bytes`` or ``statistics``; ``nothing`` without a record."""
        if not self.numbers:
            return "nothing"
        return "statistics" if self.differing and self.causes else "bytes"


def compare(runs: Sequence[PaperRun], records: Mapping[str, Record], now: Circumstances) -> Comparison:
    """Compare runs with records.

    Parameters
    ----------
    runs : sequence of PaperRun
        Runs of papers, each judged.
    records : mapping of str to Record
        By paper; those without one are listed as unrecorded.
    now : Circumstances
        Arithmetic and libraries of the runs.
    """
    recorded = [
        (run, record) for run in runs if (record := records.get(run.paper.name)) is not None and not record.outdated
    ]
    exact = {run.paper.name for run, record in recorded if record.circumstances.same_bytes(now)}
    pairs = [pair for run, record in recorded for pair in number_pairs(run.report, run.data, record)]
    loose = [pair for pair in pairs if not (pair.paired and pair.paper in exact)]
    shifted = shifts(loose) if any(pair.recorded != pair.found for pair in loose) else []
    data, verdicts, unsettled, means = [], [], [], []
    for run, record in recorded:
        name = run.paper.name
        own = [shift for shift in shifted if shift.paper == name]
        data += data_changes(name, run.data, record)
        lost = [_lost(name, number, run.report, record) for number in _unpaired(run.report, record)]
        strict = [pair for pair in pairs if pair.paper == name and pair.paired] if name in exact else []
        differing = byte_changes(strict)
        means += [*lost, *differing, *map(_as_change, own)]
        moved = {number for change in differing for number in change.numbers} | {change.name for change in lost}
        moved |= {number for shift in own for number in shift.numbers}
        moved |= {pair.name for pair in pairs if pair.paper == name and not pair.paired and pair.recorded != pair.found}
        changed, open_ones = _verdict_changes(run, record, moved)
        verdicts += changed
        unsettled += open_ones
    return Comparison(
        [*data, *verdicts, *means],
        unsettled,
        [run.paper.name for run in runs if run.paper.name not in records],
        [run.paper.name for run in runs if run.paper.name in records and records[run.paper.name].outdated],
        len(pairs),
        dict(sorted(Counter(pair.method for pair in pairs if pair.recorded != pair.found).items())),
        list(dict.fromkeys(cause for run, record in recorded for cause in _causes(run, record, now))),
    )


def byte_changes(pairs: Sequence[NumberPair]) -> list[Change]:
    """One change for each method with a number that differs in any byte, where none may differ."""
    methods: dict[str, list[NumberPair]] = {}
    for pair in pairs:
        if pair.recorded != pair.found:
            methods.setdefault(pair.method, []).append(pair)
    changes = []
    for method, members in methods.items():
        first = members[0]
        seeds = sorted(set(first.recorded) | set(first.found))
        seed = next(seed for seed in seeds if first.recorded.get(seed) != first.found.get(seed))
        names = ", ".join(pair.name for pair in members[:NAMED])
        more = f" and {len(members) - NAMED} more" if len(members) > NAMED else ""
        numbers = f"{len(members)} numbers differ" if len(members) > 1 else "1 number differs"
        note = f"seed {seed} of the first; {numbers} in some byte: {names}{more}"
        before, after = (str(side.get(seed, "")) for side in (first.recorded, first.found))
        changes.append(Change(first.paper, "bytes", method, before, after, note, tuple(one.name for one in members)))
    return changes


def _causes(run: PaperRun, record: Record, now: Circumstances) -> list[str]:
    """Why bytes may differ from the record; empty if they may not."""
    then = record.circumstances
    causes = []
    if not then.arithmetic == now.arithmetic == "portable":
        causes.append(f"the record is in {then.arithmetic} arithmetic, this run in {now.arithmetic}")
    for library in sorted(set(then.libraries) | set(now.libraries)):
        before, after = then.libraries.get(library, "none"), now.libraries.get(library, "none")
        causes += [f"{library} {before} → {after}"] if before != after else []
    return causes + [f"other data: {change.name}" for change in data_changes(run.paper.name, run.data, record)]


def data_changes(paper: str, data: Mapping[str, str], record: Record) -> list[Change]:
    """Datasets whose fingerprint is not the recorded one, new and lost ones too."""
    changes = []
    for name in sorted(set(data) | set(record.data)):
        before, after = record.data.get(name, ""), data.get(name, "")
        if before != after:
            note = "its numbers are compared unpaired" if before and after else ""
            changes.append(Change(paper, "data", name, before[:DIGITS], after[:DIGITS], note))
    return changes


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
    return Change(shift.paper, shift.kind, shift.name, recorded, _text(shift.found), note, shift.numbers)


def _verdict_changes(run: PaperRun, record: Record, moved: set[str]) -> tuple[list[Change], list[Change]]:
    """Verdicts that have changed, and those that are unsettled."""
    paper, now = run.paper.name, {result.claim: result for result in run.report.results}
    same = {name: number.values for name, number in run.report.numbers.items()} == record.values
    timed = record.timed | {name for name, number in run.report.numbers.items() if number.timed}
    judged_again = run.report if same else run.report_on(record.values)
    again = {result.claim: result for result in judged_again.results}
    changes: list[Change] = []
    unsettled: list[Change] = []
    for key in sorted(set(now) | set(record.verdicts)):
        before = record.verdicts.get(key, "")
        after = now[key].verdict if key in now else ""
        reading = record.decided.get(key, {}).get("reading", "")
        if not before or not after:
            changes.append(Change(paper, "verdict", key, before, after))
        elif again[key].verdict != before:
            changes.append(Change(paper, "verdict", key, before, again[key].verdict, SAME_VALUES))
        elif after != before:
            used = set(now[key].numbers)
            note = OF_A_MACHINE if used & timed else ""
            settled = note or moved & used
            (changes if settled else unsettled).append(Change(paper, "verdict", key, before, after, note))
        elif again[key].reading != reading:
            changes.append(Change(paper, "reading", key, reading, again[key].reading, SAME_VALUES))
    return changes, unsettled


def _text(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.4f}"
