"""Claims about a table: "A > B", or that a method is the winner. Shown, or not shown and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmark.interfaces.errors import ParameterError, UnknownNameError
from benchmark.leaderboard.board import Board
from benchmark.leaderboard.judge import ALPHA, Judgement, group_shares
from benchmark.leaderboard.standing import unit_weights
from benchmark.stats.group_bootstrap import bootstrap_means
from benchmark.stats.intervals import expanded_percentiles
from benchmark.stats.sign_flip import sign_flip_test


@dataclass(frozen=True)
class Outcome:
    """A judged claim.

    Parameters
    ----------
    claim : str
        As it was given.
    shown : bool
        Whether the table shows it.
    sentence : str
        The outcome in words, with the numbers that decide.
    """

    claim: str
    shown: bool
    sentence: str


def parse_claim(text: str, board: Board) -> tuple[str, str]:
    """Read ``A > B``, which says that A is better than B, whatever the direction of the metric.

    Raises
    ------
    ParameterError
        For another form, or a method against itself.
    UnknownNameError
        For a name that the table lacks.
    """
    places = [place for place, letter in enumerate(text) if letter == ">"]
    pairs = [(text[:place].strip(), text[place + 1 :].strip()) for place in places]
    for first, second in pairs:
        if first in board.methods and second in board.methods:
            if first == second:
                raise ParameterError(f"--claim {text!r}: a method is not better than itself")
            return first, second
    if len(pairs) != 1 or not all(pairs[0]):
        raise ParameterError(f"--claim {text!r}: write two methods of the table with > between them, e.g. 'CNN > PCA'")
    raise UnknownNameError("method", next(name for name in pairs[0] if name not in board.methods), board.methods)


def judge_claim(text: str, found: Judgement) -> Outcome:
    """Judge ``A > B``: shown where the two-sided test is below 5 % and A has the better mean.

    The claim is judged on the units of the table on which both have a value. Where one of them lacks a value it is not
    shown: a method could leave out what it is bad at. With ``missing="units"`` it is judged on the units that remain.
    """
    first, second = parse_claim(text, found.read)
    incomplete = [gap for gap in found.gaps if gap.method in (first, second)]
    board = found.board
    if incomplete and found.options.missing == "methods":
        gap = incomplete[0]
        return Outcome(
            text,
            False,
            f"not shown: {gap.method} has no value on {gap.missing} of {len(found.read.units)} units, the first is "
            f"{gap.first}.",
        )
    pair = board.take(methods=np.array([name in (first, second) for name in board.methods]))
    one, two = pair.methods.index(first), pair.methods.index(second)
    average = found.options.average
    shares = group_shares(pair, one, average)[[two]]
    ahead = float(shares.sum())
    p_value = float(sign_flip_test(shares, np.random.default_rng(found.options.seed))[0])
    signed = pair.signed
    resampled = bootstrap_means(
        signed[:, [one]] - signed[:, [two]],
        pair.group_of,
        unit_weights(pair, average)[None],
        np.random.default_rng(found.options.seed),
        found.options.resamples,
    )[0, :, 0]
    low, high = np.quantile(resampled, expanded_percentiles(len(pair.group_names), found.options.level))
    numbers = (
        f"difference {ahead:+.4g}, {100 * found.options.level:g} % interval {low:+.4g} to {high:+.4g}, "
        f"p = {p_value:.3g}"
    )
    count = len(pair.group_names)
    over = f"over {count} {found.unit}{'s' if count != 1 else ''}"
    shown = p_value < ALPHA and ahead > 0
    if shown:
        return Outcome(text, True, f"shown: {first} is better than {second} ({numbers}, {over}).")
    sentence = f"not shown: {first} is not shown to be better than {second} ({numbers}, {over})."
    if p_value < ALPHA and ahead < 0:
        sentence = f"not shown: {second} is shown to be better than {first} ({numbers}, {over})."
    elif found.smallest >= ALPHA:
        sentence += f" With {count} {found.unit}s no difference can be shown at 5 %: six are needed."
    return Outcome(text, False, sentence)


def judge_winner(name: str, found: Judgement) -> Outcome:
    """Judge that a method is the winner: every other one is shown to be worse.

    Raises
    ------
    UnknownNameError
        For a name that the table lacks.
    """
    claim = f"winner {name}"
    if name not in found.read.methods:
        raise UnknownNameError("method", name, found.read.methods)
    gap = next((one for one in found.gaps if one.method == name), None)
    if gap is not None and found.options.missing == "methods":
        missing = f"{name} has no value on {gap.missing} of {len(found.read.units)} units, the first is {gap.first}"
        return Outcome(claim, False, f"not shown: {missing}.")
    if found.winner == name:
        for gap in found.gaps if found.options.missing == "methods" else ():
            if not _worse_where_known(gap.method, name, found):
                return Outcome(
                    claim,
                    False,
                    f"not shown: {gap.method} has no value on {gap.missing} of {len(found.read.units)} units and is "
                    f"not shown to be worse than {name} on the others.",
                )
        return Outcome(claim, True, f"shown: every other method is shown to be worse than {name}.")
    if found.first != name:
        return Outcome(claim, False, f"not shown: {found.first} has the best mean, not {name}.")
    others = [method for method in found.not_worse if method != name]
    listed = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    return Outcome(claim, False, f"not shown: not shown to be worse than {name}: {listed}.")


def _worse_where_known(method: str, winner: str, found: Judgement) -> bool:
    """Say if a method with empty cells is shown to be worse than the winner on the units that it has."""
    known = ~np.isnan(found.read.values[:, found.read.methods.index(method)])
    if known.sum() < 2:
        return False
    pair = found.read.take(units=known, methods=np.array([name in (method, winner) for name in found.read.methods]))
    shares = group_shares(pair, pair.methods.index(winner), found.options.average)[[pair.methods.index(method)]]
    p_value = float(sign_flip_test(shares, np.random.default_rng(found.options.seed))[0])
    return p_value < ALPHA and float(shares.sum()) > 0
