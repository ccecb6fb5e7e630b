"""The claims of a paper, each judged over all its readings: verdict, reason and the numbers that they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from benchmark.artifacts.published import PublishedTable
from benchmark.interfaces import commands
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.stats.comparisons import holm
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.cases import Case
from benchmark.verdicts.claim import Claim, ConsistentClaim, MeasuredClaim, UntestedClaim
from benchmark.verdicts.claims import Claims
from benchmark.verdicts.judge import Judgement, Verdict
from benchmark.verdicts.looks import Look, looks, over_looks
from benchmark.verdicts.numbers import ClaimNumbers, Measured
from benchmark.verdicts.rows import ValueClaim
from benchmark.verdicts.settled import Settled

TWIN = "twin data: only real data judge a paper"


@dataclass(frozen=True)
class ClaimResult:
    """One claim.

    Parameters
    ----------
    paper, claim, kind, place, paraphrase : str
        Id and kind of the claim, where the paper makes it, and the claim in our words.
    artifact : str
        Artifact that has the numbers; empty for a claim of arithmetic.
    published, measured : str
        Printed number and measured result.
    reading : str
        Reading that decided; empty where none did.
    verdict, reason : str
        See `benchmark.verdicts.judge`.
    power : str
        What the seeds could show, and how many would do; empty where nothing was tested.
    look : str
        The look at the seeds that gave the verdict; empty where there is one look only.
    numbers : tuple of str
        Recorded names of the measured numbers that the verdict is based on.
    """

    paper: str
    claim: str
    kind: str
    place: str
    paraphrase: str
    artifact: str
    published: str
    measured: str
    reading: str
    verdict: Verdict
    reason: str
    power: str = ""
    look: str = ""
    numbers: tuple[str, ...] = ()


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
    settled : tuple of Settled
        What the paper leaves open or states, and what makes no readings.
    """

    paper: str
    results: list[ClaimResult] = field(default_factory=list)
    numbers: dict[str, Number] = field(default_factory=dict)
    settled: tuple[Settled, ...] = ()

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
    plans: Mapping[str, Sequence[int]] | None = None,
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
    plans : mapping of str to sequence of int, optional
        Numbers of seeds at the looks at an artifact (`benchmark.verdicts.looks.planned`); an artifact that is not named
        has one look at all seeds.

    Raises
    ------
    UnknownNameError
        For an artifact, section, panel, row or metric that a claim names and no artifact has.
    """
    singles = claims.expand(tables)
    groups: dict[tuple[Look, ...], list[Claim]] = {}
    for claim in singles:
        artifact = claim.artifact if isinstance(claim, MeasuredClaim) else ""
        plan = (plans or {}).get(artifact, ()) if variant == "real" else ()
        groups.setdefault(looks(plan), []).append(claim)
    judged: dict[str, tuple[Judgement, Mapping[str, Number]]] = {}
    for schedule, members in groups.items():
        judged |= over_looks(
            [_judged_at(look, members, claims, tables, findings, numbers, variant) for look in schedule]
        )
    report = ClaimReport(paper, settled=claims.choices.settled)
    for claim in singles:
        judgement, used = judged[claim.id]
        report.numbers.update(used)
        report.results.append(_result(paper, claim, judgement, used))
    return report


def _judged_at(
    look: Look,
    singles: Sequence[Claim],
    claims: Claims,
    tables: Mapping[str, PublishedTable],
    findings: Sequence[Finding],
    numbers: Mapping[str, Sequence[Number]],
    variant: Variant,
) -> dict[str, tuple[Judgement, Mapping[str, Number]]]:
    """Judgement of each claim at one look, with the numbers that it uses."""
    measured = Measured(look.sees(numbers), claims.rows)
    lookups, cases = {}, {}
    for claim in singles:
        if isinstance(claim, MeasuredClaim):
            if claim.artifact not in numbers:
                raise UnknownNameError(f"artifact of claim {claim.id!r}", claim.artifact, numbers)
            lookups[claim.id] = ClaimNumbers(claim.id, claim.artifact, measured, look.weight)
            if not lookups[claim.id].empty:
                cases[claim.id] = claim.case(lookups[claim.id], tables)
    adjusted = _adjusted([claim for claim in singles if claim.id in cases], cases, findings)
    judged: dict[str, tuple[Judgement, Mapping[str, Number]]] = {}
    for claim in singles:
        judgement = _judge(claim, cases.get(claim.id), adjusted.get(claim.id), findings, variant)
        used = lookups[claim.id].used if claim.id in lookups else {}
        by_values = claim.id in cases and judgement.verdict != "INCONSISTENT"
        judged[claim.id] = replace(judgement, look=look.name if by_values else ""), used
    return judged


def _adjusted(claims: Iterable[Claim], cases: Mapping[str, Case], findings: Sequence[Finding]) -> dict[str, float]:
    """P-values of refutation with Holm's correction over each family; claims that the audit refutes take no part."""
    families: dict[str, dict[str, float]] = {}
    for claim in claims:
        assert isinstance(claim, MeasuredClaim)
        p_value = cases[claim.id].refuted
        if p_value is not None and not claim.contradiction(findings):
            families.setdefault(claim.family, {})[claim.id] = p_value
    adjusted: dict[str, float] = {}
    for members in families.values():
        p_values = list(members.values())
        adjusted |= zip(members, map(float, holm(p_values)) if len(p_values) > 1 else p_values, strict=True)
    return adjusted


def _judge(
    claim: Claim, case: Case | None, adjusted: float | None, findings: Sequence[Finding], variant: Variant
) -> Judgement:
    if isinstance(claim, ConsistentClaim):
        return claim.judge(findings)
    if isinstance(claim, UntestedClaim):
        return Judgement("NOT_TESTABLE", claim.reason)
    assert isinstance(claim, MeasuredClaim)
    if case is None:
        judgement = Judgement("NOT_TESTABLE", f"{claim.artifact} has no number here: see {commands.status(variant)}")
    else:
        judgement = case.judge(adjusted)
    if contradiction := claim.contradiction(findings):
        return Judgement("INCONSISTENT", contradiction, judgement.measured)
    if variant == "twin":
        return replace(judgement, verdict="NOT_TESTABLE", reason=TWIN, reading="", power="")
    return judgement


def _result(paper: str, claim: Claim, judgement: Judgement, numbers: Iterable[str]) -> ClaimResult:
    return ClaimResult(
        paper=paper,
        claim=claim.id,
        kind=claim.kind,
        place=claim.place,
        paraphrase=claim.paraphrase,
        artifact=claim.artifact if isinstance(claim, MeasuredClaim) else "",
        published=claim.printed if isinstance(claim, ValueClaim) else "",
        measured=judgement.measured,
        reading=judgement.reading,
        verdict=judgement.verdict,
        reason=judgement.reason,
        power=judgement.power,
        look=judgement.look,
        numbers=tuple(numbers),
    )
