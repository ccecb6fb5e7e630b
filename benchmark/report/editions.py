"""The committed files of tables and figures, read back: each edition of an artifact with its receipt."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from benchmark.artifacts.regenerate import FOLDERS
from benchmark.interfaces.artifact import Artifact
from benchmark.interfaces.errors import DataError
from benchmark.report.grid import Cell, Column, Grid, from_csv, identifier

RECEIPT = ".receipt.json"
TIDY = {"section", "label", "method", "role", "metric", "published", "mean", "low", "high", "status", "best"}
"""Columns of the CSV of a `benchmark.drawing.table.Table`."""
PLAIN = " /:;,.=()'!$&*+?@-_~[]|"
"""What may stand unescaped in a data address within double quotes."""


class Receipt(BaseModel):
    """What the page reads of a receipt; see `benchmark.artifacts.receipt`."""

    artifact: str
    variant: str
    profile: str
    scenario: str
    version: str
    commit: str
    libraries: dict[str, str]
    machine: dict[str, str | int]
    cells: list[dict[str, Any]]


@dataclass(frozen=True)
class Edition:
    """One artifact on one variant of the data, profile and scenario.

    Parameters
    ----------
    name : str
        Identifier within the page.
    receipt : Receipt
        What it was made from.
    caption : str
        What its files say of it beyond its title, or its title.
    tables : tuple of Grid
        Sections of a table; of a figure, the plotted numbers.
    remarks : tuple of str
        Sentences below a table.
    image : str
        A figure as a data address; empty for a table.
    alt : str
        What the figure shows, in words.
    """

    name: str
    receipt: Receipt
    caption: str
    tables: tuple[Grid, ...]
    remarks: tuple[str, ...] = ()
    image: str = ""
    alt: str = ""

    @property
    def made(self) -> str:
        """How many of its cells gave a result."""
        done = sum(cell["status"] == "OK" for cell in self.receipt.cells)
        return f"{done} of {len(self.receipt.cells)} cells" if self.receipt.cells else "no cells"


@dataclass(frozen=True)
class Shown:
    """An artifact with all its editions, real data first.

    Parameters
    ----------
    artifact : Artifact
        Which.
    editions : list of Edition
        Those whose files are there.
    missing : list of (str, str)
        Variants without files, each with the command that makes them.
    """

    artifact: Artifact
    editions: list[Edition]
    missing: list[tuple[str, str]]

    @property
    def name(self) -> str:
        """Identifier within the page."""
        return identifier(self.artifact.name)


def shown(artifact: Artifact, out: Path) -> Shown:
    """Read every edition of an artifact below ``out``, and say which variants lack one under the default profile."""
    place = out / FOLDERS[artifact.kind] / artifact.name
    editions = []
    for path in sorted(place.parent.glob(f"{place.name}.*{RECEIPT}")):
        edition = _edition(artifact, path)
        editions += [] if edition is None else [edition]
    editions.sort(key=lambda one: (one.receipt.variant, one.receipt.profile != "default", one.receipt.scenario))
    made = {one.receipt.variant for one in editions if one.receipt.profile == "default" and not one.receipt.scenario}
    missing = [(str(variant), command(artifact, variant)) for variant in artifact.variants if variant not in made]
    return Shown(artifact, editions, missing)


def _edition(artifact: Artifact, path: Path) -> Edition | None:
    """Read what lies beside a receipt; None where it is not whole or another artifact's."""
    receipt = _receipt(path)
    stem = path.with_name(path.name.removesuffix(RECEIPT))
    if receipt.artifact != artifact.name or not _beside(stem, ".csv").is_file():
        return None
    return _table(artifact, receipt, stem) if artifact.kind == "table" else _figure(artifact, receipt, stem)


def command(artifact: Artifact, variant: str) -> str:
    """Command that makes an artifact."""
    return f"python -m benchmark {artifact.kind} {artifact.name} " + (
        "--data FOLDER" if variant == "real" else "--variant twin"
    )


def loose_figures(out: Path) -> list[tuple[str, str, Grid]]:
    """Find figures without a receipt, as drawings of metrics are: title, data address and numbers of each."""
    found = []
    for path in sorted((out / FOLDERS["figure"]).rglob("*.csv")):
        whole = path.with_suffix("")
        if not _beside(whole, RECEIPT).exists() and (image := _image(whole)):
            title = path.stem.replace("_", " ").capitalize()
            name = identifier(f"{path.parent.name} {path.stem}")
            found.append((title, image, from_csv(f"{name}-numbers", f"Plotted numbers: {title}", _text(path))))
    return found


def _receipt(path: Path) -> Receipt:
    try:
        return Receipt.model_validate_json(_text(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(f"is no receipt: {where}: {first['msg']}; make the artifact again", file=path) from error


def _figure(artifact: Artifact, receipt: Receipt, stem: Path) -> Edition | None:
    image = _image(stem)
    if not image:
        return None
    name = identifier(f"{artifact.name} {stem.name.partition('.')[2]}")
    stands_on = ", ".join(
        filter(None, (f"{receipt.variant} data", receipt.scenario and f"scenario {receipt.scenario}"))
    )
    numbers = from_csv(
        f"{name}-numbers", f"Plotted numbers: {artifact.title}; {stands_on}", _text(_beside(stem, ".csv"))
    )
    alt = f"{artifact.title}; {stands_on}. Its numbers stand in the table below it."
    return Edition(name, receipt, artifact.title, (numbers,), image=image, alt=alt)


def _image(stem: Path) -> str:
    """Encode the smaller of a figure's two drawings as a data address; empty where there is none."""
    found = []
    vector, pixels = _beside(stem, ".svg"), _beside(stem, ".png")
    if vector.is_file():
        text = " ".join(_text(vector).split())
        text = text[text.index("<svg") :]  # what stands before it is for readers of files
        if "'" not in text:
            text = text.replace('"', "'")  # saves two characters of escape for each
        found.append("data:image/svg+xml," + quote(text, safe=PLAIN))
    if pixels.is_file():
        found.append("data:image/png;base64," + base64.b64encode(pixels.read_bytes()).decode())
    return min(found, key=len, default="")


def _table(artifact: Artifact, receipt: Receipt, stem: Path) -> Edition:
    name = identifier(f"{artifact.name} {stem.name.partition('.')[2]}")
    text = _text(_beside(stem, ".csv"))
    caption, remarks = _words(_beside(stem, ".md"), artifact.title)
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not set(rows[0]) >= TIDY:
        return Edition(name, receipt, caption, (from_csv(f"{name}-numbers", caption, text),), remarks)
    sections = groupby(rows, key=lambda row: row["section"])
    tables = tuple(
        _section(f"{name}-{place}", section, receipt.variant, list(lines))
        for place, (section, lines) in enumerate(sections, start=1)
    )
    return Edition(name, receipt, caption, tables, remarks)


def _section(name: str, section: str, variant: str, rows: list[dict[str, str]]) -> Grid:
    """One section of a tidy CSV: a row a method, published before measured."""
    metrics = list(dict.fromkeys(row["metric"] for row in rows))
    printed = {row["metric"] for row in rows if row["published"]}
    columns = [Column("Method", kind="name")]
    for metric in metrics:
        heading = metric.rpartition("/")[2]
        columns += [Column(heading.partition("@")[0], "published", "published")] if metric in printed else []
        columns.append(Column(heading, "measured"))
    lines: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for row in rows:
        lines.setdefault((row["label"], row["role"]), {})[row["metric"]] = row
    body = [
        (Cell(label, "" if role == "paper" else role), *_cells(found, metrics, printed))
        for (label, role), found in lines.items()
    ]
    return Grid(name, f"{section or 'All methods'} ({variant} data)", tuple(columns), tuple(body))


def _cells(found: dict[str, dict[str, str]], metrics: list[str], printed: set[str]) -> Iterator[Cell]:
    for metric in metrics:
        row = found.get(metric)
        text = row["published"] if row else ""
        if metric in printed:
            yield Cell(text, sort=float(text)) if text else Cell("–")
        if row is None:
            yield Cell("–")
        elif row["status"] != "OK":
            yield Cell(row["status"].lower().replace("_", " "), status=row["status"])
        else:
            mean, half = float(row["mean"]), (float(row["high"]) - float(row["low"])) / 2 if row["low"] else None
            note = "" if half is None else f"± {half:.3f}"
            yield Cell(f"{mean:.3f}", note, mean, best=row["best"] == "true")


def _words(path: Path, title: str) -> tuple[str, tuple[str, ...]]:
    """Caption and remarks of a table's Markdown; its title and nothing where there is no such file."""
    if not path.is_file():
        return title, ()
    lines = _text(path).splitlines()
    caption = lines[0].removeprefix("**").removesuffix("**") if lines else title
    return caption.removeprefix(f"{title}. ") or title, tuple(line[2:] for line in lines if line.startswith("- "))


def _beside(stem: Path, extension: str) -> Path:
    """Add an extension to a name that holds points of its own."""
    return stem.with_name(stem.name + extension)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=path) from error
