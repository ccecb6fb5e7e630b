"""The text cells of the Google 2019 sample: dictionaries, bracketed lists and codes, each checked row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.tables import cast, refuse, require_non_negative, require_present

NEVER = 2**63 - 1
"""Time of an event after the end of the trace; 0 means before its start."""

_NUMBER = r"([0-9.][0-9.eE+-]*|-[0-9.][0-9.eE+-]*|nan)"
_PAIR = rf"^(\{{'cpus':\s*(?:{_NUMBER}|None),\s*'memory':\s*(?:{_NUMBER}|None)\}})\s*$"


@dataclass(frozen=True)
class Cells:
    """The columns of one raw table.

    Every method raises `DataError`, with file, row and column, at the first invalid cell.

    Parameters
    ----------
    frame : DataFrame
        Raw columns, as text or typed.
    source : path
        Origin of the table, for error messages.
    """

    frame: pl.DataFrame
    source: Path

    @property
    def header(self) -> bool:
        """True where the first row of the source holds column names, so that rows count from 2."""
        return has_header(self.source)

    def number(self, name: str) -> pl.Series:
        """A numeric column as float64; empty cells are null."""
        return cast(self.frame[name], pl.Float64, self.source, header=self.header).fill_nan(None)

    def quantity(self, name: str) -> pl.Series:
        """A numeric column that cannot be negative."""
        return self._float(self.frame[name], name)

    def filled(self, name: str) -> pl.Series:
        """A numeric column in which no cell is empty."""
        return self._required(self.number(name))

    def resources(self, name: str, quantities: tuple[str, str]) -> dict[str, pl.Series]:
        """The two numbers of ``{'cpus': x, 'memory': y}``; null where the cell is empty or says None."""
        text = self.frame[name]
        parsed = text.str.extract_groups(_PAIR).struct.rename_fields(["whole", *quantities]).struct.unnest()
        self._refuse(text.is_not_null() & parsed["whole"].is_null(), text, "is not {'cpus': number, 'memory': number}")
        return {quantity: self._float(parsed[quantity], name) for quantity in quantities}

    def percentiles(self, name: str, quantities: tuple[str, ...]) -> dict[str, pl.Series]:
        """The first numbers of a bracketed list; null where the cell is empty or ``[]``."""
        text = self.frame[name]
        pattern = r"^\[\s*" + r"\s+".join([_NUMBER] * len(quantities)) + r"(?:[\s\]]|$)"
        parsed = text.str.extract_groups(pattern).struct.rename_fields(list(quantities)).struct.unnest()
        filled = text.is_not_null() & ~text.str.contains(r"^\[\s*\]$")
        problem = f"is not a bracketed list of {len(quantities)} or more numbers, or []"
        self._refuse(filled & parsed[quantities[0]].is_null(), text, problem)
        return {quantity: self._float(parsed[quantity], name) for quantity in quantities}

    def constraints(self, name: str) -> pl.Series:
        """Number of constraints; 2 means two or more.

        The list holds one constraint per line. The parquet form of the table keeps the first line only, unclosed
        where more lines followed. Higher counts are unknown there, and so are not made from the other form either.
        """
        lines = self._first_line(name)
        return lines.str.count_matches(r"\{").cast(pl.Int64) + (~lines.str.ends_with("]")).cast(pl.Int64)

    def count(self, name: str) -> pl.Series:
        """Length of a bracketed list of numbers on one line."""
        return self._first_line(name).str.count_matches(r"[0-9][^\s,\]]*")

    def codes(self, name: str, known: Mapping[int, str]) -> NDArray[np.int8]:
        """A column of codes, each from a table of known ones."""
        column = self.filled(name)
        meanings = ", ".join(f"{code} {meaning}" for code, meaning in known.items())
        unknown = ~column.is_in([float(code) for code in known])
        self._refuse(unknown, column, f"is not a known code ({meanings})")
        return column.cast(pl.Int8).to_numpy()

    def time(self, name: str) -> NDArray[np.int64]:
        """A column of microseconds; times after the trace become `NEVER`."""
        values = self.filled(name).to_numpy()
        # As a float the sentinel is 2^63, and a spreadsheet rounds it to 9.22E+18: far beyond any month in µs.
        after = values >= 2.0**62
        return np.where(after, NEVER, np.where(after, 0.0, values).astype(np.int64))

    def _first_line(self, name: str) -> pl.Series:
        text = self._required(self.frame[name])
        lines = text.str.strip_chars().str.extract(r"^([^\n]*)")
        self._refuse(~lines.str.starts_with("["), text, "is not a bracketed list")
        return lines.str.strip_chars_end()

    def _float(self, text: pl.Series, name: str) -> pl.Series:
        column = cast(text.alias(name), pl.Float64, self.source, header=self.header).fill_nan(None)
        require_non_negative(column.to_frame(), [name], self.source, header=self.header)
        return column

    def _required(self, column: pl.Series) -> pl.Series:
        require_present(column.to_frame(), [column.name], self.source, header=self.header)
        return column

    def _refuse(self, bad: pl.Series, column: pl.Series, problem: str) -> None:
        refuse(bad, column, self.source, problem, header=self.header)


def has_header(source: Path) -> bool:
    """Return True for a text file, which has a row of column names."""
    return source.name.endswith((".csv", ".csv.gz"))
