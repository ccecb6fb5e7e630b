"""Closed intervals: touching ones have a number in common."""

from fractions import Fraction

import pytest

from benchmark.verdicts.interval import Interval


@pytest.mark.parametrize(
    ("other", "common"),
    [((1, 2), True), ((2, 3), True), ((0, 1), True), ((3, 4), False), ((-2, 0), False), ((0, 5), True)],
)
def test_intervals_meet_where_a_number_is_in_both(other, common):
    one, two = Interval(Fraction(1), Fraction(2)), Interval(*map(Fraction, other))
    assert one.meets(two) is two.meets(one) is common


def test_the_middle_is_the_number_as_printed():
    assert Interval(Fraction("0.795"), Fraction("0.805")).middle == Interval(Fraction("0.8"), Fraction("0.8"))
