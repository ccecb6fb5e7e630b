import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.equivalence import equivalence_test


def test_equivalence_agrees_with_statsmodels():
    from statsmodels.stats.weightstats import DescrStatsW

    values = [0.91, 0.93, 0.92, 0.95, 0.90]
    for target in (0.90, 0.92, 0.94, 0.99):
        p_value = DescrStatsW(values).ttost_mean(target - 0.05, target + 0.05)[0]
        assert equivalence_test(values, target, 0.05).p_value == pytest.approx(p_value, rel=1e-9)


def test_verdicts_of_equivalence():
    values = [0.91, 0.93, 0.92, 0.95, 0.90]
    assert equivalence_test(values, 0.92, 0.05).verdict == "equivalent"
    assert equivalence_test(values, 0.50, 0.05).verdict == "different"
    assert equivalence_test(values, 0.97, 0.05).verdict == "undecided"
    assert equivalence_test([0.92], 0.92, 0.05).verdict == "undecided"
    assert equivalence_test([0.92, 0.92], 0.92, 0.05).verdict == "equivalent"
    assert equivalence_test([0.92, 0.92], 0.99, 0.05).verdict == "different"
    assert equivalence_test([0.92, float("nan")], 0.92, 0.05).verdict == "undecided"


@given(
    st.lists(st.floats(0, 1).map(lambda x: round(x, 3)), min_size=2, max_size=8), st.floats(0, 1), st.floats(0.01, 1)
)
def test_equivalent_means_that_the_interval_lies_within_the_margin(values, target, margin):
    result = equivalence_test(values, target, margin)
    slack = min(result.interval.low - (target - margin), target + margin - result.interval.high)
    if abs(slack) > 1e-9:
        assert (result.verdict == "equivalent") == (slack > 0)


def test_a_margin_of_zero_is_an_error():
    with pytest.raises(ParameterError, match="margin is 0"):
        equivalence_test([1, 2], 1, 0)
