"""Claims as they are recorded: published and measured numbers, verdict and reason, without data and without a run.

The verdict, its reading and its reason are in ``verdicts.toml``, the values by seed in ``values.json``, the printed
numbers in ``published.toml``: all are committed beside the paper's class. A claim is judged over many readings. The
values shown are those of the reading that decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from benchmark.artifacts.published import read_published
from benchmark.interfaces.commands import claim as list_claims
from benchmark.interfaces.commands import verify
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.registry import PAPERS, source_file
from benchmark.verdicts.claim import Claim, MeasuredClaim
from benchmark.verdicts.claims import read_claims
from benchmark.verdicts.numbers import recorded_name
from benchmark.verdicts.record import Record, Seeds, read_record
from benchmark.verdicts.rows import ENDS, ValueClaim


@dataclass(frozen=True)
class RecordedClaim:
    """One claim with its recorded verdict.

    Parameters
    ----------
    paper, claim, place, paraphrase : str
        Registered name of the paper, id of the claim, where the paper makes it, and the claim in our words.
    artifact : str
        Artifact that has the numbers; empty for a claim of arithmetic.
    published : str
        Printed number, with its digits; empty where the claim is about no single number.
    verdict, measured, reading, look, power, reason : str
        See `benchmark.verdicts.report.ClaimResult`; empty where nothing was measured.
    seeds : mapping of str to mapping of int to float
        Values by seed in the reading that decided, by the recorded name of the number.
    variant : {"real", "twin"}
        Data.
    """

    paper: str
    claim: str
    place: str
    paraphrase: str
    artifact: str
    published: str
    verdict: str
    measured: str = ""
    reading: str = ""
    look: str = ""
    power: str = ""
    reason: str = ""
    seeds: Mapping[str, Seeds] = field(default_factory=dict)
    variant: Variant = "real"

    @property
    def command(self) -> str:
        """Command that computes and judges it again."""
        return verify(self.variant, paper=self.paper, claim=self.claim)

    def is_about(self, artifact: str, label: str) -> bool:
        """Whether it is about a row of an artifact: the values shown are of that row."""
        return any(
            name.startswith(f"{artifact} | ") and name.rpartition(" | ")[0].endswith(f" | {label}")
            for name in self.seeds
        )


def recorded_claims(paper: str, variant: Variant = "real") -> list[RecordedClaim]:
    """Return the claims of a paper with their recorded verdicts, in the order of ``claims.toml``.

    Parameters
    ----------
    paper : str
        Registered name. Its module is not imported.
    variant : {"real", "twin"}
        Section of the record; only real data judge a paper.

    Raises
    ------
    BenchmarkError
        If the paper is unknown, has no claims, or no record of this variant under the present rules.
    """
    folder = folder_of(paper)
    if not (folder / "claims.toml").is_file():
        raise BenchmarkError(f"{paper} makes no claims; papers with claims: {', '.join(papers_with_claims())}")
    record = read_record(folder, variant)
    if record is None or record.outdated:
        fault = "has no record" if record is None else "has a record of older rules"
        raise BenchmarkError(f"{paper} {fault} for {variant} data; write one: {verify(variant, update=True)}")
    tables = read_published(folder)
    claims = read_claims(folder).expand(tables)
    return [_recorded(paper, claim, record, variant) for claim in claims if claim.id in record.verdicts]


def papers_with_claims() -> list[str]:
    """Names of the registered papers that have ``claims.toml``."""
    return [name for name in PAPERS.names() if (folder_of(name) / "claims.toml").is_file()]


def folder_of(paper: str) -> Path:
    """Folder of a paper's module, found without importing it; `UnknownNameError` for an unknown paper."""
    entry = PAPERS.entry(paper)
    file = source_file(entry.target)
    if file is None:
        raise BenchmarkError(f"paper {paper!r}: {entry.target} is not installed")
    return file.parent


def matching_claims(claims: Sequence[RecordedClaim], text: str) -> list[RecordedClaim]:
    """Return the claims that a text names; see `claims_with`."""
    chosen = {one.id for one in claims_with([_Words(one) for one in claims], text, claims[0].paper if claims else "")}
    found = [one for one in claims if one.claim in chosen]
    single = [one for one in found if one.published]  # "GNN F1" means the number, before an order of rows
    return single if len(single) == 1 else found


class Named(Protocol):
    """A claim in words."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def place(self) -> str:
        """Where the paper makes it."""

    @property
    def paraphrase(self) -> str:
        """The claim in our words."""


N = TypeVar("N", bound=Named)


def claims_with(claims: Sequence[N], text: str, paper: str) -> list[N]:
    """Return the claims that a text names.

    Parameters
    ----------
    claims : sequence
        Claims of one paper.
    text : str
        An id, or words in any case. They are looked for in the ids; if these lack them, also in the paraphrases.
    paper : str
        Name of the paper, for the message.

    Raises
    ------
    BenchmarkError
        If no claim has all of the words.
    """
    exact = [one for one in claims if one.id.lower() == text.lower()]
    if exact:
        return exact
    words = text.lower().split()
    texts = {one.id: one.id.lower() for one in claims}
    for longer in (False, True):
        if longer:
            texts = {one.id: f"{one.id} {one.paraphrase} {one.place}".lower() for one in claims}
        if found := [one for one in claims if words and all(word in texts[one.id] for word in words)]:
            return found
    raise BenchmarkError(f"no claim of {paper} has the words {text!r}; {list_claims(paper)} lists them")


@dataclass(frozen=True)
class _Words:
    """A recorded claim under the names that a claim has."""

    of: RecordedClaim

    @property
    def id(self) -> str:
        return self.of.claim

    @property
    def place(self) -> str:
        return self.of.place

    @property
    def paraphrase(self) -> str:
        return self.of.paraphrase


def _recorded(paper: str, claim: Claim, record: Record, variant: Variant) -> RecordedClaim:
    decided = record.decided.get(claim.id, {})
    names = list(_names(claim, decided.get("reading", ""), record)) if isinstance(claim, MeasuredClaim) else []
    return RecordedClaim(
        paper=paper,
        claim=claim.id,
        place=claim.place,
        paraphrase=claim.paraphrase,
        artifact=claim.artifact if isinstance(claim, MeasuredClaim) else "",
        published=claim.printed if isinstance(claim, ValueClaim) else "",
        verdict=record.verdicts[claim.id],
        seeds={name: record.values[name] for name in names},
        variant=variant,
        **decided,
    )


def _names(claim: MeasuredClaim, decided: str, record: Record) -> Iterator[str]:
    """Recorded names of the numbers of the reading that decided, in the order of the claim; none without a reading."""
    reading = next((one for one in claim.readings() if one.name == decided), None)
    if reading is None:
        return
    rows = [row for row in claim.printed_rows() if row not in ENDS]
    labels = [reading.rows.get(row) or claim.labels.get(row, row) for row in rows]
    columns = [reading.column(metric) for metric in claim.measured_metrics()]
    place = " | ".join(filter(None, (claim.artifact, reading.section, reading.panel)))
    if not labels:  # a curve, or an end of a range over all rows
        for name in record.values:
            head, _, metric = name.rpartition(" | ")
            if metric in columns and head.rpartition(" | ")[0] == place:
                yield name
        return
    for label in labels:
        for column in dict.fromkeys(columns):
            name = recorded_name(claim.artifact, reading.section, reading.panel, label, column)
            if name in record.values:
                yield name
