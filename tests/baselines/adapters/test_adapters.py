"""Detectors of other libraries and of one's own without subclassing."""

import numpy as np
import pytest

from baselines.adapters.plain import adapted
from benchmark.engine.code import code_version
from benchmark.interfaces.errors import ParameterError, PluginError, UnknownNameError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS


def recording():
    """Noise of three channels; row 250 is an outlier."""
    values = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    values[250] = 12
    return Recording("r", values, ("a", "b", "c"))


def outlier(spec):
    detector = METHODS.build(spec, seed=0)
    whole = recording()
    detector.fit(whole.take(slice(200)).unlabelled(), whole.take(slice(200, 240)).unlabelled())
    scores = detector.score(whole.take(slice(240, None)))
    assert scores.shape == (60,)
    return int(np.argmax(scores))


@pytest.mark.parametrize(
    "spec",
    [
        "sklearn:OneClassSVM[nu=0.1]",
        "sklearn:IsolationForest",
        "sklearn:LocalOutlierFactor",
        "sklearn:EllipticEnvelope",
        "sklearn:KernelDensity",
        "sklearn:IsolationForest[n_estimators=20]",
    ],
)
def test_scikit_learn_outlier_detectors_score_outliers_highest(spec):
    assert outlier(spec) == 10


@pytest.mark.parametrize("spec", ["pyod:ECOD[contamination=0.05]", "pyod:KNN[n_neighbors=3]", "pyod:HBOS"])
def test_pyod_detectors_score_outliers_highest(spec):
    pytest.importorskip("pyod")
    assert outlier(spec) == 10


@pytest.fixture
def file(tmp_path):
    (tmp_path / "mine.py").write_text(
        "import numpy as np\n"
        "class Distance:\n"
        '    """Distance to the mean."""\n'
        "    def __init__(self, power=2):\n        self.power = power\n"
        "    def fit(self, X):\n        self.mean = X.mean(axis=0)\n        return self\n"
        "    def decision_function(self, X):\n        return (np.abs(X - self.mean) ** self.power).sum(axis=1)\n"
        "class Density(Distance):\n"
        "    decision_function = None\n"
        "    def score_samples(self, X):\n        return -(np.abs(X - self.mean) ** self.power).sum(axis=1)\n"
        "class Nothing:\n    def fit(self, X):\n        pass\n"
        "class Needs:\n    def __init__(self, k):\n        pass\n    def fit(self, X):\n        pass\n"
        "    def decision_function(self, X):\n        pass\n",
        encoding="utf-8",
    )
    return tmp_path / "mine.py"


def test_a_class_of_ones_own_needs_no_subclassing(file):
    assert outlier(f"{file}:Distance[power=3]") == 10
    assert outlier(f"{file}:Distance[window=4]") in range(10, 14)
    assert METHODS.parameters(f"{file}:Distance", frozenset({"seed"}))["power"] == 2


def test_an_unknown_parameter_of_the_class_is_named(file):
    with pytest.raises(ParameterError, match=r"parameter of method .* 'strength'"):
        METHODS.build(f"{file}:Distance[strength=2]", seed=0)


def test_a_parameter_without_default_is_an_error(file):
    with pytest.raises(PluginError, match="'k' has no default"):
        METHODS.load(f"{file}:Needs")


def test_an_unknown_class_of_a_library_lists_what_is_known():
    with pytest.raises(UnknownNameError, match="OneClassSVM"):
        METHODS.load("sklearn:OneClassSVN")


def test_the_seed_reaches_the_object():
    whole = recording()
    scores = []
    for seed in (0, 0, 1):
        detector = METHODS.build("sklearn:IsolationForest[n_estimators=5]", seed=seed)
        detector.fit(whole, whole)
        scores.append(detector.score(whole))
    np.testing.assert_array_equal(scores[0], scores[1])
    assert (scores[0] != scores[2]).any()


def test_the_adapter_and_the_class_are_in_the_key(file):
    plain = METHODS.sources(f"{file}:Distance")
    assert plain == (f"{file}:Distance", "baselines.adapters.plain")
    assert METHODS.sources("sklearn:OneClassSVM") == ("baselines.adapters.sklearn:OneClassSVM",)
    assert len(code_version(*plain)) == 64
    assert METHODS.sources("knn") == ("baselines.knn:KNN",)


def test_inverted_turns_the_scores():
    class Low:
        def fit(self, rows):
            self.mean = rows.mean(axis=0)

        def decision_function(self, rows):
            return -np.abs(rows - self.mean).sum(axis=1)

    whole = recording()
    detector = adapted(Low)(inverted=True)
    detector.fit(whole.take(slice(200)), whole)
    assert int(np.argmax(detector.score(whole))) == 250
