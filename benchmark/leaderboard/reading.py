"""From a file of results to a `Board`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.telemetry.text import read_table
from benchmark.data.tsb_ad.names import OFFICIAL
from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError
from benchmark.leaderboard.board import Board
from benchmark.leaderboard.cells import (
    in_percent,
    known_metric,
    metric_in,
    more_than_numbers,
    numbers,
    parse_range,
    range_of,
)
from benchmark.leaderboard.columns import NO_GROUP, Asked, Roles, roles_of, without_ignored
from benchmark.leaderboard.names import METRIC, first_named, is_summary, lower_by_name


def read_board(path: Path, asked: Asked | None = None) -> Board:
    """Read a table of results.

    Parameters
    ----------
    path : path
        CSV (comma, semicolon, tab or bar; plain, gzip or Zstandard) or Parquet.
    asked : Asked, optional
        What the caller says of it.

    Raises
    ------
    DataError
        For a table that is none: a unit twice, a cell of text, a value outside the range of its metric.
    UnknownNameError
        For a column or a method that it does not have.
    """
    asked = asked or Asked()
    frame = _frame(path)
    notes: list[str] = []
    frame = without_ignored(frame, asked)
    frame, metric = _of_one_metric(frame, asked, path)
    roles = roles_of(frame, asked, path)
    metric = metric or asked.metric or (roles.values[0] if roles.form == "long" else metric_in(path.stem))
    notes += roles.notes
    marked = next((cell for name in roles.values if (cell := more_than_numbers(frame[name]))), "")
    if marked:
        notes.append(f"Some cells hold more than a number ({marked!r}): the number is taken, the rest left out.")
    units, groups, methods, seeds, values = _arrange(frame, roles, path, notes)
    if roles.form != "rows":
        summaries = [name for name in units if is_summary(name)]
        if summaries:
            notes.append(f"Rows that summarise the others, no units: {', '.join(summaries)}.")
            kept = np.array([not is_summary(name) for name in units])
            units = [name for name in units if not is_summary(name)]
            groups, values = [name for name, keep in zip(groups, kept, strict=True) if keep], values[:, kept]
    groups, grouped = _groups(units, groups, roles, asked, path, notes)
    notes += _check_range(values, metric, asked, units, methods, path)
    found = known_metric(metric)
    lower = asked.lower or (found is not None and found.best == 0)
    if metric and not lower and lower_by_name(metric):
        notes.append(f"Higher {metric} is taken as better; by its name lower is. Give --lower-is-better if so.")
    with_gaps = np.isnan(values)
    known = np.where(with_gaps, 0.0, values).sum(axis=0)
    mean = np.where(with_gaps.any(axis=0), np.nan, known / len(seeds))
    if len(seeds) > 1:
        notes.append(f"{len(seeds)} seeds (column {roles.seed!r}); a value is the mean over them.")
    board = Board(
        source=path.name,
        metric=metric,
        lower=lower,
        units=tuple(units),
        groups=tuple(groups),
        grouped=grouped,
        methods=tuple(methods),
        values=mean,
        by_seed=values if len(seeds) > 1 else None,
        notes=tuple(notes),
    )
    return _chosen(board, asked.methods)


def _frame(path: Path) -> pl.DataFrame:
    if path.is_dir() or not path.exists():
        raise DataError("no such file" if not path.exists() else "is a folder; give one table", file=path)
    if path.suffix.lower() in (".parquet", ".pq"):
        try:
            frame = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise DataError(f"not readable as Parquet: {str(error).splitlines()[0]}", file=path) from None
        if frame.height == 0:
            raise DataError("table has no rows", file=path)
        return frame
    return read_table(path)[0]


def _of_one_metric(frame: pl.DataFrame, asked: Asked, path: Path) -> tuple[pl.DataFrame, str]:
    """Keep the rows of one metric, where a column names the metric of each row."""
    column = first_named(frame.columns, METRIC)
    if not column or frame[column].dtype != pl.String or column in (asked.unit, asked.group, asked.method):
        return frame, ""
    names = frame[column].unique(maintain_order=True).to_list()
    if asked.metric and asked.metric not in names:
        raise UnknownNameError("metric", asked.metric, [str(name) for name in names])
    if not asked.metric and len(names) > 1:
        listed = ", ".join(map(str, names))
        raise DataError(f"rows of several metrics: {listed}; choose one with --metric", file=path, column=column)
    metric = asked.metric or str(names[0])
    return frame.filter(pl.col(column) == metric).drop(column), metric


def _arrange(
    frame: pl.DataFrame, roles: Roles, path: Path, notes: list[str]
) -> tuple[list[str], list[str], list[str], list[str], NDArray[np.float64]]:
    """Units, their groups, methods, seeds, and values of shape (seeds, units, methods)."""
    hint = "; leave the column out with --ignore, or an empty cell where there is no value"
    if roles.form == "rows":
        methods = _names(frame, roles.method, path)
        _refuse_twice(methods, np.arange(len(methods)), "method", path, roles.method)
        columns = np.stack([numbers(frame[name], path, hint) for name in roles.values])
        return list(roles.values), [], methods, [""], columns[None]
    seed_names = _names(frame, roles.seed, path) if roles.seed else [""] * frame.height
    names = _names(frame, roles.unit, path) if roles.unit else [f"row {row + 2}" for row in range(frame.height)]
    of_group = _names(frame, roles.group, path) if roles.group else []
    if of_group and len(set(zip(names, of_group, strict=True))) > len(set(names)):
        names = [f"{group}/{name}" for group, name in zip(of_group, names, strict=True)]
        notes.append(f"Names of units occur in several groups; a unit is {roles.group}/{roles.unit}.")
    units, unit = _index(names)
    seeds, seed = _index(seed_names)
    if roles.form == "wide":
        methods = list(roles.values)
        _refuse_twice(names, seed, "unit", path, roles.unit)
        values = np.full((len(seeds), len(units), len(methods)), np.nan)
        for place, name in enumerate(methods):
            values[seed, unit, place] = numbers(frame[name], path, hint)
    else:
        method_names = _names(frame, roles.method, path)
        methods, method = _index(method_names)
        _refuse_twice(names, seed * len(methods) + method, "unit", path, roles.unit, method_names)
        values = np.full((len(seeds), len(units), len(methods)), np.nan)
        values[seed, unit, method] = numbers(frame[roles.values[0]], path)
    group_by_unit = dict(zip(names, of_group, strict=False))
    return units, [group_by_unit[name] for name in units] if of_group else [], methods, seeds, values


def _names(frame: pl.DataFrame, column: str, path: Path) -> list[str]:
    names = frame[column].cast(pl.String).str.strip_chars()
    empty = (names.is_null() | (names == "")).fill_null(True)
    if empty.any():
        raise DataError(
            "empty cell; a name is needed in each row", file=path, row=int(empty.arg_true()[0]) + 2, column=column
        )
    return [str(name) for name in names]


def _index(names: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
    order = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return list(order), np.array([order[name] for name in names], dtype=np.intp)


def _refuse_twice(
    names: Sequence[str],
    within: NDArray[np.intp],
    kind: str,
    path: Path,
    column: str,
    methods: Sequence[str] | None = None,
) -> None:
    """Raise where a name occurs twice with equal other keys."""
    seen: dict[tuple[str, int], int] = {}
    for row, key in enumerate(zip(names, within.tolist(), strict=True)):
        if key in seen:
            of_method = f" of method {methods[row]!r}" if methods is not None else ""
            hint = "; give --seed-column if they are repetitions" if kind == "unit" else ""
            problem = f"{kind} {names[row]!r}{of_method} is given twice, first in row {seen[key] + 2}{hint}"
            raise DataError(problem, file=path, row=row + 2, column=column or None)
        seen[key] = row


def _groups(
    units: list[str], groups: list[str], roles: Roles, asked: Asked, path: Path, notes: list[str]
) -> tuple[list[str], bool]:
    if groups:
        named = f"column {roles.group!r}"
    elif asked.pattern:
        groups, named = [_matched(asked.pattern, unit, path) for unit in units], f"pattern {asked.pattern!r}"
    elif asked.group != NO_GROUP and all(OFFICIAL.fullmatch(unit) for unit in units):
        groups = [_official(unit) for unit in units]
        if len(set(groups)) == 1:
            return units, False
        notes.append("Groups: the data set in the names of the units, which have the form of TSB-AD.")
        return groups, True
    else:
        return units, False
    if len(set(groups)) > 1:
        return groups, True
    raise DataError(
        f"one group only, {groups[0]!r} ({named}): nothing can be known of other groups, neither intervals nor a "
        "winner. With --group none the units count as independent, and the answer is of units like these",
        file=path,
    )


def _official(unit: str) -> str:
    found = OFFICIAL.fullmatch(unit)
    assert found is not None
    return found["dataset"]


def _matched(pattern: str, unit: str, path: Path) -> str:
    try:
        found = re.search(pattern, unit)
    except re.error as error:
        raise ParameterError(f"--pattern {pattern!r} is no regular expression: {error}") from None
    if found is None:
        raise DataError(f"unit {unit!r} does not match --pattern {pattern!r}", file=path)
    return str(found[1] if found.re.groups else found[0])


def _check_range(
    values: NDArray[np.float64], metric: str, asked: Asked, units: Sequence[str], methods: Sequence[str], path: Path
) -> list[str]:
    """Refuse a value outside the range of its metric; say where values are in percent."""
    found = known_metric(metric)
    limits = parse_range(asked.limits) if asked.limits else range_of(found) if found is not None else None
    if limits is None:
        return []
    if not asked.limits and in_percent(values, limits):
        return [f"{metric} is in percent."]
    outside = (values < limits[0] - 1e-9) | (values > limits[1] + 1e-9)
    if outside.any():
        seed, unit, method = np.argwhere(outside)[0]
        raise DataError(
            f"{methods[method]!r} has {values[seed, unit, method]:g} on {units[unit]!r}, outside the range "
            f"{limits[0]:g} to {limits[1]:g} of {metric or 'the metric'}; leave out what is no method "
            "with --ignore, or give --range",
            file=path,
        )
    return []


def _chosen(board: Board, methods: Sequence[str]) -> Board:
    if not methods:
        return board
    for name in methods:
        if name not in board.methods:
            raise UnknownNameError("method", name, board.methods)
    return board.take(methods=np.array([name in methods for name in board.methods]))
