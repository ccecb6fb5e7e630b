"""The table of overhead: what each method costs to train and to run, beside the rules.

All columns are of the machine and time of the run, on one core; `benchmark.protocols.latency` says how each is
measured. Two columns are computed from them, at equal events for every method: the processor time of a day on which it
is trained anew and scores the events of the stated account (`account.EVENTS_A_DAY`), and the same as a multiple of that
of the rules, seed by seed.

The sixth sentence of the abstract says that "computational overhead" remains a problem. It is made testable in two
ways, decided before any result was seen:

``overhead``
    A model takes at least `TIMES` times the processor time of the rules on such a day.
``overhead-core``
    It takes at least `CORE` seconds of a core on such a day, 1 % of it. What costs less is no problem for anybody,
    however little the rules take.

The abstract says "real-time" of the models. The claim ``real-time`` holds for a model if p99 of one event is at most a
second and it scores at least as many events in a second as the stated account has in its busiest one. NSL-KDD and
ADFA-LD state no rate, so the same bounds are used there: an event is a connection, or a whole trace of some hundred
calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf
from typing import ClassVar

from benchmark.artifacts.comparison import Comparison, TableRow
from benchmark.artifacts.points import Point
from benchmark.drawing.summary import Summary
from benchmark.drawing.table import Column, Line, Table
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.numbers import Number
from benchmark.papers.threat_detection.account import EVENTS_A_DAY
from benchmark.papers.threat_detection.sections import (
    SECTIONS,
    TWINS,
    ThreatArtifact,
    rows_of,
)
from benchmark.papers.threat_detection.units import without_data

PROBE = "latency"

P99, RATE = f"{PROBE}: p99 ms", f"{PROBE}: events per second"
FIT, SCORE = f"{PROBE}: fit processor s", f"{PROBE}: score s per million"

A_DAY, TIMES_RULES = "processor s a day", "times the rules"
"""Computed columns."""

RULES = "rules"
"""Label of the row that the others are compared with."""

TIMES = 10
"""Processor time of a model, as a multiple of that of the rules, from which on overhead is called a problem."""

CORE = 864
"""Seconds: 1 % of a day."""

SELDOM = (f"{PROBE}: fit MiB", f"{PROBE}: score MiB", f"{PROBE}: fit J", f"{PROBE}: score J per million")
"""Memory and energy, which not every machine tells."""

METRICS = (
    FIT,
    SCORE,
    A_DAY,
    TIMES_RULES,
    f"{PROBE}: p50 ms",
    P99,
    RATE,
    *SELDOM,
)

POSITIVE = (0.0, inf)
"""Range of every column."""

CHANCE = TableRow("chance", "random", "control")


class Overhead(ThreatArtifact, Comparison):
    """Processor time, latency, throughput, memory and energy of each method, from the cells of ``known-kind``."""

    name = "threat-detection/overhead"
    title = "Threat detection: overhead on one core"
    timed = True
    closed = False
    sections: ClassVar[dict[str, str]] = {
        key: section.heading for key, section in SECTIONS.items() if key.endswith("known-kind")
    }
    columns = tuple(Column(metric, better="neither", timed=True) for metric in METRICS)
    notes = (
        "Of the machine and time of the run, on one core, with another worker at the same time: another run gives "
        "other numbers. Means over seeds, and over the blocks of CloudTrail.",
        f"Processor s a day: trained once, and {EVENTS_A_DAY:,} events scored, as the stated account has in a day. "
        "Times the rules: the same, divided by that of the rules at each seed. The compilation of the rules of "
        "CloudTrail, some seconds once a process, is in neither.",
        "p50 and p99: wall time to score one event by itself. Events per second: in batches of 1,000. MiB: growth of "
        "the resident memory in fit, and in a batch; a lower bound, since memory that was free before does not count. "
        "The first fit of a process also loads its libraries. J: counter of the processor package. A dash: this "
        "machine does not tell it.",
        "An event is a connection (NSL-KDD), a whole trace of calls (ADFA-LD) or an API call (CloudTrail). chance: a "
        "random score. It shows what the harness itself takes at each call.",
    )

    def table_rows(self, section: str) -> tuple[TableRow, ...]:
        """The paper's models, what it compares them with, references, simple detectors, combinations, and chance."""
        return (*rows_of(SECTIONS[section].dataset), CHANCE)

    def points(self, setting: Setting) -> Iterator[Point]:
        """Every row and seed of every section whose dataset exists in the variant."""
        for section in self.sections:
            if setting.variant == "twin" and SECTIONS[section].dataset not in TWINS:
                continue
            for row in self.all_rows(section):
                for seed in self.seeds(setting):
                    yield Point(section, row, self.threat_cell(setting, section, row.method, seed, probe=PROBE))

    def table(
        self, results: Mapping[Cell, Result], setting: Setting, columns: tuple[Column, ...] | None = None
    ) -> Table:
        """Summarise the measured columns over seeds, and compute the others from them."""
        columns = columns or self.columns
        measured = tuple(column for column in columns if column.metric not in (A_DAY, TIMES_RULES))
        plain = super().table(results, setting, measured)
        plain = replace(plain, lines=tuple(replace(one, measured=read(one)) for one in plain.lines), chance="")
        rules = {line.section: a_day(line) for line in plain.lines if line.label == RULES}
        lines = []
        for line in plain.lines:
            own = a_day(line)
            computed = {A_DAY: own, TIMES_RULES: multiple(own, rules[line.section])}
            lines.append(replace(line, measured=line.measured | computed))
        return replace(plain, columns=columns, lines=tuple(lines))

    def numbers(self, results: Mapping[Cell, Result], setting: Setting) -> list[Number]:
        """Every number of the table."""
        return [*self.table(results, setting).numbers(), *without_data(self, setting, self.columns)]


def read(line: Line) -> dict[str, Summary]:
    """Measured numbers of a line, none of them below 0; one that this machine does not tell has no place there."""
    found = {}
    for metric, summary in line.measured.items():
        found[metric] = replace(summary, range=POSITIVE)
        if summary.status == "UNDEFINED" and metric in SELDOM:
            found[metric] = replace(summary, status="NOT_APPLICABLE", reason="this machine does not tell it")
    return found


def a_day(line: Line) -> Summary:
    """Processor seconds of a day by seed; the first that is missing where fit or score has no number."""
    fit, score = line.measured[FIT], line.measured[SCORE]
    for summary in (fit, score):
        if not summary.values:
            return summary
    share = EVENTS_A_DAY / 1_000_000
    return over_seeds(fit.cells, [a + share * b for a, b in zip(fit.values, score.values, strict=True)])


def multiple(own: Summary, rules: Summary) -> Summary:
    """One as a multiple of the other, seed by seed."""
    for summary in (own, rules):
        if not summary.values:
            return Summary(summary.status, summary.reason, cells=own.cells)
    if min(rules.values) <= 0:
        reason = "the rules took no time that the clock shows"
        return Summary("UNDEFINED", reason, cells=own.cells)
    return over_seeds(own.cells, [a / b for a, b in zip(own.values, rules.values, strict=True)])


def over_seeds(cells: tuple[Cell, ...], values: list[float]) -> Summary:
    """A number with a value at each seed."""
    units = {f"seed {cell.seed}": value for cell, value in zip(cells, values, strict=True)}
    return Summary("OK", "", tuple(values), cells, units=units, range=POSITIVE)
