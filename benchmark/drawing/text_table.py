"""A table whose cells are text, as tidy CSV, Markdown, LaTeX and JSON: names and counts of a single run."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.drawing import formats
from benchmark.drawing.table import SCHEMA
from benchmark.interfaces.writing import write_whole


@dataclass(frozen=True)
class TextTable:
    """A table of text.

    Parameters
    ----------
    caption : str
        Content of the table and its data.
    heading : str
        Heading of the rows, as in reports.
    header : tuple of str
        Heading of each column; the first one names the rows.
    rows : tuple of tuple of str
        One cell a column.
    notes : tuple of str
        Sentences below the table.

    Raises
    ------
    ValueError
        If a row has more or fewer cells than the header.
    """

    caption: str
    heading: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(f"row {row[:1]} has {len(row)} cells, the header has {len(self.header)}")

    def write(self, stem: Path) -> list[Path]:
        """Write ``<stem>.csv``, ``.md``, ``.tex`` and ``.json``; return the paths."""
        stem.parent.mkdir(parents=True, exist_ok=True)
        made = {".csv": self.csv(), ".md": self.markdown(), ".tex": self.latex(), ".json": self.json()}
        return [write_whole(stem.with_name(stem.name + extension), text) for extension, text in made.items()]

    def csv(self) -> str:
        """The header and one line for each row."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([self.header, *self.rows])
        return out.getvalue()

    def markdown(self) -> str:
        """One table, with the caption above and the notes below. A bar in a cell is escaped."""
        rows = [[cell.replace("|", "\\|") for cell in row] for row in self.rows]
        return formats.markdown(self.caption, self.header, [(self.heading, rows)], self.notes)

    def latex(self) -> str:
        """One ``table`` environment (booktabs)."""
        rows = [[formats.escape(cell) for cell in row] for row in self.rows]
        return formats.latex(self.caption, self.header, [(self.heading, rows)], self.notes)

    def json(self) -> str:
        """The table for programs; see `document`."""
        return json.dumps(self.document(), indent=1, ensure_ascii=False) + "\n"

    def document(self) -> dict[str, Any]:
        """Everything that the table shows, in the format of `benchmark.drawing.table.Table.document`.

        Returns
        -------
        dict
            ``schema``, ``caption``, ``rows`` (the heading of the first column), ``sections`` with one section,
            ``notes``. A line has ``label``, the ``role`` ``paper``, no ``numbers``, and ``texts``: its other cells
            by heading.
        """
        first, *others = self.header
        lines = [
            {"label": row[0], "role": "paper", "numbers": [], "texts": dict(zip(others, row[1:], strict=True))}
            for row in self.rows
        ]
        return {
            "schema": SCHEMA,
            "caption": self.caption,
            "rows": first,
            "sections": [{"key": "", "heading": self.heading, "lines": lines}],
            "notes": list(self.notes),
        }
