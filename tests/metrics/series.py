"""Series that several tests of metrics measure."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

POINTS = 60
_PLACE = np.arange(POINTS)
LABELS = ((_PLACE >= 5) & (_PLACE < 12)) | (_PLACE == 20) | ((_PLACE >= 40) & (_PLACE < 52))
SCORES = ((37 * _PLACE * _PLACE + 11 * _PLACE) % 101 + 30 * LABELS).astype(np.float64)
FLAGS = SCORES >= 75
"""A fixed case, with 14 ties of score, that other packages' values are recorded for."""


def random_case(seed: int, longest: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Labels with both classes, and scores: with and without ties, rough and smooth."""
    generator = np.random.default_rng(seed)
    points = int(generator.integers(3, longest))
    labels = np.zeros(points, dtype=bool)
    while not labels.any() or labels.all():
        labels[:] = False
        for _ in range(generator.integers(1, 5)):
            start = generator.integers(points)
            labels[start : start + generator.integers(1, 8)] = True
    scores = generator.normal(size=points)
    if generator.random() < 0.3:
        scores = np.cumsum(scores)
    if generator.random() < 0.4:
        scores = np.round(scores * 2) / 2
    return labels, scores


@st.composite
def cases(draw, shortest: int = 2, longest: int = 40):
    """Labels with both classes and whole-number scores, ties included."""
    points = draw(st.integers(shortest, longest))
    labels = np.array(draw(st.lists(st.booleans(), min_size=points, max_size=points)))
    one = draw(st.integers(0, points - 1))
    labels[one] = True
    labels[draw(st.integers(0, points - 1).filter(lambda place: place != one))] = False
    scores = np.array(draw(st.lists(st.integers(-6, 6), min_size=points, max_size=points)), dtype=np.float64)
    return labels, scores
