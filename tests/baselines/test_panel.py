import numpy as np
import pytest

from baselines.panel import Panel, relative_rank
from benchmark.interfaces.recording import Recording


def test_ranks_rise_with_scores_and_pass_one_at_the_largest():
    held_out = np.arange(11.0)
    ranks = relative_rank(np.array([-1, 0, 5, 10, 15, 1e6]), held_out)
    assert ranks[0] == 0
    assert ranks[3] == 1
    assert ranks[4] == pytest.approx(2)
    assert (np.diff(ranks) > 0).all()


def test_the_unit_of_a_member_does_not_count():
    held_out, scores = np.arange(11.0), np.array([3.0, 12.0, 40.0])
    np.testing.assert_allclose(relative_rank(scores, held_out), relative_rank(1e9 * scores, 1e9 * held_out))


@pytest.mark.parametrize("sequential", [True, False])
def test_an_outlier_scores_highest(sequential):
    rows = np.random.default_rng(0).normal(size=(400, 4))
    rows[390] = 30
    whole = Recording("r", rows, tuple("abcd"), sequential=sequential)
    panel = Panel()
    panel.fit(whole.take(slice(200)), whole.take(slice(200, 300)))
    assert np.argmax(panel.score(whole.take(slice(300, None)))) == 90


def test_rows_that_move_after_a_flat_past_have_scores_that_vary():
    rows = np.zeros((300, 2))
    rows[250:260] = 5
    whole = Recording("r", rows, ("a", "b"))
    panel = Panel()
    panel.fit(whole.take(slice(150)), whole.take(slice(150, 200)))
    assert 50 <= np.argmax(panel.score(whole.take(slice(200, None)))) < 62
