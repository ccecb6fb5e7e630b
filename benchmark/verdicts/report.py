"""The claims of a paper, judged in every scenario: verdict, reason and the numbers that they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmark.artifacts.published import PublishedTable
from benchmark.interfaces import commands
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.claim import ConsistentClaim, MeasuredClaim
from benchmark.verdicts.claims import Claims
from benchmark.verdicts.judge import Judgement, Verdict
from benchmark.verdicts.numbers import ClaimNumbers
from benchmark.verdicts.rows import ValueClaim

TWIN = "twin data: only real data judge a paper"


@dataclass(frozen=True)
class ClaimResult:
    """One claim in one scenario.

    Parameters
    ----------
    paper, claim, kind, place, paraphrase : str
        Id and kind of the claim, where the paper makes it, and the claim in our words.
    scenario : str
        Scenario that it is judged in; empty for a claim of arithmetic.
    artifact : str
        Artifact that has the numbers; empty for a claim of arithmetic.
    published, measured : str
        Printed number and measured result.
    verdict, reason : str
        See `benchmark.verdicts.judge`.
    numbers : tuple of str
        Recorded names of the measured numbers that the verdict is based on.
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
    numbers: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name of the result in the record."""
        return result_key(self.claim, self.scenario)


@dataclass(frozen=True)
class ClaimReport:
    """All claims of one paper.

    Parameters
    ----------
    paper : str
        Registered name.
    results : list of ClaimResult
        In the order of ``claims.toml``.
    numbers : dict of str to Number
        Every number that a claim uses and that has a value, by its recorded name.
    """

    paper: str
    results: list[ClaimResult] = field(default_factory=list)
    numbers: dict[str, Number] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Count the results by verdict, sorted by name."""
        return dict(sorted(Counter(result.verdict for result in self.results).items()))


def judge_claims(
    paper: str,
    claims: Claims,
    tables: Mapping[str, PublishedTable],
    findings: Sequence[Finding],
    numbers: Mapping[str, Sequence[Number]],
    variant: Variant,
) -> ClaimReport:
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
        Numbers of each artifact.
    variant : {"real", "twin"}
        On a twin no claim is judged; its numbers are looked up all the same.

    Raises
    ------
    UnknownNameError
        For an artifact, scenario, panel, row or metric that a claim names and no artifact has.
    """
    report = ClaimReport(paper)
    for claim in claims.expand(tables):
        if isinstance(claim, ConsistentClaim):
            report.results.append(_result(paper, claim, claim.judge(findings)))
            continue
        assert isinstance(claim, MeasuredClaim)
        if claim.artifact not in numbers:
            raise UnknownNameError(f"artifact of claim {claim.id!r}", claim.artifact, numbers)
        for scenario in claim.scenarios:
            candidates = ClaimNumbers(claim.id, scenario, claim.panel, numbers[claim.artifact], claims.rows)
            judgement = _judge(claim, candidates, tables, findings, variant)
            used = {number_name(claim.artifact, number): number for number in candidates.used if number.values}
            report.numbers.update(used)
            report.results.append(_result(paper, claim, judgement, scenario, used))
    return report


def _judge(
    claim: MeasuredClaim,
    numbers: ClaimNumbers,
    tables: Mapping[str, PublishedTable],
    findings: Sequence[Finding],
    variant: Variant,
) -> Judgement:
    if numbers.numbers:
        judgement = claim.judge(numbers, tables)
    else:
        reason = f"{claim.artifact} has no number here: see {commands.status(variant)}"
        judgement = Judgement("NOT_TESTABLE", reason)
    if contradiction := claim.contradiction(findings):
        return Judgement("INCONSISTENT", contradiction, judgement.measured)
    return Judgement("NOT_TESTABLE", TWIN, judgement.measured) if variant == "twin" else judgement


def _result(
    paper: str,
    claim: ConsistentClaim | MeasuredClaim,
    judgement: Judgement,
    scenario: str = "",
    numbers: Iterable[str] = (),
) -> ClaimResult:
    return ClaimResult(
        paper=paper,
        claim=claim.id,
        kind=claim.kind,
        place=claim.place,
        paraphrase=claim.paraphrase,
        scenario=scenario,
        artifact=claim.artifact if isinstance(claim, MeasuredClaim) else "",
        published=claim.printed if isinstance(claim, ValueClaim) else "",
        measured=judgement.measured,
        verdict=judgement.verdict,
        reason=judgement.reason,
        numbers=tuple(numbers),
    )


def result_key(claim: str, scenario: str) -> str:
    """Name of a claim in a scenario in the record."""
    return f"{claim} @ {scenario}" if scenario else claim


def number_name(artifact: str, number: Number) -> str:
    """Name of a measured number in the record."""
    return recorded_name(artifact, number.scenario, number.panel, number.label, number.metric)


def recorded_name(artifact: str, scenario: str, panel: str, label: str, metric: str) -> str:
    """Name of a measured number in the record; empty parts are left out."""
    return " | ".join(filter(None, (artifact, scenario, panel, label, metric)))
