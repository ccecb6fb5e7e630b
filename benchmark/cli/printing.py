"""Output of commands: aligned tables, wrapped in a terminal and unwrapped in a file or a pipe, or JSON."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from benchmark.cli.console import writes_unicode

_UNBOUNDED = 100_000

WIDTH = 120
"""Columns where there is no terminal and no COLUMNS."""


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()) -> None:
    """Print a table without frames.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    rows : iterable of sequence of str
        Cells, one for each heading.
    right : collection of str
        Headings of the columns that are aligned to the right.
    """
    from rich.console import Console
    from rich.table import Table

    # Names such as smd[machine=1-2] would be read as markup.
    console = Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else _UNBOUNDED)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    with console.capture() as text:
        console.print(table)
    for line in text.get().splitlines():
        print(line.rstrip())


def print_facts(facts: Iterable[tuple[str, str]], *, wrap: bool = False) -> None:
    """Print names and values in two columns; with ``wrap``, values are broken at `page_width`."""
    facts = list(facts)
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        lines = wrapped(value, page_width() - width - 2) if wrap else [value]
        for first, line in zip([name, *[""] * len(lines)], lines, strict=False):
            print(f"{first:<{width}}  {line}".rstrip())


def page_width() -> int:
    """Columns that text may take: those of the terminal or of COLUMNS, at least 40; 120 in a file or a pipe."""
    return max(40, shutil.get_terminal_size((WIDTH, 24)).columns)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text at spaces; a word that is longer than a line keeps its line."""
    return textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False) or [""]


def print_json(value: Any) -> None:
    """Print JSON; a NaN or an infinity is an error. Where the output lacks characters, they are escaped."""
    print(json.dumps(value, indent=1, ensure_ascii=not writes_unicode(sys.stdout), allow_nan=False))


def share(value: float | None) -> str:
    """Format a share in [0, 1] as a percentage; ``-`` for None."""
    return "-" if value is None else f"{value:.2%}"


def number(value: float | None, digits: int = 3) -> str:
    """Format a number with fixed decimals; ``-`` for None."""
    return "-" if value is None else f"{value:.{digits}f}"


def duration(microseconds: int | None) -> str:
    """Format a time span in the largest unit that is at most half of it; ``-`` for None."""
    if microseconds is None:
        return "-"
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if microseconds >= 2 * size * 1_000_000:
            return f"{microseconds / size / 1e6:.1f} {unit}"
    return f"{microseconds / 1e6:g} s"
