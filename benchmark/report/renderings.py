"""The files of tables and figures, read back: each rendering of an artifact with its receipt."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmark.artifacts.regenerate import FOLDERS
from benchmark.interfaces.artifact import Artifact
from benchmark.interfaces.commands import make_artifact
from benchmark.report.documents import (
    FigureDocument,
    Receipt,
    TableDocument,
    TableLine,
    TableNumber,
    TableSection,
    read_document,
    read_text,
    with_suffix,
)
from benchmark.report.page_table import PageCell, PageColumn, PageTable, from_csv, identifier

RECEIPT = ".receipt.json"
PLAIN = " /:;,.=()'!$*+?@-_~[]|"
"""Characters that need no escape in a data address within double quotes of a page; ``&`` needs one."""


@dataclass(frozen=True)
class Rendering:
    """One artifact on one variant of the data, profile and scenario.

    Parameters
    ----------
    name : str
        Identifier within the page.
    receipt : Receipt
        Its sources.
    caption : str
        Its caption without the title.
    tables : tuple of PageTable
        Sections of a table; of a figure, the plotted numbers.
    notes : tuple of str
        Sentences below it.
    image : str
        A figure as a data address; empty for a table.
    alt : str
        Description of the figure in words.
    """

    name: str
    receipt: Receipt
    caption: str
    tables: tuple[PageTable, ...]
    notes: tuple[str, ...] = ()
    image: str = ""
    alt: str = ""

    @property
    def protocols(self) -> list[tuple[str, str, int]]:
        """Dataset and protocol of its cells with their number: what each number is measured on."""
        counts: dict[tuple[str, str], int] = {}
        for cell in self.receipt.cells:
            dataset, _, rest = str(cell.get("cell", "")).partition(" · ")
            protocol = rest.partition(" · ")[0]
            if protocol:
                counts[dataset, protocol] = counts.get((dataset, protocol), 0) + 1
        return [(dataset, protocol, count) for (dataset, protocol), count in sorted(counts.items())]

    @property
    def done(self) -> str:
        """Number of its cells that have a result."""
        done = sum(cell["status"] == "OK" for cell in self.receipt.cells)
        return f"{done} of {len(self.receipt.cells)} cells" if self.receipt.cells else "no cells"


@dataclass(frozen=True)
class RenderedArtifact:
    """An artifact with all its renderings, real data first.

    Parameters
    ----------
    artifact : Artifact
        The table or figure.
    renderings : list of Rendering
        Those whose files exist.
    missing : list of (str, str)
        Variants without files, each with the command that makes them.
    """

    artifact: Artifact
    renderings: list[Rendering]
    missing: list[tuple[str, str]]

    @property
    def name(self) -> str:
        """Identifier within the page."""
        return identifier(self.artifact.name)


def rendered(artifact: Artifact, out: Path) -> RenderedArtifact:
    """Read every rendering of an artifact below ``out``, and list the variants that lack one of the default profile."""
    stem = out / FOLDERS[artifact.kind] / artifact.name
    paths = sorted(stem.parent.glob(f"{stem.name}.*{RECEIPT}"))
    renderings = [rendering for path in paths if (rendering := _rendering(artifact, path)) is not None]
    renderings.sort(key=lambda one: (one.receipt.variant, one.receipt.profile != "default", one.receipt.scenario))
    receipts = [rendering.receipt for rendering in renderings]
    made = {receipt.variant for receipt in receipts if receipt.profile == "default" and not receipt.scenario}
    missing = [
        (str(variant), make_artifact(artifact.kind, artifact.name, variant))
        for variant in artifact.variants
        if variant not in made
    ]
    return RenderedArtifact(artifact, renderings, missing)


def loose_figures(out: Path) -> list[tuple[str, str, PageTable]]:
    """Find figures without a receipt, such as drawings of metrics: title, data address and numbers of each."""
    figures = []
    for path in sorted((out / FOLDERS["figure"]).rglob("*.csv")):
        stem = path.with_suffix("")
        words = with_suffix(stem, ".json")
        if with_suffix(stem, RECEIPT).exists() or not words.is_file() or not (image := _image(stem)):
            continue
        title = read_document(FigureDocument, words).title
        name = identifier(f"{path.parent.name} {path.stem}")
        figures.append((title, image, from_csv(f"{name}-numbers", f"Plotted numbers: {title}", read_text(path))))
    return figures


def _rendering(artifact: Artifact, path: Path) -> Rendering | None:
    """Read the files next to a receipt; None if they are not complete or belong to another artifact."""
    receipt = read_document(Receipt, path)
    stem = path.with_name(path.name.removesuffix(RECEIPT))
    words = with_suffix(stem, ".json")
    if receipt.artifact != artifact.name or not words.is_file():
        return None
    name = identifier(f"{artifact.name} {stem.name.partition('.')[2]}")
    if artifact.kind == "table":
        return _table(name, artifact, receipt, read_document(TableDocument, words))
    return _figure(name, receipt, read_document(FigureDocument, words), stem)


def _figure(name: str, receipt: Receipt, words: FigureDocument, stem: Path) -> Rendering | None:
    image, numbers = _image(stem), with_suffix(stem, ".csv")
    if not image or not numbers.is_file():
        return None
    scenario = receipt.scenario and f"scenario {receipt.scenario}"
    source = ", ".join(filter(None, (f"{receipt.variant} data", scenario)))
    title = f"Plotted numbers: {words.title}; {source}"
    table = from_csv(f"{name}-numbers", title, read_text(numbers))
    alt = f"{words.title}; {source}. Its numbers are in the table below it."
    return Rendering(name, receipt, words.caption, (table,), tuple(words.notes), image, alt)


def _image(stem: Path) -> str:
    """Encode the smaller of a figure's two drawings as a data address; empty if there is none."""
    images = []
    vector, pixels = with_suffix(stem, ".svg"), with_suffix(stem, ".png")
    if vector.is_file():
        text = " ".join(read_text(vector).split())
        text = text[text.index("<svg") :]  # drops the header of the file
        if "'" not in text:
            text = text.replace('"', "'")  # saves two characters of escape for each
        images.append("data:image/svg+xml," + quote(text, safe=PLAIN))
    if pixels.is_file():
        images.append("data:image/png;base64," + base64.b64encode(pixels.read_bytes()).decode())
    return min(images, key=len, default="")


def _table(name: str, artifact: Artifact, receipt: Receipt, words: TableDocument) -> Rendering:
    tables = tuple(
        _section(f"{name}-{position}", section, receipt.variant, words.rows)
        for position, section in enumerate(words.sections, start=1)
    )
    caption = words.caption.removeprefix(f"{artifact.title}. ")
    return Rendering(name, receipt, caption, tables, tuple(words.notes))


def _section(name: str, section: TableSection, variant: str, first: str) -> PageTable:
    """One section of a table: a row a method, published before measured, cells of text last."""
    numbers = [number for line in section.lines for number in line.numbers]
    metrics = list(dict.fromkeys(number.metric for number in numbers))
    printed = {number.metric for number in numbers if number.published}
    texts = list(dict.fromkeys(heading for line in section.lines for heading in line.texts))
    columns = [PageColumn(first, kind="name")]
    for metric in metrics:
        heading = metric.rpartition("/")[2]
        columns += [PageColumn(heading.partition("@")[0], "published", "published")] if metric in printed else []
        columns.append(PageColumn(heading, "measured"))
    columns += [PageColumn(heading, kind="text") for heading in texts]
    rows = tuple(tuple(_cells(line, metrics, printed, texts)) for line in section.lines)
    return PageTable(name, f"{section.heading or 'All methods'} ({variant} data)", tuple(columns), rows)


def _cells(line: TableLine, metrics: list[str], printed: set[str], texts: list[str]) -> Iterator[PageCell]:
    yield PageCell(line.label, "" if line.role == "paper" else line.role)
    numbers = {number.metric: number for number in line.numbers}
    for metric in metrics:
        number = numbers.get(metric)
        if metric in printed:
            text = number.published if number else ""
            yield PageCell(text, sort=float(text)) if text else PageCell("–")
        yield PageCell("–") if number is None else _measured(number)
    for heading in texts:
        yield PageCell(line.texts.get(heading) or "–")


def _measured(number: TableNumber) -> PageCell:
    if number.mean is None:
        return PageCell(number.status.lower().replace("_", " "), status=number.status)
    known = number.low is not None and number.high is not None
    limits = f"[{number.low:.3f}, {number.high:.3f}]" if known else ""
    return PageCell(f"{number.mean:.3f}", limits, number.mean, best=number.best)
