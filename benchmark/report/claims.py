"""The claims of a paper with their recorded verdicts, and the number of each verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from benchmark.artifacts.published import read_published
from benchmark.interfaces import commands
from benchmark.interfaces.artifact import Paper, Setting
from benchmark.interfaces.profiles import PROFILES
from benchmark.report.page_table import PageCell, PageColumn, PageTable, identifier
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.claim import Claim
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.judge import Verdict
from benchmark.verdicts.record import Record, read_record, section
from benchmark.verdicts.rows import ValueClaim
from benchmark.verdicts.verify import audit_paper

VERDICTS: tuple[str, ...] = get_args(Verdict)
ABSENT = "NOT_RECORDED"
MEANINGS = {
    "REPRODUCED": "Shown in at least one admissible reading of the paper, corrected for the number of readings.",
    "DIRECTION_ONLY": "In some reading every mean is in the claimed direction, but not every step is shown.",
    "WITHIN_NOISE": "Neither shown nor refuted, although the seeds could have shown it.",
    "UNDECIDABLE": "Neither shown nor refuted, and with this spread and number of seeds it could not have been shown.",
    "NOT_REPRODUCED": "Refuted in every admissible reading.",
    "INCONSISTENT": "The printed numbers contradict each other, whatever is measured.",
    "CONSISTENT": "The printed numbers can be true together.",
    "NOT_TESTABLE": "No reading can judge it: a perfect detector would fail too, no number, or twin data.",
}


@dataclass(frozen=True)
class Count:
    """Recorded verdicts of one paper on one variant of the data.

    Parameters
    ----------
    paper, section : str
        Paper and section of its record: ``real``, ``twin``, or one of these with a profile.
    verdicts : dict of str to int
        Number of claims by verdict; empty if nothing is recorded.
    command : str
        Command that writes the record.
    """

    paper: str
    section: str
    verdicts: dict[str, int]
    command: str

    @property
    def total(self) -> int:
        """Number of claims."""
        return sum(self.verdicts.values())


def has_claims(paper: Paper) -> bool:
    """Whether a paper has claims to judge."""
    return (paper.folder / "claims.toml").is_file()


def records(paper: Paper) -> dict[str, Record | None]:
    """Records of a paper by section: always those of real data and twin (None if missing), and of other profiles."""
    return {name: record for name, _, record in _sections(paper)}


def counts(paper: Paper) -> list[Count]:
    """Count the recorded verdicts of a paper."""
    totals = []
    for name, setting, record in _sections(paper):
        counted = Counter(record.verdicts.values()) if record else Counter[str]()
        verdicts = {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}
        command = commands.verify(setting.variant, setting.profile.name, update=True)
        totals.append(Count(paper.name, name, verdicts, command))
    return totals


def _sections(paper: Paper) -> list[tuple[str, Setting, Record | None]]:
    sections = []
    for profile in sorted(PROFILES.values(), key=lambda one: one.name != "default"):
        for setting in (Setting("real", profile), Setting("twin", profile)):
            record = read_record(paper.folder, section(setting))
            if record is not None or profile.name == "default":
                sections.append((section(setting), setting, record))
    return sections


def words(verdict: str) -> str:
    """Write a verdict or status in words."""
    return "not recorded yet" if verdict == ABSENT else verdict.lower().replace("_", " ")


def claims_table(paper: Paper) -> PageTable:
    """Every claim of a paper on real data: verdict and reason, printed and measured number, reading; by verdict."""
    claims, real = read_claims(paper.folder), records(paper)["real"]
    columns = (
        PageColumn("Claim", kind="text"),
        PageColumn("Verdict", "real data", "name", choose=True),
        PageColumn("Reason", kind="text"),
        PageColumn("Number", "published", "published"),
        PageColumn("Result", "measured, recorded", "text"),
        PageColumn("Reading", kind="text"),
        PageColumn("Power", kind="text"),
        PageColumn("Place", kind="text"),
    )
    expanded = claims.expand(read_published(paper.folder))
    ranked = sorted(expanded, key=lambda one: (*VERDICTS, ABSENT).index(_verdict(one, real)))
    rows = [_row(claim, real) for claim in ranked]
    return PageTable(f"{identifier(paper.name)}-claims-table", f"Claims of {paper.name}", columns, tuple(rows))


def claim_words(paper: Paper) -> dict[str, str]:
    """Each claim of a paper in words, by its id."""
    return {one.id: _in_words(one) for one in read_claims(paper.folder).expand(read_published(paper.folder))}


def named(paper: Paper) -> dict[str, list[str]]:
    """Claims with each recorded verdict on real data, in words; a verdict without a claim is left out."""
    record = records(paper)["real"]
    if record is None:
        return {}
    found: dict[str, list[str]] = {verdict: [] for verdict in VERDICTS}
    for claim, text in claim_words(paper).items():
        if claim in record.verdicts:
            found[record.verdicts[claim]].append(text)
    return {verdict: members for verdict, members in found.items() if members}


def _in_words(claim: Claim) -> str:
    if isinstance(claim, ValueClaim):
        return f"{claim.place}: {claim.column} of {claim.row} is {claim.printed}"
    names = claim.id.partition("/")[2].replace("/", ", ")
    return f"{claim.place}: {claim.paraphrase}" + (f" ({names})" if names else "")


def _verdict(claim: Claim, real: Record | None) -> str:
    return real.verdicts.get(claim.id, ABSENT) if real else ABSENT


def _row(claim: Claim, real: Record | None) -> tuple[PageCell, ...]:
    verdict = _verdict(claim, real)
    printed = claim.printed if isinstance(claim, ValueClaim) else ""
    decided = real.decided.get(claim.id, {}) if real else {}
    return (
        PageCell(claim.paraphrase, claim.id),
        PageCell(words(verdict), status=verdict),
        PageCell(decided.get("reason", "–")),
        PageCell(printed, sort=float(printed)) if printed else PageCell("–"),
        PageCell(decided.get("measured", "–")),
        *(PageCell(decided.get(name, "–")) for name in ("reading", "power")),
        PageCell(claim.place),
    )


def audit_table(paper: Paper) -> PageTable:
    """Arithmetic of a paper's printed numbers, one check a row."""
    columns = (
        PageColumn("Row", kind="name"),
        PageColumn("Place", kind="name"),
        PageColumn("Check", kind="name", choose=True),
        PageColumn("Outcome", kind="name", choose=True),
        PageColumn("Implied, least"),
        PageColumn("Implied, greatest"),
        PageColumn("In words", kind="text"),
    )
    rows = tuple(_finding(finding) for finding in audit_paper(paper))
    title = f"Printed numbers of {paper.name} against each other"
    return PageTable(f"{identifier(paper.name)}-audit-table", title, columns, rows)


def _finding(finding: Finding) -> tuple[PageCell, ...]:
    implied = finding.implied
    ends = (None, None) if implied is None else (float(implied.low), float(implied.high))
    return (
        PageCell(finding.rows[0] if len(finding.rows) == 1 else "all rows"),
        PageCell(finding.table),
        PageCell(finding.check),
        PageCell(finding.outcome, status=finding.outcome.upper().replace(" ", "_")),
        *(PageCell("–") if end is None else PageCell(f"{end:.5f}", sort=end) for end in ends),
        PageCell(finding.text),
    )
