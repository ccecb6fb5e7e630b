"""A claim of a paper: data from ``claims.toml`` that knows how to judge itself.

`claims` reads the file. The kinds of claims are here (``consistent``), in `rows` (``table``, ``value``, ``order``,
``better-than``) and in `curves` (``monotone``, ``peak-at``, ``plateau-from``). A claim of kind ``table`` covers every
printed number of a table, ``order`` and ``better-than`` cover one claim for each metric: `Claim.expand` gives these
single claims. A claim about a curve covers all its metrics together, as the papers do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from benchmark.artifacts.published import PublishedTable
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.judge import Judgement
from benchmark.verdicts.numbers import ClaimNumbers

Tables = Mapping[str, PublishedTable]
Metrics = Annotated[tuple[str, ...], Field(min_length=1)]


class Claim(BaseModel):
    """Fields that every claim has.

    Parameters
    ----------
    id : str
        Unique within the paper.
    kind : str
        Which class of claims.
    place : str
        Where the paper makes the claim.
    paraphrase : str
        The claim in our words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str
    kind: str
    place: str
    paraphrase: str

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """Split a claim into single ones, each with a verdict of its own.

        Parameters
        ----------
        tables : mapping of str to PublishedTable
            Content of ``published.toml``.
        columns : mapping of str to str
            Measured metric of a column of the paper.

        Raises
        ------
        UnknownNameError
            For a table or column that does not exist.
        """
        return [self]


class ConsistentClaim(Claim):
    """Printed numbers can be true together: judged by the audit alone, without data.

    Parameters
    ----------
    published : str
        Table of ``published.toml``.
    check : {"f1", "one test set"}
        Which finding of `benchmark.verdicts.audit`.
    """

    kind: Literal["consistent"]
    published: str
    check: Literal["f1", "one test set"]

    def expand(self, tables: Tables, columns: Mapping[str, str]) -> Sequence[Claim]:
        """Return the claim itself, once its table is known to exist."""
        published_table(self.published, tables)
        return [self]

    def judge(self, findings: Sequence[Finding]) -> Judgement:
        """Judge by the findings of the audit."""
        own = [finding for finding in findings if (finding.table, finding.check) == (self.published, self.check)]
        failed = [finding for finding in own if finding.outcome == "inconsistent"]
        if failed:
            return Judgement("INCONSISTENT", "; ".join(f"{_row(finding)}{finding.text}" for finding in failed))
        undecided = [finding for finding in own if finding.outcome == "not checkable"]
        if undecided or not own:
            text = undecided[0].text if undecided else "the audit has no numbers to check it with"
            return Judgement("NOT_TESTABLE", text)
        return Judgement("CONSISTENT", own[0].text if len(own) == 1 else f"{len(own)} rows, each consistent")


class MeasuredClaim(Claim):
    """A claim that is judged on measured numbers.

    Parameters
    ----------
    artifact : str
        ``<paper>/<artifact>`` that has the numbers.
    scenarios : tuple of str
        Scenarios that it is judged in, each with a verdict of its own; the first is the one that the paper's text
        describes best.
    panel : str
        Panel of a figure; empty in a table.

    """

    artifact: str
    scenarios: tuple[str, ...] = Field(min_length=1)
    panel: str = ""

    def judge(self, numbers: ClaimNumbers, tables: Tables) -> Judgement:
        """Judge the claim in one scenario."""
        raise NotImplementedError

    def contradiction(self, findings: Sequence[Finding]) -> str:
        """Why the claimed number cannot be true together with the other printed ones; empty if it can."""
        return ""


def without_number(number: Number | None) -> Judgement:
    """Judge a claim that lacks a number; its reason says why the number is missing."""
    if number is None:
        return Judgement("NOT_TESTABLE", "there is no number")
    status = number.status.lower().replace("_", " ")
    return Judgement("NOT_TESTABLE", f"{number.label}, {number.metric}: {status}: {number.reason}")


def published_table(name: str, tables: Tables) -> PublishedTable:
    """Return a table of ``published.toml``; `UnknownNameError` if there is none of that name."""
    if name not in tables:
        raise UnknownNameError("published table", name, tables)
    return tables[name]


def _row(finding: Finding) -> str:
    return f"{finding.rows[0]}: " if len(finding.rows) == 1 else ""
