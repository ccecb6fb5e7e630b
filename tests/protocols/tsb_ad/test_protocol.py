"""The protocol of TSB-AD: prefix or series, window by the publisher's rule, volume as a probe."""

import numpy as np
import pytest

from benchmark.interfaces.errors import DataError
from benchmark.interfaces.probe import Fitted
from benchmark.interfaces.recording import Recording
from benchmark.metrics.sampled import sampled_vus
from benchmark.metrics.volume import vus
from benchmark.protocols.tsb_ad.protocol import TsbAdProtocol
from benchmark.protocols.tsb_ad.volume import NAME
from benchmark.protocols.tsb_ad.window import OTHERWISE, period_window


def series(name="003_SMD_id_3_Facility_tr_100_1st_250", points=400, part=None):
    values = np.sin(2 * np.pi * np.arange(points)[:, None] / [25, 40])
    labels = np.zeros(points, bool)
    labels[250:260] = True
    return Recording(name, values.astype(np.float32), ("a", "b"), labels=labels, part=part)


def task(**parameters):
    return TsbAdProtocol(**parameters).tasks("tsb-ad-m", [series()], 0)[0]


def test_the_whole_series_is_seen_and_judged_without_labels():
    one = task()
    train, validation = one.for_fit("unsupervised")
    assert (len(train), len(validation), len(one.test)) == (400, 400, 400)
    assert [part.labels for part in (train, validation, one.labelled_validation or train)] == [None] * 3
    assert one.for_fit("supervised")[0].labels is None


def test_the_prefix_is_that_of_the_name_unless_one_is_given():
    assert len(task(fit="prefix").train) == 100
    assert len(task(fit="prefix", prefix=60).train) == 60
    held = task(fit="prefix", held_out=0.2)
    assert (len(held.train), len(held.validation), len(held.test)) == (80, 20, 400)


def test_a_name_without_a_prefix_needs_one():
    with pytest.raises(DataError, match="prefix="):
        TsbAdProtocol(fit="prefix").tasks("mine", [series("mine")], 0)
    assert len(TsbAdProtocol(fit="prefix", prefix=50).tasks("mine", [series("mine")], 0)[0].train) == 50


def test_series_without_labels_or_order_are_refused():
    bare = series().unlabelled()
    with pytest.raises(DataError, match="labels"):
        TsbAdProtocol().tasks("mine", [bare], 0)


def test_the_window_is_the_strongest_period_of_the_first_channel():
    assert task().probes[NAME].window == 25
    assert task(window=7).probes[NAME].window == 7


@pytest.mark.parametrize(
    ("values", "window"),
    [
        (np.ones(500), OTHERWISE),
        (np.arange(500.0), OTHERWISE),
        (np.sin(2 * np.pi * np.arange(3000) / 350), OTHERWISE),
        (np.sin(2 * np.pi * np.arange(3000) / 300), 300),
        (np.tile([0.0, 1.0, 0.0, 0.0, 0.0, 0.0], 200), 6),
        (np.arange(3.0), OTHERWISE),
    ],
)
def test_periods_that_the_rule_finds_and_those_it_does_not(values, window):
    assert period_window(values) == window


def test_the_probe_gives_the_sampled_and_the_exact_volume():
    scores = np.random.default_rng(0).normal(size=400)
    for thresholds in (20, 0):
        one = task(thresholds=thresholds)
        whole = one.test_inputs
        fitted = Fitted("m", lambda part: scores, None, whole, whole, whole, {"test": scores})
        numbers = one.probes[NAME].ask(fitted, np.random.default_rng(0)).numbers
        exact = vus(one.test.labels, scores, 25).pr
        expected = sampled_vus(one.test.labels, scores, 25, 20).pr if thresholds else exact
        assert numbers == {"VUS-PR": expected, "VUS-PR exact": exact, "window": 25.0}
