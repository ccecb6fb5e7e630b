import numpy as np
import polars as pl
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.stats.result_array import result_array


def row(method, dataset, seed, value):
    return {"method": method, "dataset": dataset, "seed": seed, "value": value}


ROWS = [row(m, d, s, v) for v, (m, d, s) in enumerate((m, d, s) for m in "ab" for d in "xy" for s in (0, 1))]


def test_order_of_rows_and_kind_of_frame_do_not_matter():
    one = result_array(ROWS)
    two = result_array(pl.DataFrame(ROWS[::-1]))
    assert one.methods == two.methods == ("a", "b")
    assert (one.datasets, one.seeds) == (("x", "y"), (0, 1))
    np.testing.assert_array_equal(one.values, np.arange(8).reshape(2, 2, 2))
    np.testing.assert_array_equal(one.values, two.values)


@pytest.mark.parametrize("rows", [ROWS[:-1], [*ROWS[:-1], row("b", "y", 1, None)]], ids=["absent", "null"])
def test_a_method_with_a_gap_is_left_out_and_named(rows):
    results = result_array(rows)
    assert results.methods == ("a",)
    assert results.left_out == {"b": "no result on y, seed 1"}


def test_rows_after_a_null_are_read():
    results = result_array([row("b", "y", 1, None), *ROWS[:-1]])
    assert results.methods == ("a",)
    np.testing.assert_array_equal(results.values, np.arange(4).reshape(1, 2, 2))
    assert results.left_out == {"b": "no result on y, seed 1"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([*ROWS, ROWS[0]], "row 9: a on x, seed 0 is given twice"),
        ([*ROWS[:-1], row("b", "y", 1, float("nan"))], "b on y, seed 1 is nan; write null"),
        ([{"method": "a", "seed": 0, "value": 1.0}], "column 'dataset': no such column"),
        ([row("a", "x", 0, None)], "no method has a result on every dataset and seed; a: no result on x"),
    ],
)
def test_a_faulty_frame_is_an_error_that_names_the_fault(rows, message):
    with pytest.raises(DataError, match=message):
        result_array(rows)
