"""Detectors of aeon, in the environment that has them (``tox -e aeon``), and what is said where it is missing."""

import sys
from importlib import metadata

import numpy as np
import pytest

from benchmark.interfaces.errors import PluginError, UnknownNameError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS


@pytest.fixture
def without_aeon(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "aeon"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "aeon", None)  # an import of it fails


def test_a_missing_aeon_is_one_message_with_the_command_that_installs_it(without_aeon, monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(PluginError, match=r"aeon is not installed: run \"pip install 'cloudad-bench\[aeon\]'\""):
        METHODS.load("aeon:KMeansAD")


def test_the_empty_placeholder_is_named(without_aeon, monkeypatch):
    monkeypatch.setattr(metadata, "version", lambda name: "0.0.0")
    with pytest.raises(PluginError, match=r"aeon 0\.0\.0 is an empty placeholder; 1\.6 or later is needed"):
        METHODS.load("aeon:KMeansAD")


@pytest.mark.parametrize(
    "spec", ["aeon:KMeansAD[window_size=10,n_clusters=5]", "aeon:OneClassSVM[window_size=4]", "aeon:STRAY"]
)
def test_detectors_of_aeon_score_an_outlier_highest(spec):
    pytest.importorskip("aeon.anomaly_detection.series")
    values = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    values[250:255] += 12
    whole = Recording("r", values, ("a", "b", "c"))
    detector = METHODS.build(spec, seed=0)
    detector.fit(whole.take(slice(200)), whole.take(slice(200, 240)))
    scores = detector.score(whole.take(slice(240, None)))
    assert scores.shape == (60,)
    assert int(np.argmax(scores)) in range(10, 18)


def test_an_unknown_detector_of_aeon_lists_the_known_ones():
    pytest.importorskip("aeon.anomaly_detection.series")
    with pytest.raises(UnknownNameError, match="KMeansAD"):
        METHODS.load("aeon:KMeansADD")
