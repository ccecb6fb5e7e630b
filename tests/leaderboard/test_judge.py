"""What a table shows: winners, sets, claims, and what the first place depends on."""

import json
from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError
from benchmark.leaderboard.board import Board, complete
from benchmark.leaderboard.claims import judge_claim, judge_winner, parse_claim
from benchmark.leaderboard.document import document
from benchmark.leaderboard.judge import Options, judge
from benchmark.leaderboard.operating import simulate
from benchmark.leaderboard.page import render
from benchmark.leaderboard.sensitivity import few_units, more_groups, sensitivity
from benchmark.leaderboard.standing import ranks_of, shares_of_best
from benchmark.leaderboard.summary import markdown

FAST = Options(resamples=400)


def board(values, groups=None, methods=None, **more):
    values = np.asarray(values, dtype=float)
    units = tuple(f"u{row}" for row in range(len(values)))
    names = methods or tuple("abcdefghij"[: values.shape[1]])
    lower = more.pop("lower", False)
    return Board("t.csv", "m", lower, units, tuple(groups or units), groups is not None, names, values, **more)


def noisy(units=30, gaps=(0.3, 0.0, 0.0), groups=10, seed=0):
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(units, 1)) + 0.1 * generator.normal(size=(units, len(gaps))) + np.array(gaps)
    return board(values, [f"g{row % groups}" for row in range(units)])


@pytest.fixture(scope="module")
def clear():
    return judge(noisy(), FAST)


@pytest.fixture(scope="module")
def equal():
    return judge(noisy(gaps=(0.0, 0.0, 0.0)), FAST)


def test_a_clear_winner_is_shown_and_equal_methods_have_none(clear, equal):
    assert (clear.winner, clear.not_worse) == ("a", ("a",))
    assert not equal.winner
    assert len(equal.not_worse) >= 2


def test_lower_is_better_turns_the_order():
    up = noisy()
    down = judge(replace(up, values=-up.values, lower=True), FAST)
    same = judge(up, FAST)
    assert down.winner == same.winner
    assert [one.p for one in down.against] == [one.p for one in same.against]
    np.testing.assert_allclose(down.standing.low, -same.standing.high)
    np.testing.assert_allclose(down.standing.place, same.standing.place)


def test_summaries_by_hand():
    found = judge(board([[1, 0], [1, 0], [0, 1], [0, 5.0]], ["x", "x", "x", "y"], ("a", "b")), FAST).standing
    np.testing.assert_allclose(found.unit_mean, [0.5, 1.5])
    np.testing.assert_allclose(found.group_mean, [1 / 3, (1 / 3 + 5) / 2])
    np.testing.assert_allclose(found.mean_rank, [1.5, 1.5])
    np.testing.assert_allclose(found.won, [0.5, 0.5])
    assert ranks_of(np.array([[3.0, 1.0, 3.0]])).tolist() == [[1.5, 3, 1.5]]
    assert shares_of_best(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])).tolist() == [0.25, 0.25, 0.5]


def test_intervals_hold_the_mean_and_probabilities_add_up(clear):
    found = clear.standing
    assert ((found.low <= found.mean) & (found.mean <= found.high)).all()
    assert ((found.place_low <= found.place) & (found.place <= found.place_high)).all()
    assert found.best.sum() == pytest.approx(1)
    assert (found.place_low >= 1).all()
    assert (found.place_high <= 3).all()


def test_equal_seeds_give_equal_answers(equal):
    again = judge(noisy(gaps=(0.0, 0.0, 0.0)), FAST)
    assert again.against == equal.against


def test_the_order_of_methods_and_units_does_not_matter():
    one = noisy()
    turned = replace(one, methods=one.methods[::-1], values=one.values[::-1, ::-1], groups=one.groups[::-1])
    first, second = judge(one, FAST), judge(turned, FAST)
    assert first.not_worse == second.not_worse
    np.testing.assert_allclose([a.p for a in first.against], [a.p for a in second.against])


def test_few_groups_show_nothing_and_say_so():
    found = judge(noisy(groups=5), FAST)
    assert not found.winner
    outcome = judge_claim("a > b", found)
    assert not outcome.shown
    assert "six are needed" in outcome.sentence
    assert "no difference can be shown" in markdown(found, sensitivity(found))


def test_claims(clear):
    assert judge_claim("a > b", clear).shown
    other = judge_claim("b > a", clear)
    assert not other.shown
    assert "a is shown to be better than b" in other.sentence
    assert not judge_claim("b > c", clear).shown
    assert judge_winner("a", clear).shown
    assert not judge_winner("b", clear).shown
    with pytest.raises(UnknownNameError, match="'z'"):
        judge_claim("a > z", clear)
    with pytest.raises(UnknownNameError):
        judge_winner("z", clear)
    for text in ("a", "a > a", "> b"):
        with pytest.raises(ParameterError, match="--claim"):
            judge_claim(text, clear)


def test_names_with_signs_in_claims():
    table = board([[1, 2], [3, 4.0]], methods=("a > b", "c"))
    assert parse_claim("c > a > b", table) == ("c", "a > b")
    assert parse_claim("a > b > c", table) == ("a > b", "c")


def test_a_method_with_an_empty_cell_is_never_shown_to_win():
    table = noisy(gaps=(0.3, 0.0, 0.0))
    values = table.values.copy()
    values[4, 0] = np.nan
    found = judge(replace(table, values=values), FAST)
    assert found.board.methods == ("b", "c")
    assert "a has no value on 1 of 30 units, the first is u4" in judge_claim("a > b", found).sentence
    assert not judge_winner("a", found).shown
    assert "(no value on 1 of 30, first u4)" in markdown(found, sensitivity(found))
    by_units = judge(replace(table, values=values), replace(FAST, missing="units"))
    assert len(by_units.board.units) == 29
    assert by_units.winner == "a"


def test_a_winner_has_to_beat_methods_with_empty_cells_where_they_have_values():
    table = noisy(gaps=(0.3, 0.6, 0.0))
    values = table.values.copy()
    values[0, 1] = np.nan
    found = judge(replace(table, values=values), FAST)
    assert found.winner == "a"
    assert "b has no value on 1 of 30 units and is not shown to be worse" in judge_winner("a", found).sentence


def test_too_many_empty_cells_say_what_is_left():
    values = np.array([[1, np.nan], [np.nan, 2], [1, 2], [3, 4.0]])
    with pytest.raises(DataError, match=r"0 of 2 methods .* on 2 of 4 units .* --missing units"):
        complete(board(values))
    assert len(complete(board(values), "units").units) == 2


def test_noise_of_rounding_is_no_difference():
    values = np.random.default_rng(0).random((20, 1)) * np.array([1, 1 + 1e-15])
    found = judge(board(values), FAST)
    assert found.against[1].p == 1


def test_ties_everywhere():
    found = judge(board(np.full((8, 4), 0.5)), FAST)
    known = sensitivity(found)
    assert len(found.not_worse) == 4
    assert known.tied == 1
    assert "a, b, c, d share the best mean" in markdown(found, known)
    assert "<svg" in render(found, known)


def test_what_the_first_place_depends_on():
    values = np.array([[0.9, 0.1, 0.2], [0.1, 0.3, 0.2], [0.1, 0.2, 0.2], [0.3, 0.4, 0.2]])
    found = judge(board(values, ["x", "y", "z", "z"]), FAST)
    known = sensitivity(found)
    assert found.first == "a"
    assert known.without == (("x", "b"),)
    assert known.few == 1 == few_units(found.board, 0, 1)
    assert {one.name: one.first for one in known.firsts}["share of units won"] == "b"
    assert sum(share for _, share in known.weightings) == pytest.approx(1)
    assert more_groups(found) > 1


def test_more_groups_are_those_that_a_power_calculation_gives():
    from benchmark.stats.power import difference_seeds

    gaps = np.tile([1.0, -0.9, 0.5, -0.4], 5)
    found = judge(board(np.column_stack([gaps, np.zeros(20)])), FAST)
    assert found.against[1].p > 0.05
    assert more_groups(found) == difference_seeds(gaps, sides=2) - 20


def test_seeds_have_their_own_firsts():
    values = np.array([[0.4, 0.3], [0.4, 0.3]])
    found = judge(board(values, by_seed=np.stack([values[:, ::-1], values + 0.1 * (values > 0.35)])), FAST)
    assert [first for _, first in sensitivity(found).seeds] == ["b", "a"]


def test_equal_columns_are_named():
    values = np.random.default_rng(0).random((10, 3))
    values[:6, 2] = values[:6, 0]
    assert sensitivity(judge(board(values), FAST)).twins == (("a", "c", 0.6),)


def test_the_document_is_json_and_holds_every_method(clear):
    known = sensitivity(clear)
    text = json.dumps(document(clear, known, [judge_claim("a > b", clear)]), allow_nan=False)
    found = json.loads(text)
    assert [one["method"] for one in found["methods"]] == [one.method for one in clear.against]
    assert (found["winner"], found["claims"][0]["shown"]) == ("a", True)


def test_the_page_is_whole_and_safe():
    table = noisy()
    found = judge(replace(table, methods=("<b>", "x|y", "$z$")), FAST)
    known = sensitivity(found)
    page = render(found, known)
    assert page.count("<svg") == 3
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert "<script" not in page
    assert "x\\|y" in markdown(found, known)


def test_many_methods_are_drawn_in_part():
    generator = np.random.default_rng(0)
    names = tuple(f"m{place}" for place in range(60))
    found = judge(board(generator.random((12, 60)), [f"g{row % 6}" for row in range(12)], names), FAST)
    page = render(found, sensitivity(found))
    assert page.count("<tr>") == 61


@pytest.mark.parametrize("average", ["units", "groups"])
@pytest.mark.parametrize("methods", [2, 5])
def test_a_winner_among_equal_methods_is_declared_in_at_most_5_percent(methods, average):
    boards = 300
    found = simulate(np.random.default_rng(7), (9, 4, 4, 2, 2, 1, 1, 1), methods, boards, average, "skewed")
    chance = 3 * np.sqrt(0.05 * 0.95 / boards)
    assert found["wrong_winner"] <= 0.05 + chance
    assert found["best_left_out"] <= 0.05 + chance


def test_a_much_better_method_is_declared():
    found = simulate(np.random.default_rng(7), (3,) * 12, 3, 50, equal=1)
    assert found == {"wrong_winner": 0, "best_left_out": 0, "size": 1}
