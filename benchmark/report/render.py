"""From what is recorded and at hand to ``report/index.html``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmark import __version__
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Paper
from benchmark.interfaces.registry import PAPERS
from benchmark.report import claims, datasets, methods
from benchmark.report.editions import Shown, loose_figures, shown
from benchmark.report.environment import machines_table, receipts_table, short
from benchmark.report.grid import Grid, identifier

TEMPLATES = "templates"


@dataclass(frozen=True)
class PaperPart:
    """A paper on the page.

    Parameters
    ----------
    paper : Paper
        Which.
    artifacts : list of Shown
        Its tables and figures.
    ledger : Grid, optional
        Its claims; None where it has none.
    """

    paper: Paper
    artifacts: list[Shown]
    ledger: Grid | None

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
        Where wall times are looked up.
    root : path, optional
        Data folder, for health cards of real data.

    Raises
    ------
    BenchmarkError
        For a receipt, claim, record or printed number that cannot be read.
    """
    papers = [PAPERS.load(name)() for name in PAPERS.names() if PAPERS.check(name) is None]
    papers.sort(key=lambda paper: (not claims.has_claims(paper), paper.name))
    text = _environment().get_template("page.html").render(_content(papers, out, store, root))
    path = out / "report" / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(".index.html.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    return path


def _content(papers: list[Paper], out: Path, store: Store, root: Path | None) -> dict[str, Any]:
    """Everything that the template shows."""
    judged = [paper for paper in papers if claims.has_claims(paper)]
    parts = [
        PaperPart(
            paper,
            [shown(artifact, out) for artifact in paper.artifacts()],
            claims.ledger(paper) if paper in judged else None,
        )
        for paper in papers
    ]
    editions = [edition for part in parts for one in part.artifacts for edition in one.editions]
    examined = datasets.examine(root)
    return {
        "version": __version__,
        "parts": parts,
        "commits": sorted({short(edition.receipt.commit) for edition in editions} - {""}),
        "editions": editions,
        "counts": [count for paper in judged for count in claims.counts(paper)],
        "verdicts": claims.VERDICTS,
        "meanings": claims.MEANINGS,
        "audits": [claims.audited(paper) for paper in papers if (paper.folder / "published.toml").is_file()],
        "loose": loose_figures(out),
        "overview": datasets.overview(examined),
        "examined": examined,
        "methods": methods.settings(),
        "cost": methods.cost([edition.receipt for edition in editions], store),
        "receipts": receipts_table(editions),
        "machines": machines_table(editions),
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
