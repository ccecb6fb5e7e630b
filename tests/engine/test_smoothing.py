"""The trailing mean that the harness takes of scores, for any detector."""

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.ranking import auc_roc
from tests.engine.conftest import TINY


def test_smoothing_is_a_trailing_mean_of_the_scores_of_every_part_and_costs_no_fit(measured, store, tmp_path):
    fits = tmp_path / "fits"
    plain, smooth = measured(f"{TINY}:Counting[file={fits}]", f"{TINY}:Counting[smoothing=3,file={fits}]")
    assert plain.scores == smooth.scores
    assert fits.read_text() == "ff"  # one for each recording
    measured(f"{TINY}:Counting[smoothing=5,file={fits}]")
    assert fits.read_text() == "ff"
    arrays = store.load_output(plain.scores["one"]).arrays
    mean = {}
    for part in ("validation", "test"):
        padded = np.concatenate([[0, 0], arrays[part].astype(np.float64)])
        sums = padded[2:] + padded[1:-1] + padded[:-2]
        mean[part] = sums / np.minimum(np.arange(1, len(sums) + 1), 3)
    assert smooth.rows[0]["cut@val"] == pytest.approx(np.quantile(mean["validation"], 0.99))
    assert smooth.rows[0]["AUC-ROC"] == auc_roc(np.arange(40) % 20 == 19, mean["test"])
    assert smooth.rows[0]["AUC-ROC"] < plain.rows[0]["AUC-ROC"]


def test_extra_scores_are_smoothed_too(measured):
    (plain, smooth) = measured(f"{TINY}:Sweeping", f"{TINY}:Sweeping[smoothing=3]")
    ours, theirs = (result.rows[0]["extra_scores"]["negative"] for result in (plain, smooth))
    assert ours["cut@val"] != theirs["cut@val"]


def test_a_detector_with_a_smoothing_of_its_own_is_left_alone(measured):
    (plain, own) = measured(f"{TINY}:Smoothing", f"{TINY}:Smoothing[smoothing=2]")
    assert own.rows[0]["cut@val"] == pytest.approx(2 * plain.rows[0]["cut@val"])
    assert own.rows[0]["AUC-ROC"] == plain.rows[0]["AUC-ROC"]


def test_smoothing_of_rows_without_time_order_is_refused_before_the_fit(measured, tmp_path):
    fits = tmp_path / "fits"
    (result,) = measured(f"{TINY}:Counting[smoothing=3,file={fits}]", dataset=f"{TINY}:Unordered")
    assert (result.status, fits.exists()) == ("ERROR", False)
    assert result.reason == (
        "smoothing=3 needs rows in time order, and the validation rows of 'one' have none: use smoothing=1"
    )


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "much"])
def test_smoothing_is_a_whole_number_of_points(measured, value):
    with pytest.raises(ParameterError, match="smoothing"):
        measured(f"{TINY}:Noisy[smoothing={value}]")
