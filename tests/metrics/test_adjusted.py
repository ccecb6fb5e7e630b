import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics import adjusted
from benchmark.metrics.point import point_metrics
from tests.fixtures.series import FLAGS, LABELS, random_case


def test_values_of_tsb_ad():
    # TSB-AD 1.5: metric_PointF1PA and metric_EventF1PA (there plus 1e-15 in a denominator).
    assert adjusted.f1_pa(LABELS, FLAGS) == pytest.approx(0.9090909090909091, abs=1e-12)
    assert adjusted.f1_composite(LABELS, FLAGS) == pytest.approx(0.8461538461538455, abs=1e-12)


def adjust(labels, flags, share):
    """Point adjustment written out, event by event."""
    flags = flags.copy()
    edges = np.flatnonzero(np.diff(labels, prepend=False, append=False))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if flags[start:stop].sum() > share * (stop - start):
            flags[start:stop] = True
    return flags


@pytest.mark.parametrize("seed", range(40))
def test_against_adjustment_written_out_at_every_threshold(seed):
    labels, scores = random_case(seed)
    cuts = np.unique(scores)
    for share in (0.0, 0.2, 0.25, 0.5, 1.0):
        tried = [point_metrics(labels, adjust(labels, scores >= cut, share))["f1"] for cut in cuts]
        assert [adjusted.f1_pa_k(labels, scores >= cut, share) for cut in cuts] == pytest.approx(tried)
        assert adjusted.f1_pa_k_oracle(labels, scores, share) == pytest.approx(max(tried))
    assert adjusted.f1_pa_oracle(labels, scores) == pytest.approx(adjusted.f1_pa_k_oracle(labels, scores, 0.0))
    composite = max(adjusted.f1_composite(labels, scores >= cut) for cut in cuts)
    assert adjusted.f1_composite_oracle(labels, scores) == pytest.approx(composite)


@pytest.mark.parametrize("seed", range(20))
def test_precision_and_recall_after_adjustment_written_out(seed):
    labels, scores = random_case(seed)
    for cut in np.unique(scores):
        flags = scores > cut
        expected = point_metrics(labels, adjust(labels, flags, 0.0))
        found = adjusted.pa(labels, flags)
        assert found.precision == pytest.approx(expected["precision"])
        assert found.recall == pytest.approx(expected["recall"])
        assert found.f1 == pytest.approx(adjusted.f1_pa(labels, flags))


def test_a_share_of_one_is_plain_f1_and_the_area_lies_between():
    labels, scores = random_case(5)
    flags = scores > 0
    assert adjusted.f1_pa_k(labels, flags, 1.0) == pytest.approx(point_metrics(labels, flags)["f1"])
    shares = np.arange(101) / 100
    area = np.trapezoid([adjusted.f1_pa_k(labels, flags, share) for share in shares], shares)
    assert adjusted.f1_pa_k_area(labels, flags) == pytest.approx(area)
    best = np.trapezoid([adjusted.f1_pa_k_oracle(labels, scores, share) for share in shares], shares)
    assert adjusted.f1_pa_k_area_oracle(labels, scores) == pytest.approx(best)


def test_a_share_of_a_hundred_points_is_a_whole_number_of_them():
    labels = np.ones(100, dtype=bool)
    assert adjusted.f1_pa_k(labels, np.arange(100) < 7, 0.07) < 1
    assert adjusted.f1_pa_k(labels, np.arange(100) < 8, 0.07) == 1


def test_known_flaw_a_random_score_reaches_nine_tenths_where_events_are_long():
    labels = np.arange(20_000) % 5000 < 500
    assert adjusted.random_control(adjusted.f1_pa_oracle, labels) > 0.9
    assert adjusted.random_control(adjusted.f1_pa_oracle, labels) == adjusted.random_control(
        adjusted.f1_pa_oracle, labels
    )


def test_a_share_outside_0_to_1_is_refused():
    with pytest.raises(ParameterError, match="20"):
        adjusted.f1_pa_k(LABELS, FLAGS, 20)
