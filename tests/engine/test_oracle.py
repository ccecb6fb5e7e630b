"""A detector that is told the labels: the bound on what an evaluation can show."""

import numpy as np
import pytest

from benchmark.engine.detect import Inputs
from benchmark.engine.tasks import load_tasks
from tests.engine.conftest import PERFECT, TINY


def test_an_oracle_scores_by_the_labels_of_every_part_and_is_not_fitted(measured, store):
    (result,) = measured(PERFECT)
    assert [row["F1@labelled"] for row in result.rows] == [1, 1]
    assert [row["AUC-PR"] for row in result.rows] == [1, 1]
    assert result.seconds["fit"] == 0
    arrays = store.load_output(result.scores["one"]).arrays
    expected = (np.arange(40) % 20 == 19).astype(np.float32)
    for part in ("validation", "labelled validation", "test"):
        assert np.array_equal(arrays[part], expected), part


def test_no_detector_but_an_oracle_is_told_a_label_to_score_by(measured):
    labelled = load_tasks(f"{TINY}:Tiny", "twin", "native", 0, None)[0].test
    with pytest.raises(ValueError, match="a part to score carries labels"):
        Inputs(labelled.unlabelled(), labelled.unlabelled(), {"test": labelled})
    (result,) = measured(f"{TINY}:SupervisedPeeking")
    assert result.ok, result.reason


def test_an_oracle_fits_the_published_rules_as_well(measured):
    (result,) = measured(PERFECT, protocol="paper-pa[window=10]")
    assert result.rows[0]["evaluation_steps"]["every test point"]["points"] == 40
