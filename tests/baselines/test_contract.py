"""The contract of every registered method."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
import torch

from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS

NEEDS_RAW = ("rules", "rules-or")
"""Methods that refuse points without a raw form; tests of their own show that they keep the contract on others."""

NEEDS_ORDER = ("cnn", "dlinear", "lstm", "matrix-profile")
"""Methods that refuse rows without a time order: they have no past and no shape there."""

NAMES = [name for name in METHODS.names() if METHODS.load(name).supervision != "oracle" and name not in NEEDS_RAW]
CHANNELS = 4
BLIND = ("constant", "random")
SHAPES = ("matrix-profile",)
"""Methods that compare shapes alone: in noise no shape is usual, so none is unusual. A wave shows what they find."""

OUTLIER = 8.0


def outlier(channels: int) -> np.ndarray:
    """Shift of an outlier, with alternating signs: a common shift may lie along PCA's first component."""
    return OUTLIER * (-1.0) ** np.arange(channels)


def recording(points: int, seed: int, *, sequential: bool = True, channels: int = CHANNELS) -> Recording:
    """Standard normal noise in which every twentieth row, from the eleventh on, is a labelled outlier."""
    values = np.random.default_rng(seed).standard_normal((points, channels)).astype(np.float32)
    labels = np.arange(points) % 20 == 10
    values[labels] += outlier(channels)
    names = tuple(f"c{number}" for number in range(channels))
    return Recording(f"noise-{seed}", values, names, labels, sequential=sequential)


def fit(name: str, train: Recording, validation: Recording, spec: str = "", seed: int = 0) -> Detector:
    """Fit as a protocol does: labels for the supervised, normal rows without labels for the others."""
    detector = METHODS.build(spec or name, seed=seed)
    normal = [part.take(~part.labels).unlabelled() for part in (train, validation)]
    task = Task("t", train, validation, *normal, recording(40, 9))
    detector.fit(*task.for_fit(detector.supervision))
    return detector


@cache
def fitted(name: str, sequential: bool = True) -> Detector:
    return fit(name, recording(300, 0, sequential=sequential), recording(100, 1, sequential=sequential))


@pytest.mark.parametrize("points", [1, 2, 130])
@pytest.mark.parametrize("name", NAMES)
def test_scores_every_point(name: str, points: int) -> None:
    scores = fitted(name).score(recording(points, 2).unlabelled())
    assert scores.shape == (points,)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", NAMES)
def test_scores_survive_values_far_beyond_training(name: str) -> None:
    test = recording(30, 2).unlabelled()
    test.values[5], test.values[6] = 1e25, -1e25
    assert np.isfinite(fitted(name).score(test)).all()


@pytest.mark.parametrize("name", NAMES)
def test_test_labels_do_not_reach_scores(name: str) -> None:
    test = recording(130, 2)
    permuted = dataclasses.replace(test, labels=np.random.default_rng(0).permutation(test.labels))
    expected = fitted(name).score(test.unlabelled()).tobytes()
    assert fitted(name).score(test).tobytes() == expected
    assert fitted(name).score(permuted).tobytes() == expected


@pytest.mark.parametrize("name", NAMES)
def test_scoring_twice_gives_the_same_bytes(name: str) -> None:
    test = recording(130, 2).unlabelled()
    assert fitted(name).score(test).tobytes() == fitted(name).score(test).tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_inputs_stay_as_they_are(name: str) -> None:
    parts = [recording(300, 0), recording(100, 1), recording(130, 2)]
    before = [(part.values.tobytes(), part.labels.tobytes()) for part in parts]
    for part in parts:
        part.values.flags.writeable = False
        part.labels.flags.writeable = False
    fit(name, parts[0], parts[1]).score(parts[2].unlabelled())
    assert [(part.values.tobytes(), part.labels.tobytes()) for part in parts] == before


def _global_states() -> tuple[object, bytes, int, bytes]:
    _, key, position, *_ = np.random.get_state()  # noqa: NPY002 - the state that must neither be read nor changed
    return random.getstate(), key.tobytes(), position, torch.get_rng_state().numpy().tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_only_its_own_seed_enters(name: str) -> None:
    scores = []
    for global_seed in (1, 2):
        random.seed(global_seed)
        np.random.seed(global_seed)  # noqa: NPY002
        torch.manual_seed(global_seed)
        before = _global_states()
        detector = fit(name, recording(300, 0), recording(100, 1), seed=7)
        scores.append(detector.score(recording(130, 2).unlabelled()).tobytes())
        assert _global_states() == before
    assert scores[0] == scores[1]


@pytest.mark.parametrize("name", NAMES)
def test_rows_without_order_are_scored_one_by_one(name: str) -> None:
    if name == "random":
        pytest.skip("a random score depends on the position")
    if name in NEEDS_ORDER:
        pytest.skip("refuses rows without an order")
    test = recording(130, 2, sequential=False).unlabelled()
    rows = np.arange(0, 130, 3)
    detector = fitted(name, sequential=False)
    # Matrix products of other shapes may round differently in the last digits.
    np.testing.assert_allclose(detector.score(test.take(rows)), detector.score(test)[rows], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NEEDS_ORDER)
def test_a_forecaster_refuses_rows_without_an_order(name: str) -> None:
    with pytest.raises(ParameterError, match="needs rows in time order"):
        fitted(name, sequential=False)
    with pytest.raises(ParameterError, match="needs rows in time order"):
        fitted(name).score(recording(60, 2, sequential=False).unlabelled())


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (*BLIND, *SHAPES)])
def test_an_obvious_outlier_scores_higher(name: str) -> None:
    values = np.random.default_rng(5).standard_normal((120, CHANNELS)).astype(np.float32)
    values[-1] += outlier(CHANNELS)
    test = Recording("outlier", values, recording(1, 0).channels)
    scores = fitted(name).score(test)
    assert scores[-1] > np.quantile(scores[:-1], 0.95)


@pytest.mark.parametrize("name", NAMES)
def test_constant_and_single_channels(name: str) -> None:
    train, validation, test = recording(300, 0), recording(100, 1), recording(60, 2)
    for part in (train, validation):
        part.values[:, 1] = 3.3
    assert np.isfinite(fit(name, train, validation).score(test.unlabelled())).all()
    single = [recording(points, seed, channels=1) for seed, points in enumerate((300, 100, 60))]
    scores = fit(name, single[0], single[1]).score(single[2].unlabelled())
    assert np.isfinite(scores).all()
    if name not in BLIND:
        assert np.ptp(scores) > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_unit_of_a_channel_does_not_matter(name: str) -> None:
    # Powers of two scale numbers without rounding; 2^90 is about 1e27.
    def converted(original: Recording) -> Recording:
        units = np.float32(2) ** np.array([0, 90, -30, -90], dtype=np.float32)
        return dataclasses.replace(original, values=original.values * units)

    test = recording(60, 2).unlabelled()
    scores = fit(name, converted(recording(300, 0)), converted(recording(100, 1))).score(converted(test))
    np.testing.assert_allclose(scores, fitted(name).score(test), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_windows_need_time_order(name: str) -> None:
    if "window" not in METHODS.parameters(name):
        pytest.skip("has no window")
    spec = f"{name}[window=3]"
    test = recording(60, 2).unlabelled()
    scores = fit(name, recording(300, 0), recording(100, 1), spec).score(test)
    assert scores.shape == (60,)
    assert np.isfinite(scores).all()
    with pytest.raises(ParameterError, match="window=3"):
        fit(name, recording(300, 0, sequential=False), recording(100, 1, sequential=False), spec).score(
            dataclasses.replace(test, sequential=False)
        )


@pytest.mark.parametrize("name", NAMES)
def test_supervised_detectors_refuse_labels_of_one_class(name: str) -> None:
    if METHODS.load(name).supervision != "supervised":
        pytest.skip("uses no labels")
    train, validation = recording(300, 0), recording(100, 1)
    normal = dataclasses.replace(train, labels=np.zeros(300, dtype=bool))
    with pytest.raises(DataError, match="no anomalous row among 300"):
        METHODS.build(name).fit(normal, validation)
    anomalous = dataclasses.replace(train, labels=np.ones(300, dtype=bool))
    with pytest.raises(DataError, match="no normal row among 300"):
        METHODS.build(name).fit(anomalous, validation)
    with pytest.raises(DataError, match="labels"):
        METHODS.build(name).fit(train.unlabelled(), validation.unlabelled())


@pytest.mark.parametrize("name", NAMES)
def test_bounds_of_parameters_hold(name: str) -> None:
    for parameter in ("window", "k", "trees", "components", "clusters", "hidden", "epochs"):
        if parameter in METHODS.parameters(name):
            with pytest.raises(ParameterError, match=parameter):
                METHODS.build(f"{name}[{parameter}=0]")
    with pytest.raises(ParameterError, match="no_such_parameter"):
        METHODS.build(f"{name}[no_such_parameter=1]")


def test_describing_a_method_imports_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from benchmark.interfaces.registry import METHODS\n"
        "for name in METHODS.names(): METHODS.load(name), METHODS.parameters(name)\n"
        "print(*sorted({'torch', 'xgboost', 'sklearn', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
