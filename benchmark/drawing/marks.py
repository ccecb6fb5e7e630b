"""Marks of the best in a table, and the sentences that explain intervals and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from benchmark.drawing.summary import Summary
from benchmark.stats.best import not_worse_than_best

BOUND = "bound"
"""Role of a row that uses the labels of the test. It limits the others and is never the best."""

SEEDS_NOTE = (
    "In brackets: 95 % interval of the mean over seeds (Student's t, on the logit where the metric has a range). No "
    "interval: one seed, or the same number at every seed."
)
RECORDINGS_NOTE = "In brackets: 95 % interval of the mean over recordings (bootstrap of {units}, then of their seeds)."
BEST_NOTE = (
    "Bold: not shown to be worse than the best row of the section (one-sided paired t-tests over {units}, Holm at "
    "5 %), from the best row down to the first that is shown to be worse. With few {units} little can be shown."
)
CHANCE_NOTE = (
    "Only rows shown to be better than chance in the same way are bold; none is where chance is not shown to be worse "
    "than the best row."
)


def best_of(
    summaries: Mapping[str, Summary], better: Literal["higher", "lower", "neither"], chance: str = ""
) -> set[str]:
    """Find the rows to mark in one column of a section; see `benchmark.stats.best`.

    Parameters
    ----------
    summaries : mapping of str to Summary
        Rows with a number. They are compared over recordings (or their clusters) if all average the same ones, else
        over seeds.
    better : {"higher", "lower", "neither"}
        Direction of the metric; with ``neither`` no row is marked.
    chance : str
        Row that scores at random; ignored where it is not among the rows.

    Returns
    -------
    set of str
        Empty for fewer than two rows.
    """
    if len(summaries) < 2 or better == "neither":
        return set()
    values: dict[str, list[float]] = {key: list(one.values) for key, one in summaries.items()}
    first, *others = summaries.values()
    if first.recordings and all(one.recordings and one.units.keys() == first.units.keys() for one in others):
        values = {key: [one.units[name] for name in first.units] for key, one in summaries.items()}
    return not_worse_than_best(values, better == "higher", chance=chance)


def explanations(summaries: Sequence[Summary], *, marked: bool, chance: bool) -> list[str]:
    """Sentences on intervals and marks, those that a table needs.

    Parameters
    ----------
    summaries : sequence of Summary
        Every number of the table.
    marked : bool
        Whether a number is bold.
    chance : bool
        Whether a row scores at random.
    """
    numbers = [summary for summary in summaries if summary.values]
    averaged = [summary for summary in numbers if summary.recordings]
    units = "seeds"
    if averaged:
        clustered = any(len(summary.units) < len(summary.recordings) for summary in averaged)
        units = "clusters of recordings" if clustered else "recordings"
    notes = [SEEDS_NOTE] if any(not summary.recordings and summary.limits for summary in numbers) else []
    notes += [RECORDINGS_NOTE.format(units=units)] if averaged else []
    notes += [BEST_NOTE.format(units=units)] if marked else []
    return [*notes, CHANCE_NOTE] if chance else notes
