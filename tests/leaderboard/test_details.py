"""Roles of columns, ranges, rows of errors, words and simulated tables: what a reader of a judgement relies on."""

import json

import numpy as np
import polars as pl
import pytest

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.leaderboard import judge as judging
from benchmark.leaderboard import operating, words
from benchmark.leaderboard.cells import parse_range
from benchmark.leaderboard.claims import judge_claim
from benchmark.leaderboard.columns import Asked
from benchmark.leaderboard.judge import ROPE, Options, check_options, default_rope, judge
from benchmark.leaderboard.pictures import heat_map
from benchmark.leaderboard.reading import read_board
from benchmark.leaderboard.sensitivity import sensitivity
from benchmark.leaderboard.summary import _number
from benchmark.stats.bayesian import Practical
from tests.leaderboard.test_judge import FAST, board, noisy


@pytest.fixture
def read(tmp_path):
    def from_columns(asked=None, **columns):
        path = tmp_path / "t.csv"
        pl.DataFrame(columns).write_csv(path)
        return read_board(path, Asked(**(asked or {})))

    return from_columns


def test_a_range_has_two_different_ends():
    assert parse_range("-1,1") == (-1, 1)
    for text in ("1,1", "2,1"):
        with pytest.raises(ParameterError, match="below the second"):
            parse_range(text)


@pytest.mark.parametrize(("value", "inside"), [(0.0, True), (1.0, True), (-0.001, False), (1.001, False)])
def test_a_value_outside_its_range_is_refused(read, value, inside):
    columns = {"file": ["u", "v"], "a": [value, 0.5], "b": [0.2, 0.4]}
    if inside:
        assert read({"limits": "0,1"}, **columns).values[0, 0] == value
    else:
        with pytest.raises(DataError, match="outside the range 0 to 1"):
            read({"limits": "0,1"}, **columns)


@pytest.mark.parametrize(
    ("suites", "grouped"), [("xxyy", True), ("xxxx", False), ("pqrs", False), ("xxxy", True), ("xyzz", True)]
)
def test_groups_are_a_column_of_two_or_more_names_and_coarser_than_the_units(read, suites, grouped):
    rows = [(method, f"u{place}", suite) for place, suite in enumerate(suites) for method in "ab"]
    columns = dict(zip(("method", "file", "suite"), map(list, zip(*rows, strict=True)), strict=True))
    found = read(**columns, score=[0.1 * row for row in range(8)])
    assert found.grouped == grouped
    assert not grouped or found.groups == tuple(suites)


def test_units_of_a_long_table_are_the_column_of_that_name_whatever_other_texts_there_are(read):
    methods, units = ["a", "b"] * 3, ["u1", "u1", "u2", "u2", "u3", "u3"]
    found = read(method=methods, file=units, comment=[f"c{row}" for row in range(6)], score=[0.1 * n for n in range(6)])
    assert found.units == ("u1", "u2", "u3")
    found = read(method=methods, place=units, score=[0.1 * n for n in range(6)])
    assert found.units == ("u1", "u2", "u3")
    with pytest.raises(DataError, match="Columns of numbers: p, q; give --metric"):
        read(method=methods, file=units, p=[0.1] * 6, q=[0.2] * 6)


def test_the_error_of_an_empty_name_and_of_a_doubled_unit_name_their_rows(read):
    with pytest.raises(DataError, match="row 3, column 'file': empty cell"):
        read(file=["u", "", "w"], a=[0.1] * 3, b=[0.2] * 3)
    seeds = {"method": ["a", "b", "a", "b"], "file": ["u"] * 4, "seed": [1, 1, 2, 2], "score": [0.1, 0.2, 0.3, 0.4]}
    assert read(**seeds).values.tolist() == [[0.2, pytest.approx(0.3)]]
    with pytest.raises(DataError, match="row 5, column 'file'"):
        read(**seeds | {"seed": [1, 1, 2, 1]})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"average": "rows"}, "units or groups"),
        ({"missing": "rows"}, "methods or units"),
        ({"rope": -0.1}, "0 or more"),
        ({"level": 0.49}, "at least 0.5"),
        ({"level": 1.0}, "below 1"),
        ({"resamples": 99}, "at least 100"),
    ],
)
def test_options_at_fault_are_named(options, message):
    with pytest.raises(ParameterError, match=message):
        check_options(Options(**options))


def test_the_smallest_and_largest_options_are_taken():
    for options in (Options(), Options(rope=0.0), Options(level=0.5), Options(resamples=100)):
        check_options(options)


def test_the_first_method_is_no_better_than_itself_and_the_others_have_probabilities():
    found = judge(noisy(), FAST).against
    assert (found[0].difference, found[0].p) == (0, 1)
    assert found[0].practical == Practical(0.0, 1.0, 0.0)
    assert all(one.practical.better > 0.9 for one in found[1:])


def test_claims_count_groups_in_the_singular_and_the_plural():
    found = judge(noisy(), FAST)
    assert "over 10 groups)" in judge_claim("a > b", found).sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.000"),
        (0.0004, "0.0004"),
        (0.0005, "0.001"),
        (-0.25, "-0.250"),
        (9.99, "9.990"),
        (10, "10.00"),
        (999, "999.00"),
        (1000, "1000"),
        (123456, "1.2e+05"),
    ],
)
def test_numbers_have_the_digits_that_they_need(value, text):
    assert _number(value) == text


def test_weightings_are_of_means_of_groups_not_of_sums():
    """Method a wins by little in a group of many units, b by more in each of two small ones."""
    values = [[0.2, 0.1]] * 20 + [[0.1, 0.5], [0.1, 0.5]]
    found = judge(board(values, ["x"] * 20 + ["y", "z"], ("a", "b")), FAST)
    shares = dict(sensitivity(found).weightings)
    assert shares["b"] > 0.75
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(("groups", "rough"), [(6, True), (9, True), (10, False), (12, False), (4, False)])
def test_intervals_of_few_groups_are_called_rough(groups, rough):
    found = judge(noisy(units=4 * groups, groups=groups), FAST)
    assert any(note.startswith("Intervals from") for note in words.limits(found)) == rough


@pytest.mark.parametrize(("largest", "digits"), [(9.9, 2), (10.0, 1), (99.0, 1), (100.0, 0)])
def test_cells_of_the_heat_map_have_fewer_digits_the_larger_their_values(largest, digits):
    values = np.full((4, 2), 1.25)
    values[0, 0] = largest
    drawn = heat_map(judge(board(values, ["x", "x", "y", "y"], ("a", "b")), FAST))
    texts = [text.get_text() for axes in drawn.figure.axes for text in axes.texts] if hasattr(drawn, "figure") else []
    texts = texts or [text.get_text() for axes in getattr(drawn, "axes", ()) for text in axes.texts]
    numbers = [text for text in texts if text.replace(".", "").isdigit()]
    assert numbers
    assert {len(text.partition(".")[2]) for text in numbers} == {digits}


def test_simulated_effects_have_mean_0_and_one_size():
    for effect in ("normal", "skewed", "heavy"):
        drawn = operating._draw(np.random.default_rng(0), effect, (200_000, 2))
        assert drawn.mean() == pytest.approx(0, abs=0.02)
        assert drawn.std() == pytest.approx(1, rel=0.15)


def test_the_simulated_sizes_of_groups_are_those_that_are_named(monkeypatch):
    seen = {}

    def simulate(generator, groups, methods, boards, average, effect):
        seen[tuple(groups)] = boards
        return {"wrong_winner": 0.0, "best_left_out": 0.0, "size": 1.0}

    monkeypatch.setattr(operating, "simulate", simulate)
    frame = operating.characteristics(np.random.default_rng(0), boards=3, methods=(2,), effects=("normal",))
    assert sorted(seen) == sorted([(1,) * 10, (1,) * 50, (10,) * 10, operating.UNEQUAL])
    assert frame["groups"].unique().sort().to_list() == ["10 of 1", "10 of 10", "17 unequal", "50 of 1"]
    assert json.loads(json.dumps(seen[(1,) * 10])) == 3


@pytest.mark.parametrize(
    ("low", "high", "rope"),
    [(0.0, 1.0, ROPE), (0.2, 0.9, ROPE), (-0.5, 1.0, 1.5 * ROPE), (0.0, 3.0, 3 * ROPE)],
)
def test_what_counts_as_equal_is_a_hundredth_of_the_range(low, high, rope):
    assert default_rope(board([[low, high], [0.5, 0.4]])) == pytest.approx(rope)


def test_probabilities_are_of_so_many_methods_after_the_first(monkeypatch):
    monkeypatch.setattr(judging, "COMPARED", 2)
    found = judge(noisy(gaps=(0.4, 0.2, 0.1, 0.0)), FAST).against
    assert [np.isnan(one.practical.better) for one in found] == [False, False, False, True]


def test_a_column_of_numbers_with_the_name_of_groups_is_none(read):
    columns = {"method": ["a", "b"] * 4, "file": [f"u{row // 2}" for row in range(8)]}
    assert not read(**columns, domain=[1, 1, 1, 1, 2, 2, 2, 2], score=[0.1 * row for row in range(8)]).grouped


def test_two_seeds_are_kept_and_one_is_none(read):
    columns = {"method": ["a", "b"] * 4, "file": ["u", "u", "v", "v"] * 2, "score": [0.1 * row for row in range(8)]}
    two = read(**columns, seed=[1] * 4 + [2] * 4)
    assert two.by_seed is not None
    assert two.by_seed.shape == (2, 2, 2)
    assert any(note.startswith("2 seeds") for note in two.notes)
    one = read(**{name: values[:4] for name, values in columns.items()}, seed=[1] * 4)
    assert one.by_seed is None


def test_official_names_of_one_data_set_are_no_groups(read):
    name = "001_NAB_id_{}_Facility_tr_1007_1st_2014.csv"
    columns = {"a": [0.1, 0.2, 0.3], "b": [0.2, 0.1, 0.3]}
    found = read(file=[name.format(number) for number in (1, 2, 3)], **columns)
    assert (found.grouped, found.groups) == (False, found.units)


def test_counts_are_in_the_singular_and_the_plural():
    assert [words.plural(count, "unit") for count in (0, 1, 2, 1234)] == ["0 units", "1 unit", "2 units", "1,234 units"]


def test_few_groups_limit_what_can_be_shown_of_many_methods():
    notes = words.limits(judge(noisy(units=12, groups=6), FAST))
    assert any("3 methods no winner can be shown" in note and note.endswith("is multiplied by 2.") for note in notes)
    notes = words.limits(judge(noisy(units=12, groups=3), FAST))
    assert any("no difference can be shown at 5 %, whatever the values" in note for note in notes)


@pytest.mark.parametrize("groups", [3, 4, 10])
def test_a_first_place_that_no_group_decides_is_said(groups):
    found = judge(noisy(units=4 * groups, gaps=(2.0, 0.0, 0.0), groups=groups), FAST)
    said = " ".join(words.dependence(found, sensitivity(found)))
    assert "a stays first without any one group." in said


def test_a_difference_that_chance_can_make_is_shown_in_neither_direction():
    found = judge(noisy(gaps=(0.0, 0.0, 0.0)), FAST)
    for text in ("a > b", "b > a"):
        outcome = judge_claim(text, found)
        assert not outcome.shown
        assert outcome.sentence.startswith(f"not shown: {text[0]} is not shown to be better than {text[-1]}")


def test_a_claim_that_is_turned_round_is_shown_the_other_way():
    found = judge(noisy(), FAST)
    assert judge_claim("a > b", found).sentence.startswith("shown: a is better than b")
    assert judge_claim("b > a", found).sentence.startswith("not shown: a is shown to be better than b")
