"""The simulation behind the claim that VUS-PR is the most reliable measure."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.metrics.segments import segments
from benchmark.papers.tsb_ad.measures import (
    APART,
    EVENTS,
    LABELS,
    MEASURES,
    NUMBERS,
    POINTS,
    events,
    moved_labels,
    reliability,
    score,
    values_of,
)


@pytest.mark.parametrize("seed", range(5))
def test_events_are_apart_from_each_other_and_from_the_ends(seed):
    generator = np.random.default_rng(seed)
    labels = events(generator)
    starts, stops = segments(labels)
    assert len(starts) == EVENTS
    assert starts[0] >= APART
    assert stops[-1] <= POINTS - APART
    assert (starts[1:] - stops[:-1] >= APART).all()
    assert ((stops - starts >= 10) & (stops - starts <= 40)).all()
    moved = moved_labels(labels, generator)
    assert moved.sum() == labels.sum()
    assert (abs(segments(moved).starts - starts) <= 10).all()


def test_a_score_has_unit_noise_and_the_height_within_events():
    generator = np.random.default_rng(1)
    labels = np.arange(POINTS) < POINTS // 2
    found = score(labels, 5.0, generator)
    assert found[~labels].std() == pytest.approx(1, abs=0.15)
    assert found[labels].mean() - found[~labels].mean() == pytest.approx(5, abs=0.4)


def test_a_perfect_score_has_the_highest_value_of_every_measure_without_a_buffer():
    labels = events(np.random.default_rng(2))
    perfect, chance = values_of(labels, [labels.astype(float), np.random.default_rng(3).random(POINTS)])
    assert (perfect >= chance).all()
    assert perfect[MEASURES.index("AUC-PR")] == 1


def test_numbers_of_a_recording_are_finite_and_relative_changes_are_larger():
    found = reliability(np.random.default_rng(0))
    assert tuple(found) == LABELS
    assert all(np.isfinite(one[name]) for one in found.values() for name in NUMBERS)
    assert found == reliability(np.random.default_rng(0))
    for name in MEASURES:
        assert found[f"{name}, relative"]["change by lag"] >= found[name]["change by lag"]
        assert found[f"{name}, relative"]["separation"] == found[name]["separation"]
