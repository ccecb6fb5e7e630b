"""Recordings and datasets that are right, wrong, or at the edge of what is allowed.

A state is the columns of a plain recording and a few oddities, each of which changes one column. An oddity is ``RIGHT``
(the data are as good as before), ``WRONG`` (they have to be refused before any method runs) or ``EDGE`` (it depends on
the rest of the state, and either answer is one).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from benchmark.interfaces.recording import Recording

RIGHT, WRONG, EDGE = "right", "wrong", "edge"
POINTS = 60

Columns = dict[str, Any]


@dataclass(frozen=True)
class Oddity:
    """A change of the columns of one recording, and how the package has to take it."""

    name: str
    field: str
    expected: str
    change: Callable[[Columns], Any]

    def __repr__(self) -> str:
        return f"{self.field}: {self.name}"


def plain(name: str, part: str | None = None, seed: int = 0) -> Columns:
    """Sixty points of three channels. Every seventh point is anomalous, so each part of a split holds both classes."""
    values = np.random.default_rng(seed).normal(size=(POINTS, 3))
    labels = np.arange(POINTS) % 7 == 3
    values[labels] += 6
    return {"name": name, "values": values, "channels": ("a", "b", "c"), "labels": labels, "part": part}


def _rows(columns: Columns, share: slice, value: float) -> Any:
    values = columns["values"].copy()
    values[share] = value
    return values


def _one(columns: Columns, row: int, value: float) -> Any:
    values = columns["values"].copy()
    values[min(row, len(values) - 1), -1] = value
    return values


def _typed(kind: str) -> Callable[[Columns], Any]:
    return lambda columns: (columns["values"] * 10).astype(kind)


def _cut(points: int) -> Callable[[Columns], Any]:
    """Every column of the first ``points`` rows."""

    def change(columns: Columns) -> Columns:
        return {name: value[:points] if isinstance(value, np.ndarray) else value for name, value in columns.items()}

    return change


FIRST, SECOND, LAST = slice(36), slice(36, 48), slice(48, None)  # the parts of a split in time

VALUES = [
    Oddity("float32", "values", RIGHT, _typed("float32")),
    Oddity("float16", "values", RIGHT, _typed("float16")),
    Oddity("int8", "values", RIGHT, _typed("int8")),
    Oddity("int64", "values", RIGHT, _typed("int64")),
    Oddity("big-endian", "values", RIGHT, _typed(">f8")),
    Oddity("column order", "values", RIGHT, lambda c: np.asfortranarray(c["values"])),
    Oddity("booleans", "values", EDGE, lambda c: c["values"] > 0),
    Oddity("a count above 2^24", "values", RIGHT, lambda c: (c["values"] * 10).astype(np.int64) + 10**10),
    Oddity("a count above 2^53", "values", WRONG, lambda c: (c["values"] * 10).astype(np.int64) + 2**60),
    Oddity("objects", "values", WRONG, _typed("object")),
    Oddity("texts", "values", WRONG, _typed("str")),
    Oddity("complex", "values", WRONG, _typed("complex128")),
    Oddity("a list", "values", WRONG, lambda c: c["values"].tolist()),
    Oddity("none", "values", WRONG, lambda c: None),
    Oddity("masked", "values", WRONG, lambda c: np.ma.masked_greater(c["values"], 2)),
    Oddity("one column more", "values", WRONG, lambda c: np.hstack([c["values"], c["values"][:, :1]])),
    Oddity("a vector", "values", WRONG, lambda c: c["values"][:, 0].copy()),
    Oddity("three dimensions", "values", WRONG, lambda c: c["values"][:, :, None]),
    Oddity("one row less", "values", WRONG, lambda c: c["values"][:-1]),
    Oddity("infinite", "values", WRONG, lambda c: _one(c, 50, np.inf)),
    Oddity("minus infinite", "values", WRONG, lambda c: _one(c, 5, -np.inf)),
    Oddity("above the largest", "values", WRONG, lambda c: _one(c, 50, 1e308)),
    Oddity("a spike of 1e300", "values", EDGE, lambda c: _one(c, 50, 1e300)),
    Oddity("a spike of 1e39", "values", EDGE, lambda c: _one(c, 50, 1e39)),
    Oddity("a spike of 1e30 in training", "values", EDGE, lambda c: _one(c, 5, -1e30)),
    Oddity("huge", "values", EDGE, lambda c: c["values"] * 1e299),
    Oddity("tiny", "values", EDGE, lambda c: c["values"] * 1e-300),
    Oddity("subnormal", "values", EDGE, lambda c: c["values"] * 1e-320),
    Oddity("a large offset", "values", EDGE, lambda c: c["values"] + 1e15),
    Oddity("missing", "values", RIGHT, lambda c: _one(c, 10, np.nan)),
    Oddity("missing in test alone", "values", RIGHT, lambda c: _one(c, 55, np.nan)),
    Oddity("a channel missing", "values", RIGHT, lambda c: c["values"] * np.array([1, np.nan, 1])),
    Oddity("missing in training", "values", EDGE, lambda c: _rows(c, FIRST, np.nan)),
    Oddity("missing in test", "values", EDGE, lambda c: _rows(c, LAST, np.nan)),
    Oddity("all missing", "values", EDGE, lambda c: c["values"] * np.nan),
    Oddity("constant", "values", EDGE, lambda c: c["values"] * 0 + 5),
    Oddity("constant in training", "values", EDGE, lambda c: _rows(c, FIRST, 1)),
    Oddity("constant in validation", "values", EDGE, lambda c: _rows(c, SECOND, 1)),
    Oddity("constant in test", "values", EDGE, lambda c: _rows(c, LAST, 1)),
    Oddity("a constant channel", "values", RIGHT, lambda c: c["values"] * np.array([1, 0, 1])),
    Oddity("whole numbers with ties", "values", EDGE, lambda c: np.round(c["values"] / 4)),
]

LABELS = [
    Oddity("int 0/1", "labels", RIGHT, lambda c: c["labels"].astype(int)),
    Oddity("float 0/1", "labels", RIGHT, lambda c: c["labels"].astype(float)),
    Oddity("-1/1", "labels", WRONG, lambda c: np.where(c["labels"], -1, 1)),
    Oddity("classes", "labels", WRONG, lambda c: np.where(c["labels"], 3, 0)),
    Oddity("probabilities", "labels", WRONG, lambda c: np.where(c["labels"], 0.7, 0.1)),
    Oddity("NaN", "labels", WRONG, lambda c: np.where(c["labels"], 1, np.nan)),
    Oddity("texts", "labels", WRONG, lambda c: np.where(c["labels"], "yes", "no")),
    Oddity("objects", "labels", WRONG, lambda c: c["labels"].astype(object)),
    Oddity("a list", "labels", WRONG, lambda c: c["labels"].tolist()),
    Oddity("one too few", "labels", WRONG, lambda c: c["labels"][:-1]),
    Oddity("a column", "labels", WRONG, lambda c: c["labels"][:, None]),
    Oddity("masked", "labels", WRONG, lambda c: np.ma.masked_array(c["labels"], mask=c["labels"])),
    Oddity("all normal", "labels", RIGHT, lambda c: c["labels"] & False),
    Oddity("all anomalous", "labels", RIGHT, lambda c: c["labels"] | True),
    Oddity("one in test", "labels", RIGHT, lambda c: np.arange(len(c["labels"])) == 55),
    Oddity("the last point alone", "labels", RIGHT, lambda c: np.arange(len(c["labels"])) == len(c["labels"]) - 1),
    Oddity("none in test", "labels", RIGHT, lambda c: c["labels"] & (np.arange(len(c["labels"])) < 40)),
    Oddity("absent", "labels", EDGE, lambda c: None),
]

TIMES = [
    Oddity("minutes", "time", RIGHT, lambda c: np.arange(len(c["labels"])) * 60_000_000),
    Oddity("unsigned", "time", RIGHT, lambda c: np.arange(len(c["labels"]), dtype=np.uint64)),
    Oddity("beyond int64", "time", WRONG, lambda c: np.arange(len(c["labels"]), dtype=np.uint64) + np.uint64(2**63)),
    Oddity("backwards", "time", WRONG, lambda c: np.arange(len(c["labels"]))[::-1].copy()),
    Oddity("repeated", "time", WRONG, lambda c: np.arange(len(c["labels"])) // 2),
    Oddity("one step back", "time", WRONG, lambda c: np.r_[np.arange(40), 3, np.arange(41, len(c["labels"]))]),
    Oddity("datetime64", "time", WRONG, lambda c: np.arange(len(c["labels"])).astype("datetime64[s]")),
    Oddity("seconds as float", "time", WRONG, lambda c: np.arange(len(c["labels"])) / 2),
    Oddity("texts", "time", WRONG, lambda c: np.arange(len(c["labels"])).astype(str)),
    Oddity("one too many", "time", WRONG, lambda c: np.arange(len(c["labels"]) + 1)),
]

OTHERS = [
    Oddity("of one letter", "channels", EDGE, lambda c: "abc"),
    Oddity("a list", "channels", RIGHT, lambda c: list("abc")),
    Oddity("repeated", "channels", WRONG, lambda c: ("a", "a", "b")),
    Oddity("numbers", "channels", WRONG, lambda c: (0, 1, 2)),
    Oddity("too few", "channels", WRONG, lambda c: ("a", "b")),
    Oddity("with odd letters", "channels", EDGE, lambda c: ("π, [a]", "b\n", "missing:a")),
    Oddity("empty", "name", WRONG, lambda c: ""),
    Oddity("none", "name", WRONG, lambda c: None),
    Oddity("a number", "name", WRONG, lambda c: 7),
    Oddity("with odd letters", "name", EDGE, lambda c: "Größe/..\\x ☃ [1],2=3"),
    Oddity("Train", "part", WRONG, lambda c: "Train"),
    Oddity("validation", "part", WRONG, lambda c: "validation"),
    Oddity("numbers", "groups", RIGHT, lambda c: np.arange(len(c["labels"])) // 5),
    Oddity("texts", "groups", WRONG, lambda c: (np.arange(len(c["labels"])) // 5).astype(str)),
    Oddity("floats", "groups", WRONG, lambda c: np.arange(len(c["labels"])) / 5),
    Oddity("one too few", "groups", WRONG, lambda c: np.arange(len(c["labels"]) - 1)),
    Oddity("one too few", "covariates", WRONG, lambda c: {"load": np.zeros(len(c["labels"]) - 1)}),
    Oddity("a list", "covariates", WRONG, lambda c: {"load": [0.0] * len(c["labels"])}),
    Oddity("load", "covariates", RIGHT, lambda c: {"load": np.arange(len(c["labels"])) / 9}),
    Oddity("objects", "covariates", EDGE, lambda c: {"load": np.array([None] * len(c["labels"]))}),
    Oddity("two", "modalities", WRONG, lambda c: ("cpu", "memory")),
    Oddity("three", "modalities", RIGHT, lambda c: ("cpu", "memory", "disk")),
    Oddity("a square", "dependencies", RIGHT, lambda c: np.eye(3, k=1, dtype=bool)),
    Oddity("too small", "dependencies", WRONG, lambda c: np.eye(2, dtype=bool)),
    Oddity("weights", "dependencies", WRONG, lambda c: np.full((3, 3), 0.5)),
    Oddity("a list", "dependencies", WRONG, lambda c: [[True] * 3] * 3),
    Oddity("without order", "sequential", RIGHT, lambda c: False),
]

_ORDER = {"": 0, "values": 2, "labels": 2}  # lengths first; what others count rows by, last

LENGTHS = [Oddity(f"{points} points", "", EDGE, _cut(points)) for points in (0, 1, 2, 3, 5, 10)]

FAMILIES = (VALUES, LABELS, TIMES, OTHERS, LENGTHS)
ODDITIES = st.one_of(*map(st.sampled_from, FAMILIES))


@dataclass(frozen=True)
class State:
    """A dataset: how its recordings are divided, the oddities of the last one, and what is odd about their list."""

    layout: str = "whole"
    oddities: tuple[Oddity, ...] = ()
    listing: str = "a list"

    @property
    def expected(self) -> str:
        """``WRONG`` where any one part is; ``RIGHT`` only where all are."""
        found = {oddity.expected for oddity in self.oddities} | {LISTINGS[self.listing]}
        # The other parts stay as they are: they may no longer fit, or fit by chance.
        beside = self.layout != "whole" and any(one.field in ("channels", "name", "part", "") for one in self.oddities)
        found.add(EDGE if beside else LAYOUTS[self.layout])
        return WRONG if WRONG in found else EDGE if EDGE in found else RIGHT

    def recordings(self) -> Any:
        """Make the recordings; raises what the package raises."""
        made: list[Any] = [Recording(**columns) for columns in self._columns()]
        if self.listing == "no list":
            return None
        if self.listing == "a stranger in it":
            return [*made, "recording"]
        return tuple(made) if self.listing == "a tuple" else iter(made) if self.listing == "an iterator" else made

    def _columns(self) -> list[Columns]:
        parts: dict[str, list[Columns]] = {
            "whole": [plain("r")],
            "two": [plain("q", seed=1), plain("r")],
            "parts": [plain("r", "train", 1) | {"labels": None}, plain("r", "test")],
            "labelled parts": [plain("r", "train", 1), plain("r", "test")],
            "nothing": [],
            "test alone": [plain("r", "test")],
            "training alone": [plain("r", "train")],
            "one name twice": [plain("r", seed=1), plain("r")],
            "two test parts": [plain("r", "train", 1), plain("r", "test", 2), plain("r", "test")],
            "whole and part": [plain("r", seed=1), plain("r", "test")],
            "channels turned": [plain("r", "train", 1), plain("r", "test") | {"channels": ("c", "b", "a")}],
        }
        columns = parts[self.layout]
        for oddity in sorted(self.oddities, key=lambda one: _ORDER.get(one.field, 1)) if columns else ():
            changed = oddity.change(columns[-1])
            columns[-1] = changed if oddity.field == "" else columns[-1] | {oddity.field: changed}
        return columns


LAYOUTS = dict.fromkeys(("whole", "two", "parts", "labelled parts"), RIGHT) | dict.fromkeys(
    (
        "nothing",
        "test alone",
        "training alone",
        "one name twice",
        "two test parts",
        "whole and part",
        "channels turned",
    ),
    WRONG,
)

LISTINGS = {"a list": RIGHT, "a tuple": RIGHT, "an iterator": EDGE, "no list": WRONG, "a stranger in it": WRONG}


def mostly(usual: list[str], others: list[str]) -> st.SearchStrategy[str]:
    """One of the usual choices, and now and then one of the others."""
    return st.sampled_from(usual * (1 + 4 * len(others) // len(usual)) + others)


def _named(choices: dict[str, str], expected: str) -> list[str]:
    return [name for name, one in choices.items() if (one == RIGHT) == (expected == RIGHT)]


STATES = st.builds(
    State,
    mostly(_named(LAYOUTS, RIGHT), _named(LAYOUTS, WRONG)),
    st.lists(ODDITIES, max_size=2, unique_by=lambda one: one.field).map(tuple),
    mostly(["a list"], [name for name in LISTINGS if name != "a list"]),
)
