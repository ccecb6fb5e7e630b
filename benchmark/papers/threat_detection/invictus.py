"""Rules and models on the attacked account `invictus`, alone and together, at equal numbers of false alarms.

Decided in words before the numbers were looked at:

- The unit is the *execution* of an attack: 30 of them, of one event or more. An execution is found where one of its
  events is flagged. Intervals are bootstraps over executions, then over seeds.
- Methods are compared at equal numbers of false alarms, block by block: of the benign events of each tested block the
  same share may be flagged. Within it the events with the highest scores are flagged; equal scores are flagged
  together or not at all. The cut is set on the test scores of each method, which puts all on equal terms; Table 1 has
  cuts from held-out data.
- Three shares: that of the benign events that the rules match, 5 %, and 10 %. At the first, the rules flag whatever
  they match, in whichever block.
- *Together* (``rules or …``): an event that a rule matches ranks above every other one, and the others rank by the
  model. So at one share both together raise as many false alarms as either alone.
- *Missed by rules*: the share that a method finds of the executions in which no rule matches an event.

The cells are those of Table 1. No method here learns from attacks, so that every technique is new to it, and the two
sections of Table 1 on this account have the same cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from benchmark.artifacts.comparison import CEILING_AND_FLOOR, TableRow
from benchmark.artifacts.points import Point
from benchmark.drawing.formats import plural
from benchmark.drawing.summary import Summary, summarise
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.numbers import Number
from benchmark.papers.threat_detection.executions import Matches, allowed, blocks, found, matches, sizes
from benchmark.papers.threat_detection.sections import GENERATIVE, SIMPLE, STIDE, ThreatArtifact
from benchmark.stats.intervals import MeanInterval
from benchmark.stats.ratios import ratio_interval

SECTION = "cloudtrail known-kind"

MINUTES = 56
"""Length of the account's log in minutes: 11:42 to 12:38 of 2023-07-10."""

OWN, SHARES = "own", {"5%": 0.05, "10%": 0.1}
"""Sections: the share that the rules match, and the others."""

EXECUTIONS, EVENTS, MISSED = "Executions found", "Events found", "Missed by rules, found"

RULES = TableRow("rules", "rules")
DEFAULTS = {"vae", "gan", "transformer", "stide", "knn", "iforest", "pca"}
"""Detectors that ``rules-or`` joins to the rules: those with their default parameters, so not GAN-UQ."""

ALONE = (*GENERATIVE, STIDE, *(row for row in SIMPLE if row.method != "norm"))
TOGETHER = tuple(
    TableRow(f"rules or {row.label}", f"rules-or[detector={row.method}]", "ablation")
    for row in ALONE
    if row.method in DEFAULTS
)
ROWS = (RULES, *ALONE, *TOGETHER, *CEILING_AND_FLOOR)

Runs = Sequence[tuple[Cell, Result]]


@dataclass(frozen=True)
class Found(Summary):
    """A share of events or executions that is found, with units of different sizes.

    Parameters
    ----------
    counts : mapping of str to tuple of int
        Found parts of each execution, one a seed.
    whole : mapping of str to int
        Parts of each execution: its events, or 1.
    """

    counts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    whole: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def interval(self) -> MeanInterval | None:
        """Share and 95 % interval over executions and seeds; None without a number."""
        if self.status != "OK":
            return None
        parts = np.array(list(self.counts.values()))
        return ratio_interval(parts, list(self.whole.values()), np.random.default_rng(0))


class Invictus(ThreatArtifact):
    """What rules and models find of 30 executions, alone and together, at equal numbers of false alarms."""

    name = "threat-detection/invictus"
    kind: ClassVar[Literal["table", "figure"]] = "table"
    title = "Rules and models on one attacked account, at equal numbers of false alarms"
    variants: ClassVar[tuple[Variant, ...]] = ("real",)
    columns: ClassVar[tuple[Column, ...]] = (Column(EXECUTIONS), Column(EVENTS), Column(MISSED))

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every row and seed, once for all sections."""
        for row in ROWS:
            for seed in self.seeds(setting):
                yield Point(SECTION, row, self.threat_cell(setting, SECTION, row.method, seed))

    def table(self, results: Mapping[Cell, Result], setting: Setting) -> Table:
        """One section for each share, one line for each method."""
        runs = {row: members for (_, row), members in self.runs(results, setting).items()}
        first = runs[RULES][0][1]
        own = matches(first) if first.ok else None
        lines = []
        shares: dict[str, float | None] = {OWN: None if own is None else own.share, **SHARES}
        for key, share in shares.items():
            heading = _heading(first, key, share)
            for row, members in runs.items():
                measured = _measured(members, row, share, own, whatever=key == OWN and row == RULES)
                lines.append(Line(key, heading, row.label, row.method, row.role, {}, measured))
        return Table(self.caption(setting), self.columns, tuple(lines), _notes(own))

    def caption(self, setting: Setting) -> str:
        """Title, data and number of seeds."""
        return f"{self.title}. Real data; {plural(len(self.seeds(setting)), 'seed')}."

    def write(self, results: Mapping[Cell, Result], setting: Setting, stem: Path) -> list[Path]:
        """Write the table in all formats."""
        return self.table(results, setting).write(stem)

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every number of the table; its scenario is the share of false alarms."""
        return self.table(results, setting).numbers()


def _measured(
    runs: Runs, row: TableRow, share: float | None, own: Matches | None, *, whatever: bool
) -> dict[str, Summary]:
    """The columns of one method at one share; ``whatever``: flagged is what the rules match, at any share."""
    cells = tuple(cell for cell, _ in runs)
    whole = summarise(runs, "points")
    if whole.status != "OK" or own is None or share is None:
        status = whole.status if whole.status != "OK" else "UNDEFINED"
        reason = whole.reason or "the rules have no result, so that their number of alarms is not known"
        return {name: Summary(status, reason, cells=cells) for name in (EXECUTIONS, EVENTS, MISSED)}
    events = [matches(result).found if whatever else found(blocks(result), share) for _, result in runs]
    number = sizes(blocks(runs[0][1]))
    once = [{name: int(count > 0) for name, count in seed.items()} for seed in events]
    single = dict.fromkeys(number, 1)
    return {
        EXECUTIONS: _summary(once, single, cells),
        EVENTS: _summary(events, number, cells),
        MISSED: _summary(once, {name: 1 for name in number if name in own.missed}, cells),
    }


def _summary(seeds: Sequence[Mapping[str, int]], whole: Mapping[str, int], cells: tuple[Cell, ...]) -> Summary:
    if not whole:
        return Summary("UNDEFINED", "no execution is missed by every rule", cells=cells)
    total = sum(whole.values())
    counts = {name: tuple(seed[name] for seed in seeds) for name in whole}
    values = tuple(sum(seed[name] for name in whole) / total for seed in seeds)
    shares = {name: tuple(count / whole[name] for count in counts[name]) for name in whole}
    units = {name: float(np.mean(counts[name])) * len(whole) / total for name in whole}
    return Found("OK", "", values, cells, recordings=shares, units=units, range=(0, 1), counts=counts, whole=whole)


def _heading(result: Result, key: str, share: float | None) -> str:
    """Share, number and rate of the false alarms of a section."""
    if share is None:
        return "as many false alarms as the rules raise"
    if key == OWN:
        return f"as the rules: {share:.2%} of benign events, {_rate(matches(result).alarms)}"
    return f"{share:.0%} of benign events, {_rate(sum(allowed(block, share) for block in blocks(result)))}"


def _rate(alarms: int) -> str:
    return f"{plural(alarms, 'false alarm')}, {alarms * 60 / MINUTES:.0f} an hour"


def _notes(own: Matches | None) -> tuple[str, ...]:
    counts = ""
    if own is not None:
        executions, events = len(own.found), sum(own.found.values())
        counts = (
            f" The rules match {plural(events, 'event')} of {executions - len(own.missed)} of "
            f"{plural(executions, 'execution')}, and miss {len(own.missed)}."
        )
    return (
        "Found: one event of the execution is flagged. In every block the same share of the benign events may be "
        "flagged, those with the highest scores; equal scores are flagged together or not at all.",
        f"Missed by rules: executions in which no rule matches an event.{counts}",
        "rules or …: an event that a rule matches ranks above every other one, the others rank by the model.",
        f"One account within {MINUTES} minutes, in five blocks. Each is tested once, by models of the benign events of "
        "three others: no method learns from attacks. In the notes on intervals and bold numbers, a recording is an "
        "execution.",
        "perfect: the label as the score. chance: a random score, which finds long executions more easily.",
    )
