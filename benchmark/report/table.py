"""A table of methods by metrics, published beside measured, as tidy CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from pathlib import Path

from benchmark.report.summary import Summary


@dataclass(frozen=True)
class Column:
    """One metric.

    Parameters
    ----------
    metric : str
        Measured column, with its threshold policy (``F1@val``).
    published : str
        The paper's own heading where it prints this metric, else empty.
    """

    metric: str
    published: str = ""


@dataclass(frozen=True)
class Line:
    """One method in one section of a table.

    Parameters
    ----------
    section : str
        Scenario or dataset.
    label : str
        Name shown: the paper's own for its rows.
    method : str
        ``name[param=value,…]``.
    role : str
        ``paper`` for a row of the paper, ``control`` for a row that it lacks.
    published : dict of str to str
        Printed numbers by measured column, with the paper's digits.
    measured : dict of str to Summary
        By measured column.
    """

    section: str
    label: str
    method: str
    role: str
    published: dict[str, str]
    measured: dict[str, Summary]


@dataclass(frozen=True)
class Table:
    """A table with its caption and notes.

    Parameters
    ----------
    caption : str
        Says what is shown and on which data.
    columns : tuple of Column
        In order.
    lines : tuple of Line
        In order; lines of one section stand together.
    notes : tuple of str
        Sentences below the table.
    """

    caption: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    def write(self, stem: Path) -> list[Path]:
        """Write ``<stem>.csv``, ``.md`` and ``.tex``; return the paths."""
        stem.parent.mkdir(parents=True, exist_ok=True)
        written = []
        for extension, text in ((".csv", self.csv()), (".md", self.markdown()), (".tex", self.latex())):
            path = stem.with_name(stem.name + extension)
            path.write_text(text, encoding="utf-8")
            written.append(path)
        return written

    def csv(self) -> str:
        """One row a section, method and metric."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(
            ["section", "label", "method", "role", "metric", "published", "mean", "low", "high", "seeds", "status"]
        )
        for line in self.lines:
            for column in self.columns:
                cell = line.measured[column.metric]
                numbers = ["", "", "", ""]
                if cell.interval is not None:
                    numbers = [_full(cell.interval.mean), _full(cell.interval.low), _full(cell.interval.high)]
                    numbers.append(str(cell.interval.count))
                head = [line.section, line.label, line.method, line.role, column.metric]
                writer.writerow([*head, line.published.get(column.metric, ""), *numbers, cell.status])
        return out.getvalue()

    def markdown(self) -> str:
        """One Markdown table a section, caption above, notes and failures below."""
        blocks = [f"**{self.caption}**"]
        for section, lines in self._sections():
            rows = [[line.label, *self._cells(line, "±")] for line in lines]
            table = [self._header(), ["---", *["---:"] * (len(self._header()) - 1)], *rows]
            blocks.append(f"### {section}\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in table))
        remarks = [*self.notes, *self._failures()]
        blocks.append("\n".join(f"- {remark}" for remark in remarks))
        return "\n\n".join(block for block in blocks if block) + "\n"

    def latex(self) -> str:
        """One ``table`` environment (booktabs), a row group for each section."""
        header = self._header()
        body = []
        for section, lines in self._sections():
            body.append(f"\\midrule\n\\multicolumn{{{len(header)}}}{{l}}{{\\emph{{{_tex(section)}}}}} \\\\")
            body += [" & ".join([_tex(line.label), *self._cells(line, "$\\pm$", tex=True)]) + " \\\\" for line in lines]
        notes = " ".join(_tex(note) for note in self.notes)
        return "\n".join(
            [
                "% Needs \\usepackage{booktabs} and \\usepackage{graphicx}.",
                "\\begin{table}",
                f"\\caption{{{_tex(self.caption)} {notes}}}",
                "\\resizebox{\\linewidth}{!}{%",
                f"\\begin{{tabular}}{{l{'r' * (len(header) - 1)}}}",
                "\\toprule",
                " & ".join(_tex(name) for name in header) + " \\\\",
                *body,
                "\\bottomrule",
                "\\end{tabular}}",
                "\\end{table}\n",
            ]
        )

    def _sections(self) -> Iterator[tuple[str, list[Line]]]:
        for section, lines in groupby(self.lines, key=lambda line: line.section):
            yield section, list(lines)

    def _header(self) -> list[str]:
        names = ["Method"]
        for column in self.columns:
            names += [f"{column.published} (published)"] if column.published else []
            names.append(column.metric)
        return names

    def _cells(self, line: Line, plus_minus: str, *, tex: bool = False) -> list[str]:
        cells = []
        for column in self.columns:
            if column.published:
                cells.append(line.published.get(column.metric, "–"))
            summary = line.measured[column.metric]
            text = summary.status.lower().replace("_", " ")
            if summary.interval is not None:
                text = f"{summary.interval.mean:.3f}"
                if not isnan(summary.interval.low):
                    text += f" {plus_minus} {(summary.interval.high - summary.interval.low) / 2:.3f}"
            cells.append(_tex(text) if tex and summary.interval is None else text)
        return [cell.replace("–", "--") for cell in cells] if tex else cells

    def _failures(self) -> list[str]:
        """Say once for each line that lacks numbers why it does."""
        found = {
            f"{line.section}, {line.label}: {summary.status.lower().replace('_', ' ')}: {summary.reason}": None
            for line in self.lines
            for summary in line.measured.values()
            if summary.interval is None and summary.status != "NOT_REGISTERED"
        }
        missing = {
            line.label: None for line in self.lines for s in line.measured.values() if s.status == "NOT_REGISTERED"
        }
        said = [f"Not registered in this version, so nothing is measured: {', '.join(missing)}."] if missing else []
        return [*said, *found]


def _full(value: float) -> str:
    """Enough digits to compare runs, few enough to be the same on one machine's every run."""
    return "" if isnan(value) else f"{value:.6f}"


def _tex(text: str) -> str:
    """Escape what LaTeX would read as a command."""
    for character, escaped in (
        ("\\", "\\textbackslash{}"),
        ("&", "\\&"),
        ("%", "\\%"),
        ("_", "\\_"),
        ("#", "\\#"),
        ("–", "--"),
        ("±", "$\\pm$"),
        ("×", "$\\times$"),
    ):
        text = text.replace(character, escaped)
    return text
