"""Tables of many forms give the same board; what is no table gives one clear error."""

import numpy as np
import polars as pl
import pytest

from benchmark.interfaces.errors import BenchmarkError, DataError, UnknownNameError
from benchmark.leaderboard.columns import Asked
from benchmark.leaderboard.reading import read_board

VALUES = np.array([[0.1, 0.2, 0.3], [0.4, 0.6, 0.5], [0.7, 0.9, 0.8], [0.2, 0.1, 0.3]])
METHODS = ("a", "b, too", "模型")
UNITS = ("u1", "u2", "u3", "u4")


def wide():
    return pl.DataFrame({"file": UNITS, **{name: VALUES[:, place] for place, name in enumerate(METHODS)}})


def long(**more):
    rows = [
        {"model": method, "task": unit, "score": VALUES[row, column], **{key: f(row) for key, f in more.items()}}
        for row, unit in enumerate(UNITS)
        for column, method in enumerate(METHODS)
    ]
    return pl.DataFrame(rows)


@pytest.fixture
def read(tmp_path):
    def from_frame(frame, name="table.csv", **asked):
        path = tmp_path / name
        if isinstance(frame, str):
            path.write_text(frame, encoding="utf-8")
        elif name.endswith("parquet"):
            frame.write_parquet(path)
        else:
            frame.write_csv(path)
        return read_board(path, Asked(**asked))

    return from_frame


def check(board):
    assert (board.units, board.methods) == (UNITS, METHODS)
    np.testing.assert_array_equal(board.values, VALUES)


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
@pytest.mark.parametrize("table", [wide, long])
def test_wide_and_long_tables_give_the_same_board(read, table, name):
    board = read(table(), name)
    check(board)
    assert not board.grouped
    assert board.groups == UNITS


def test_a_row_for_each_method(read):
    rows = pl.DataFrame({"Model": METHODS, "Type": ["x"] * 3, "Average": VALUES.mean(axis=0)})
    board = read(rows.with_columns(pl.Series(unit, VALUES[row]) for row, unit in enumerate(UNITS)))
    check(board)
    assert any("Average" in note for note in board.notes)


def test_a_column_of_cost_is_no_unit_unless_its_values_are_like_those_of_the_others(read):
    rows = pl.DataFrame({"Model": METHODS, "Params (M)": [7, 110, 340], "Energy": VALUES[0]})
    rows = rows.with_columns(pl.Series(unit, VALUES[row]) for row, unit in enumerate(UNITS))
    board = read(rows)
    assert board.units == ("Energy", *UNITS)
    assert any("Params (M)" in note for note in board.notes)


def test_spreads_and_marks_beside_a_number_are_left_out_and_said(read):
    text = "Model,Average ⬆️,u1,u2,u3,u4\n"
    text += 'a,0.35,0.1 ± 0.02,**0.4**,0.7 (0.1),0.2†\n"b, too",1,.2+/-0.1,0.6,9e-1,0.1\n模型,1,0.3,0.5,0.8,0.3\n'
    board = read(text)
    check(board)
    assert any("0.1 ± 0.02" in note for note in board.notes)
    assert any("Average" in note for note in board.notes)


def test_a_minus_sign_of_print_is_no_mark(read):
    board = read("file,a,b\nu1,−0.1,0.2\nu2,0.3,0.1\n")
    assert board.values[0, 0] == -0.1
    assert not any("more than a number" in note for note in board.notes)


def test_a_version_or_a_date_is_no_number_with_marks(read):
    with pytest.raises(DataError, match=r"'1\.2\.3' is no number"):
        read("file,a,b\nu1,0.1,0.2\nu2,0.3,0.1\nu3,1.2.3,0.5\n")


def test_the_metric_of_a_long_table_is_not_its_seconds(read):
    board = read(long(train_seconds=lambda row: 100.0 + row).rename({"score": "accuracy"}))
    assert board.metric == "accuracy"
    np.testing.assert_array_equal(board.values, VALUES)


def test_columns_are_taken_as_the_caller_says(read):
    frame = long(suite=lambda row: f"s{row % 2}", other=lambda row: 1.0).rename({"model": "m", "task": "t"})
    board = read(frame, method="m", unit="t", group="suite", metric="score")
    check(board)
    assert board.groups == ("s0", "s1", "s0", "s1")
    assert board.grouped
    assert not read(frame, method="m", unit="t", group="none", metric="score").grouped


def test_groups_by_pattern(read):
    board = read(wide().with_columns(pl.Series("file", ["x-1", "y-2", "x-3", "y-4"])), pattern="^(.)-")
    assert board.group_names == ("x", "y")
    with pytest.raises(DataError, match="does not match --pattern"):
        read(wide(), pattern="^x")


def test_official_names_carry_their_group_and_descriptions_are_no_methods(read):
    names = [f"{place:03d}_{name}_id_1_Sensor_tr_10_1st_20.csv" for place, name in enumerate(("A", "A", "B_x", "C"))]
    frame = wide().with_columns(pl.Series("file", names), pl.lit(5000).alias("ts_len"))
    board = read(frame, "x_VUS-PR.csv")
    assert board.groups == ("A", "A", "B_x", "C")
    assert (board.metric, board.methods) == ("VUS-PR", METHODS)


def test_seeds_are_averaged_and_kept(read):
    one, two = long(seed=lambda row: 0), long(seed=lambda row: 1).with_columns(pl.col("score") + 0.1)
    board = read(pl.concat([one, two]))
    np.testing.assert_allclose(board.values, VALUES + 0.05)
    np.testing.assert_allclose(board.by_seed, np.stack([VALUES, VALUES + 0.1]))


def test_empty_cells_are_missing_in_every_notation(read):
    board = read("file,a,b\nu1,0.1,0.2\nu2,-,0.3\nu3,N/A,0.1\nu4,,0.4\n")
    assert [(gap.method, gap.missing, gap.first) for gap in board.gaps()] == [("a", 3, "u2")]
    rows = long().filter(~((pl.col("task") == "u3") & (pl.col("model") == "a")))
    assert read(rows).gaps()[0].first == "u3"


def test_one_metric_of_several(read):
    frame = pl.concat([long().with_columns(pl.lit(name).alias("metric")) for name in ("acc", "f1")])
    check(read(frame, metric="f1"))
    with pytest.raises(DataError, match="several metrics: acc, f1"):
        read(frame)


@pytest.mark.parametrize(("metric", "lower"), [("VUS-PR", False), ("rmse", False), ("False-Alarm-Rate", True)])
def test_direction_of_known_metrics(read, metric, lower):
    board = read(wide(), metric=metric)
    assert board.lower == lower
    assert any("lower is" in note for note in board.notes) == (metric == "rmse")


def test_percent_is_recognised_and_a_value_outside_the_range_refused(read):
    frame = wide().with_columns(pl.col(METHODS) * 100)
    assert "accuracy is in percent." in read(frame, metric="accuracy").notes
    wrong = wide().with_columns(pl.when(pl.col("file") == "u2").then(1.3).otherwise(pl.col("a")).alias("a"))
    with pytest.raises(DataError, match=r"'a' has 1\.3 on 'u2', outside the range 0 to 1 of VUS-PR"):
        read(wrong, metric="VUS-PR")
    with pytest.raises(DataError, match=r"outside the range 0 to 0\.5"):
        read(wide(), limits="0,0.5")


@pytest.mark.parametrize(
    ("frame", "asked", "words"),
    [
        (
            lambda: pl.concat([wide(), wide().head(1)]),
            {},
            "row 6, column 'file': unit 'u1' is given twice, .* row 2",
        ),
        (lambda: pl.concat([long(), long().head(1)]), {}, "'u1' of method 'a' is given twice"),
        (lambda: wide().with_columns(pl.lit("good").alias("a")), {}, "row 2, column 'a': 'good' is no number"),
        (
            lambda: wide().with_columns(pl.lit("q").alias("g")),
            {"group": "g"},
            "one group only, 'q'.*can be known",
        ),
        (lambda: wide().select("file", "a"), {}, "fewer than two columns of methods"),
        ("file,a,b\nu1,1,inf\nu2,1,2\n", {}, "'inf' is no number"),
        ("", {}, "empty"),
        (wide, {"limits": "1"}, "--range"),
        (wide, {"pattern": "("}, "no regular expression"),
        (
            lambda: long().with_columns(more=pl.col("score") + 1).drop("score").with_columns(x=pl.col("more")),
            {},
            "--metric",
        ),
    ],
)
def test_bad_input_is_one_clear_line(read, frame, asked, words):
    with pytest.raises(BenchmarkError, match=words) as error:
        read(frame() if callable(frame) else frame, **asked)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("asked", [{"group": "x"}, {"unit": "x"}, {"ignore": ("x",)}, {"methods": ("x",)}])
def test_unknown_names_are_refused(read, asked):
    with pytest.raises(UnknownNameError, match="'x'"):
        read(wide(), **asked)


def test_chosen_methods_alone(read):
    assert read(wide(), methods=("模型", "a")).methods == ("a", "模型")
