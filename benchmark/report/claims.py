"""Claims of a paper beside their recorded verdicts, and how many there are of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from benchmark.artifacts.published import read_published
from benchmark.interfaces.artifact import Paper, Setting
from benchmark.interfaces.profiles import PROFILES
from benchmark.report.grid import Cell, Column, Grid, identifier
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.claim import Claim, Claims, ConsistentClaim, ValueClaim, read_claims
from benchmark.verdicts.judge import Verdict
from benchmark.verdicts.ledger import recorded_name
from benchmark.verdicts.record import Record, read_record, section
from benchmark.verdicts.verify import audit_paper

VERDICTS: tuple[str, ...] = get_args(Verdict)
ABSENT = "NOT_RECORDED"
MEANINGS = {
    "REPRODUCED": "the measured number or order is the claimed one, beyond the scatter of the seeds",
    "WITHIN_NOISE": "the seeds scatter too much to say: a number within their interval, or an order of which some mean "
    "goes the other way, not shown",
    "DIRECTION_ONLY": "the claimed way, but not shown at every step, or of another size",
    "NOT_REPRODUCED": "measured to be otherwise",
    "INCONSISTENT": "the printed numbers contradict each other, whatever is measured",
    "NOT_TESTABLE": "twin data, too few seeds or no number: no judgement of the paper",
    "CONSISTENT": "the printed numbers can be true together",
}


@dataclass(frozen=True)
class Count:
    """Recorded verdicts of one paper on one variant of the data.

    Parameters
    ----------
    paper, section : str
        Which; a section is ``real``, ``twin``, or one of these with a profile.
    verdicts : dict of str to int
        Number of claims by verdict; empty where nothing is recorded.
    command : str
        What records it.
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
    """What is recorded of a paper: of real data and twin always, None where nothing is; of other profiles if so."""
    found: dict[str, Record | None] = {}
    for profile in sorted(PROFILES.values(), key=lambda one: one.name != "default"):
        for variant in ("real", "twin"):
            name = section(Setting("real" if variant == "real" else "twin", profile))
            record = read_record(paper.folder, name)
            if record is not None or profile.name == "default":
                found[name] = record
    return found


def counts(paper: Paper) -> list[Count]:
    """Count the recorded verdicts of a paper."""
    found = []
    for name, record in records(paper).items():
        counted = Counter(record["verdicts"].values()) if record else Counter[str]()
        verdicts = {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}
        on = "--data FOLDER" if name.startswith("real") else "--variant twin"
        found.append(Count(paper.name, name, verdicts, f"python -m benchmark verify {on} --update"))
    return found


def words(verdict: str) -> str:
    """Write a verdict or status as a reader says it."""
    return "not recorded yet" if verdict == ABSENT else verdict.lower().replace("_", " ")


def ledger(paper: Paper) -> Grid:
    """Every claim of a paper in every scenario, with printed number, mean on real data and the recorded verdicts."""
    claims, found = read_claims(paper.folder), records(paper)
    columns = (
        Column("What the paper says", kind="text"),
        Column("Judged in", kind="name", choose=True),
        Column("Number", "published", "published"),
        Column("Mean", "measured, recorded"),
        *(Column("Verdict", f"{name} data", "name", choose=True) for name in found),
        Column("Where", kind="text"),
    )
    rows = [
        _row(claim, scenario, claims, found)
        for claim in claims.spread(read_published(paper.folder))
        for scenario in ([""] if isinstance(claim, ConsistentClaim) else claim.scenarios)
    ]
    return Grid(f"{identifier(paper.name)}-claims-table", f"Claims of {paper.name}", columns, tuple(rows))


def _row(claim: Claim, scenario: str, claims: Claims, found: dict[str, Record | None]) -> tuple[Cell, ...]:
    key = f"{claim.id} @ {scenario}" if scenario else claim.id
    printed = claim.printed if isinstance(claim, ValueClaim) else ""
    verdicts = [(record or {"verdicts": {}})["verdicts"].get(key, ABSENT) for record in found.values()]
    return (
        Cell(claim.paraphrase, claim.id),
        Cell(scenario or "arithmetic"),
        Cell(printed, sort=float(printed)) if printed else Cell("–"),
        _mean(claim, scenario, claims, found["real"]),
        *(Cell(words(verdict), status=verdict) for verdict in verdicts),
        Cell(claim.place),
    )


def _mean(claim: Claim, scenario: str, claims: Claims, record: Record | None) -> Cell:
    """Return the recorded mean that a printed number is compared with, under the name that `verify` records it by."""
    if record is None or not isinstance(claim, ValueClaim):
        return Cell("–")
    name = recorded_name(claim.artifact, scenario, claim.panel, claims.label(claim.row), claim.metric)
    text = record["measured"].get(name, "")
    return Cell(text, sort=float(text)) if text else Cell("–")


def audited(paper: Paper) -> Grid:
    """Arithmetic of a paper's printed numbers, a check a row."""
    columns = (
        Column("Row", kind="name"),
        Column("Where", kind="name"),
        Column("Check", kind="name", choose=True),
        Column("Outcome", kind="name", choose=True),
        Column("Implied, least"),
        Column("Implied, greatest"),
        Column("In words", kind="text"),
    )
    rows = tuple(_finding(one) for one in audit_paper(paper))
    return Grid(
        f"{identifier(paper.name)}-audit-table", f"Printed numbers of {paper.name} against each other", columns, rows
    )


def _finding(one: Finding) -> tuple[Cell, ...]:
    ends = (None, None) if one.implied is None else (float(one.implied.low), float(one.implied.high))
    return (
        Cell(one.rows[0] if len(one.rows) == 1 else "all rows"),
        Cell(one.table),
        Cell(one.check),
        Cell(one.outcome, status=one.outcome.upper().replace(" ", "_")),
        *(Cell("–") if end is None else Cell(f"{end:.5f}", sort=end) for end in ends),
        Cell(one.text),
    )
