"""A table of methods by metrics, published beside measured, as tidy CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from pathlib import Path
from typing import Literal

from benchmark.drawing.summary import Summary
from benchmark.interfaces.numbers import Number
from benchmark.stats.best import indistinguishable_from_best

BEST_NOTE = (
    "Bold: not distinguishable from the best of the section (paired t-test over seeds, Holm at 5 %). Few seeds tell "
    "few methods apart; methods that no seed changes always differ."
)


@dataclass(frozen=True)
class Column:
    """One metric.

    Parameters
    ----------
    metric : str
        Measured column, with its threshold policy (``F1@val``); ``diagnostics/rank`` for a number within a column.
    published : str
        The paper's own heading where it prints this metric, else empty.
    better : {"higher", "lower", "neither"}
        Which methods are marked as best; under ``neither`` none is.
    """

    metric: str
    published: str = ""
    better: Literal["higher", "lower", "neither"] = "higher"


@dataclass(frozen=True)
class Line:
    """One method in one section of a table.

    Parameters
    ----------
    section : str
        Key of the scenario or dataset, as claims name it.
    heading : str
        The same for a reader.
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
    heading: str
    label: str
    method: str
    role: str
    published: dict[str, str]
    measured: dict[str, Summary]


@dataclass(frozen=True)
class Table:
    """A table with its caption and notes.

    In each section and column the methods that cannot be told from the best are marked, where two or more are measured.

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

    def numbers(self) -> list[Number]:
        """Every measured number with its seeds and cells; its scenario is the key of its section."""
        found = []
        for line in self.lines:
            for column in self.columns:
                summary = line.measured[column.metric]
                seeds = [cell.seed for cell in summary.cells]
                values = dict(zip(seeds, summary.values, strict=True)) if summary.values else {}
                found.append(
                    Number(
                        scenario=line.section,
                        panel="",
                        row=line.method,
                        label=line.label,
                        metric=column.metric,
                        status=summary.status,
                        reason=summary.reason,
                        values=values,
                        cells=summary.cells,
                    )
                )
        return found

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
            [
                "section",
                "label",
                "method",
                "role",
                "metric",
                "published",
                "mean",
                "low",
                "high",
                "seeds",
                "status",
                "best",
            ]
        )
        best = self._best()
        for index, line in enumerate(self.lines):
            for column in self.columns:
                cell = line.measured[column.metric]
                numbers = ["", "", "", ""]
                if cell.interval is not None:
                    numbers = [_full(cell.interval.mean), _full(cell.interval.low), _full(cell.interval.high)]
                    numbers.append(str(cell.interval.count))
                head = [line.heading, line.label, line.method, line.role, column.metric]
                mark = "true" if (index, column.metric) in best else "false"
                writer.writerow([*head, line.published.get(column.metric, ""), *numbers, cell.status, mark])
        return out.getvalue()

    def markdown(self) -> str:
        """One Markdown table a section, caption above, notes and failures below."""
        blocks = [f"**{self.caption}**"]
        best = self._best()
        for section, lines in self._sections():
            rows = [[line.label, *self._cells(index, best)] for index, line in lines]
            table = [self._header(), ["---", *["---:"] * (len(self._header()) - 1)], *rows]
            blocks.append(f"### {section}\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in table))
        remarks = [*self.notes, *([BEST_NOTE] if best else []), *self._failures()]
        blocks.append("\n".join(f"- {remark}" for remark in remarks))
        return "\n\n".join(block for block in blocks if block) + "\n"

    def latex(self) -> str:
        """One ``table`` environment (booktabs), a row group for each section."""
        header = self._header()
        best = self._best()
        body = []
        for section, lines in self._sections():
            body.append(f"\\midrule\n\\multicolumn{{{len(header)}}}{{l}}{{\\emph{{{_tex(section)}}}}} \\\\")
            body += [
                " & ".join([_tex(line.label), *self._cells(index, best, tex=True)]) + " \\\\" for index, line in lines
            ]
        notes = " ".join(_tex(note) for note in (*self.notes, *([BEST_NOTE] if best else [])))
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

    def _sections(self) -> Iterator[tuple[str, list[tuple[int, Line]]]]:
        """Each section's heading, and its lines with their index in the table."""
        for _, lines in groupby(enumerate(self.lines), key=lambda pair: pair[1].section):
            members = list(lines)
            yield members[0][1].heading, members

    def _best(self) -> set[tuple[int, str]]:
        """Index of the line and metric of each number that is marked."""
        marked = set()
        for _, lines in self._sections():
            for column in self.columns:
                summaries = {str(index): line.measured[column.metric] for index, line in lines}
                values = {key: summary.values for key, summary in summaries.items() if summary.interval is not None}
                if len(values) > 1 and column.better != "neither":
                    found = indistinguishable_from_best(values, higher_is_better=column.better == "higher")
                    marked |= {(int(key), column.metric) for key in found}
        return marked

    def _header(self) -> list[str]:
        names = ["Method"]
        for column in self.columns:
            names += [f"{column.published} (published)"] if column.published else []
            names.append(column.metric.rpartition("/")[2])
        return names

    def _cells(self, index: int, best: set[tuple[int, str]], *, tex: bool = False) -> list[str]:
        """Published and measured numbers of one line."""
        line, cells = self.lines[index], []
        plus_minus, bold = ("$\\pm$", "\\textbf{%s}") if tex else ("±", "**%s**")
        for column in self.columns:
            if column.published:
                cells.append(line.published.get(column.metric, "–"))
            summary = line.measured[column.metric]
            text = summary.status.lower().replace("_", " ")
            if summary.interval is not None:
                text = f"{summary.interval.mean:.3f}"
                if not isnan(summary.interval.low):
                    text += f" {plus_minus} {(summary.interval.high - summary.interval.low) / 2:.3f}"
                text = bold % text if (index, column.metric) in best else text
            cells.append(_tex(text) if tex and summary.interval is None else text)
        return [cell.replace("–", "--") for cell in cells] if tex else cells

    def _failures(self) -> list[str]:
        """Say once for each line that lacks numbers why it does."""
        found = {
            f"{line.heading}, {line.label}: {summary.status.lower().replace('_', ' ')}: {summary.reason}": None
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
