"""A judged table in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from benchmark.leaderboard.judge import ALPHA, Judgement
from benchmark.leaderboard.sensitivity import LISTED, Sensitivity


def plural(count: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Sequence[str], most: int = LISTED) -> str:
    """Write names with commas, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def size(found: Judgement) -> str:
    """Numbers of methods, units and groups."""
    board = found.board
    groups = f" in {plural(len(board.group_names), 'group')}" if board.grouped else ""
    return f"{plural(len(board.methods), 'method')} on {plural(len(board.units), 'unit')}{groups}"


def verdict(found: Judgement) -> str:
    """The answer in one sentence."""
    metric = found.board.metric or "the mean"
    among = ""
    if found.gaps and found.options.missing == "methods":
        among = f"Among the {plural(len(found.order), 'method')} without an empty cell: "
    if found.winner:
        return f"{among}{found.winner} is shown to be the best in {metric}: every other method is shown to be worse."
    others = [name for name in found.not_worse if name != found.first]
    equal = [one.method for one in found.against[1:] if abs(one.difference) < 1e-12]
    best = f"{found.first} has the best mean"
    if equal:
        best = f"{listed([found.first, *equal])} share the best mean"
    return (
        f"{among}No winner is shown. {best}; {plural(len(others), 'other method')} "
        f"{'is' if len(others) == 1 else 'are'} not shown to be worse: {listed(others)}."
    )


def limits(found: Judgement) -> list[str]:
    """What cannot be known from the table."""
    board, notes = found.board, []
    groups, others = len(board.group_names), len(board.methods) - 1
    if not board.grouped:
        notes.append(
            "The table has no groups, so every unit counts as independent of the others. If several come from one "
            "source, intervals are too narrow, and nothing is known of other sources. Name groups with --group."
        )
    if found.smallest >= ALPHA:
        notes.append(
            f"With {plural(groups, found.unit)} no difference can be shown at 5 %, whatever the values: the smallest "
            f"possible p-value is {found.smallest:.3g}. Six {found.unit}s are the least."
        )
    elif found.smallest * others >= ALPHA:
        notes.append(
            f"With {plural(groups, found.unit)} and {plural(others + 1, 'method')} no winner can be shown at 5 %: the "
            f"smallest possible p-value, {found.smallest:.3g}, is multiplied by {others}."
        )
    if groups < 10 and found.smallest < ALPHA:
        notes.append(f"Intervals from {plural(groups, found.unit)} are rough.")
    if board.by_seed is None:
        notes.append(
            "One value for each method and unit: nothing is known of the spread over seeds, and a rerun can give "
            "another order."
        )
    return notes


def gaps(found: Judgement) -> list[str]:
    """Empty cells, by method."""
    units = len(found.read.units)
    if not found.gaps:
        return []
    what = (
        f"{plural(len(found.gaps), 'method')} with empty cells left out; none is filled"
        if found.options.missing == "methods"
        else f"{units - len(found.board.units)} of {plural(units, 'unit')} with an empty cell left out; none is filled"
    )
    named = [f"{gap.method} (no value on {gap.missing} of {units}, first {gap.first})" for gap in found.gaps]
    return [f"{what}: {listed(named)}."]


def dependence(found: Judgement, known: Sensitivity) -> list[str]:
    """What the first place depends on, one sentence each."""
    first, second = found.first, found.against[1].method
    lines = []
    names = list(dict.fromkeys(one.first for one in known.firsts))
    if len(names) == 1:
        lines.append(f"All summaries put {first} first.")
    else:
        lines.append(
            "Summaries name different first methods: "
            + "; ".join(f"{one.first} by {one.name}" for one in known.firsts)
            + "."
        )
    if known.without:
        named = [f"{name} ({method})" for name, method in known.without]
        lines.append(f"Another method is first without one {found.unit}: {listed(named)}.")
    elif len(found.board.group_names) >= 3:
        lines.append(f"{first} stays first without any one {found.unit}.")
    if known.without_best:
        lines.append(f"The winner is not shown without {listed([name for name, _ in known.without_best])}.")
    if known.few:
        lines.append(
            f"Without {plural(known.few, 'unit')} of {len(found.board.units):,} {second} would be ahead of {first}."
        )
    if known.weightings:
        shares = [f"{name} {share:.0%}" for name, share in known.weightings if share >= 0.005]
        lines.append(f"First in random weightings of the groups: {listed(shares, 5)}.")
    lines.append(_more(found, known))
    if known.tied:
        lines.append(f"Two or more methods tie for the best on {known.tied:.0%} of the units.")
    lines += [
        f"{one} and {two} have equal values on {share:.0%} of the units." for one, two, share in known.twins[:LISTED]
    ]
    if known.seeds:
        by_seed = list(dict.fromkeys(name for _, name in known.seeds))
        counts = [f"{name} in {sum(other == name for _, other in known.seeds)}" for name in by_seed]
        lines.append(f"First in each of {len(known.seeds)} seeds alone: {listed(counts)}.")
    if known.other_missing:
        lines.append(known.other_missing)
    return lines


def _more(found: Judgement, known: Sensitivity) -> str:
    one, two = found.first, found.against[1].method
    if known.more_groups == 0:
        return (
            f"{one} and {two}, the first two, are shown to differ when compared alone (p = {found.against[1].p:.2g})."
        )
    if not isfinite(known.more_groups):
        return f"No number of {found.unit}s like these would show that {one} and {two} differ."
    many = "More than 10,000" if known.more_groups > 10_000 else f"About {known.more_groups:,.0f}"
    return (
        f"{many} more {found.unit}s like these would show that {one} and {two} differ (one test at 5 %, chance 80 %)."
    )
