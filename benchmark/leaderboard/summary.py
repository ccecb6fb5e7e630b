"""A judged table as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from benchmark.leaderboard.claims import Outcome
from benchmark.leaderboard.judge import Judgement
from benchmark.leaderboard.sensitivity import Sensitivity
from benchmark.leaderboard.words import dependence, gaps, limits, size, verdict

SHOWN = 25
"""Lines of the table in the summary."""

Row = tuple[str, ...]


def columns(found: Judgement) -> Row:
    """Headings of the table."""
    level = f"{100 * found.options.level:g} %"
    groups = ("mean over groups",) if found.board.grouped else ()
    return (
        *("", "method", "mean over units", *groups, f"{level} of the mean over {found.options.average}"),
        *("rank", f"{level} of the rank", "mean rank", "median rank", "won", "best", "behind the first", "p (Holm)"),
        "first better / equal / worse",
    )


def rows(found: Judgement) -> list[Row]:
    """One row for each method, best first."""
    stand, lines = found.standing, []
    for place, against in zip(found.order, found.against, strict=True):
        first = against.method == found.first
        means = [stand.unit_mean[place]] + ([stand.group_mean[place]] if found.board.grouped else [])
        lines.append(
            (
                "●" if against.method in found.not_worse else "",
                against.method,
                *(_number(mean) for mean in means),
                f"{_number(stand.low[place])} to {_number(stand.high[place])}",
                f"{stand.place[place]:g}",
                f"{stand.place_low[place]:g} to {stand.place_high[place]:g}",
                f"{stand.mean_rank[place]:.1f}",
                f"{stand.median_rank[place]:g}",
                f"{stand.won[place]:.1%}",
                f"{stand.best[place]:.1%}",
                "" if first else f"{_number(against.difference)} [{_number(against.low)}, {_number(against.high)}]",
                "" if first else f"{against.adjusted:.3f}",
                ""
                if first or isnan(against.practical.better)
                else " / ".join(f"{one:.2f}" for one in against.practical),
            )
        )
    return lines


def legend(found: Judgement) -> str:
    """The columns in sentences."""
    drawn = "groups and of units within them" if found.board.grouped else "units"
    over = "groups" if found.board.grouped else "units"
    return (
        f"●: not shown to be worse than the first (two-sided tests that exchange the signs of whole {over}, Holm over "
        f"the methods, 5 %). Intervals: bootstrap of {drawn}, {found.options.resamples:,} resamples. won: share of the "
        "units on which the method is best, ties divided. best: share of resamples in which its mean is best. Last "
        f"column: Bayesian signed-rank test over {over}, probabilities that the first is better than this method, "
        f"practically equal (within {found.rope:g}), or worse."
    )


def markdown(found: Judgement, known: Sensitivity, outcomes: Sequence[Outcome] = ()) -> str:
    """The whole summary."""
    header, lines = columns(found), rows(found)
    table = [header, tuple("---" if place < 2 else "---:" for place in range(len(header))), *lines[:SHOWN]]
    blocks = [f"## {found.board.metric or 'Results'}: {escape(found.board.source)}"]
    blocks += [
        f"**{escape(verdict(found))}**",
        f"{size(found)}. {'Lower' if found.board.lower else 'Higher'} is better.",
    ]
    blocks += [f"- `{one.claim}`: {escape(one.sentence)}" for one in outcomes]
    blocks.append("\n".join("| " + " | ".join(escape(cell) for cell in line) + " |" for line in table))
    if len(lines) > SHOWN:
        blocks.append(f"… and {len(lines) - SHOWN} more methods; --json and --report have all.")
    blocks.append(legend(found))
    for heading, notes in sections(found, known):
        if notes:
            blocks.append(f"### {heading}\n\n" + "\n".join(f"- {escape(note)}" for note in notes))
    return "\n\n".join(blocks) + "\n"


def sections(found: Judgement, known: Sensitivity) -> list[tuple[str, list[str]]]:
    """Headings with their sentences."""
    return [
        ("The first place depends on", dependence(found, known)),
        ("Not known from this table", limits(found)),
        ("How it was read", [*gaps(found), *found.board.notes]),
    ]


def escape(text: str) -> str:
    """Escape the bar that would end a cell, and line breaks."""
    return " ".join(text.replace("|", "\\|").split())


def _number(value: float) -> str:
    size = abs(value)
    if 0 < size < 0.0005 or size >= 1e5:
        return f"{value:.2g}"
    return f"{value:.3f}" if size < 10 else f"{value:.2f}" if size < 1000 else f"{value:.0f}"
