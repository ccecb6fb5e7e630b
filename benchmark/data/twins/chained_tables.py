"""Integer tables in a chain: draw each column of a record given one earlier column, its parent.

The values of a column are divided into bins; a bin is one value, or a range of whole numbers. A table
counts how often each bin occurs with each bin of the parent. The parents form a tree of largest total mutual
information (C. K. Chow and C. N. Liu, "Approximating discrete probability distributions with dependence trees", IEEE
Transactions on Information Theory 14(3), 1968). All numbers of a summary are integers, and drawing adds, multiplies and
compares only, so that every processor draws the same records.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.data.twins import exact

Integers = NDArray[np.int64]

ATOM = 0.04
"""Share of the records from which on a value is a bin of its own."""

KNOTS = (0.0, 0.5, 0.9, 1.0)
"""Shares of a range at which its values are kept: whole numbers are drawn evenly between two of them."""

FEWEST = 60
"""Records from which on columns have parents; of fewer, every column is drawn by itself."""

Summary = list[Any]
"""One entry a column that is not always 0, in the order of drawing: ``[column, parent or −1, bins, rows]``. A bin is
``[value]`` or the values at `KNOTS`. Each row belongs to a bin of the parent and holds bin, count, bin, count, …"""


class Binned(NamedTuple):
    """Bins of a column and the bin of each record."""

    bins: list[list[int]]
    member: Integers


def summarise(records: Integers, ranges: int, names: frozenset[int] = frozenset()) -> Summary:
    """Summarise records of whole numbers.

    Parameters
    ----------
    records : ndarray of int64, shape (n, p)
        At least one record, every value at least 0.
    ranges : int
        Largest number of bins of a column that are ranges.
    names : frozenset of int
        Columns whose numbers stand for names, so that each value is a bin.
    """
    size = len(records)
    columns = [_binned(records[:, j], size if j in names else ranges) for j in range(records.shape[1])]
    parents = _tree(columns) if len(records) >= FEWEST else [(j, -1) for j in range(len(columns))]
    summary: Summary = []
    for column, nearest in parents:
        bins, member = columns[column]
        if bins == [[0]]:
            continue
        parent = nearest if nearest >= 0 and len(columns[nearest].bins) > 1 else -1
        above = columns[parent].member if parent >= 0 else np.zeros(len(records), np.int64)
        counts = np.zeros((int(above.max()) + 1, len(bins)), np.int64)
        np.add.at(counts, (above, member), 1)
        rows = [[int(number) for bin_ in np.flatnonzero(row) for number in (bin_, row[bin_])] for row in counts]
        summary.append([column, parent, bins, rows])
    return summary


def draw(summary: Summary, records: int, columns: int, generator: np.random.Generator) -> Integers:
    """Draw records of the given number of columns, shape (records, columns)."""
    values, member = np.zeros((2, records, columns), np.int64)
    for column, parent, bins, rows in summary:
        above = member[:, parent] if parent >= 0 else np.zeros(records, np.int64)
        chances, places = generator.random(records), generator.random(records)
        for number, row in enumerate(rows):
            here = np.flatnonzero(above == number)
            limits = np.cumsum(row[1::2])
            wanted = (chances[here] * limits[-1]).astype(np.int64) if len(row) else np.zeros(len(here), np.int64)
            member[here, column] = np.asarray(row[::2], np.int64)[np.searchsorted(limits, wanted, side="right")]
        values[:, column] = _within(bins, member[:, column], places)
    return values


def _within(bins: list[list[int]], member: Integers, places: NDArray[np.float64]) -> Integers:
    """A whole number of each bin, by its place in [0, 1): even between two knots."""
    knots = np.array([one * len(KNOTS) if len(one) == 1 else one for one in bins], np.int64)[member]
    below = np.searchsorted(KNOTS, places, side="right") - 1
    rows = np.arange(len(member))
    start, end = knots[rows, below], knots[rows, below + 1]
    share = (places - np.array(KNOTS)[below]) / np.diff(KNOTS)[below]
    return np.asarray(start + (share * (end - start + 1)).astype(np.int64))


def _binned(column: Integers, ranges: int) -> Binned:
    """Divide the values of a column into single values and ranges of about equal counts, in order."""
    values, counts = np.unique(column, return_counts=True)
    single = (counts >= max(2.0, ATOM * len(column))) | (len(values) <= ranges)
    rest = np.flatnonzero(~single)
    passed = np.cumsum(counts[rest])
    part = ((passed - 1) * ranges) // max(1, int(passed[-1]) if len(rest) else 1)
    bins, of_value = [], np.zeros(len(values), np.int64)
    place = 0
    while place < len(values):
        if single[place]:
            bins.append([int(values[place])])
            of_value[place] = len(bins) - 1
            place += 1
            continue
        end = place + 1
        own = part[np.searchsorted(rest, place)]
        while end < len(values) and not single[end] and part[np.searchsorted(rest, end)] == own:
            end += 1
        inside = np.repeat(values[place:end], counts[place:end])
        knots = [int(inside[round(knot * (len(inside) - 1))]) for knot in KNOTS]
        bins.append(knots if knots[0] < knots[-1] else knots[:1])
        of_value[place:end] = len(bins) - 1
        place = end
    return Binned(bins, of_value[np.searchsorted(values, column)])


def _tree(columns: list[Binned]) -> list[tuple[int, int]]:
    """Columns with their parents, each after its parent: the tree of largest mutual information, from the first."""
    count = len(columns)
    information = np.zeros((count, count))
    for i in range(count):
        for j in range(i):
            information[i, j] = information[j, i] = _information(columns[i], columns[j])
    order, best, parent = [(0, -1)], information[0].copy(), np.zeros(count, np.int64)
    best[0] = -1.0
    for _ in range(count - 1):
        column = int(np.argmax(best))
        order.append((column, int(parent[column])))
        closer = (information[column] > best) & (best >= 0)
        best[closer], parent[closer] = information[column][closer], column
        best[column] = -1.0
    return order


def _information(first: Binned, second: Binned) -> float:
    """Mutual information in nats, rounded so that its order does not depend on the last bits of a sum."""
    table = np.zeros((len(first.bins), len(second.bins)))
    np.add.at(table, (first.member, second.member), 1.0)
    product = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    filled = table > 0
    terms = table[filled] * exact.log(table[filled] * len(first.member) / product[filled])
    return round(float(terms.sum()) / len(first.member), 9)
