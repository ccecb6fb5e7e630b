"""A table of methods by metrics, published next to measured, as tidy CSV, Markdown, LaTeX and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import isnan
from pathlib import Path
from typing import Any, Literal

from benchmark.drawing import formats
from benchmark.drawing.marks import BOUND, best_of, explanations
from benchmark.drawing.summary import Summary
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.probe import SEPARATOR
from benchmark.interfaces.writing import write_whole

DIGITS = 6
"""Decimals of the numbers in files: enough to compare runs, few enough to be the same in every run of one machine."""

SCHEMA = 1
"""Version of the JSON file."""

_LIMITS = ("mean", "low", "high")


@dataclass(frozen=True)
class Column:
    """One metric.

    Parameters
    ----------
    metric : str
        Measured column, with its threshold policy (``F1@val``); ``diagnostics/rank`` for a number within a column.
    published : str
        The paper's heading of this metric; empty if it does not print it.
    better : {"higher", "lower", "neither"}
        Direction in which a method is marked as best; with ``neither``, no method is.
    timed : bool
        Whether it is measured of a machine.
    """

    metric: str
    published: str = ""
    better: Literal["higher", "lower", "neither"] = "higher"
    timed: bool = False


@dataclass(frozen=True)
class Line:
    """One method in one section of a table.

    Parameters
    ----------
    section : str
        Key of the scenario or dataset, as claims name it.
    heading : str
        Heading of the section.
    label : str
        Name of the row; the paper's own for its rows.
    method : str
        ``name[param=value,…]``.
    role : str
        ``paper`` for a row of the paper, ``control`` or ``ablation`` for a row that the paper does not have, ``bound``
        for one that uses the labels of the test.
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

    In each section and column with two measured methods or more, those not shown to be worse than the best are marked
    (`benchmark.drawing.marks`); never a bound, chance, or a method not shown to be better than chance.

    Parameters
    ----------
    caption : str
        Content of the table and its data.
    columns : tuple of Column
        In order.
    lines : tuple of Line
        In order, section by section.
    notes : tuple of str
        Sentences below the table.
    chance : str
        Label of the row that scores at random, in the sections that have one.
    """

    caption: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    chance: str = "chance"

    def numbers(self) -> list[Number]:
        """Every measured number with its seeds and cells; its scenario is the key of its section."""
        numbers = []
        for line in self.lines:
            for column in self.columns:
                summary = line.measured[column.metric]
                seeds = [cell.seed for cell in summary.cells]
                values = dict(zip(seeds, summary.values, strict=True)) if summary.values else {}
                place = (line.section, "", line.method, line.label, column.metric)
                numbers.append(
                    Number(*place, summary.status, summary.reason, values, summary.cells, timed=column.timed)
                )
        return numbers

    def write(self, stem: Path) -> list[Path]:
        """Write ``<stem>.csv``, ``.md``, ``.tex`` and ``.json``; return the paths."""
        stem.parent.mkdir(parents=True, exist_ok=True)
        written = []
        for extension, text in {".csv": self.csv, ".md": self.markdown, ".tex": self.latex, ".json": self.json}.items():
            path = stem.with_name(stem.name + extension)
            written.append(write_whole(path, text()))
        return written

    def csv(self) -> str:
        """One row per section, method and metric."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        head = ["section", "label", "method", "role", "metric", "published", "mean", "low", "high", "seeds", "status"]
        writer.writerow([*head, "best"])
        for heading, lines in self._sections():
            for index, line in lines:
                for column in self.columns:
                    entry = self._entry(index, column)
                    limits = ["" if entry[name] is None else f"{entry[name]:.{DIGITS}f}" for name in _LIMITS]
                    seeds = str(entry["seeds"]) if entry["mean"] is not None else ""
                    mark = "true" if entry["best"] else "false"
                    head = [heading, line.label, line.method, line.role, column.metric]
                    writer.writerow([*head, entry["published"], *limits, seeds, entry["status"], mark])
        return out.getvalue()

    def json(self) -> str:
        """The table for programs; see `document`."""
        return json.dumps(self.document(), indent=1, ensure_ascii=False) + "\n"

    def document(self) -> dict[str, Any]:
        """Everything that the table shows.

        Returns
        -------
        dict
            ``schema``; ``caption``; ``columns``, each with ``metric``, ``published`` (the paper's heading, or empty)
            and ``better``; ``sections``, each with ``key``, ``heading`` and ``lines``; ``notes``, the sentences below
            the table. A line has ``label``, ``method``, ``role`` and ``numbers``, one per column: ``metric``;
            ``published`` (as printed, or empty); ``mean``, ``low``, ``high`` (null without a number; the limits also
            with a single seed, or the same number at every seed); ``seeds`` (their count); ``values`` (one per seed);
            ``status``; ``reason``; ``best``. Numbers have as many digits as in the CSV file.
        """
        sections = [
            {
                "key": lines[0][1].section,
                "heading": heading,
                "lines": [
                    {
                        "label": line.label,
                        "method": line.method,
                        "role": line.role,
                        "numbers": [self._entry(index, column) for column in self.columns],
                    }
                    for index, line in lines
                ],
            }
            for heading, lines in self._sections()
        ]
        columns = [{"metric": one.metric, "published": one.published, "better": one.better} for one in self.columns]
        return {
            "schema": SCHEMA,
            "caption": self.caption,
            "columns": columns,
            "sections": sections,
            "notes": [*self._notes(), *self._failures()],
        }

    def markdown(self) -> str:
        """One Markdown table per section, caption above, notes and failures below."""
        return formats.markdown(self.caption, self._header(), self._rows(), [*self._notes(), *self._failures()])

    def latex(self) -> str:
        """One ``table`` environment (booktabs), a row group per section."""
        return formats.latex(self.caption, self._header(), self._rows(tex=True), self._notes())

    def _sections(self) -> Iterator[tuple[str, list[tuple[int, Line]]]]:
        """Each section's heading, and its lines with their index in the table."""
        for _, lines in groupby(enumerate(self.lines), key=lambda pair: pair[1].section):
            members = list(lines)
            yield members[0][1].heading, members

    @cached_property
    def _best(self) -> set[tuple[int, str]]:
        """Index of the line and metric of each number that is marked."""
        marked = set()
        for _, lines in self._sections():
            chance = next((str(index) for index, line in lines if line.label == self.chance), "")
            for column in self.columns:
                found = {
                    str(index): line.measured[column.metric]
                    for index, line in lines
                    if line.role != BOUND and line.measured[column.metric].values
                }
                marked |= {(int(key), column.metric) for key in best_of(found, column.better, chance)}
        return marked

    def _entry(self, index: int, column: Column) -> dict[str, Any]:
        """One number of the JSON file."""
        line = self.lines[index]
        summary = line.measured[column.metric]
        low, high = map(_rounded, summary.limits) if summary.limits else (None, None)
        return {
            "metric": column.metric,
            "published": line.published.get(column.metric, ""),
            "mean": _rounded(summary.interval.mean) if summary.interval else None,
            "low": low,
            "high": high,
            "seeds": len(summary.values),
            "values": [_rounded(value) for value in summary.values],
            "status": summary.status,
            "reason": summary.reason,
            "best": (index, column.metric) in self._best,
        }

    def _header(self) -> list[str]:
        names = ["Method"]
        for column in self.columns:
            names += [f"{column.published} (published)"] if column.published else []
            names.append(column.metric.rpartition("/")[2].rpartition(SEPARATOR)[2])
        return names

    def _rows(self, *, tex: bool = False) -> list[formats.Section]:
        """Each section's heading and rows, as text."""
        return [(heading, [self._cells(index, tex) for index, line in lines]) for heading, lines in self._sections()]

    def _cells(self, index: int, tex: bool) -> list[str]:
        """Label, published and measured numbers of one line, as text."""
        line = self.lines[index]
        plain = formats.escape if tex else str
        bold = "\\textbf{%s}" if tex else "**%s**"
        cells = [plain(line.label)]
        for column in self.columns:
            if column.published:
                cells.append(plain(line.published.get(column.metric, "–")))
            summary = line.measured[column.metric]
            text = "–" if summary.status == "NOT_APPLICABLE" else plain(summary.status.lower().replace("_", " "))
            if summary.interval is not None:
                write = formats.significant if column.timed else "{:.3f}".format
                limits = " [{}, {}]".format(*map(write, summary.limits)) if summary.limits else ""
                text = f"{write(summary.interval.mean)}{limits}"
                text = bold % text if (index, column.metric) in self._best else text
            cells.append(text)
        return cells

    def _notes(self) -> list[str]:
        """Notes of the table, with those on intervals and bold numbers where there are any."""
        shown = [summary for line in self.lines for summary in line.measured.values()]
        chance = any(line.label == self.chance for line in self.lines)
        return [*self.notes, *explanations(shown, marked=bool(self._best), chance=chance)]

    def _failures(self) -> list[str]:
        """Give the reason once for each line that lacks numbers."""
        reasons = {
            f"{line.heading}, {line.label}: {summary.status.lower().replace('_', ' ')}: {summary.reason}": None
            for line in self.lines
            for summary in line.measured.values()
            if not summary.values and summary.status not in ("NOT_REGISTERED", "NOT_APPLICABLE")
        }
        failed = [(line.label, summary.status) for line in self.lines for summary in line.measured.values()]
        missing = {label: None for label, status in failed if status == "NOT_REGISTERED"}
        absent = [f"Not registered in this version, so nothing is measured: {', '.join(missing)}."] if missing else []
        return [*absent, *reasons]


def _rounded(value: float) -> float | None:
    """Round to `DIGITS`; None for NaN, as of the limits of a single seed."""
    return None if isnan(value) else round(value, DIGITS)
