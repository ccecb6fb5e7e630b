"""The job behind ``verify``: run the cells that claims need, and judge the claims."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from benchmark.artifacts.published import PublishedTable, read_published
from benchmark.artifacts.regenerate import OnPlan, plan_artifacts
from benchmark.artifacts.trace import MISSING
from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import Plan
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Artifact, Paper, Setting
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.registry import PAPERS
from benchmark.verdicts.audit import Audited, Finding, audit
from benchmark.verdicts.claim import MeasuredClaim
from benchmark.verdicts.claims import Claims, read_claims
from benchmark.verdicts.looks import planned
from benchmark.verdicts.numbers import number_name
from benchmark.verdicts.report import ClaimReport, judge_claims

Values = Mapping[str, Mapping[int, float]]
"""One value a seed, by the recorded name of a number."""


@dataclass(frozen=True)
class PaperRun:
    """A paper with the measured numbers that its claims need.

    Parameters
    ----------
    paper : Paper
        Which.
    claims, tables, findings
        Its claims, its printed numbers and their audit.
    numbers : mapping of str to sequence of Number
        By artifact.
    data : mapping of str to str
        Fingerprint of each dataset behind the numbers.
    setting : Setting
        Variant and profile.
    plans : mapping of str to sequence of int
        Numbers of seeds at the looks at an artifact.
    only : frozenset of str
        Ids of the claims that are reported; empty for all. All are judged: a family of claims is corrected together.
    """

    paper: Paper
    claims: Claims
    tables: Mapping[str, PublishedTable]
    findings: Sequence[Finding]
    numbers: Mapping[str, Sequence[Number]]
    data: Mapping[str, str]
    setting: Setting
    plans: Mapping[str, Sequence[int]] = field(default_factory=dict)
    only: frozenset[str] = frozenset()

    @cached_property
    def report(self) -> ClaimReport:
        """The claims, judged on the measured numbers."""
        return self._judged(self.numbers)

    def report_on(self, values: Values) -> ClaimReport:
        """Judge the claims on other values of the same numbers, e.g. recorded ones."""
        numbers = {
            name: [_with_values(number, values.get(number_name(name, number), {})) for number in artifact]
            for name, artifact in self.numbers.items()
        }
        return self._judged(numbers)

    def _judged(self, numbers: Mapping[str, Sequence[Number]]) -> ClaimReport:
        variant = self.setting.variant
        claims = self.claims
        if self.only:  # the artifacts of the others were left out
            kept = [one for one in claims.claim if not isinstance(one, MeasuredClaim) or one.artifact in numbers]
            claims = claims.model_copy(update={"claim": tuple(kept)})
        report = judge_claims(self.paper.name, claims, self.tables, self.findings, numbers, variant, self.plans)
        if not self.only:
            return report
        results = [result for result in report.results if result.claim in self.only]
        used = {name for result in results for name in result.numbers}
        return replace(report, results=results, numbers={name: report.numbers[name] for name in sorted(used)})


@dataclass(frozen=True)
class ClaimPlan:
    """Everything that the claims of some papers need, before any cell runs.

    Parameters
    ----------
    setting : Setting
        Variant and profile.
    papers : sequence of Paper
        Papers whose claims are judged.
    claims : mapping of str to Claims
        By paper.
    artifacts : mapping of str to list of Artifact
        The artifacts that the claims name, by paper.
    cells : Plan
        Cells of all artifacts.
    only : frozenset of str
        See `PaperRun`.
    """

    setting: Setting
    papers: Sequence[Paper]
    claims: Mapping[str, Claims]
    artifacts: Mapping[str, list[Artifact]]
    cells: Plan
    only: frozenset[str] = frozenset()

    def data(self, paper: Paper) -> dict[str, str]:
        """Fingerprint of each dataset that the claims of a paper need."""
        datasets = {cell.dataset for artifact in self.artifacts[paper.name] for cell in artifact.cells(self.setting)}
        prints = {cell.dataset: identity.fingerprint for cell, identity in self.cells.identities.items()}
        return {dataset: prints[dataset] for dataset in sorted(datasets & set(prints))}

    def run(self, store: Store, root: Path | None, workers: Workers, on_plan: OnPlan) -> list[PaperRun]:
        """Run the cells that are missing, and collect the numbers of each paper.

        Parameters
        ----------
        store, root, workers, on_plan
            As for `benchmark.artifacts.regenerate.regenerate`.
        """
        total = len(self.cells.identities) + len(self.cells.unregistered)
        return self.collect(execute(self.cells, store, root, workers, on_plan(total)))

    def stored(self, store: Store) -> list[PaperRun]:
        """Collect the numbers of each paper from stored results alone; a cell that is not stored has no number."""
        results = {cell: Result("NOT_REGISTERED", reason) for cell, reason in self.cells.unregistered.items()}
        for cell, identity in self.cells.identities.items():
            results[cell] = store.load(identity.key) or Result("ERROR", MISSING)
        return self.collect(results)

    def collect(self, results: Mapping[Cell, Result]) -> list[PaperRun]:
        """Compute the numbers of each paper from the results of its cells."""
        return [
            PaperRun(
                paper,
                self.claims[paper.name],
                read_published(paper.folder),
                audit_paper(paper),
                {artifact.name: artifact.numbers(results, self.setting) for artifact in self.artifacts[paper.name]},
                self.data(paper),
                self.setting,
                {artifact.name: planned(artifact, self.setting) for artifact in self.artifacts[paper.name]},
                self.only,
            )
            for paper in self.papers
        ]


def papers_with(file: str) -> list[Paper]:
    """Every registered paper that has a file: ``published.toml``, ``claims.toml``.

    A paper that cannot be loaded is an error: its claims would pass without being judged.
    """
    papers = [PAPERS.load(name)() for name in PAPERS.names()]
    return [paper for paper in papers if (paper.folder / file).is_file()]


def audit_paper(paper: Paper) -> list[Finding]:
    """Check the printed numbers of one paper; see `benchmark.verdicts.audit`. A paper may add findings of its own."""
    tables = read_published(paper.folder)
    return audit(tables) + (list(paper.findings(tables)) if isinstance(paper, Audited) else [])


def plan_claims(
    papers: Sequence[Paper], setting: Setting, store: Store, root: Path | None, only: Collection[str] = ()
) -> ClaimPlan:
    """Find the artifacts and cells that the claims of papers need; nothing is run.

    Parameters
    ----------
    papers : sequence of Paper
        Papers with claims.
    setting : Setting
        Variant and profile.
    store : Store
        Store of results.
    root : path, optional
        Data folder, for the real variant.
    only : collection of str
        Ids of claims; empty for all. Artifacts that none of them names are left out.

    Raises
    ------
    BenchmarkError
        For a claim about an artifact that does not exist, or a file of claims or numbers that cannot be read.
    """
    claims = {paper.name: read_claims(paper.folder) for paper in papers}
    artifacts = {paper.name: _artifacts(paper, claims[paper.name], setting, only) for paper in papers}
    needed = [artifact for group in artifacts.values() for artifact in group]
    cells = plan_artifacts(needed, setting, store, root) if needed else Plan()
    return ClaimPlan(setting, papers, claims, artifacts, cells, frozenset(only))


def _artifacts(paper: Paper, claims: Claims, setting: Setting, only: Collection[str] = ()) -> list[Artifact]:
    """Return the artifacts that claims name, and that of the ceilings, in the paper's order."""
    known = {artifact.name: artifact for artifact in paper.artifacts()}
    measured: list[MeasuredClaim] = [claim for claim in claims.claim if isinstance(claim, MeasuredClaim)]
    if only:
        singles = [one for one in claims.expand(read_published(paper.folder)) if isinstance(one, MeasuredClaim)]
        families = {claim.family for claim in singles if claim.id in only}
        measured = [claim for claim in singles if claim.family in families]
    named = {claim.artifact for claim in measured}
    named |= {claims.choices.ceilings} - {""} if named else set()
    for name in sorted(named - set(known)):
        raise UnknownNameError(f"artifact of a claim of {paper.name}", name, known)
    return [artifact for name, artifact in known.items() if name in named and setting.variant in artifact.variants]


def _with_values(number: Number, values: Mapping[int, float]) -> Number:
    status, reason = ("OK", "") if values else ("MISSING", "the record has no value")
    return replace(number, status=status, reason=reason, values=values)
