"""Table 2: which of the 35 techniques of Stratus Red Team the Sigma rules cover, technique by technique.

Decided before the numbers were looked at: a technique is *covered* where a rule matches one of its events or more. That
a rule matches does not say that it was written for the technique. The events come without benign traffic, so the table
shows what rules cover, and not what they cost; `threat-detection/invictus` shows both on one account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from benchmark.artifacts.points import Point, PointArtifact
from benchmark.drawing.text_table import TextTable
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.numbers import Number

METHOD = "rules[each=true]"
SECTION = "stratus"
MATCHED = "Recall@val"
"""Share of the events of a technique that are matched (`benchmark.protocols.threat.coverage`)."""

EVENTS, COVERED = "Events matched", "Covered"
"""Metrics of the numbers."""


class Technique(NamedTuple):
    """Coverage of one technique.

    Parameters
    ----------
    name : str
        As Stratus Red Team calls it.
    events, matched : int
        Its events, and those that a rule matches.
    rules : dict of str to int
        Events that each rule matches, by title and author, for rules that match any.
    """

    name: str
    events: int
    matched: int
    rules: dict[str, int]


def techniques(result: Result) -> list[Technique]:
    """Coverage of each technique, in the order of the tasks."""
    return [
        Technique(
            row["task"],
            row["anomalous"],
            _matched(row),
            {name: count for name, extra in row["extra_scores"].items() if (count := _matched(extra))},
        )
        for row in result.rows
    ]


def _matched(row: Row) -> int:
    return round(float(row[MATCHED]) * int(row["anomalous"]))


class Coverage(PointArtifact):
    """Coverage of the techniques by the 57 Sigma rules. Nothing is random, so that one seed is all."""

    name = "threat-detection/table2"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    title = "Coverage of attack techniques by 57 Sigma rules"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    repetitions = 1

    def seeds(self, setting: Setting) -> range:
        """One seed under every profile."""
        return range(1)

    def points(self, setting: Setting) -> Iterator[Point]:
        """The one cell."""
        for seed in self.seeds(setting):
            cell = Cell(
                dataset="cloudtrail[source=stratus]",
                variant=setting.variant,
                protocol="threat[scenario=coverage]",
                seed=seed,
                method=METHOD,
            )
            yield Point(SECTION, METHOD, cell)

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> TextTable:
        """One row for each technique, and a last one for all."""
        ((_, _, cell),) = self.points(setting)
        result, found = results[cell], techniques(results[cell])
        rows = [(one.name, str(one.events), str(one.matched), _yes(one.matched), _titles(one)) for one in found]
        notes: tuple[str, ...] = (f"No number: {result.status.lower().replace('_', ' ')}: {result.reason}",)
        if result.ok:
            covered = sum(one.matched > 0 for one in found)
            events, matched = (sum(column) for column in zip(*(one[1:3] for one in found), strict=True))
            different = len({rule for one in found for rule in one.rules})
            total = f"{covered} of {len(found)}"
            rows.append((f"all {len(found)}", str(events), str(matched), total, f"{different} rules match"))
            notes = _notes(found)
        header = ("Technique", "Events", "Matched", "Covered", "Rules that match, with their authors")
        caption = f"{self.title}. Real data: the published logs of Stratus Red Team."
        return TextTable(caption, "Techniques of Stratus Red Team", header, tuple(rows), notes)

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        return self.table(results, setting).write(stem)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Matched events of each technique and whether it is covered; of all techniques, how many are."""
        ((_, _, cell),) = self.points(setting)
        found = techniques(results[cell])
        values = {(one.name, EVENTS): one.matched for one in found}
        values |= {(one.name, COVERED): int(one.matched > 0) for one in found}
        if found:
            values["all", EVENTS] = sum(one.matched for one in found)
            values["all", COVERED] = sum(one.matched > 0 for one in found)
        return [
            Number(SECTION, "", row, row, metric, "OK", "", {cell.seed: float(value)}, (cell,))
            for (row, metric), value in values.items()
        ]


def _yes(matched: int) -> str:
    return "yes" if matched else "no"


def _titles(one: Technique) -> str:
    return "; ".join(f"{rule}: {count}" for rule, count in one.rules.items()) or "none"


def _notes(found: list[Technique]) -> tuple[str, ...]:
    notes = [
        "These logs hold the events of attacks alone. Without benign traffic the table shows what the rules cover, and "
        "not what they cost.",
        "Matched: events that one rule or more matches. Behind each rule: the events that it matches. Covered: at "
        "least one event is matched, by whichever rule.",
        "The rules are those of SigmaHQ for CloudTrail, under the Detection Rule License 1.1.",
    ]
    alone = Counter(rule for one in found for rule in one.rules if len(one.rules) == 1)
    if alone:
        rule, count = max(alone.items(), key=lambda item: (item[1], item[0]))
        others = sum(bool(set(one.rules) - {rule}) for one in found)
        notes.append(
            f"{rule} is the only rule that matches in {count} of the covered techniques. The other rules cover "
            f"{others} of {len(found)}."
        )
    return tuple(notes)
