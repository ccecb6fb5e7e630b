"""The findings that open the page, and the words of its glossary."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from benchmark.interfaces.artifact import Paper
from benchmark.report.page_table import identifier
from benchmark.verdicts.record import Record

GLOSSARY = {
    "reading": "One way to understand what a paper leaves open: an option for each choice. A claim has one "
    "verdict over all its readings.",
    "published, corrected": "Two presets of a paper's method: as the paper writes it, and with its faults mended.",
    "control": "A simple detector that every method should beat, such as nearest neighbours, or a norm.",
    "perfect, chance": "A score that is the label, and a random score. They close every table: what a method can "
    "reach at most, and what costs nothing.",
    "twin": "Made-up data of the same form, shipped with the package. It shows that the suite runs and "
    "judges no paper.",
    "cell": "One dataset, protocol, method and seed: what is run and stored.",
    "seed": "A number that fixes the split and every random draw of one run.",
    "@val": "At the 99 % quantile of the scores of unlabelled validation rows. No label is used.",
    "@labelled": "At the cut with the best F1 on labelled validation rows.",
    "@share": "At the cut that flags as many labelled validation rows as are anomalous: the share of "
    "anomalies is known.",
    "@oracle": "At the cut with the best F1 on the test labels, which no user has: an upper bound.",
    "@1%": "At the smallest cut that at most 1 % of the unlabelled validation rows are above.",
    "F1-PA": "F1 after point adjustment: one flag within an event counts as the whole event. Random scores "
    "get a high one.",
    "AUC-ROC, AUC-PR": "Areas under the curves of all cuts. Chance has .5 in the first, the share of anomalies in the "
    "second.",
    "VUS-PR": "AUC-PR of series, with some tolerance around events, averaged over its width.",
    "ADR": "Anomaly detection rate of the CRL-BSAD paper: the share of events with at least one flag.",
    "row-split": "google-2019: rows divided at random. Near-copies of rows lie on both sides, so it leaks.",
    "grouped": "google-2019: divided by collection, with the official label of failures.",
    "injected": "Anomalies that the protocol puts into normal rows, by stated formulas.",
}


class Finding(BaseModel):
    """One finding; see ``benchmark/papers/findings.toml``."""

    model_config = ConfigDict(extra="forbid")

    text: str
    figure: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownFinding:
    """A finding on the page.

    Parameters
    ----------
    text : str
        Plain sentences.
    title, name : str
        Title of the artifact that carries it, and its identifier within the page.
    verdicts : tuple of (str, str)
        Claim in words and its recorded verdict.
    """

    text: str
    title: str
    name: str
    verdicts: tuple[tuple[str, str], ...]


def read_findings() -> list[Finding]:
    """The findings of the papers of this package, in the order of the page."""
    content = tomllib.loads(files("benchmark.papers").joinpath("findings.toml").read_text(encoding="utf-8"))
    return [Finding.model_validate(one) for one in content["finding"]]


def shown(
    papers: Sequence[Paper], recorded: Mapping[str, Record | None], words: Mapping[str, Mapping[str, str]]
) -> list[ShownFinding]:
    """Findings whose artifact is on the page, with the recorded verdicts.

    Parameters
    ----------
    papers : sequence of Paper
        Papers of the page.
    recorded : mapping of str to Record or None
        Record on real data by paper.
    words : mapping of str to mapping of str to str
        Words of each claim, by paper.
    """
    titles = {artifact.name: artifact.title for paper in papers for artifact in paper.artifacts()}
    found = []
    for one in read_findings():
        if one.figure not in titles:
            continue
        verdicts = []
        for claim in one.claims:
            paper, _, name = claim.partition(": ")
            record = recorded.get(paper)
            if record is not None and name in record.verdicts:
                verdicts.append((words[paper][name], record.verdicts[name]))
        found.append(ShownFinding(one.text, titles[one.figure], identifier(one.figure), tuple(verdicts)))
    return found


def order(papers: Sequence[Paper]) -> list[Paper]:
    """The papers in the order of the findings, the others after them by name."""
    named = list(dict.fromkeys(one.figure.partition("/")[0] for one in read_findings()))
    places = {name: place for place, name in enumerate(named)}
    return sorted(papers, key=lambda paper: (places.get(paper.name, len(named)), paper.name))
