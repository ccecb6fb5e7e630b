import numpy as np
import pytest

from benchmark.metrics.affiliation import affiliation, affiliation_f1_oracle
from tests.fixtures.series import FLAGS, LABELS, random_case


def test_values_of_the_authors_code():
    # The authors' code as in TSB-AD 1.5 (pr_from_events over the whole series).
    result = affiliation(LABELS, FLAGS)
    assert result.precision == pytest.approx(0.8280867388991293, abs=1e-12)
    assert result.recall == pytest.approx(0.9886248991121872, abs=1e-12)
    assert result.f1 == pytest.approx(0.901262645728911, abs=1e-12)


def test_against_the_definition_on_a_fine_grid():
    """P(dist(X, ·) ≥ d) by counting a thousand positions in each point, without the closed forms."""
    labels, flags = np.zeros(12, dtype=bool), np.zeros(12, dtype=bool)
    labels[[3, 4, 8]] = True
    flags[[1, 6, 7]] = True
    time = (np.arange(12_000) + 0.5) / 1000
    zone_border = (5 + 8) / 2
    precision, recall = [], []
    for event, inside in (((3, 5), time < zone_border), ((8, 9), time >= zone_border)):
        zone = time[inside]
        flagged = zone[np.repeat(flags, 1000)[inside]]
        to_event = np.maximum(np.maximum(event[0] - zone, zone - event[1]), 0)
        own = np.maximum(np.maximum(event[0] - flagged, flagged - event[1]), 0)
        precision.append(np.mean([(to_event >= distance).mean() for distance in own]))
        own_points = zone[(zone > event[0]) & (zone < event[1])][::20]
        recall.append(np.mean([(np.abs(zone - y) >= np.abs(flagged - y).min()).mean() for y in own_points]))
    result = affiliation(labels, flags)
    assert result.precision == pytest.approx(np.mean(precision), abs=2e-3)
    assert result.recall == pytest.approx(np.mean(recall), abs=2e-3)


@pytest.mark.parametrize("seed", range(40))
def test_the_best_f1_equals_the_best_of_all_thresholds(seed):
    labels, scores = random_case(seed)
    tried = [affiliation(labels, scores >= cut).f1 for cut in np.unique(scores)]
    assert affiliation_f1_oracle(labels, scores) == pytest.approx(max(tried), abs=1e-12)


def test_long_monotone_scores_are_no_special_case():
    labels = np.arange(2000) % 500 < 40
    for scores in (np.arange(2000.0), -np.arange(2000.0)):
        tried = [affiliation(labels, scores >= cut).f1 for cut in np.unique(scores)[::50]]
        assert affiliation_f1_oracle(labels, scores) >= max(tried) - 1e-12


def test_known_flaws():
    labels = np.zeros(400, dtype=bool)
    labels[90:110] = labels[290:310] = True
    everything = affiliation(labels, np.ones(400, dtype=bool))
    assert everything.recall == 1
    assert 0.5 < everything.precision < 0.65
    one_found = np.zeros(400, dtype=bool)
    one_found[95] = True
    with_false_alarm = one_found.copy()
    with_false_alarm[340] = True
    assert affiliation(labels, with_false_alarm).f1 > affiliation(labels, one_found).f1
