"""The rules with known truth: false refutations, power where the spread allows, and the price of many readings."""

import numpy as np
import polars as pl
import pytest

from benchmark.verdicts.operating_characteristics import comparisons, largest_spread, printed_numbers

CLAIMS = 200
CHANCE = 3 * (0.05 * 0.95 / CLAIMS) ** 0.5
"""Three standard errors of a simulated share of 5 %."""


def simulated(**changes):
    return printed_numbers(np.random.default_rng(0), claims=CLAIMS, **changes)


def shares(frame, verdict, **where):
    found = frame.filter(pl.col("verdict") == verdict)
    for name, value in where.items():
        found = found.filter(pl.col(name) == value)
    return found["share"].to_list()


@pytest.fixture(scope="module")
def frame():
    return simulated(spreads=(0.005, 0.02, 0.15), seeds=(5, 20), readings=(1, 24))


def test_a_right_number_is_refuted_in_at_most_5_percent(frame):
    assert max(shares(frame, "NOT_REPRODUCED", truth="right")) <= 0.05 + CHANCE
    assert max(shares(frame, "NOT_REPRODUCED", truth="off by 0.01")) <= 0.05 + CHANCE


def test_looks_keep_the_error_rates_and_decide_as_much_as_the_last_one_alone():
    chance = 3 * (0.05 * 0.95 / 1000) ** 0.5
    found = printed_numbers(
        np.random.default_rng(0), spreads=(0.005, 0.02, 0.15), seeds=((5, 10), 10), readings=(1,),
        offsets=(0.0, 0.05, None), claims=1000,
    )  # fmt: skip
    looked = found.filter(pl.col("looks") == 2)
    assert looked["n"].unique().to_list() == [10]
    assert max(shares(looked, "NOT_REPRODUCED", truth="right")) <= 0.05 + chance
    assert max(shares(looked, "REPRODUCED", truth="off by 0.05", spread=0.005)) <= 0.02
    alone = found.filter(pl.col("looks") == 1)
    for verdict in ("REPRODUCED", "NOT_REPRODUCED"):
        pairs = zip(shares(looked, verdict), shares(alone, verdict), strict=True)
        assert max(abs(one - other) for one, other in pairs) <= 0.1
    steps = comparisons(
        np.random.default_rng(1), spreads=(0.01, 0.05), seeds=((5, 10),), gaps=(0.0, 0.05), steps=(1,), readings=(1,),
        claims=1000,
    )  # fmt: skip
    assert max(shares(steps, "REPRODUCED", gap=0.0)) <= 0.05 + chance
    assert max(shares(steps, "NOT_REPRODUCED", gap=0.0)) <= 0.05 + chance
    assert min(shares(steps, "REPRODUCED", gap=0.05, spread=0.01)) >= 0.99


def test_a_number_that_is_off_by_05_is_refuted_where_the_spread_allows(frame):
    """A difference of .05 shows beside the spread of one run up to about .008."""
    assert min(shares(frame, "NOT_REPRODUCED", truth="off by 0.05", spread=0.005)) >= 0.8
    assert max(shares(frame, "NOT_REPRODUCED", truth="off by 0.05", spread=0.15)) < 0.2
    fine = simulated(spreads=(0.004, 0.006, 0.008, 0.012, 0.02), offsets=(0.05,), readings=(1,), seeds=(10, 20))
    limits = dict(largest_spread(fine, "NOT_REPRODUCED").select("n", "spread").iter_rows())
    assert limits == {10: 0.008, 20: 0.008}


def test_a_right_number_is_reproduced_where_the_spread_allows(frame):
    assert min(shares(frame, "REPRODUCED", truth="right", spread=0.005)) >= 0.99
    assert min(shares(frame, "REPRODUCED", truth="right", spread=0.02, n=20)) >= 0.8
    assert min(shares(frame, "UNDECIDABLE", truth="right", spread=0.15, n=5)) >= 0.6


def test_a_number_that_is_off_by_1_is_never_reproduced_where_the_spread_is_small(frame):
    assert max(shares(frame, "REPRODUCED", truth="off by 0.1", spread=0.005)) == 0.0


def test_many_readings_reproduce_an_invented_number_and_numbers_together_do_not(frame):
    assert shares(frame, "REPRODUCED", truth="none", readings=24, spread=0.005, n=20)[0] > 0.5
    together = simulated(spreads=(0.005,), seeds=(20,), readings=(24,), offsets=(0.0, None), together=4)
    assert shares(together, "REPRODUCED", truth="none")[0] <= 0.02
    assert shares(together, "REPRODUCED", truth="right")[0] >= 0.95


def test_the_shares_of_a_table_are_corrected_together():
    one = simulated(spreads=(0.02,), seeds=(10,), readings=(1,), offsets=(0.0,))
    table = simulated(spreads=(0.02,), seeds=(10,), readings=(1,), offsets=(0.0,), family=20)
    assert shares(table, "NOT_REPRODUCED")[0] <= shares(one, "NOT_REPRODUCED")[0]


def test_a_frame_is_tidy_and_the_same_of_equal_seeds(frame):
    assert frame.columns == ["spread", "n", "looks", "offset", "truth", "readings", "verdict", "share"]
    keys = ["spread", "n", "truth", "readings"]
    sums = frame.group_by(keys).agg(pl.col("share").sum())["share"].to_numpy()
    assert sums == pytest.approx(np.ones(len(sums)))
    assert frame.filter(pl.col("truth") == "none")["offset"].null_count() == len(
        frame.filter(pl.col("truth") == "none")
    )
    small = {"spreads": (0.01,), "seeds": (5,), "readings": (2,), "offsets": (0.02,)}
    assert simulated(**small).equals(simulated(**small))


def test_comparisons_keep_their_error_rates():
    found = comparisons(
        np.random.default_rng(1), spreads=(0.01, 0.1), seeds=(10,), gaps=(-0.05, 0.0, 0.05), steps=(1, 5),
        readings=(1, 24), claims=CLAIMS,
    )  # fmt: skip
    assert max(shares(found, "REPRODUCED", gap=0.0)) <= 0.05 + CHANCE
    assert max(shares(found, "NOT_REPRODUCED", gap=0.0)) <= 0.05 + CHANCE
    assert max(shares(found, "NOT_REPRODUCED", gap=0.05)) <= 0.02
    assert min(shares(found, "REPRODUCED", gap=0.05, spread=0.01)) >= 0.99
    assert min(shares(found, "NOT_REPRODUCED", gap=-0.05, spread=0.01)) >= 0.99
    assert max(shares(found, "REPRODUCED", gap=-0.05)) == 0.0
