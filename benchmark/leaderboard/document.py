"""A judged table as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from benchmark import __version__
from benchmark.leaderboard.claims import Outcome
from benchmark.leaderboard.judge import Judgement
from benchmark.leaderboard.sensitivity import Sensitivity
from benchmark.leaderboard.words import limits, verdict

SCHEMA = 1
"""Version of the document."""

DIGITS = 6
"""Significant digits: later ones differ between processors."""


def document(found: Judgement, known: Sensitivity, outcomes: Sequence[Outcome] = ()) -> dict[str, Any]:
    """Everything that is known of a table; infinity and NaN are None."""
    board, stand, options = found.board, found.standing, found.options
    methods = []
    for place, against in zip(found.order, found.against, strict=True):
        methods.append(
            {
                "method": against.method,
                "mean_over_units": stand.unit_mean[place],
                "mean_over_groups": stand.group_mean[place] if board.grouped else None,
                "mean_low": stand.low[place],
                "mean_high": stand.high[place],
                "rank": stand.place[place],
                "rank_low": stand.place_low[place],
                "rank_high": stand.place_high[place],
                "mean_rank": stand.mean_rank[place],
                "mean_rank_low": stand.rank_low[place],
                "mean_rank_high": stand.rank_high[place],
                "median_rank": stand.median_rank[place],
                "share_won": stand.won[place],
                "probability_best": stand.best[place],
                "not_shown_worse": against.method in found.not_worse,
                "first_minus_this": against.difference,
                "first_minus_this_low": against.low,
                "first_minus_this_high": against.high,
                "p": against.p,
                "p_holm": against.adjusted,
                "practical": against.practical._asdict(),
            }
        )
    whole = {
        "schema": SCHEMA,
        "version": __version__,
        "table": board.source,
        "metric": board.metric,
        "lower_is_better": board.lower,
        "units": len(board.units),
        "groups": len(board.group_names) if board.grouped else None,
        "average": options.average,
        "level": options.level,
        "resamples": options.resamples,
        "seed": options.seed,
        "rope": found.rope,
        "verdict": verdict(found),
        "first": found.first,
        "winner": found.winner or None,
        "not_shown_worse": list(found.not_worse),
        "methods": methods,
        "claims": [{"claim": one.claim, "shown": one.shown, "sentence": one.sentence} for one in outcomes],
        "sensitivity": {
            "first_by": {one.name: {"method": one.first, "value": one.value} for one in known.firsts},
            "other_first_without": dict(known.without),
            "winner_lost_without": [name for name, _ in known.without_best],
            "units_to_remove": known.few or None,
            "first_in_random_weightings": dict(known.weightings),
            "share_of_units_with_tied_best": known.tied,
            "equal_values": [{"methods": [one, two], "share": share} for one, two, share in known.twins],
            "first_by_seed": dict(known.seeds),
            "more_groups_for_the_first_two": known.more_groups,
        },
        "missing": [{"method": gap.method, "units": gap.missing, "first": gap.first} for gap in found.gaps],
        "left_out": "nothing" if not found.gaps else options.missing,
        "not_known": limits(found),
        "notes": list(board.notes),
    }
    rounded: dict[str, Any] = _plain(whole)
    return rounded


def _plain(value: Any) -> Any:
    """Plain numbers of `DIGITS` digits; None for what JSON cannot hold."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    number = float(value)
    return float(f"{number:.{DIGITS}g}") if isfinite(number) else None
