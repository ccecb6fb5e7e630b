"""The job behind ``verify``: run what the claims stand on, judge them, and read the arithmetic of printed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmark.artifacts.published import read_published
from benchmark.artifacts.regenerate import OnPlan, plan_artifacts
from benchmark.engine.execute import Workers, execute
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Artifact, Paper, Setting
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.registry import PAPERS
from benchmark.verdicts.audit import Finding, audit
from benchmark.verdicts.claim import Claims, ConsistentClaim, read_claims
from benchmark.verdicts.ledger import Ledger, draw_up


def papers_with(file: str) -> list[Paper]:
    """Every registered paper that has a file: ``published.toml``, ``claims.toml``.

    One that cannot be loaded is an error: its claims would pass by not being looked at.
    """
    papers = [PAPERS.load(name)() for name in PAPERS.names()]
    return [paper for paper in papers if (paper.folder / file).is_file()]


def audit_paper(paper: Paper) -> list[Finding]:
    """Check the printed numbers of one paper; see `benchmark.verdicts.audit`."""
    return audit(read_published(paper.folder))


def ledgers(
    papers: Sequence[Paper], setting: Setting, store: Store, root: Path | None, workers: Workers, on_plan: OnPlan
) -> list[Ledger]:
    """Judge every claim of papers; runs the cells that are missing.

    Parameters
    ----------
    papers : sequence of Paper
        Whose claims.
    setting : Setting
        Variant and profile.
    store : Store
        Where results are kept.
    root : path, optional
        Data folder, for the real variant.
    workers : Workers
        Who does the work.
    on_plan : callable
        As for `benchmark.artifacts.regenerate.regenerate`.

    Raises
    ------
    BenchmarkError
        For a claim that names what nothing shows, or a file of claims or numbers that cannot be read.
    """
    claims = {paper.name: read_claims(paper.folder) for paper in papers}
    artifacts = {paper.name: _artifacts(paper, claims[paper.name], setting) for paper in papers}
    wanted = [one for found in artifacts.values() for one in found]
    plan = plan_artifacts(wanted, setting, store, root)
    results = execute(plan, store, root, workers, on_plan(len(plan.identities) + len(plan.unregistered)))
    return [
        draw_up(
            paper.name,
            claims[paper.name],
            read_published(paper.folder),
            audit_paper(paper),
            {one.name: one.numbers(results, setting) for one in artifacts[paper.name]},
            setting.variant,
        )
        for paper in papers
    ]


def _artifacts(paper: Paper, claims: Claims, setting: Setting) -> list[Artifact]:
    """Return the artifacts that claims name, in the paper's order."""
    known = {artifact.name: artifact for artifact in paper.artifacts()}
    named = {claim.artifact for claim in claims.claim if not isinstance(claim, ConsistentClaim)}
    for name in sorted(named - set(known)):
        raise UnknownNameError(f"artifact of a claim of {paper.name}", name, known)
    return [one for name, one in known.items() if name in named and setting.variant in one.variants]
