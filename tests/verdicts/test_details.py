"""Numbers within the judgements, held against scipy and against their definitions."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from benchmark.verdicts.agreement import _welch
from benchmark.verdicts.cases import seeds_text
from benchmark.verdicts.evidence import Sample, equal_p
from benchmark.verdicts.operating_characteristics import _beta
from benchmark.verdicts.step_case import PlateauCase


@pytest.mark.parametrize("seed", range(4))
def test_degrees_of_freedom_are_those_of_welch(seed):
    generator = np.random.default_rng(seed)
    first, second = generator.normal(size=4 + seed), 3 * generator.normal(size=9)
    error, degrees = _welch(first.tolist(), second.tolist())
    expected = stats.ttest_ind(first, second, equal_var=False)
    assert degrees == pytest.approx(expected.df)
    assert (first.mean() - second.mean()) / error == pytest.approx(expected.statistic)


@pytest.mark.parametrize(
    ("seeds", "text"),
    [
        (3.0, "3 seeds"),
        (1234.0, "1,234 seeds"),
        (1e6, "1,000,000 seeds"),
        (1e6 + 1, "more than a million seeds"),
        (float("inf"), "more than a million seeds"),
    ],
)
def test_numbers_of_seeds_in_words(seeds, text):
    assert seeds_text(seeds) == text


def test_equality_without_a_spread_is_certain_or_impossible():
    values = np.array([[0.5, 0.5, 0.5], [0.75, 0.75, 0.75], [1.0, 1.0, 1.0]])
    assert equal_p(Sample.of(values), 0.5, 0.25).tolist() == [0, 1, 1]


def test_equality_is_the_larger_of_two_one_sided_tests():
    values = np.random.default_rng(0).normal(0.52, 0.05, 8)
    found = float(equal_p(Sample.of(values), 0.5, 0.1))
    low = stats.ttest_1samp(values, 0.4, alternative="greater").pvalue
    high = stats.ttest_1samp(values, 0.6, alternative="less").pvalue
    assert found == pytest.approx(max(low, high))


def test_simulated_numbers_have_their_mean_and_spread():
    drawn = _beta(np.random.default_rng(0), np.array([0.3, 0.8]), 0.05, (100_000, 2))
    np.testing.assert_allclose(drawn.mean(axis=0), [0.3, 0.8], atol=2e-3)
    np.testing.assert_allclose(drawn.std(axis=0), 0.05, rtol=0.02)


def test_a_plateau_is_the_easier_the_less_its_steps_spread():
    noisy, calm = (Sample.of(scale * np.random.default_rng(0).normal(size=(2, 5))) for scale in (1.0, 0.1))
    case = SimpleNamespace(samples=[noisy, calm])
    assert PlateauCase.ease(case, 1) > PlateauCase.ease(case, 0)
