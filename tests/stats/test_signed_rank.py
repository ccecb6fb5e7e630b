from itertools import product
from math import isnan

import numpy as np
import pytest
from scipy.stats import rankdata

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.clusters import cluster_positions
from benchmark.stats.signed_rank import signed_rank_test


def enumerated(values, clusters=None):
    """Two-sided p-value over all signs of all clusters, by its definition."""
    values = np.asarray(values, dtype=float)
    clusters = clusters or list(range(len(values)))
    kept = values != 0
    ranks = np.zeros(len(values))
    ranks[kept] = np.sign(values[kept]) * rankdata(np.abs(values[kept]))
    names = sorted(set(clusters))
    sums = np.array([sum(r for r, c in zip(ranks, clusters, strict=True) if c == name) for name in names])
    drawn = np.array([np.dot(signs, sums) for signs in product((-1, 1), repeat=len(sums))])
    tails = np.mean(drawn >= sums.sum() - 1e-9), np.mean(drawn <= sums.sum() + 1e-9)
    return min(1.0, 2 * min(tails))


@pytest.mark.parametrize(
    "values",
    [[0.3, -0.1, 0.5, 0.2, 0.7, -0.4], [0, 0, 1, 2, 3, -4, 0.5], [1, 1, 1, 2, 2, 3, -1], [1, -1, 0], [2, 2, 2, 2, 2]],
)
def test_the_test_is_exact_with_ties_and_zeros(values):
    assert signed_rank_test(values) == pytest.approx(enumerated(values))
    assert signed_rank_test(np.negative(values)) == pytest.approx(enumerated(values))


def test_many_differences_without_ties_are_exact_and_with_ties_close():
    values = np.random.default_rng(0).normal(0.2, size=89)
    exact = signed_rank_test(values)
    assert signed_rank_test(np.append(values.round(2), 0)) == pytest.approx(exact, rel=0.1)


def test_five_differences_never_reach_five_percent():
    assert signed_rank_test([1.0, 2, 3, 4, 5]) == 2 / 2**5
    assert signed_rank_test([1.0, 2, 3, 4, 5], alternative="greater") == 1 / 2**5
    assert signed_rank_test([1.0, 2, 3, 4, 5], alternative="less") == 1


def test_differences_that_agree_to_twelve_digits_are_ties():
    values = np.array([0.768 - 0.763, 0.95 - 0.945, -0.005, 0.2, 0.1])
    assert len({*np.abs(values).tolist()}) > 3
    assert signed_rank_test(values) == pytest.approx(enumerated([1, 1, -1, 3, 2]))


@pytest.mark.parametrize("unit", [1e-200, 1e-15, 1.0, 1e15, 1e200])
def test_the_unit_of_the_differences_does_not_matter(unit):
    for values in ([0.3, -0.1, 0.5, 0.2, 0.7, -0.4], [1, 1, 1, 2, 2, 3, -1]):
        assert signed_rank_test(unit * np.array(values)) == signed_rank_test(values)


def test_signs_of_clusters_are_exchanged_as_a_whole():
    values = [0.3, 0.4, 0.2, -0.1, 0.7, 0.5, 0.9, 0.0]
    clusters = ["a", "a", "b", "b", "c", "d", "d", "a"]
    positions = cluster_positions(list("01234567"), dict(zip("01234567", clusters, strict=True)))
    assert signed_rank_test(values, positions) == pytest.approx(enumerated(values, clusters))
    alone = cluster_positions(list("01234567"), None)
    assert signed_rank_test(values, alone) == signed_rank_test(values)


def test_copies_of_one_recording_add_no_evidence():
    values = [0.3, 0.4, 0.2, -0.1, 0.7, 0.5]
    copies = [f"{index}" for index in range(6) for _ in range(5)]
    names = [f"r{index}" for index in range(30)]
    positions = cluster_positions(names, dict(zip(names, copies, strict=True)))
    repeated = np.repeat(values, 5)
    # The mean rank of the copies of the r-th value is no multiple of r, so the p-values are close, not equal.
    assert signed_rank_test(repeated, positions) == pytest.approx(signed_rank_test(values), rel=0.2)
    assert signed_rank_test(repeated) < 0.01 * signed_rank_test(repeated, positions)


def test_under_the_hypothesis_p_values_of_clusters_are_uniform():
    generator = np.random.default_rng(0)
    names = [f"r{index}" for index in range(24)]
    positions = cluster_positions(names, {name: str(index // 3) for index, name in enumerate(names)})
    shared = generator.normal(size=(300, 8)).repeat(3, axis=1)
    values = shared + 0.3 * generator.normal(size=(300, 24))
    clustered = [signed_rank_test(row, positions) < 0.05 for row in values]
    ignored = [signed_rank_test(row) < 0.05 for row in values]
    assert np.mean(clustered) < 0.08
    assert np.mean(ignored) > 0.12


def test_nothing_to_test():
    assert signed_rank_test([0.0, 0.0]) == 1
    assert isnan(signed_rank_test([0.5]))
    assert isnan(signed_rank_test([0.5, 0.2], cluster_positions(["x", "y"], {"x": "one", "y": "one"})))
    with pytest.raises(ParameterError, match="NaN or infinite"):
        signed_rank_test([0.5, np.nan])
