"""Which column of a table is what: units, groups, methods, seeds, values.

What the caller does not say is recognised by names (`benchmark.leaderboard.names`) and reported as a note. Three forms
are known: wide (a row a unit, a column a method), long (a row for each unit and method), and rows (a row a method, a
column a unit).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import polars as pl

from benchmark.data.tsb_ad.names import OFFICIAL
from benchmark.interfaces.errors import DataError, UnknownNameError
from benchmark.leaderboard.cells import EMPTY, floats
from benchmark.leaderboard.names import (
    GROUP,
    METHOD,
    METRIC,
    OF_SERIES,
    SEED,
    UNIT,
    VALUE,
    first_named,
    is_cost,
    is_summary,
    plain,
)

NO_GROUP = "none"
"""What to write in place of a group's column so that every unit counts as independent."""


@dataclass(frozen=True)
class Asked:
    """What the caller says of the table; what is empty is recognised.

    Parameters
    ----------
    unit, group, method, seed : str
        Names of columns; ``none`` for no group.
    pattern : str
        Regular expression over names of units; its first group, or the whole match, names the group of the unit.
    metric : str
        Name of the metric; in a long table, its column.
    lower : bool
        Whether lower values are better; metrics of the catalogue say so themselves.
    limits : str
        Range of the metric, ``LOW,HIGH``.
    ignore : tuple of str
        Columns to leave out; ``*`` stands for any letters.
    methods : tuple of str
        Methods to keep; empty for all.
    """

    unit: str = ""
    group: str = ""
    method: str = ""
    seed: str = ""
    pattern: str = ""
    metric: str = ""
    lower: bool = False
    limits: str = ""
    ignore: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roles:
    """Columns of a table by their role; a role that no column has is empty.

    Parameters
    ----------
    form : {"wide", "long", "rows"}
        See the module.
    unit, group, method, seed : str
        Names of columns.
    values : tuple of str
        Columns of numbers: methods of a wide table, the metric of a long one, units of one of rows.
    notes : tuple of str
        What was recognised.
    """

    form: Literal["wide", "long", "rows"]
    unit: str
    group: str
    method: str
    seed: str
    values: tuple[str, ...]
    notes: tuple[str, ...] = ()


def without_ignored(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """Leave out the columns that the caller ignores, and numbers of rows that a library has written."""
    kept = []
    for name in frame.columns:
        if any(fnmatchcase(name, pattern) for pattern in asked.ignore):
            continue
        if plain(name) in ("unnamed:_0", "", "column_1", "__index_level_0__") and _counts_rows(frame[name]):
            continue
        kept.append(name)
    for pattern in asked.ignore:
        if not any(fnmatchcase(name, pattern) for name in frame.columns):
            raise UnknownNameError("column", pattern, frame.columns)
    return frame.select(kept)


def _counts_rows(column: pl.Series) -> bool:
    found = column.cast(pl.Int64, strict=False)
    return found.null_count() == 0 and bool((found.diff().drop_nulls() == 1).all())


def roles_of(frame: pl.DataFrame, asked: Asked, path: Path) -> Roles:
    """Find the role of each column.

    Raises
    ------
    UnknownNameError
        For a name that is no column.
    DataError
        Where a role can be several columns or none; it names them and the option that decides.
    """
    for name in (asked.unit, asked.method, asked.seed, asked.group if asked.group != NO_GROUP else ""):
        if name and name not in frame.columns:
            raise UnknownNameError("column", name, frame.columns)
    taken = {asked.unit, asked.group, asked.seed}
    texts = [name for name in frame.columns if not is_numeric(frame[name])]
    method = asked.method or first_named((name for name in texts if name not in taken), METHOD)
    others = [name for name in frame.columns if name != method]
    seed = asked.seed or first_named((name for name in others if name not in taken), SEED)
    if not method:
        return _wide(frame, asked, seed, path)
    once = frame[method].n_unique() == frame.height
    free = [name for name in others if name not in (seed, asked.metric)]
    candidates = _named(free, UNIT) or [name for name in free if name in texts]
    if not asked.unit and (once or not candidates):
        return _rows(frame, asked, method, texts, path)
    return _long(frame, asked, method, seed, path)


def is_numeric(column: pl.Series) -> bool:
    """Say if most of the cells of a column that are not empty are numbers."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return True
    text = column.cast(pl.String).str.strip_chars().drop_nulls()
    text = text.filter(~text.str.to_lowercase().is_in(EMPTY))
    return len(text) > 0 and 2 * floats(text).null_count() < len(text)


def _named(columns: Iterable[str], names: Sequence[str]) -> list[str]:
    found = [column for column in columns if plain(column) in names]
    return sorted(found, key=lambda column: names.index(plain(column)))


def _wide(frame: pl.DataFrame, asked: Asked, seed: str, path: Path) -> Roles:
    notes: list[str] = []
    free = [name for name in frame.columns if name not in (asked.group, seed)]
    texts = [name for name in free if not is_numeric(frame[name])]
    named = _named(texts, UNIT) or _named(free, ("id", "unit", "file"))
    unit = asked.unit or max(named or texts[:1], key=lambda name: frame[name].n_unique(), default="")
    group = _group(frame, asked, unit, [name for name in texts if name != unit], notes)
    values = [name for name in frame.columns if name not in (unit, group, asked.group, seed)]
    described = [name for name in values if name in OF_SERIES]
    summaries = [name for name in values if is_summary(name)]
    if described:
        notes.append(f"Columns about the series, no methods: {', '.join(described)}.")
    if summaries:
        notes.append(f"Columns that summarise the others, no methods: {', '.join(summaries)}.")
    methods = tuple(name for name in values if name not in (*described, *summaries))
    if len(methods) < 2:
        columns = ", ".join(frame.columns)
        raise DataError(
            f"fewer than two columns of methods; the table has {columns}. In a long table give --method", file=path
        )
    if not asked.unit:
        notes.append(f"Units: column {unit!r}." if unit else "No column names the units: they are the rows.")
    return Roles("wide", unit, group, "", seed, methods, tuple(notes))


def _long(frame: pl.DataFrame, asked: Asked, method: str, seed: str, path: Path) -> Roles:
    notes = [] if asked.method else [f"Methods: column {method!r}, one row for each unit and method."]
    free = [name for name in frame.columns if name not in (method, seed, asked.group)]
    if asked.metric in free:
        value = asked.metric
    else:
        numeric = [name for name in free if is_numeric(frame[name]) and name != asked.unit]
        numeric = [name for name in numeric if plain(name) not in UNIT and name not in OF_SERIES] or numeric
        numeric = [name for name in numeric if not is_cost(name)] or numeric
        value = first_named(numeric, VALUE) or (numeric[0] if len(numeric) == 1 else "")
        if not value:
            listed = ", ".join(numeric) or "none"
            raise DataError(f"which column holds the metric? Columns of numbers: {listed}; give --metric", file=path)
    free = [name for name in free if name != value]
    candidates = [asked.unit] if asked.unit else _named(free, UNIT) or [name for name in free if _text(frame[name])]
    if not candidates:
        raise DataError(
            f"which column names the units? The table has {', '.join(frame.columns)}; give --unit", file=path
        )
    unit = max(candidates, key=lambda name: frame[name].n_unique())
    if not asked.unit:
        notes.append(f"Units: column {unit!r}.")
    group = _group(frame, asked, unit, [name for name in free if name != unit and _text(frame[name])], notes)
    return Roles("long", unit, group, method, seed, (value,), tuple(notes))


def _rows(frame: pl.DataFrame, asked: Asked, method: str, texts: list[str], path: Path) -> Roles:
    notes = [f"A row is a method (column {method!r}), a column a unit."]
    if asked.group and asked.group != NO_GROUP:
        raise DataError("units are columns here, so no column names their groups; give --pattern", file=path)
    left_out = [name for name in texts if name != method]
    summaries = [name for name in frame.columns if is_summary(name) and name not in left_out]
    if left_out:
        notes.append(f"Columns of text, no units: {', '.join(left_out)}.")
    if summaries:
        notes.append(f"Columns that summarise the others, no units: {', '.join(summaries)}.")
    numbers = [name for name in frame.columns if name not in (method, *left_out, *summaries)]
    costs = _costs(frame, numbers)
    if costs:
        notes.append(f"Columns of cost, size or date, no units: {', '.join(costs)}.")
    values = tuple(name for name in numbers if name not in costs)
    if len(values) < 2:
        columns = ", ".join(frame.columns)
        raise DataError(f"fewer than two columns of numbers; the table has {columns}", file=path)
    return Roles("rows", "", "", method, "", values, tuple(notes))


def _costs(frame: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """Columns with a name of a cost and a value outside the range of the others: a task may be called "energy"."""
    limits = {}
    for name in columns:
        found = floats(frame[name]).drop_nulls().to_list()
        if found:
            limits[name] = min(found), max(found)
    others = [limits[name] for name in limits if not is_cost(name)]
    if not others:
        return []
    low, high = min(one[0] for one in others), max(one[1] for one in others)
    return [name for name, (least, most) in limits.items() if is_cost(name) and not low <= least <= most <= high]


def _text(column: pl.Series) -> bool:
    return not is_numeric(column)


def _group(frame: pl.DataFrame, asked: Asked, unit: str, free: list[str], notes: list[str]) -> str:
    """Column of groups: the given one, or one that has a name of groups and is coarser than the units."""
    if asked.group == NO_GROUP or asked.pattern:
        return ""
    if asked.group:
        return asked.group
    if unit and frame[unit].cast(pl.String).str.contains(f"^(?:{OFFICIAL.pattern})$").all():
        return ""
    units = frame[unit].n_unique() if unit else frame.height
    for name in _named([name for name in free if name not in METRIC], GROUP):
        if 2 <= frame[name].n_unique() < units:
            notes.append(f"Groups: column {name!r}.")
            return name
    return ""
