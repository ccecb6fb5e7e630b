"""Check of labels for supervised detectors."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from benchmark.toolkit.labels import require_both_classes


def make(labels: list[bool] | None) -> Recording:
    array = None if labels is None else np.array(labels)
    return Recording("machine", np.zeros((3, 1), dtype=np.float32), ("c",), array)


def test_labels_of_both_classes_are_returned() -> None:
    np.testing.assert_array_equal(require_both_classes(make([True, False, False])), [True, False, False])


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (None, "needs labels"),
        ([False] * 3, "no anomalous row among 3"),
        ([True] * 3, "no normal row among 3"),
    ],
)
def test_a_missing_class_is_named(labels: list[bool] | None, problem: str) -> None:
    with pytest.raises(DataError, match=f"machine: .*{problem}"):
        require_both_classes(make(labels))
