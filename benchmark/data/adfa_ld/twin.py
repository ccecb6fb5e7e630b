"""The twin of ADFA-LD: traces drawn call by call from tables of counts.

Eight sources have tables of their own: the training folder, the validation folder, and the six kinds of attack, so that
calls and runs of calls that only one of them holds stay with it. A call is drawn given the two before it; where a
table does not hold these two, given the one before it; else by its frequency in the source. Lengths come from
quantiles. Normal traces repeat earlier ones as often as the real ones do. Some processes run during every incident;
their traces share a stretch of calls.

`benchmark.data.adfa_ld.derive` computes the tables, which are integers; drawing is exact on every processor.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.data.adfa_ld.traces import ATTACKS, KINDS, TRAINING, VALIDATION, Trace

SUMMARY = Path(__file__).with_name("twin.json")

RECURRING = 5
"""Processes that run during every incident."""

START = 511
"""Stands for the two calls before the first one."""

_RADIX = 512
ANY = 510
"""Stands for a call that the context leaves open."""

Integers = NDArray[np.int64]


class _Tables(NamedTuple):
    """Contexts in order, and for each the calls that may follow with the counts passed so far."""

    contexts: Integers
    begin: Integers
    total: Integers
    passed: Integers
    calls: Integers


def traces(share: float, seed: int) -> list[Trace]:
    """Generate a share of the number of real traces, every kind and every incident among them.

    Parameters
    ----------
    share : float
        In (0, 1]. An incident has at least two traces.
    seed : int
        Seed of every draw.
    """
    generator, summary = np.random.default_rng(seed), _summary()
    sources = summary["sources"]
    wanted = [(folder, folder, round(share * sources[folder]["traces"]), 0) for folder in (TRAINING, VALIDATION)]
    for kind, sizes in summary["incidents"].items():
        for number, (size, again) in enumerate(sizes, 1):
            count = max(2, round(share * size))
            wanted.append((kind, f"{kind}_{number}", count, min(RECURRING, round(count * again / size))))
    bases = _draw([KINDS[0]] * RECURRING, generator)
    drawn = _draw([source for source, _, count, _ in wanted for _ in range(count)], generator)
    found: list[Trace] = []
    for source, group, count, again in wanted:
        own, drawn = drawn[:count], drawn[count:]
        if source in (TRAINING, VALIDATION):
            own = _repeated(own, [one.calls for one in found], summary["copies"][source], generator)
            found += [Trace(f"{source}/{number:04}.txt", source, "", calls) for number, calls in enumerate(own)]
            continue
        for number, calls in enumerate(own):
            process = f"{number + 1}" if number < again else f"{len(found) + 1000}"
            if number < again:
                calls = _with_common(calls, bases[number], summary["common"], generator)
            found.append(Trace(f"{ATTACKS}/{group}/UAD-{process}.txt", ATTACKS, group, calls))
    return found


def _draw(sources: list[str], generator: np.random.Generator) -> list[NDArray[np.int16]]:
    """Draw one trace for each source name, all of them step by step together."""
    summary = _summary()["sources"]
    names = list(summary)
    source = np.array([names.index(one) for one in sources])
    lengths = np.empty(len(sources), np.int64)
    for number, name in enumerate(names):
        own = np.flatnonzero(source == number)
        quantiles = np.array(summary[name]["lengths"], np.int64)
        places = generator.random(len(own)) * (len(quantiles) - 1)
        low = places.astype(np.int64)
        lengths[own] = quantiles[low] + ((places - low) * (quantiles[low + 1] - quantiles[low])).astype(np.int64)
    tables = _tables()
    calls = np.full((len(sources), int(lengths.max()) + 2), START, np.int64)
    for step in range(2, calls.shape[1]):
        rows = np.flatnonzero(lengths > step - 2)
        before, last = calls[rows, step - 2], calls[rows, step - 1]
        calls[rows, step] = _following(tables, source[rows], before, last, generator)
    return [row[2 : 2 + length].astype(np.int16) for row, length in zip(calls, lengths.tolist(), strict=True)]


def _following(
    tables: _Tables, source: Integers, before: Integers, last: Integers, generator: np.random.Generator
) -> Integers:
    """Draw the call after each pair of calls, from the longest context that the tables hold."""
    found = np.full(len(source), -1, np.int64)
    for first, second in ((before, last), (ANY, last), (ANY, ANY)):
        context = (source * _RADIX + first) * _RADIX + second
        place = np.minimum(np.searchsorted(tables.contexts, context), len(tables.contexts) - 1)
        found = np.where((found < 0) & (tables.contexts[place] == context), place, found)
    chance = (generator.random(len(source)) * tables.total[found]).astype(np.int64)
    return tables.calls[np.searchsorted(tables.passed, tables.begin[found] + chance, side="right")]


def _repeated(
    own: list[NDArray[np.int16]],
    earlier: list[NDArray[np.int16]],
    chances: list[int],
    generator: np.random.Generator,
) -> list[NDArray[np.int16]]:
    """Replace traces by copies: of ``earlier`` ones and of those before, with these chances in 1 / 1,000."""
    of_earlier, of_own = chances
    result: list[NDArray[np.int16]] = []
    draws = zip(own, generator.integers(0, 1000, len(own)), generator.random(len(own)), strict=True)
    for trace, chance, place in draws:
        pool = earlier if chance < of_earlier else result if chance < of_earlier + of_own else []
        result.append(pool[int(place * len(pool))] if pool else trace)
    return result


def _with_common(
    calls: NDArray[np.int16], base: NDArray[np.int16], common: int, generator: np.random.Generator
) -> NDArray[np.int16]:
    """Replace a stretch of a trace by one of the base; its share of the trace is ``common`` in 1 / 1,000."""
    size = min(len(calls) * common // 1000, len(base))
    source, target = (int(generator.integers(0, len(one) - size + 1)) for one in (base, calls))
    result = calls.copy()
    result[target : target + size] = base[source : source + size]
    return result


@cache
def _tables() -> _Tables:
    entries: list[tuple[int, list[int]]] = []
    for number, source in enumerate(_summary()["sources"].values()):
        for before, last, following in _contexts(source["calls"]):
            entries.append(((number * _RADIX + before) * _RADIX + last, following))
    entries.sort()
    counts = np.array([count for _, following in entries for count in following[1::2]], np.int64)
    calls = np.array([call for _, following in entries for call in following[::2]], np.int64)
    total = np.array([sum(following[1::2]) for _, following in entries], np.int64)
    begin = np.cumsum(total) - total
    return _Tables(np.array([context for context, _ in entries]), begin, total, np.cumsum(counts), calls)


def _contexts(text: list[int]) -> list[tuple[int, int, list[int]]]:
    """Read contexts from one list of integers: before, last, number of calls, then each call with its count."""
    found, place = [], 0
    while place < len(text):
        before, last, size = text[place : place + 3]
        place += 3 + 2 * size
        found.append((before, last, text[place - 2 * size : place]))
    return found


@cache
def _summary() -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(SUMMARY.read_text(encoding="utf-8"))
    return summary
