"""Rules written by hand for connections (`nsl-kdd`) and for system calls (`adfa-ld`): ``handwritten.toml``."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.raw import Ragged, Raw

FILE = Path(__file__).with_name("handwritten.toml")

Mask = NDArray[np.bool_]

_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True)
class ConnectionRule:
    """A rule on typed columns.

    Parameters
    ----------
    name, level, why : str
        Name, severity (`baselines.rules.sigma.LEVELS`) and reason.
    where : mapping of str to str or list of str
        What each column must fit: a comparison such as ``>= 0.5``, or names of a categorical column.
    """

    name: str
    level: str
    why: str
    where: Mapping[str, str | list[str]]

    def matches(self, raw: Raw) -> Mask:
        """Mask of the points that fit, shape (T,).

        Raises
        ------
        DataError
            If the points lack a column of the rule.
        """
        fits = np.ones(len(raw), bool)
        for column, wanted in self.where.items():
            if isinstance(wanted, str) and column in raw.numbers:
                sign, number = wanted.split()
                # Both in float32: 0.7 as the file holds it must reach the bound 0.7.
                fits &= _COMPARISONS[sign](raw.numbers[column], np.float32(number))
            elif not isinstance(wanted, str) and column in raw.categories:
                category = raw.categories[column]
                fits &= np.isin(np.array(category.names), wanted)[category.codes]
            else:
                raise DataError(f"the points lack a column that the rule {self.name!r} needs", column=column)
        return fits


@dataclass(frozen=True)
class CallRule:
    """A rule on a sequence of calls.

    Parameters
    ----------
    name, level, why : str
        As in `ConnectionRule`.
    any : tuple of str
        Calls, one of which must occur; empty where the rule is a run.
    times : int
        How often calls of ``any`` must occur in all.
    run : tuple of str
        Calls that must occur in this order, with others between them.
    within : int
        Largest distance of the first and the last call of the run, in calls.
    """

    name: str
    level: str
    why: str
    any: tuple[str, ...] = ()
    times: int = 1
    run: tuple[str, ...] = ()
    within: int = 0

    def matches(self, raw: Raw) -> Mask:
        """Mask of the points that fit, shape (T,).

        Raises
        ------
        DataError
            If the alphabet of the sequences lacks a call of the rule.
        """
        assert raw.sequences is not None
        numbers = {name: number for number, name in enumerate(raw.alphabet)}
        if missing := [name for name in (*self.any, *self.run) if name not in numbers]:
            raise DataError(f"the sequences have no call {missing[0]!r}, which the rule {self.name!r} needs")
        if self.any:
            found = np.isin(raw.sequences.values, [numbers[name] for name in self.any])
            return np.bincount(raw.sequences.owners[found], minlength=len(raw)) >= self.times
        return _in_order(raw.sequences, [numbers[name] for name in self.run], self.within)


@cache
def connection_rules() -> tuple[ConnectionRule, ...]:
    """The rules for connections, in the order of the file."""
    return tuple(ConnectionRule(**rule) for rule in _rules()["connections"])


@cache
def call_rules() -> tuple[CallRule, ...]:
    """The rules for system calls, in the order of the file."""
    rules = _rules()["calls"]
    return tuple(CallRule(**rule | {key: tuple(rule.get(key, ())) for key in ("any", "run")}) for rule in rules)


def _rules() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _in_order(sequences: Ragged, run: list[int], within: int) -> Mask:
    """Sequences in which the symbols of ``run`` occur in order, the last at most ``within`` places behind the first."""
    places = [np.flatnonzero(sequences.values == symbol) for symbol in run]
    first = last = places[0]
    for following in places[1:]:
        after = np.searchsorted(following, last, side="right")
        first, after = first[after < len(following)], after[after < len(following)]
        last = following[after]
    owners = sequences.owners
    near = (last - first <= within) & (owners[first] == owners[last])
    return np.bincount(owners[first[near]], minlength=len(sequences)) > 0
