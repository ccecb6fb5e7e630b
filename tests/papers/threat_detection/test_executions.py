"""Which executions are found at equal numbers of false alarms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.evaluation.measure import FALSE_ALARMS, measure_subgroups
from benchmark.interfaces.cell import Result
from benchmark.interfaces.protocol import Grouping
from benchmark.papers.threat_detection.executions import allowed, blocks, found, matches, sizes


def measured(scores, executions):
    """A row as the harness makes it: a normal point has an empty execution."""
    names = sorted(set(executions) - {""})
    labels = np.array([bool(one) for one in executions])
    index = np.array([names.index(one) if one else -1 for one in executions], np.int8)
    grouping = Grouping(index, tuple(names), with_normal=True, listed=True)
    scores = np.array(scores, np.float32)
    row = {"points": len(scores), "anomalous": int(labels.sum())}
    row["subgroups"] = {"incident": measure_subgroups({"cut@val": 0.0}, grouping, scores, labels)}
    return row | {"diagnostics": {"matched share": float((scores > 0).mean())}}


@pytest.fixture
def result():
    first = measured([0, 0, 3, 0, 2, 0, 3, 0, 0, 0, 4], ["", "", "", "", "", "a", "a", "b", "", "", "c"])
    return Result("OK", rows=[first, measured([0] * 20 + [1], [""] * 20 + ["d"])])


def test_blocks_hold_what_each_event_costs(result):
    first, second = blocks(result)
    assert (first.benign, second.benign) == (7, 20)
    assert first.executions == {"a": (7, 1), "b": (7,), "c": (0,)}
    assert sizes([first, second]) == {"a": 2, "b": 1, "c": 1, "d": 1}


def test_an_event_is_found_where_its_block_may_have_its_false_alarms(result):
    assert found(blocks(result), 0.0) == {"a": 0, "b": 0, "c": 1, "d": 1}
    assert found(blocks(result), 0.15) == {"a": 1, "b": 0, "c": 1, "d": 1}  # 1 of 7, and 3 of 20
    assert found(blocks(result), 1.0) == sizes(blocks(result))


def test_a_share_that_is_a_whole_number_of_events_allows_it():
    (block,) = blocks(Result("OK", rows=[measured([0] * 100 + [1], [""] * 100 + ["a"])]))
    assert [allowed(block, share / 100) for share in range(101)] == list(range(101))


def test_matches_of_rules_are_counted_apart_from_what_nothing_matches(result):
    own = matches(result)
    assert (own.alarms, own.benign, own.found) == (2, 27, {"a": 1, "b": 0, "c": 1, "d": 1})
    assert own.share == pytest.approx(2 / 27)
    assert own.missed == {"b"}


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["", "", "a", "b"])), min_size=3, max_size=30))
def test_matches_are_those_of_the_scores_themselves(points):
    points = [(0, ""), *points, (1, "a"), (0, "b")]  # as of rules: some benign event is not matched
    own = matches(Result("OK", rows=[measured(*zip(*points, strict=True))]))
    assert own.alarms == sum(score > 0 for score, execution in points if not execution)
    for name in ("a", "b"):
        assert own.found[name] == sum(score > 0 for score, execution in points if execution == name)


def test_more_false_alarms_never_find_less(result):
    counts = [sum(found(blocks(result), share / 20).values()) for share in range(21)]
    assert counts == sorted(counts)
    assert FALSE_ALARMS in result.rows[0]["subgroups"]["incident"]["a"]
