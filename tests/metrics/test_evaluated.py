import numpy as np
import pytest

from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.metrics.evaluated import Evaluated, require_both_classes, require_event, require_flag
from tests.fixtures.series import FLAGS, LABELS, SCORES


def test_other_flags_share_labels_scores_and_events():
    case = Evaluated(LABELS, SCORES, window=5)
    events, sweep = case.events, case.sweep
    one, two = case.at(FLAGS), case.at(~FLAGS)
    assert one.events is two.events is events
    assert one.sweep is two.sweep is sweep
    assert one.window == 5
    np.testing.assert_array_equal(one.flags, FLAGS)
    np.testing.assert_array_equal(two.flags, ~FLAGS)
    assert one.flag_sweep is not two.flag_sweep
    assert one.at(~FLAGS).flag_sweep.ends.tolist() == two.flag_sweep.ends.tolist()


def test_a_shared_result_is_computed_once_for_each_set_of_flags():
    calls = []

    def share_flagged(case):
        calls.append(case)
        return case.flags.mean()

    case = Evaluated(LABELS, flags=FLAGS)
    other = case.at(~FLAGS)
    assert case.once(share_flagged) == case.once(share_flagged) == pytest.approx(FLAGS.mean())
    assert other.once(share_flagged) == pytest.approx(1 - FLAGS.mean())
    assert calls == [case, other]


@pytest.mark.parametrize("name", ["scores", "flags", "window"])
def test_reading_what_was_not_given_is_an_error_that_names_it(name):
    with pytest.raises(ParameterError, match=f"needs (a )?{name}"):
        getattr(Evaluated(LABELS), name)


def test_flags_of_another_length_are_refused_for_a_case_that_exists():
    with pytest.raises(DataError, match="60 labels and 3 flags"):
        Evaluated(LABELS).at([True, False, True])


def test_a_negative_window_is_refused():
    with pytest.raises(ParameterError, match="-2 points"):
        Evaluated(LABELS, SCORES, window=-2)


def test_requirements_replace_the_value_where_a_formula_has_none():
    def compute(case):
        return "computed"

    normal, anomalous, both = np.zeros(3, dtype=bool), np.ones(3, dtype=bool), np.array([True, False, False])
    assert require_event("undefined")(compute)(Evaluated(normal)) == "undefined"
    assert require_event("undefined")(compute)(Evaluated(anomalous)) == "computed"
    for labels, expected in ((normal, "undefined"), (anomalous, "undefined"), (both, "computed")):
        assert require_both_classes("undefined")(compute)(Evaluated(labels)) == expected
    assert require_flag("nothing")(compute)(Evaluated(both, flags=normal)) == "nothing"
    assert require_flag("nothing")(compute)(Evaluated(both, flags=both)) == "computed"
