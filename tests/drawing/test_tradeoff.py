"""A score against a cost: the front holds what nothing else dominates, and better is left in every panel."""

from __future__ import annotations

import pytest

from benchmark.drawing.figure import figure_style, new_figure
from benchmark.drawing.tradeoff import Trade, draw_tradeoff, on_front
from benchmark.interfaces.errors import DataError

TRADES = (
    Trade("a", 1, 0.2),
    Trade("b", 10, 0.6, 0.5, 0.7),
    Trade("c", 10, 0.5),
    Trade("d", 100, 0.6),
    Trade("e", 1, 0.2),
)


@pytest.mark.parametrize(("lower", "front"), [(True, "abe"), (False, "d")])
def test_the_front_holds_what_nothing_dominates(lower, front):
    found = on_front(TRADES, lower=lower)
    assert "".join(trade.name for trade, on in zip(TRADES, found, strict=True) if on) == front


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("trades", [TRADES, TRADES[:1]])
def test_better_is_left_and_every_name_is_written(lower, trades):
    with figure_style():
        axes = new_figure(4, 3).subplots()
        draw_tradeoff(axes, trades, lower=lower)
    left, right = axes.get_xlim()
    assert (left < right) == lower
    assert {text.get_text() for text in axes.texts} - {""} == {trade.name for trade in trades}


def test_a_position_of_zero_is_refused():
    with pytest.raises(DataError, match="z is at 0"):
        draw_tradeoff(new_figure(4, 3).subplots(), [Trade("z", 0, 0.5)], lower=True)
