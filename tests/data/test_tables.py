"""Bad files give one error that names file, row and column."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from benchmark.data.tables import (
    cast,
    read_csv,
    read_json,
    read_matrix,
    require_increasing,
    require_non_negative,
    require_present,
    times,
)
from benchmark.interfaces.errors import DataError

COLUMNS = {"name": pl.String, "count": pl.Int64, "share": pl.Float64}


def write(path: Path, content: str | bytes) -> Path:
    raw = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def fails(read: Callable[[], Any]) -> DataError:
    with pytest.raises(DataError) as caught:
        read()
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_csv_with_header_finds_columns_by_name(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, 'share,count,extra,name\n0.5,3,x,"a, b"\n,4,y,c\n')

    assert read_csv(path, COLUMNS).rows() == [("a, b", 3, 0.5), ("c", 4, None)]


def test_csv_without_header_has_the_columns_in_order(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "a,1,0.5\r\nb,2,\r\n\r\n")

    assert read_csv(path, COLUMNS, header=False).rows() == [("a", 1, 0.5), ("b", 2, None)]


def test_cells_may_hold_line_breaks(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", 'name,count,share\n"a\nb",1,\nc,2,0.5\n')

    assert read_csv(path, COLUMNS)["name"].to_list() == ["a\nb", "c"]


def test_optional_column_is_filled_with_nulls(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "name,count\na,1\n")

    assert read_csv(path, COLUMNS, optional=("share",)).rows() == [("a", 1, None)]


def test_the_word_nan_stays_an_unknown_number(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "name,count,share\na,1,NaN\n")

    assert np.isnan(read_csv(path, COLUMNS)["share"][0])


@pytest.mark.parametrize(
    ("content", "row", "column", "words"),
    [
        ("", None, None, "empty"),
        ("\n\n", None, None, "empty"),
        ("name,count,share\n", None, None, "no rows"),
        ("name,count\na,1\n", None, "share", "column is missing; the file has: name, count"),
        ("name,count,share\na,1,0.5\nb,x,0.5\n", 3, "count", "'x' is not a whole number"),
        ("name,count,share\na,1.5,0.5\n", 2, "count", "'1.5' is not a whole number"),
        ("name,count,share\na,1,half\n", 2, "share", "'half' is not a finite number"),
        ("name,count,share\na,1,inf\n", 2, "share", "'inf' is not a finite number"),
        ("name,count,share\na,1,0.5\nb,2,0.5,9\n", 3, None, "row has 4 columns; expected 3"),
        ("name,count,share\na,1,0.5\nb,2\n", 3, None, "row has 2 columns; expected 3"),
        ('name,count,share\n"a,b",1,0.5\n"c,d",2\n', 3, None, "row has 2 columns; expected 3"),
        ("name,count,share\na,1,0.5\n\nb,2,0.5\n", 3, None, "row has 1 columns; expected 3"),
    ],
)
def test_bad_csv_with_header(tmp_path: Path, content: str, row: int, column: str, words: str) -> None:
    path = write(tmp_path / "t.csv", content)

    error = fails(lambda: read_csv(path, COLUMNS))

    assert (error.file, error.row, error.column) == (path, row, column)
    assert words in str(error)


@pytest.mark.parametrize(
    ("content", "row", "column", "words"),
    [
        ("a,1\nb,2\n", 1, None, "has 2 columns; expected 3"),
        ("a,1,0.5,9\n", 1, None, "has 4 columns; expected 3"),
        ("a,1,0.5\nb,2\n", 2, None, "row has 2 columns; expected 3"),
        ("a,1,0.5\nb,2.5,1\n", 2, "count", "not a whole number"),
    ],
)
def test_bad_csv_without_header_counts_from_one(
    tmp_path: Path, content: str, row: int, column: str, words: str
) -> None:
    path = write(tmp_path / "t.csv", content)

    error = fails(lambda: read_csv(path, COLUMNS, header=False))

    assert (error.row, error.column) == (row, column)
    assert words in str(error)


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_missing_file(tmp_path: Path, name: str) -> None:
    error = fails(lambda: read_csv(tmp_path / name, COLUMNS))

    assert error.file == tmp_path / name
    assert "file is missing" in str(error)


@pytest.mark.parametrize("damage", [lambda raw: raw[:-9], lambda raw: raw[: len(raw) // 2]])
def test_truncated_gzip(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(damage(gzip.compress(b"name,count,share\n" + b"a,1,0.5\n" * 500)))

    assert "truncated or damaged" in str(fails(lambda: read_csv(path, COLUMNS)))


def test_a_number_beyond_float32_is_kept(tmp_path: Path) -> None:
    assert read_matrix(write(tmp_path / "m.txt", "1,1e39\n"), 2).tolist() == [[1, 1e39]]


@pytest.mark.parametrize("name", ["m.txt", "m.txt.gz"])
def test_matrix(tmp_path: Path, name: str) -> None:
    values = read_matrix(write(tmp_path / name, "0.1,2\n-3e-2, 4\n"), 2)

    assert values.dtype == np.float32
    assert values.flags.c_contiguous
    assert np.array_equal(values, np.array([[0.1, 2], [-0.03, 4]], np.float32))


def test_matrix_of_one_column_without_a_last_line_break(tmp_path: Path) -> None:
    assert read_matrix(write(tmp_path / "m.txt", "0\r\n1\r\n0"), 1).ravel().tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("content", "row", "column", "words"),
    [
        (b"", None, None, "empty"),
        (b"1,2\n3,4\n", 1, None, "has 2 columns; expected 3"),
        (b"1,2,3,4\n", 1, None, "has 4 columns; expected 3"),
        (b"1,2,3\n4,5\n", 2, None, "row has 2 columns; expected 3"),
        (b"1,2,3\n4,5,6,7\n", 2, None, "row has 4 columns; expected 3"),
        (b"1,2,3\n\n4,5,6\n", 2, None, "row has 1 columns; expected 3"),
        (b"1,2,3\n4,x,6\n", 2, 2, "'x' is not a finite number"),
        (b"1,2,3\n4,5,\n", 2, 3, "cell is empty"),
        (b"1,2,3\n4,5,nan\n", 2, 3, "'nan' is not a finite number"),
        (b"1,2,3\ninf,5,x\n", 2, 1, "'inf' is not a finite number"),
        (b"1,1e309,3\n", 1, 2, "'1e309' is not a finite number"),
        (b'1,"2,3\n4,5,6\n', 1, 2, "is not a finite number"),
        (b"1,2,3\n4,\xff,6\n", 2, 2, "is not a finite number"),
    ],
)
def test_bad_matrix(tmp_path: Path, content: bytes, row: int, column: int, words: str) -> None:
    path = write(tmp_path / "m.txt", content)

    error = fails(lambda: read_matrix(path, 3))

    assert (error.file, error.row, error.column) == (path, row, column)
    assert words in str(error)


def test_json_error_names_the_line(tmp_path: Path) -> None:
    assert read_json(write(tmp_path / "w.json", '{"a": [1]}')) == {"a": [1]}
    assert fails(lambda: read_json(write(tmp_path / "x.json", '{\n"a": [1,\n}'))).row == 3
    assert "UTF-8" in str(fails(lambda: read_json(write(tmp_path / "y.json", b'{"a": "\xff"}'))))


def test_cast_keeps_nulls_and_converts_text(tmp_path: Path) -> None:
    column = pl.Series("count", [" 3", None, "4 "])

    assert cast(column, pl.Int64, tmp_path / "t.csv").to_list() == [3, None, 4]
    assert cast(column, pl.String, tmp_path / "t.csv") is column


def test_times_are_microseconds(tmp_path: Path) -> None:
    column = pl.Series("when", ["1970-01-01 00:00:01", "1970-01-02 00:00:00"])

    assert times(column, "%Y-%m-%d %H:%M:%S", tmp_path).to_list() == [1_000_000, 86_400_000_000]


@pytest.mark.parametrize("cell", ["1970-13-01 00:00:00", "yesterday", None])
def test_bad_time(tmp_path: Path, cell: str | None) -> None:
    column = pl.Series("when", ["1970-01-01 00:00:01", cell])

    error = fails(lambda: times(column, "%Y-%m-%d %H:%M:%S", tmp_path))

    assert (error.row, error.column) == (3, "when")


@pytest.mark.parametrize(("header", "row"), [(True, 3), (False, 2)])
def test_rows_count_the_header_where_there_is_one(tmp_path: Path, header: bool, row: int) -> None:
    frame = pl.DataFrame({"cpu": [0.0, -0.5], "user": ["a", None], "mai": [0.0, float("nan")]})

    for require, column in ((require_non_negative, "cpu"), (require_present, "user"), (require_present, "mai")):
        error = fails(lambda require=require, column=column: require(frame, (column,), tmp_path, header=header))
        assert (error.file, error.row, error.column) == (tmp_path, row, column)
    error = fails(lambda: require_increasing(np.array([5, 4]), tmp_path, "time", header=header))
    assert (error.row, error.column) == (row, "time")


def test_unknown_quantities_are_not_negative(tmp_path: Path) -> None:
    require_non_negative(pl.DataFrame({"cpu": [None, 0.0, float("nan")]}), ("cpu",), tmp_path)


def test_time_must_increase(tmp_path: Path) -> None:
    require_increasing(np.array([1, 2, 3]), tmp_path, "time")
    require_increasing(np.array([1, 1, 3]), tmp_path, "time", repeats=True)
    require_increasing(np.array([], np.int64), tmp_path, "time")

    assert "repeats" in str(fails(lambda: require_increasing(np.array([1, 2, 2]), tmp_path, "time")))
    assert "precedes" in str(fails(lambda: require_increasing(np.array([1, 2, 1]), tmp_path, "time", repeats=True)))
    # A difference would overflow.
    edges = np.array([-(2**63), 2**63 - 1])
    require_increasing(edges, tmp_path, "time")
