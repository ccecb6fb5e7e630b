"""Write ``report/index.html`` from records, tables, figures and data."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmark import __version__
from benchmark.engine.store import Store
from benchmark.interfaces import commands
from benchmark.interfaces.artifact import Paper
from benchmark.interfaces.registry import PAPERS
from benchmark.interfaces.writing import write_whole
from benchmark.report import claims, datasets, findings, methods
from benchmark.report.environment import machines_table, receipts_table, short
from benchmark.report.page_table import PageTable, identifier
from benchmark.report.renderings import RenderedArtifact, loose_figures, rendered

TEMPLATES = "templates"


@dataclass(frozen=True)
class PaperPart:
    """A paper on the page.

    Parameters
    ----------
    paper : Paper
        The paper.
    artifacts : list of RenderedArtifact
        Its tables and figures.
    claims : PageTable, optional
        Its claims; None if it has none.
    """

    paper: Paper
    artifacts: list[RenderedArtifact]
    claims: PageTable | None

    @property
    def name(self) -> str:
        """Identifier within the page."""
        return identifier(self.paper.name)


def write_report(out: Path, store: Store, root: Path | None) -> Path:
    """Write the page and return its path. Nothing is run, trained or downloaded.

    Parameters
    ----------
    out : path
        Folder with ``tables/`` and ``figures/``; receives ``report/index.html``.
    store : Store
        Source of wall times; remembers health cards if its folder exists.
    root : path, optional
        Data folder, for health cards of real data.

    Raises
    ------
    BenchmarkError
        For a receipt, claim, record or printed number that cannot be read.
    """
    papers = [PAPERS.load(name)() for name in PAPERS.names() if PAPERS.check(name) is None]
    papers = findings.order(papers)
    text = _environment().get_template("page.html").render(_content(papers, out, store, root))
    path = out / "report" / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_whole(path, text)


def _content(papers: list[Paper], out: Path, store: Store, root: Path | None) -> dict[str, Any]:
    """Collect everything that the template needs."""
    judged = [paper for paper in papers if claims.has_claims(paper)]
    parts = [
        PaperPart(
            paper,
            [rendered(artifact, out) for artifact in paper.artifacts()],
            claims.claims_table(paper) if paper in judged else None,
        )
        for paper in papers
    ]
    receipts = [rendering.receipt for part in parts for artifact in part.artifacts for rendering in artifact.renderings]
    examined = datasets.examine(root, store)
    return {
        "version": __version__,
        "parts": parts,
        "titles": [paper.title for paper in judged],
        "findings": findings.shown(
            papers,
            {paper.name: claims.records(paper)["real"] for paper in judged},
            {paper.name: claims.claim_words(paper) for paper in judged},
        ),
        "glossary": findings.GLOSSARY,
        "named": {paper.name: claims.named(paper) for paper in judged},
        "commits": sorted({short(receipt.commit) for receipt in receipts} - {""}),
        "counts": [count for paper in judged for count in claims.counts(paper)],
        "verdicts": claims.VERDICTS,
        "meanings": claims.MEANINGS,
        "audits": [claims.audit_table(paper) for paper in papers if (paper.folder / "published.toml").is_file()],
        "loose": loose_figures(out),
        "overview": datasets.overview(examined),
        "examined": examined,
        "methods": methods.settings(),
        "cost": methods.cost(receipts, store),
        "has_receipts": bool(receipts),
        "receipts": receipts_table(receipts),
        "machines": machines_table(receipts),
        "commands": commands,
    }


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("benchmark.report", TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = claims.words
    folder = files("benchmark.report").joinpath(TEMPLATES)
    environment.globals["css"] = folder.joinpath("page.css").read_text(encoding="utf-8")
    environment.globals["js"] = folder.joinpath("page.js").read_text(encoding="utf-8")
    return environment
