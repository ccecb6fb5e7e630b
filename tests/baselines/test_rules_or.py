"""Rules and a detector within one budget."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from baselines import rules_or
from baselines.knn import KNN
from baselines.rules.detector import Rules
from baselines.rules_or import RulesOr
from benchmark.data.nsl_kdd.reader import NslKdd
from benchmark.evaluation import thresholds
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.imports import imported_names
from benchmark.interfaces.parameters import resolve
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec
from benchmark.protocols.threat.protocol import Threat


@pytest.fixture(scope="module")
def task() -> Task:
    (made,) = Threat(rows=3000).tasks("nsl-kdd", list(NslKdd().load("twin")), 0)
    return made


@pytest.fixture(scope="module")
def scores(task: Task) -> dict[str, np.ndarray]:
    parts = task.train_unlabelled, task.validation_unlabelled
    detectors = {"rules": Rules(), "knn": KNN(), "both": RulesOr(detector="knn")}
    for detector in detectors.values():
        detector.fit(*(detector.view(part) for part in parts))
    return {name: detector.score(detector.view(task.test_inputs)) for name, detector in detectors.items()}


def test_a_match_ranks_above_every_point_without_one_by_the_score_of_the_rules(scores: dict[str, np.ndarray]) -> None:
    matched = scores["rules"] > 0
    assert 0 < matched.sum() < len(matched)
    assert scores["both"][matched].min() >= 1
    assert scores["both"][~matched].max() < 0
    different = np.diff(np.unique(scores["rules"][matched]))
    assert len(different)
    order = np.argsort(scores["both"][matched], kind="stable")
    assert (np.diff(scores["rules"][matched][order]) >= 0).all()


def test_the_others_are_in_the_order_of_the_detector(scores: dict[str, np.ndarray]) -> None:
    free = scores["rules"] == 0
    order = np.argsort(scores["knn"][free], kind="stable")
    assert (np.diff(scores["both"][free][order]) >= 0).all()
    assert len(np.unique(scores["both"][free])) > 0.99 * len(np.unique(scores["knn"][free]))


def test_matches_of_one_score_are_in_the_order_of_the_detector(scores: dict[str, np.ndarray]) -> None:
    values, counts = np.unique(scores["rules"][scores["rules"] > 0], return_counts=True)
    tied = scores["rules"] == values[counts.argmax()]
    order = np.argsort(scores["knn"][tied], kind="stable")
    assert (np.diff(scores["both"][tied][order]) >= 0).all()
    assert scores["both"][tied].max() > scores["both"][tied].min()


def test_a_budget_flags_what_rules_match_and_the_rest_of_it_by_the_detector(
    task: Task, scores: dict[str, np.ndarray]
) -> None:
    assert task.test.labels is not None
    normal, matched = ~task.test.labels, scores["rules"] > 0
    budget = matched[normal].mean() + 0.05
    flags = thresholds.flag(scores["both"], thresholds.budget_cut(scores["both"][normal], budget))
    assert flags[matched].all()
    assert flags[normal].mean() <= budget
    cut = scores["knn"][flags & ~matched].min()
    assert flags[scores["knn"] > cut].all()


def test_scores_far_beyond_training_stay_in_order_and_below_a_match() -> None:
    class Given(Rules):
        def score(self, recording: Recording) -> np.ndarray:
            return np.zeros(len(recording), np.float32)

    both = RulesOr(detector="norm")
    values = np.linspace(0, 1, 50, dtype=np.float32)[:, None]
    train = Recording("r", values, ("c",), sequential=False)
    both._rules, both._middle, both._spread = Given(), 0.5, 1.0
    both._beside = METHODS.build("norm", seed=0)
    both._beside.fit(train, train)
    far = Recording("r", np.float32([[1e3], [1e6], [1e9], [1e12]]), ("c",), sequential=False)
    found = both.score(far)
    assert (np.diff(found) > 0).all()
    assert found.max() < 0


def test_points_without_rules_and_detectors_that_cannot_stand_beside_are_named(task: Task) -> None:
    plain = Recording("plain", np.zeros((5, 2), np.float32), ("a", "b"))
    detector = RulesOr(detector="norm")
    with pytest.raises(DataError, match="plain: there are rules for"):
        detector.fit(plain, plain)
    with pytest.raises(ParameterError, match="detector"):
        resolve(RulesOr, Spec("rules-or", {"detector": "xgboost"}), "method")


def test_the_source_of_every_detector_beside_is_a_part_of_the_key() -> None:
    tree = ast.parse(Path(rules_or.__file__).read_bytes())
    imported = set(imported_names(tree, "baselines"))
    for name in get_args(rules_or.Beside):
        assert type(METHODS.build(name)).__module__ in imported, name
        assert type(rules_or._made(name, 3)) is type(METHODS.build(name))
        assert rules_or._made(name, 3).seed == 3
