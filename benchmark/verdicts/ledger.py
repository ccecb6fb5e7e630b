"""The ledger: every claim of a paper in every scenario that it is judged in, with verdict, reason and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from benchmark.artifacts.published import Printed, PublishedTable
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.stats.intervals import mean_interval
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.claim import (
    BetterClaim,
    Claim,
    Claims,
    ConsistentClaim,
    Curve,
    Measured,
    MonotoneClaim,
    OrderClaim,
    PeakClaim,
    PlateauClaim,
    ValueClaim,
)
from benchmark.verdicts.judge import Judgement, Step, Verdict, judge_plateau, judge_steps, judge_value
from benchmark.verdicts.operands import Operands

TWIN = "twin data: only real data judge a paper"


@dataclass(frozen=True)
class Line:
    """One claim in one scenario.

    Parameters
    ----------
    paper, claim, kind, place, paraphrase : str
        What is claimed, and where.
    scenario : str
        Where it is judged; empty for a claim of arithmetic.
    artifact : str
        What shows the numbers; empty for a claim of arithmetic.
    published, measured : str
        Printed number, and what was measured.
    verdict, reason : str
        See `benchmark.verdicts.judge`.
    """

    paper: str
    claim: str
    kind: str
    place: str
    paraphrase: str
    scenario: str
    artifact: str
    published: str
    measured: str
    verdict: Verdict
    reason: str

    @property
    def key(self) -> str:
        """Name of the line in the record."""
        return f"{self.claim} @ {self.scenario}" if self.scenario else self.claim


@dataclass(frozen=True)
class Ledger:
    """The lines of one paper, and the mean of every number that they stand on.

    Parameters
    ----------
    paper : str
        Registered name.
    lines : list of Line
        In the order of ``claims.toml``.
    means : dict of str to (float, float)
        Mean and half of its 95 % interval (NaN for one seed) by the name of the number; those without one are left out.
    """

    paper: str
    lines: list[Line] = field(default_factory=list)
    means: dict[str, tuple[float, float]] = field(default_factory=dict)


def draw_up(
    paper: str,
    claims: Claims,
    tables: Mapping[str, PublishedTable],
    findings: Sequence[Finding],
    numbers: Mapping[str, Sequence[Number]],
    variant: Variant,
) -> Ledger:
    """Judge every claim of a paper.

    Parameters
    ----------
    paper : str
        Registered name.
    claims : Claims
        Content of its ``claims.toml``.
    tables : mapping of str to PublishedTable
        Content of its ``published.toml``.
    findings : sequence of Finding
        Its audit.
    numbers : mapping of str to sequence of Number
        What each artifact shows.
    variant : {"real", "twin"}
        On a twin nothing is judged; the numbers are still found and kept.

    Raises
    ------
    UnknownNameError
        For an artifact, scenario, panel, row or metric that a claim names and nothing shows.
    """
    ledger = Ledger(paper)
    for claim in claims.spread(dict(tables)):
        if isinstance(claim, ConsistentClaim):
            ledger.lines.append(_line(paper, claim, "", _arithmetic(claim, findings)))
            continue
        if claim.artifact not in numbers:
            raise UnknownNameError(f"artifact of claim {claim.id!r}", claim.artifact, numbers)
        for scenario in claim.scenarios:
            shown = Operands(claim, scenario, numbers[claim.artifact], claims)
            judged = _judge(claim, shown, tables)
            failure = _audit_failure(claim, findings)
            if failure:
                judged = Judgement("INCONSISTENT", failure, judged.measured)
            elif variant == "twin":
                judged = Judgement("NOT_TESTABLE", TWIN, judged.measured)
            ledger.lines.append(_line(paper, claim, scenario, judged))
            for number in shown.used:
                if number.values:
                    interval = mean_interval([number.values[seed] for seed in sorted(number.values)])
                    place = (number.scenario, number.panel, number.label, number.metric)
                    ledger.means[recorded_name(claim.artifact, *place)] = (interval.mean, interval.high - interval.mean)
    return ledger


def _judge(claim: Measured, shown: Operands, tables: Mapping[str, PublishedTable]) -> Judgement:
    if not shown.numbers:
        return Judgement("NOT_TESTABLE", f"{claim.artifact} shows no number here: see python -m benchmark status")
    if isinstance(claim, ValueClaim):
        return _judge_value(claim, shown, tables[claim.published])
    if isinstance(claim, OrderClaim):
        return _judge_rows([(upper, lower) for lower, upper in pairwise(claim.rows)], claim.metrics[0], shown)
    if isinstance(claim, BetterClaim):
        return _judge_rows([(claim.row, other) for other in claim.than], claim.metrics[0], shown)
    return _judge_curve(claim, shown)


def _judge_value(claim: ValueClaim, shown: Operands, table: PublishedTable) -> Judgement:
    column = table.column(claim.column)
    others = [*column.values(), *map(Printed, table.ranges.get(claim.column, ()))]
    printed = Printed(claim.printed)
    if claim.row in ("lowest", "highest"):
        points = shown.axis(claim.metric)
        absent = [one for one in points if not one.values]
        if not points or absent:
            return _no_number(absent[0] if absent else None)
        pick = min if claim.row == "lowest" else max
        common = set.intersection(*(set(one.values) for one in points))
        return judge_value({seed: pick(one.values[seed] for one in points) for seed in common}, printed, others)
    number = shown.row(claim.row, claim.metric)
    if not number.values:
        return _no_number(number)
    neighbours = []
    for row, other in column.items():
        if row != claim.row:
            beside = shown.row(row, claim.metric)
            neighbours += [(row, other, beside.values)] if beside.values else []
    return judge_value(number.values, printed, others, neighbours)


def _judge_rows(pairs: Sequence[tuple[str, str]], metric: str, shown: Operands) -> Judgement:
    """Judge steps between rows. A row without a number leaves what is there able to refute, never to confirm."""
    found = [(shown.row(upper, metric), shown.row(lower, metric), f"{upper} above {lower}") for upper, lower in pairs]
    steps = [Step(name, upper.values, lower.values) for upper, lower, name in found if upper.values and lower.values]
    absent = [one for upper, lower, _ in found for one in (upper, lower) if not one.values]
    judged = judge_steps(steps) if steps else None
    if absent and (judged is None or judged.verdict != "NOT_REPRODUCED"):
        return _no_number(absent[0])
    assert judged is not None
    return judged


def _judge_curve(claim: Curve, shown: Operands) -> Judgement:
    steps: list[Step] = []
    for metric in claim.metrics:
        axis = {one.row: one for one in shown.axis(metric)}
        if not axis:
            return Judgement("NOT_TESTABLE", f"{claim.artifact} shows no {metric}")
        asked = [claim.at] if isinstance(claim, PeakClaim) else [claim.start]
        asked += [claim.end] if isinstance(claim, MonotoneClaim) else []
        lacking = [one for one in asked if one not in axis]
        if lacking:
            return Judgement("NOT_TESTABLE", f"no point {lacking[0]} under this profile; it has {', '.join(axis)}")
        names = list(axis)
        if isinstance(claim, MonotoneClaim):
            names = names[names.index(claim.start) : names.index(claim.end) + 1]
        absent = [axis[name] for name in names if not axis[name].values]
        if absent:
            return _no_number(absent[0])
        if isinstance(claim, PlateauClaim):
            place = names.index(claim.start)
            later = [axis[name].values for name in names[place + 1 :]]
            return judge_plateau(names[place + 1 :], axis[names[0]].values, axis[claim.start].values, later)
        if isinstance(claim, PeakClaim):
            pairs = [(claim.at, name) for name in names if name != claim.at]
        else:
            pairs = [(b, a) if claim.direction == "up" else (a, b) for a, b in pairwise(names)]
        steps += [Step(f"{a} above {b} in {metric}", axis[a].values, axis[b].values) for a, b in pairs]
    return judge_steps(steps)


def _no_number(number: Number | None) -> Judgement:
    if number is None:
        return Judgement("NOT_TESTABLE", "there is no number")
    status = number.status.lower().replace("_", " ")
    return Judgement("NOT_TESTABLE", f"{number.label}, {number.metric}: {status}: {number.reason}")


def _arithmetic(claim: ConsistentClaim, findings: Sequence[Finding]) -> Judgement:
    found = [one for one in findings if (one.table, one.check) == (claim.published, claim.check)]
    failed = [one for one in found if one.outcome == "inconsistent"]
    if failed:
        return Judgement("INCONSISTENT", "; ".join(_place(one) + one.text for one in failed))
    open_ones = [one for one in found if one.outcome == "not checkable"]
    if open_ones or not found:
        return Judgement("NOT_TESTABLE", open_ones[0].text if open_ones else "the audit has nothing to check it by")
    return Judgement("CONSISTENT", found[0].text if len(found) == 1 else f"{len(found)} rows, each consistent")


def _place(finding: Finding) -> str:
    return f"{finding.rows[0]}: " if len(finding.rows) == 1 else ""


def _audit_failure(claim: Measured, findings: Sequence[Finding]) -> str:
    """Why a printed number cannot be true beside the others of its row; empty where it can, and for other claims.

    A failed check of F1 falls on F1, which the other two determine. That rows share no test set falls on no number, as
    nothing says which is wrong; it has a claim of its own.
    """
    if not isinstance(claim, ValueClaim):
        return ""
    for one in findings:
        same = one.table == claim.published and one.rows == (claim.row,) and one.column in ("", claim.column)
        if same and one.outcome == "inconsistent":
            return one.text
    return ""


def _line(paper: str, claim: Claim, scenario: str, judged: Judgement) -> Line:
    return Line(
        paper=paper,
        claim=claim.id,
        kind=claim.kind,
        place=claim.place,
        paraphrase=claim.paraphrase,
        scenario=scenario,
        artifact="" if isinstance(claim, ConsistentClaim) else claim.artifact,
        published=claim.printed if isinstance(claim, ValueClaim) else "",
        measured=judged.measured,
        verdict=judged.verdict,
        reason=judged.reason,
    )


def recorded_name(artifact: str, scenario: str, panel: str, label: str, metric: str) -> str:
    """Name of a measured number in the record; what is empty is left out."""
    return " | ".join(filter(None, (artifact, scenario, panel, label, metric)))
