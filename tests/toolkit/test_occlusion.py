from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmark.interfaces.raw import Raw
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.occlusion import occlusion

GROUPS = [np.array([0]), np.array([1]), np.array([2, 3])]
USUAL = np.array([0.5, 1, 1, 0], np.float32)


def recording(*, sequential: bool = False) -> Recording:
    values = np.random.default_rng(0).standard_normal((20, 4)).astype(np.float32)
    values[3] = USUAL
    return Recording("r", values, tuple("abcd"), sequential=sequential)


@pytest.mark.parametrize("sequential", [False, True])
def test_it_finds_the_only_column_that_a_detector_uses(sequential: bool) -> None:
    def score(asked: Recording) -> np.ndarray:
        return np.abs(asked.values[:, 1] - 1)

    made = recording(sequential=sequential)
    blame = occlusion(score, made, USUAL, GROUPS)
    np.testing.assert_allclose(blame[:, 1], np.abs(made.values[:, 1] - 1))
    assert (blame[:, [0, 2]] == 0).all()
    assert (blame[3] == 0).all()


@pytest.mark.parametrize("sequential", [False, True])
def test_columns_of_a_group_are_replaced_together(sequential: bool) -> None:
    def score(asked: Recording) -> np.ndarray:
        return asked.values[:, 2] + asked.values[:, 3]

    made = recording(sequential=sequential)
    blame = occlusion(score, made, USUAL, GROUPS)
    np.testing.assert_allclose(blame[:, 2], np.maximum(made.values[:, 2:].sum(axis=1) - 1, 0), atol=1e-6)


def test_rows_in_order_and_rows_without_get_the_same_blame_from_a_score_of_single_rows() -> None:
    def score(asked: Recording) -> np.ndarray:
        return (asked.values**2).sum(axis=1)

    ordered, other = (occlusion(score, recording(sequential=one), USUAL, GROUPS) for one in (True, False))
    np.testing.assert_allclose(ordered, other, atol=1e-6)


def test_a_score_that_looks_back_is_asked_about_the_whole_past() -> None:
    def score(asked: Recording) -> np.ndarray:
        return np.cumsum(asked.values[:, 0])

    values = np.array([[1.0], [2.0]], np.float32)
    made = Recording("r", values, ("a",), sequential=True)
    assert occlusion(score, made, np.zeros(1, np.float32), [np.array([0])]).tolist() == [[1], [3]]


def test_a_detector_that_reads_the_raw_form_gets_that_of_each_row() -> None:
    made = recording()
    raw = Raw({"a": made.values[:, 0].copy()})

    def score(asked: Recording) -> np.ndarray:
        assert asked.raw is not None
        return asked.raw.numbers["a"]

    assert not occlusion(score, replace(made, raw=raw), USUAL, GROUPS).any()


@pytest.mark.parametrize("sequential", [False, True])
def test_a_difference_by_rounding_is_no_blame(sequential: bool) -> None:
    def score(asked: Recording) -> np.ndarray:
        return np.float32(3) + np.float32(3e-7) * (np.arange(len(asked)) % 5)

    assert not occlusion(score, recording(sequential=sequential), USUAL, GROUPS).any()
