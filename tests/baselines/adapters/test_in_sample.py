"""Detectors of PyOD whose scores of the points that they were fitted on are those of the fit."""

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError, PluginError, UnknownNameError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS

MODULE = "baselines.adapters.in_sample"


def recording(points=120, channels=3):
    values = np.random.default_rng(0).normal(size=(points, channels))
    values[70] += 9
    return Recording("r", values, tuple("abcdef"[:channels]))


def scores(spec, whole=None, train=None):
    whole = whole or recording()
    detector = METHODS.build(f"{MODULE}:{spec}", seed=0)
    detector.fit(train or whole, whole)
    found = detector.score(whole)
    assert found.shape == (len(whole),)
    return found


def test_a_fitted_point_is_no_neighbour_of_itself():
    pytest.importorskip("pyod")
    whole = recording()
    values = whole.values.astype(float)
    distances = np.linalg.norm(values[:, None] - values[None], axis=2)
    others = np.sort(distances, axis=1)
    assert scores("KNN[n_neighbors=1]") == pytest.approx(others[:, 1])
    seen = whole.take(slice(100))  # the whole is no longer what it was fitted on
    assert scores("KNN[n_neighbors=1]", train=seen)[:100] == pytest.approx(np.zeros(100))


def test_rows_are_standardised_across_channels():
    pytest.importorskip("pyod")
    whole = recording()
    moved = Recording("r", whole.values * 3 + np.arange(120)[:, None], whole.channels)
    assert scores("KNN[rows=standard]", moved) == pytest.approx(scores("KNN[rows=standard]"), abs=1e-9)
    constant = Recording("r", np.repeat(np.arange(120.0)[:, None], 3, axis=1), whole.channels)
    assert scores("KNN[rows=standard]", constant).tolist() == [0] * 120


def test_channels_are_scaled_by_training_points():
    pytest.importorskip("pyod")
    whole = recording()
    other = Recording("r", whole.values * [1, 10, 100] + 5, whole.channels)
    assert scores("KNN[scaling=standard]", other) == pytest.approx(scores("KNN[scaling=standard]"))


@pytest.mark.parametrize(("placed", "top"), [("middle", set(range(68, 73))), ("mean", set(range(66, 75)))])
def test_scores_of_windows_belong_to_points(placed, top):
    spec = f"KMeans[clusters=1,window=5,placed={placed}]"
    found = scores(spec)
    assert int(np.argmax(found)) in top
    whole = recording()
    windows = np.lib.stride_tricks.sliding_window_view(whole.values, 5, axis=0).reshape(116, -1)
    distance = np.linalg.norm(windows - windows.mean(axis=0), axis=1)
    if placed == "middle":
        assert found[2:118] == pytest.approx(distance)
        assert found[[0, 1, 118, 119]] == pytest.approx(distance[[0, 0, -1, -1]])
    else:
        assert found[[0, 50, 119]] == pytest.approx([distance[0], distance[46:51].mean(), distance[-1]])


def test_windows_need_as_many_points():
    with pytest.raises(ParameterError, match="no window of 200"):
        scores("KMeans[window=200]")


def test_seeds_draw_and_a_given_seed_is_kept():
    pytest.importorskip("pyod")
    whole = recording()

    def of(spec, seed):
        detector = METHODS.build(f"{MODULE}:{spec}", seed=seed)
        detector.fit(whole, whole)
        return detector.score(whole).tolist()

    assert of("IForest[n_estimators=3]", 0) != of("IForest[n_estimators=3]", 1)
    assert of("IForest[n_estimators=3,random_state=0]", 0) == of("IForest[n_estimators=3,random_state=0]", 1)


def test_a_name_that_pyod_does_not_have():
    pytest.importorskip("pyod")
    with pytest.raises((UnknownNameError, PluginError), match="Nothing"):
        METHODS.build(f"{MODULE}:Nothing", seed=0)


def test_the_sign_of_a_component_moves_the_scores():
    own = "baselines.adapters.tsb_ad:PCA"
    whole = recording()

    def of(spec):
        detector = METHODS.build(spec, seed=0)
        detector.fit(whole, whole)
        return detector.score(whole)

    by_scores, by_components = of(own), of(f"{own}[signs=components]")
    values = (whole.values - whole.values.mean(axis=0)) / whole.values.std(axis=0)
    vector = np.linalg.eigh(values.T @ values)[1][:, -1]
    share = np.linalg.eigvalsh(values.T @ values)[-1] / 360
    signed = {sign: np.linalg.norm(values - sign * vector, axis=1) / share for sign in (1, -1)}
    scores_sign = np.sign((values @ vector)[np.abs(values @ vector).argmax()])
    assert by_scores == pytest.approx(signed[scores_sign])
    assert by_components == pytest.approx(signed[np.sign(vector[np.abs(vector).argmax()])])
    with pytest.raises(ParameterError, match="signs=other"):
        of(f"{own}[signs=other]")
    with pytest.raises(ParameterError, match="share of the variance"):
        of(f"{own}[components=3]")


def test_only_training_rows_of_the_svm_are_scaled():
    whole = recording()

    def of(parameters, other):
        detector = METHODS.build(f"baselines.adapters.tsb_ad:OCSVM[nu=0.2{parameters}]", seed=0)
        detector.fit(other, other)
        return detector.score(whole)

    doubled = Recording("r", whole.values * 2 + 7, whole.channels)
    assert of("", doubled) == pytest.approx(of("", whole))
    assert of(",scaled=false", doubled) != pytest.approx(of(",scaled=false", whole))
