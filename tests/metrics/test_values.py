"""Values of every metric of the catalogue, recorded in ``values.json`` before the metrics shared one validated case."""

import json
from math import nan
from pathlib import Path

import numpy as np
import pytest

from benchmark.metrics.catalogue import CATALOGUE
from benchmark.metrics.evaluated import Evaluated
from tests.fixtures.series import measured_cases

RECORDED = json.loads(Path(__file__).with_name("values.json").read_text("utf-8"))
WINDOW = 12
"""For the case that has none."""


@pytest.mark.parametrize("name", sorted(measured_cases()))
def test_values_equal_the_recorded_ones(name):
    validation, scores, labels, _, window = measured_cases()[name]
    case = Evaluated(labels, scores, scores > np.quantile(validation, 0.99), WINDOW if window is None else window)
    for metric in CATALOGUE:
        recorded = RECORDED[name][metric.name]
        expected = nan if recorded is None else recorded
        assert metric.compute(case) == pytest.approx(expected, rel=1e-12, nan_ok=True), metric.name
