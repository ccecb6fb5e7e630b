import pytest

from benchmark.artifacts.published import PublishedTable
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.audit import audit
from benchmark.verdicts.claims import Claims
from benchmark.verdicts.report import judge_claims

TABLES = {
    "table1": PublishedTable(
        place="Table 1",
        columns=("Precision", "Recall", "F1"),
        rows={"a": ("0.50", "0.50", "0.50"), "b": ("0.60", "0.60", "0.60"), "c": ("0.70", "0.70", "0.90")},
    )
}
HEAD = {"place": "here", "paraphrase": "x", "artifact": "t/table1", "scenarios": ("s",)}
SCATTER = (-0.002, -0.001, 0.0, 0.001, 0.002)


def number(row, mean, metric="F1@val", panel="", scatter=SCATTER, status="OK", scenario="s"):
    values = {} if mean is None else {seed: mean + one for seed, one in enumerate(scatter)}
    return Number(scenario, panel, f"m-{row}", row, metric, status, "" if values else "broken", values, ())


def verdicts(claim, numbers, variant="real", rows=None):
    claims = Claims(
        rows=rows or {}, columns={"Precision": "P@val", "Recall": "R@val", "F1": "F1@val"}, claim=(HEAD | claim,)
    )
    report = judge_claims("t", claims, TABLES, audit(TABLES), {"t/table1": numbers}, variant)
    return {result.claim: result for result in report.results}, report


ORDER = {"id": "order", "kind": "order", "metrics": ("F1@val",), "rows": ("a", "b", "c")}
BEST = {"id": "best", "kind": "better-than", "metrics": ("F1@val",), "row": "c", "than": ("a", "b")}


def all_of(table):
    return [number(row, mean, metric) for row, mean in table.items() for metric in ("P@val", "R@val", "F1@val")]


def test_a_number_that_fails_the_audit_is_inconsistent_whatever_is_measured():
    claim = {"id": "table1", "kind": "table", "published": "table1"}
    found, _ = verdicts(claim, all_of({"a": 0.501, "b": 0.603, "c": 0.9}))
    assert found["table1/a/F1"].verdict == "REPRODUCED"
    assert found["table1/c/F1"].verdict == "INCONSISTENT"
    assert found["table1/c/Precision"].verdict == "DIRECTION_ONLY"
    assert found["table1/c/F1"].measured.startswith("0.9000")
    on_twin, _ = verdicts(claim, all_of({"a": 0.501, "b": 0.603, "c": 0.9}), "twin")
    assert on_twin["table1/c/F1"].verdict == "INCONSISTENT"
    assert on_twin["table1/a/F1"].verdict == "NOT_TESTABLE"


def test_order_and_best():
    numbers = [number("a", 0.1), number("b", 0.2, scatter=(0, 0, 0, 0, 0)), number("c", 0.3)]
    assert verdicts(ORDER, numbers)[0]["order/F1@val"].verdict == "REPRODUCED"
    assert verdicts(BEST, numbers)[0]["best/F1@val"].verdict == "REPRODUCED"


def test_with_a_missing_row_the_others_can_refute_but_not_confirm():
    rising = [number("a", 0.1), number("b", None, status="NOT_REGISTERED"), number("c", 0.3)]
    found = verdicts(BEST, rising)[0]["best/F1@val"]
    assert found.verdict == "NOT_TESTABLE"
    assert "not registered" in found.reason
    falling = [number("a", 0.5, scatter=(0, 0, 0, 0, 0)), *rising[1:]]
    assert verdicts(BEST, falling)[0]["best/F1@val"].verdict == "NOT_REPRODUCED"
    # Both steps of the order need the missing row.
    assert verdicts(ORDER, rising)[0]["order/F1@val"].verdict == "NOT_TESTABLE"


def test_a_failed_row_has_no_verdict_and_says_why():
    claim = {"id": "table1", "kind": "table", "published": "table1"}
    numbers = [one for one in all_of({"a": 0.5, "b": 0.6, "c": 0.7}) if one.label != "a"]
    numbers += [number("a", None, metric, status="DIVERGED") for metric in ("P@val", "R@val", "F1@val")]
    found = verdicts(claim, numbers)[0]
    assert found["table1/a/Precision"].verdict == "NOT_TESTABLE"
    assert "diverged" in found["table1/a/Precision"].reason
    assert found["table1/b/Precision"].verdict == "REPRODUCED"


def test_rows_are_found_by_label_or_method_and_under_another_name():
    numbers = [number("a", 0.1), number("b", 0.2, scatter=(0, 0, 0, 0, 0)), number("Ours, published", 0.3)]
    for name in ("Ours, published", "m-Ours, published"):
        assert verdicts(BEST, numbers, rows={"c": name})[0]["best/F1@val"].verdict == "REPRODUCED"
    with pytest.raises(UnknownNameError, match="row of claim 'best/F1@val' 'c'"):
        verdicts(BEST, numbers)


def test_an_unknown_scenario_artifact_or_metric_is_an_error():
    numbers = [number("a", 0.1), number("b", 0.2), number("c", 0.3)]
    with pytest.raises(UnknownNameError, match="scenario of claim"):
        verdicts(BEST | {"scenarios": ("z",)}, numbers)
    with pytest.raises(UnknownNameError, match="artifact of claim"):
        verdicts(BEST | {"artifact": "t/table9"}, numbers)
    with pytest.raises(UnknownNameError, match="metric of claim"):
        verdicts(BEST | {"metrics": ("F2@val",)}, numbers)


def curve(**means):
    wobble = {name: [one * (place + 1) for one in SCATTER] for place, name in enumerate(means)}
    return [
        Number("s", "p", name[1:], name[1:], "F1@val", "OK" if mean is not None else "MISSING", "gone",
               {} if mean is None else {seed: mean + one for seed, one in enumerate(wobble[name])}, ())
        for name, mean in means.items()
    ]  # fmt: skip


def shape(kind, numbers, **operands):
    claim = {"id": "shape", "kind": kind, "panel": "p", "metrics": ("F1@val",), **operands}
    return verdicts(claim, numbers)[0]["shape"]


def test_curves_that_rise_fall_or_have_a_peak():
    hill = curve(x1=0.1, x2=0.3, x3=0.5, x4=0.4)
    assert shape("monotone", hill, **{"from": 1, "to": 3, "direction": "up"}).verdict == "REPRODUCED"
    assert shape("monotone", hill, **{"from": 1, "to": 4, "direction": "up"}).verdict == "NOT_REPRODUCED"
    assert shape("monotone", hill, **{"from": 3, "to": 4, "direction": "down"}).verdict == "REPRODUCED"
    assert shape("peak-at", hill, at=3).verdict == "REPRODUCED"
    assert shape("peak-at", hill, at=2).verdict == "NOT_REPRODUCED"
    flat = curve(x1=0.1, x2=0.3, x3=0.5, x4=0.499)
    assert shape("plateau-from", flat, **{"from": 3}).verdict == "REPRODUCED"


def test_a_gap_in_a_curve_or_a_position_that_is_not_visited_is_not_testable():
    holed = curve(x1=0.1, x2=None, x3=0.5)
    found = shape("monotone", holed, **{"from": 1, "to": 3, "direction": "up"})
    assert (found.verdict, found.reason) == ("NOT_TESTABLE", "2, F1@val: missing: gone")
    ends = curve(x1=0.1, x3=0.5)
    assert shape("peak-at", ends, at=2).verdict == "NOT_TESTABLE"
    assert shape("peak-at", [], at=2).verdict == "NOT_TESTABLE"


def test_ends_of_a_range_are_taken_seed_by_seed():
    tables = {"fig": PublishedTable(place="x", columns=(), rows={"1": (), "2": ()}, ranges={"R": ("0.30", "0.50")})}
    claim = HEAD | {"id": "fig", "kind": "table", "published": "fig", "panel": "p"}
    claims = Claims(columns={"R": "F1@val"}, claim=(claim,))
    report = judge_claims("t", claims, tables, [], {"t/table1": curve(x1=0.5, x2=0.3)}, "real")
    assert {line.claim: line.verdict for line in report.results} == {
        "fig/lowest/R": "REPRODUCED", "fig/highest/R": "REPRODUCED"
    }  # fmt: skip


def test_a_report_holds_the_numbers_that_claims_use_and_no_others():
    numbers = [number("a", 0.1), number("b", 0.2), number("c", 0.3), number("d", 0.4), number("a", 0.9, "AUC")]
    results, report = verdicts(BEST, numbers)
    names = [f"t/table1 | s | {row} | F1@val" for row in "cab"]
    assert list(report.numbers) == names
    assert report.numbers[names[1]] is numbers[0]
    assert results["best/F1@val"].numbers == tuple(names)
