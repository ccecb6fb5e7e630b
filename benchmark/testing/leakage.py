"""Leakage certificates: what must not reach a detector does not change it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.testing.result import Check, Finding, fails, passes
from benchmark.testing.subject import TEST, Subject, learning, unseen

DEPTH = 6
"""Levels of attributes that are walked."""


HALF = TEST // 2
"""Row from which on the test part is changed."""

STRETCH, SHIFT = 40, 9
"""How it is changed."""


def walk(found: Any, path: str = "", depth: int = DEPTH, seen: set[int] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield every array, number and text that can be reached from an object, with its path.

    Attributes, items of mappings, sequences and sets, and the state of torch modules are followed.
    """
    seen = set() if seen is None else seen
    if id(found) in seen or depth < 0:
        return
    seen.add(id(found))
    if isinstance(found, np.ndarray | bool | int | float | str | bytes | np.generic) or found is None:
        yield path, found
    elif hasattr(found, "detach") and hasattr(found, "numpy"):  # a tensor of torch
        yield path, found.detach().cpu().numpy()
    elif isinstance(found, dict):
        for key in found:
            yield from walk(found[key], f"{path}[{key!r}]", depth - 1, seen)
    elif isinstance(found, list | tuple | set | frozenset):
        for place, one in enumerate(found):
            yield from walk(one, f"{path}[{place}]", depth - 1, seen)
    elif hasattr(found, "state_dict"):  # a module of torch
        yield from walk(dict(found.state_dict()), f"{path}.state", depth - 1, seen)
    else:
        names = [*getattr(found, "__dict__", ()), *getattr(type(found), "__slots__", ())]
        for name in names:
            if isinstance(name, str) and hasattr(found, name):
                yield from walk(getattr(found, name), f"{path}.{name}", depth - 1, seen)


def state_of(detector: Any) -> str:
    """Hash of everything that `walk` reaches from a fitted detector."""
    digest = hashlib.sha256()
    for path, one in sorted(walk(detector), key=lambda pair: pair[0]):
        content = np.ascontiguousarray(one).tobytes() if isinstance(one, np.ndarray) and one.dtype.kind != "O" else one
        digest.update(f"{path}={content!r}".encode())
    return digest.hexdigest()


def _others(values: NDArray[Any]) -> NDArray[Any]:
    """Values that have nothing to do with those of the noise."""
    return STRETCH * values + SHIFT


def _changed_from(test: Recording, row: int) -> Recording:
    """Change a recording from a row on."""
    test.values[row:] = _others(test.values[row:])
    return test


def _permuted_labels(subject: Subject) -> Finding:
    detector, test = subject.fitted, subject.test
    assert test.labels is not None
    if detector.supervision == "oracle":
        return Finding("skipped", "an oracle gets the labels on purpose")
    permuted = replace(test, labels=np.random.default_rng(0).permutation(test.labels))
    scores = [np.asarray(detector.score(detector.view(one))) for one in (test.unlabelled(), test, permuted)]
    if all(one.tobytes() == scores[0].tobytes() for one in scores):
        return passes()
    return fails("permuted test labels change the scores: score reads recording.labels")


def _test_rows(subject: Subject) -> Finding:
    detector = subject.fit(*learning())
    _, held_out = learning()
    before, cut = state_of(detector), subject.score(detector, held_out)
    changed = subject.test
    changed.values[:] = _others(changed.values)
    subject.score(detector, changed)
    if subject.score(detector, held_out).tobytes() != cut.tobytes():
        return fails("scoring test rows changes the scores of validation rows, and so the threshold")
    if state_of(detector) != before:
        return fails("scoring test rows changes the fitted state (a scaler, weights or a threshold)")
    return passes("threshold, scaler and weights stay")


def _other_test_rows(subject: Subject) -> Finding:
    base, shuffled = (replace(one, sequential=False) for one in (subject.test, _changed_from(subject.test, HALF)))
    try:
        detector = subject.fit(*learning(sequential=False))
    except Exception as error:
        return Finding("skipped", f"it does not take rows without an order: {type(error).__name__}")
    first, second = (subject.score(detector, one)[:HALF] for one in (base, shuffled))
    if np.allclose(first, second, rtol=1e-4, atol=1e-5):
        return passes()
    return fails("other test rows change the score of a row: score computes a statistic of the test part")


def _future(subject: Subject) -> Finding:
    declared = getattr(type(subject.fitted), "causal", None)
    changed = _changed_from(subject.test, HALF)
    first, second = (subject.score(subject.fitted, one)[:HALF] for one in (subject.test, changed))
    causal = bool(np.allclose(first, second, rtol=1e-4, atol=1e-5))
    if declared is True and not causal:
        rows = np.flatnonzero(~np.isclose(first, second, rtol=1e-4, atol=1e-5))
        return fails(f"it declares causal = True, and rows to come change the scores of {len(rows)} earlier ones")
    if causal:
        return passes("rows to come leave earlier scores as they are: causal")
    return Finding("note", "rows to come change earlier scores: not causal. Live use gives other scores than this one")


def _labels_in_reach(subject: Subject) -> Finding:
    detector = subject.build()
    if detector.supervision not in ("unsupervised", "none"):
        return Finding("skipped", f"it is trained with labels (supervision = {detector.supervision!r})")
    train, validation = learning()
    task = Task("check", train, validation, train.unlabelled(), validation.unlabelled(), unseen())
    for part in task.for_fit(detector.supervision):
        for path, one in walk(part, "recording"):
            if isinstance(one, np.ndarray) and one.dtype == np.bool_ and one.any():
                return fails(f"what reaches fit holds labels: {path}")
    return passes("no label can be reached from what fit gets")


def _fit_on_labels(subject: Subject) -> Finding:
    """Fit with labels hidden in the parts; an unsupervised detector must not use them even where it could."""
    detector = subject.build()
    if detector.supervision not in ("unsupervised", "none"):
        return Finding("skipped", f"it is trained with labels (supervision = {detector.supervision!r})")
    parts = learning()
    other = [replace(part, labels=~part.labels) for part in parts if part.labels is not None]
    scores = []
    for pair in (parts, other):
        detector = subject.build()
        try:
            detector.fit(*pair)
        except Exception as error:
            return Finding("note", f"it refuses labelled parts: {type(error).__name__}")
        scores.append(subject.score(detector, subject.test))
    if scores[0].tobytes() == scores[1].tobytes():
        return passes()
    return fails("it calls itself unsupervised, and other training labels change its scores")


LEAKAGE = (
    Check("permuted test labels leave the scores equal", "leakage", _permuted_labels),
    Check("test rows leave threshold, scaler and weights equal", "leakage", _test_rows),
    Check("other test rows leave the score of a row equal", "leakage", _other_test_rows),
    Check("future rows leave the scores of the past equal", "leakage", _future),
    Check("no label reaches fit", "leakage", _labels_in_reach),
    Check("training labels do not matter", "leakage", _fit_on_labels),
)
