"""Check by arithmetic if printed numbers can be true together. Nothing is trained or measured.

A printed number is the interval of all numbers that are rounded to it, x ± half a unit of the last digit. All
arithmetic is on exact fractions, so that rounding decides no verdict.

**F1.** F1 = 2·P·R/(P + R) grows with P and with R. The ends of their intervals give the least and greatest F1 that they
allow; the printed interval of F1 must overlap with that.

**Share of anomalies.** Of a test set with a share π of anomalies, recall R and precision P leave π·(1 − R) missed and
π·R·(1 − P)/P falsely flagged, so that

    1 − accuracy = π·(1 − R) + π·R·(1 − P)/P,   π = (1 − accuracy)/(1 − 2·R + R/P).

In each of the three numbers alone, with the other two fixed, π only rises or only falls. So its extremes over the box
of the three intervals are at corners. Rows of one table are measured on one test set: their intervals of π must have a
number in common.

**Averaging.** The formulas above are of precision and recall of the anomalous class. `benchmark.verdicts.averaging` has
those of means over both classes; where a table prints accuracy too, both are checked.

**References.** A row that is named after one method and cites another says two different things about what was
compared. Which method a reference is stands in ``published.toml``.

Both formulas hold for the counts of one run. For means over runs, F1 is not necessarily the harmonic mean of P and R:
the mean of F1 is at most the F1 of the means, since the harmonic mean is concave. The papers mention no repetition, and
the verdict says "of one run"; for a table of means it would be too strict.

The package mlscorecheck tests printed scores against a test set with known numbers of positives and negatives. Neither
paper gives these numbers, and the audit infers their ratio, so that the package is not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Literal, Protocol, runtime_checkable

from benchmark.artifacts.published import Printed, PublishedTable, Reference
from benchmark.verdicts.averaging import macro
from benchmark.verdicts.interval import Interval

NAMES = {
    "acc": "accuracy",
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "f1",
    "f1-score": "f1",
    "adr": "adr",
}
"""Meaning of a column's heading in lower case. Other columns (AUC) are not checked."""

Outcome = Literal["consistent", "inconsistent", "not checkable", "note"]


@dataclass(frozen=True)
class Finding:
    """One check.

    Parameters
    ----------
    table : str
        Table or figure of the paper.
    check : str
        ``f1``, ``share`` (of one row), ``one test set`` (of all rows), the last two also ``, macro``; ``macro f1``,
        ``weighted``, ``adr`` or ``reference``.
    rows : tuple of str
        Rows that it covers.
    column : str
        Column of the printed number that is wrong (``F1-score``); empty if no single one is.
    outcome : str
        ``consistent``, ``inconsistent``, ``not checkable`` or ``note``.
    text : str
        The verdict in words, with numbers.
    implied : Interval, optional
        Interval of F1 or of the share that the other numbers imply.
    """

    table: str
    check: str
    rows: tuple[str, ...]
    column: str
    outcome: Outcome
    text: str
    implied: Interval | None = None


@runtime_checkable
class Audited(Protocol):
    """A paper with findings that arithmetic on ``published.toml`` does not give."""

    def findings(self, tables: Mapping[str, PublishedTable]) -> Sequence[Finding]:
        """Every finding of its own.

        Parameters
        ----------
        tables : mapping of str to PublishedTable
            Content of its ``published.toml``.
        """


def audit(tables: Mapping[str, PublishedTable]) -> list[Finding]:
    """Check every table and figure of a paper, row by row, then as a whole, then the references of its rows."""
    findings: list[Finding] = []
    references: dict[str, Finding] = {}
    for name, table in tables.items():
        shares: dict[str, Interval] = {}
        averages: dict[str, Interval] = {}
        for row in table.rows:
            numbers, ranged = _numbers(table, row)
            findings += _check_f1(name, table, row, numbers, ranged)
            share = _check_share(name, row, numbers)
            findings += [share] if share is not None else []
            if share is not None and share.implied is not None:
                shares[row] = share.implied
            averaged = _check_macro(name, row, numbers)
            findings += averaged
            if averaged and averaged[0].implied is not None:
                averages[row] = averaged[0].implied
            findings += _note_adr(name, row, numbers)
            if row in table.names.references:
                references.setdefault(row, _check_reference(name, row, table.names.references[row]))
        if len(shares) > 1:
            findings.append(_check_one_test_set(name, shares, "one test set"))
        elif not shares and len(table.rows) > 1:
            text = "no accuracy is printed, so no share of anomalies is implied, and one test set cannot be checked"
            findings.append(Finding(name, "one test set", tuple(table.rows), "", "not checkable", text))
        if len(averages) > 1:
            findings.append(_check_one_test_set(name, averages, "one test set, macro"))
        findings += _check_weighted(name, table)
    return [*findings, *references.values()]


def implied_f1(precision: Interval, recall: Interval) -> Interval:
    """F1 that precision and recall within intervals allow, both above 0."""
    low, high = (2 * p * r / (p + r) for p, r in ((precision.low, recall.low), (precision.high, recall.high)))
    return Interval(low, high)


def implied_share(accuracy: Interval, precision: Interval, recall: Interval) -> Interval | None:
    """Share of anomalies that accuracy, precision and recall within intervals allow; None where the formula fails.

    It fails at P = 0, and where 1 − 2·R + R/P, the error per anomaly, can reach 0: then there are no errors.
    """
    corners = []
    for a, p, r in product(*((interval.low, interval.high) for interval in (accuracy, precision, recall))):
        if p <= 0 or (errors := 1 - 2 * r + r / p) <= 0:
            return None
        corners.append((1 - a) / errors)
    return Interval(max(min(corners), Fraction(0)), min(max(corners), Fraction(1)))


def _numbers(table: PublishedTable, row: str) -> tuple[dict[str, Interval], set[str]]:
    """Intervals of a row by meaning; a column without a number has the range over all rows."""
    numbers: dict[str, Interval] = {}
    ranged = set()
    for column in dict.fromkeys((*table.columns, *table.ranges)):
        meaning = NAMES.get(column.lower())
        if meaning is None:
            continue
        printed = table.number(row, column)
        if printed is not None:
            numbers[meaning] = Interval(printed.low, printed.high)
        elif column in table.ranges:
            least, greatest = map(Printed, table.ranges[column])
            numbers[meaning] = Interval(least.low, greatest.high)
            ranged.add(meaning)
    return numbers, ranged


def _check_f1(
    name: str, table: PublishedTable, row: str, numbers: Mapping[str, Interval], ranged: set[str]
) -> list[Finding]:
    if not {"precision", "recall", "f1"} <= set(numbers):
        return []
    implied, printed = implied_f1(numbers["precision"], numbers["recall"]), numbers["f1"]
    column = next(name for name in table.columns if NAMES.get(name.lower()) == "f1")
    stated = table.number(row, column)
    source = "precision and recall" + (
        f" ({' and '.join(sorted(ranged))} anywhere in the range stated)" if ranged else ""
    )
    fits = implied.meets(printed)
    text = f"{source} allow F1 in {implied} of one run; printed {stated.text if stated else '–'}, which is {printed}: "
    text += "consistent" if fits else "cannot be"
    return [Finding(name, "f1", (row,), column, "consistent" if fits else "inconsistent", text, implied)]


def _check_share(name: str, row: str, numbers: Mapping[str, Interval]) -> Finding | None:
    if not {"accuracy", "precision", "recall"} <= set(numbers):
        return None
    share = implied_share(*(numbers[name] for name in ("accuracy", "precision", "recall")))
    if share is None:
        text = "accuracy, precision and recall leave the share of anomalies open"
        return Finding(name, "share", (row,), "", "not checkable", text)
    if share.low > share.high:
        text = "no share of anomalies gives this accuracy, precision and recall"
        return Finding(name, "share", (row,), "", "inconsistent", text)
    middle = implied_share(*(numbers[name].middle for name in ("accuracy", "precision", "recall")))
    as_printed = f" of {float(middle.low):.4f}," if middle is not None else ""
    text = f"of the anomalous class, accuracy, precision and recall imply a share of anomalies{as_printed} in {share}"
    return Finding(name, "share", (row,), "", "consistent", text, share)


def _check_macro(name: str, row: str, numbers: Mapping[str, Interval]) -> list[Finding]:
    """Share of anomalies and F1 if precision and recall are means over both classes."""
    if not {"accuracy", "precision", "recall"} <= set(numbers):
        return []
    implied = macro(*(numbers[meaning] for meaning in ("accuracy", "precision", "recall")))
    if implied is None:
        text = "as means over both classes, accuracy, precision and recall leave the share of anomalies open"
        return [Finding(name, "share, macro", (row,), "", "not checkable", text)]
    text = f"as means over both classes, accuracy, precision and recall imply a share of anomalies in {implied.share}"
    found = [Finding(name, "share, macro", (row,), "", "consistent", text, implied.share)]
    if "f1" in numbers:
        fits = implied.f1.meets(numbers["f1"])
        text = f"as means over both classes, they allow a mean F1 in {implied.f1}; printed {numbers['f1']}: "
        text += "consistent" if fits else "no mean of the F1 of both classes"
        found.append(Finding(name, "macro f1", (row,), "", "consistent" if fits else "note", text, implied.f1))
    return found


def _check_weighted(name: str, table: PublishedTable) -> list[Finding]:
    """Note a table whose recall is not its accuracy: it has no means weighted by rows."""
    rows = {row: _numbers(table, row)[0] for row in table.rows}
    both = {row: numbers for row, numbers in rows.items() if {"accuracy", "recall"} <= set(numbers)}
    differ = [row for row, numbers in both.items() if not numbers["accuracy"].meets(numbers["recall"])]
    if not differ:
        return []
    text = (
        "recall weighted by the rows of each class is accuracy; printed recall is not, in "
        f"{len(differ)} of {len(both)} rows: the columns are no weighted means"
    )
    return [Finding(name, "weighted", tuple(differ), "", "note", text)]


def _check_reference(name: str, row: str, reference: Reference) -> Finding:
    if reference.same:
        text = f"{reference.number} is {reference.source}: {reference.method}"
        return Finding(name, "reference", (row,), "", "consistent", text)
    text = f"the row cites {reference.number}, {reference.source}: {reference.method}. Reference is another method"
    return Finding(name, "reference", (row,), "", "inconsistent", text)


def _check_one_test_set(name: str, shares: Mapping[str, Interval], check: str) -> Finding:
    """Intersect all intervals: the greatest low must be no more than the least high."""
    lowest = max(shares, key=lambda row: shares[row].low)
    highest = min(shares, key=lambda row: shares[row].high)
    low, high = shares[lowest].low, shares[highest].high
    if low <= high:
        common = Interval(low, high)
        text = f"a share of anomalies in {common} fits all rows: one test set is possible"
        return Finding(name, check, tuple(shares), "", "consistent", text, common)
    whole = Interval(min(share.low for share in shares.values()), max(share.high for share in shares.values()))
    text = (
        f"no share of anomalies fits all rows: {highest} needs at most {float(high):.5f}, {lowest} at least "
        f"{float(low):.5f}; over the rows the implied share runs from {float(whole.low):.5f} to "
        f"{float(whole.high):.5f}. The rows cannot be single runs on one test set"
    )
    return Finding(name, check, tuple(shares), "", "inconsistent", text, whole)


def _note_adr(name: str, row: str, numbers: Mapping[str, Interval]) -> list[Finding]:
    """Note an ADR ("anomaly detection rate", usually another name for recall) that differs from recall."""
    if not {"recall", "adr"} <= set(numbers) or numbers["adr"].meets(numbers["recall"]):
        return []
    text = (
        f"ADR {numbers['adr']} is not recall {numbers['recall']}, and the paper does not define it: "
        "ADR undefined in the paper, cannot be checked"
    )
    return [Finding(name, "adr", (row,), "ADR", "note", text)]
