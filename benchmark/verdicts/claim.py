"""A claim of a paper: data from ``claims.toml`` that finds its own numbers and tests.

`claims` reads the file. The kinds of claims are here (``consistent``, ``untested``), in `rows` (``table``, ``value``,
``order``, ``better-than``), in `bounds` (``bounds``) and in `curves` (``monotone``, ``peak-at``, ``steeper-at``,
``plateau-from``). A claim of kind ``table`` covers every printed number of a table, ``order`` and ``better-than`` cover
one claim for each metric, ``bounds`` one for each row: `Claim.expand` gives these single claims. A claim about a curve
covers all its metrics together, as the papers do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from benchmark.artifacts.published import PublishedTable
from benchmark.interfaces.errors import UnknownNameError
from benchmark.verdicts.audit import Finding
from benchmark.verdicts.cases import Case
from benchmark.verdicts.choices import Choices
from benchmark.verdicts.judge import Judgement
from benchmark.verdicts.numbers import ClaimNumbers
from benchmark.verdicts.reading import Reading

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


class UntestedClaim(Claim):
    """A claim that nothing here can judge.

    Parameters
    ----------
    reason : str
        Why not, and what it would take.
    """

    kind: Literal["untested"]
    reason: str


class ConsistentClaim(Claim):
    """Printed numbers can be true together: judged by the audit alone, without data.

    Parameters
    ----------
    published : str
        Table of ``published.toml``.
    check : {"f1", "one test set", "printed mean"}
        Which finding of `benchmark.verdicts.audit`, or of the paper's own audit.
    """

    kind: Literal["consistent"]
    published: str
    check: Literal["f1", "one test set", "printed mean"]

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
    """A claim that is judged on measured numbers, over all its readings.

    Parameters
    ----------
    artifact : str
        ``<paper>/<artifact>`` that has the numbers.
    scenario : str
        The only scenario (section) that it is about; empty for every section that ``readings.toml`` names.
    panel : str
        Panel of a figure, in which ``{panel}`` stands for that of the implementation; empty in a table.
    ceiling : str
        Section whose rows ``perfect`` and ``chance`` bound it; empty for that of the reading.
    fixed : dict of str to str
        The only option that its sentence allows, by choice.
    """

    artifact: str
    scenario: str = ""
    panel: str = ""
    ceiling: str = ""
    fixed: dict[str, str] = {}
    _choices: Choices = PrivateAttr(default_factory=Choices)
    _labels: Mapping[str, str] = PrivateAttr(default_factory=dict)

    def bound(self, choices: Choices, labels: Mapping[str, str]) -> Self:
        """Return a copy that knows what its paper leaves open, and our labels of its rows."""
        copy = self.model_copy()
        copy._choices, copy._labels = choices, labels
        return copy

    @property
    def choices(self) -> Choices:
        """What its paper leaves open."""
        return self._choices

    @property
    def labels(self) -> Mapping[str, str]:
        """Our label of a printed row, where it differs."""
        return self._labels

    @property
    def family(self) -> str:
        """Claims of one family are corrected together when they are refuted."""
        return self.id

    def printed_rows(self) -> tuple[str, ...]:
        """Printed rows that it names."""
        return ()

    def measured_metrics(self) -> tuple[str, ...]:
        """Metrics that it names, without the count and the cut of a reading."""
        raise NotImplementedError

    def readings(self) -> list[Reading]:
        """Every reading of it."""
        return self.choices.readings(
            self.printed_rows(), self.measured_metrics(), self.scenario, self.panel, self.fixed
        )

    def case(self, numbers: ClaimNumbers, tables: Tables) -> Case:
        """Find its numbers in every reading, and test them."""
        raise NotImplementedError

    def contradiction(self, findings: Sequence[Finding]) -> str:
        """Why the claimed number cannot be true together with the other printed ones; empty if it can."""
        return ""


def published_table(name: str, tables: Tables) -> PublishedTable:
    """Return a table of ``published.toml``; `UnknownNameError` if there is none of that name."""
    if name not in tables:
        raise UnknownNameError("published table", name, tables)
    return tables[name]


def _row(finding: Finding) -> str:
    return f"{finding.rows[0]}: " if len(finding.rows) == 1 else ""
