"""The readings of a claim with their numbers: which judge it, which judge nothing, and which lack a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmark.evaluation.ceilings import testable
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.choices import Choices
from benchmark.verdicts.numbers import CEILING, ClaimNumbers
from benchmark.verdicts.reading import Reading

UNDEFINED = "UNDEFINED"
"""Status of a number whose metric has no value on these labels."""


@dataclass(frozen=True)
class Found:
    """One reading with what was found in it.

    Parameters
    ----------
    reading : Reading
        Which.
    numbers : tuple of Number
        The numbers that the claim names; fewer where some are absent.
    left_out : str
        Why it judges nothing; empty if it does.
    missing : str
        Why a number is missing that could be there; empty if none is.
    """

    reading: Reading
    numbers: tuple[Number, ...]
    left_out: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Sifted:
    """The readings of one claim.

    Parameters
    ----------
    judged : list of Found
        Those that judge it, each once where several have the same values.
    left_out : list of Found
        Those that judge nothing.
    missing : list of Found
        Those that lack a number.
    """

    judged: list[Found] = field(default_factory=list)
    left_out: list[Found] = field(default_factory=list)
    missing: list[Found] = field(default_factory=list)


def find(
    reading: Reading,
    numbers: ClaimNumbers,
    wanted: Sequence[Number | None],
    columns: Sequence[str],
    choices: Choices,
    ceiling: str,
) -> Found:
    """Look at the numbers of one reading.

    Parameters
    ----------
    reading : Reading
        Which.
    numbers : ClaimNumbers
        Where the rows `CEILING` are.
    wanted : sequence of Number or None
        Every number that the claim needs; None for one that is not measured.
    columns : sequence of str
        Their columns, each once.
    choices : Choices
        Names the artifact with the rows `CEILING`.
    ceiling : str
        Section of these rows; empty for that of the reading.
    """
    present = tuple(number for number in wanted if number is not None)
    if len(present) < len(wanted) or not wanted:
        return Found(reading, present, left_out=f"{' and '.join(columns)} not measured there")
    undefined = next((number for number in present if number.status == UNDEFINED), None)
    if undefined is not None:
        return Found(reading, present, left_out=f"{undefined.label}: {undefined.reason}")
    for column in columns:
        if reason := unreachable(numbers, choices, ceiling or reading.section, column):
            return Found(reading, present, left_out=reason)
    absent = next((number for number in present if not number.values), None)
    if absent is not None:
        return Found(reading, present, missing=lack(absent))
    return Found(reading, present, missing="" if _seeds(present) > 1 else "fewer than two common seeds")


def unreachable(numbers: ClaimNumbers, choices: Choices, section: str, column: str) -> str:
    """Why a section judges nothing in a column, since a perfect score does not reach its maximum; empty if it does."""
    means = numbers.measured.column_means(choices.ceilings, section, CEILING)
    if column not in means:
        return ""
    numbers.bound(choices.ceilings, section, CEILING, column)
    reason = testable(means, column)
    return f"{section}: {reason}" if reason else ""


def sifted(found: Sequence[Found], numbers: ClaimNumbers) -> Sifted:
    """Sort the readings of a claim.

    Raises
    ------
    UnknownNameError
        Where no reading has the numbers of the claim, although its rows are measured: a metric is misspelled.
    """
    result = Sifted()
    known = set()
    for one in found:
        if one.left_out:
            result.left_out.append(one)
        elif one.missing:
            result.missing.append(one)
        else:
            values = tuple(tuple(sorted(number.values.items())) for number in one.numbers)
            if values not in known:
                result.judged.append(one)
            known.add(values)
    if found and not any(one.numbers for one in found):
        members = [number for one in found for number in numbers.members(one.reading.section, one.reading.panel)]
        if any(number.values for number in members):
            wanted = found[0].left_out.removesuffix(" not measured there")
            raise UnknownNameError(f"metric of claim {numbers.claim!r}", wanted, {one.metric for one in members})
    return result


def lack(number: Number) -> str:
    """Say why a number has no value."""
    return f"{number.label}, {number.metric}: {number.status.lower().replace('_', ' ')}: {number.reason}"


def _seeds(numbers: Sequence[Number]) -> int:
    return len(set.intersection(*(set(number.values) for number in numbers)))
