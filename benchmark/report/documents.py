"""The files next to a table or figure that are made for programs: its words and numbers, and its receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from benchmark.interfaces.errors import DataError


class Receipt(BaseModel):
    """The part of a receipt that the page needs; see `benchmark.artifacts.receipt`."""

    artifact: str
    variant: str
    profile: str
    scenario: str
    version: str
    commit: str
    libraries: dict[str, str]
    machine: dict[str, str | int]
    cells: list[dict[str, Any]]


class TableNumber(BaseModel):
    """One number of a table; see `benchmark.drawing.table.Table.document`."""

    metric: str
    published: str
    mean: float | None
    low: float | None
    high: float | None
    status: str
    best: bool


class TableLine(BaseModel):
    """One row of a table; ``texts`` are cells of text by heading (`benchmark.drawing.text_table`)."""

    label: str
    role: str
    numbers: list[TableNumber]
    texts: dict[str, str] = {}


class TableSection(BaseModel):
    """The rows of one scenario or dataset."""

    heading: str
    lines: list[TableLine]


class TableDocument(BaseModel):
    """The JSON file of a table; ``rows`` is the heading of its first column."""

    version: Literal[1] = Field(alias="schema")
    caption: str
    rows: str = "Method"
    sections: list[TableSection]
    notes: list[str]


class FigureDocument(BaseModel):
    """The JSON file of a figure."""

    version: Literal[1] = Field(alias="schema")
    title: str
    caption: str
    notes: list[str]


Document = TypeVar("Document", bound=BaseModel)


def read_document(kind: type[Document], path: Path) -> Document:
    """Read a file as one of the documents; `DataError` if it is not one."""
    try:
        return kind.model_validate_json(read_text(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(
            f"is no {kind.__name__}: {where}: {first['msg']}; make the artifact again", file=path
        ) from error


def read_text(path: Path) -> str:
    """Read a text file; `DataError` if that is not possible."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read: {error}", file=path) from error


def with_suffix(stem: Path, extension: str) -> Path:
    """Add an extension to a name that contains points."""
    return stem.with_name(stem.name + extension)
