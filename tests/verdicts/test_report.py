"""Claims of a small paper with two readings, judged on values made by hand."""

import pytest

from benchmark.artifacts.published import Names, PublishedTable
from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.audit import audit
from benchmark.verdicts.choices import Choices
from benchmark.verdicts.claims import Claims
from benchmark.verdicts.report import judge_claims

COLUMNS = {"Precision": "Precision@labelled", "Recall": "Recall@labelled", "F1": "F1@labelled"}
TABLES = {
    "table1": PublishedTable(
        place="Table 1",
        columns=tuple(COLUMNS),
        rows={"a": ("0.50", "0.50", "0.50"), "b": ("0.60", "0.60", "0.60"), "c": ("0.70", "0.70", "0.90")},
        names=Names(columns=COLUMNS),
    )
}
CUTS = Choices.model_validate(
    {
        "ceilings": "t/table1",
        "choice": [
            {
                "id": "threshold",
                "sentence": "x",
                "place": "y",
                "option": [{"id": cut, "text": "t", "cut": cut} for cut in ("labelled", "val")],
            }
        ],
    }
)
HEAD = {"place": "here", "paraphrase": "x", "artifact": "t/table1", "scenario": "s"}
NEAR = tuple(step * 0.001 for step in (-2, -1, 0, 1, 2, 0.5, -0.5, 0, 1, -1))
FAR = tuple(100 * one for one in NEAR)
VALUE = {"id": "table1", "kind": "table", "published": "table1"}
ORDER = {"id": "order", "kind": "order", "metrics": ("F1",), "rows": ("a", "b", "c"), "published": "table1"}
BEST = {"id": "best", "kind": "better-than", "metrics": ("F1",), "row": "c", "than": ("a", "b")}
TURNED = NEAR[::-1]


def number(row, mean, metric="F1@labelled", panel="", scatter=NEAR, status="OK", scenario="s"):
    values = {} if mean is None else {seed: mean + one for seed, one in enumerate(scatter)}
    return Number(scenario, panel, f"m-{row}", row, metric, status, "" if values else "broken", values, ())


def judged(claim, numbers, variant="real", rows=None, choices=CUTS, tables=TABLES):
    claims = Claims(rows=rows or {}, columns=COLUMNS, claim=(HEAD | claim,)).model_copy(update={"choices": choices})
    report = judge_claims("t", claims, tables, audit(tables), {"t/table1": numbers}, variant)
    return {result.claim: result for result in report.results}, report


def f1(labelled, val, row="a", **changes):
    return [number(row, labelled, "F1@labelled", **changes), number(row, val, "F1@val", **changes)]


def verdict_of(numbers, printed="0.50", choices=CUTS):
    claim = {
        "id": "v", "kind": "value", "published": "table1", "row": "a", "column": "F1", "printed": printed,
        "metric": "F1@labelled",
    }  # fmt: skip
    return judged(claim, numbers, choices=choices)[0]["v"]


def test_a_number_that_one_reading_meets_is_reproduced_there():
    found = verdict_of(f1(0.505, 0.2))
    assert (found.verdict, found.reading, found.measured[:6]) == ("REPRODUCED", "labelled", "0.5050")
    assert found.reason.startswith("within 0.02 in 1 of 2 readings; the mean is 0.0050 off")
    # Two readings, each with the numbers that are at most .02 outside its interval of one run.
    assert found.reason.endswith("; 9% of all numbers from 0 to 1 would be reproduced")
    assert found.reason.count("would") == 1
    wider = verdict_of(f1(0.53, 0.2, scatter=[8 * one for one in NEAR]))
    assert (wider.verdict, wider.reason[:11]) == ("REPRODUCED", "within 0.05")


def test_a_number_is_refuted_only_if_every_reading_refutes_it():
    found = verdict_of(f1(0.3, 0.2))
    assert (found.verdict, found.reading) == ("NOT_REPRODUCED", "labelled")
    assert "refuted in 2 readings" in found.reason
    assert "all measure less; nearest: the mean is 0.2000 off" in found.reason
    assert "all measure more" in verdict_of(f1(0.7, 0.8)).reason
    one_open = [*f1(0.3, 0.2)[:1], *f1(0.3, 0.35, scatter=FAR)[1:]]
    assert verdict_of(one_open).verdict in ("WITHIN_NOISE", "UNDECIDABLE")


def test_a_difference_that_nobody_would_act_on_refutes_nothing():
    assert verdict_of(f1(0.519, 0.1)).verdict == "REPRODUCED"
    assert verdict_of(f1(0.545, 0.1)).verdict == "NOT_REPRODUCED"


def test_a_spread_that_decides_nothing_is_undecidable_and_names_the_seeds():
    found = verdict_of(f1(0.5, 0.5, scatter=FAR)[:1])
    assert found.verdict == "UNDECIDABLE"
    assert "only known to ±" in found.reason
    assert "seeds for 0.80" in found.power
    assert found.power.startswith("equality within 0.05: power 0.")


def test_a_compatible_number_that_is_not_shown_equal_is_within_noise():
    found = verdict_of(f1(0.55, 0.1, scatter=[20 * one for one in NEAR]))
    assert found.verdict == "WITHIN_NOISE"
    assert "one run is in [" in found.reason
    assert "of all numbers from 0 to 1 would fit some reading" in found.reason


def test_below_the_oracle_cut_the_reason_says_so():
    numbers = [*f1(0.1, 0.1), number("a", 0.3, "F1@oracle")]
    assert "not even at the oracle cut: F1@oracle is at most 0.3000 (a, s)" in verdict_of(numbers).reason
    assert "oracle" not in verdict_of([*f1(0.1, 0.1), number("a", 0.49, "F1@oracle")]).reason


def test_a_random_score_that_fits_too_is_named():
    chance = number("chance", 0.50, "F1@labelled")
    assert "a random score fits it there too (0.5000)" in verdict_of([*f1(0.505, 0.2), chance]).reason
    assert "random" not in verdict_of([*f1(0.505, 0.2), number("chance", 0.1, "F1@labelled")]).reason


def test_a_reading_that_a_perfect_score_fails_judges_nothing():
    numbers = [*f1(0.3, 0.2), number("perfect", 1.0, scatter=[0] * 10), number("perfect", 0.1, "F1@val")]
    found = verdict_of(numbers)
    assert found.verdict == "NOT_REPRODUCED"
    assert "refuted in 1 reading (1 judges nothing)" in found.reason
    none = verdict_of([*f1(0.3, 0.2), number("perfect", 0.1), number("perfect", 0.1, "F1@val")])
    assert none.verdict == "NOT_TESTABLE"
    assert "no reading can judge it; labelled: s: a perfect detector gets 0.100" in none.reason


def test_a_reading_without_a_number_lets_the_others_reproduce_but_not_refute():
    failed = number("a", None, "F1@val", status="TIMEOUT")
    assert verdict_of([number("a", 0.505), failed]).verdict == "REPRODUCED"
    found = verdict_of([number("a", 0.3), failed])
    assert found.verdict == "NOT_TESTABLE"
    assert "refuted in 1 reading, but not judged in val: a, F1@val: timeout: broken" in found.reason
    undefined = number("a", None, "F1@val", status="UNDEFINED")
    assert verdict_of([number("a", 0.3), undefined]).verdict == "NOT_REPRODUCED"
    one_seed = verdict_of(f1(0.3, 0.2, scatter=NEAR[:1]))
    assert (one_seed.verdict, one_seed.reason) == ("NOT_TESTABLE", "fewer than two common seeds")


def test_equal_readings_count_once():
    assert "within 0.02 in 1 of 1 reading;" in verdict_of(f1(0.505, 0.505)).reason


def test_refutations_are_corrected_over_the_numbers_of_a_table():
    spread = [13 * one for one in NEAR]
    row = [number("a", 0.56, f"{metric}@labelled", scatter=spread) for metric in ("Precision", "Recall", "F1")]
    alone = verdict_of(row[2:])
    assert alone.verdict == "NOT_REPRODUCED"
    others = [number(name, 0.6, f"{metric}@labelled") for name in "bc" for metric in ("Precision", "Recall", "F1")]
    found = judged(VALUE, [*row, *others])[0]["table1/a/F1"]
    assert found.verdict != "NOT_REPRODUCED"
    assert "refuted alone, but not after Holm's correction" in found.reason


def test_a_number_that_fails_the_audit_is_inconsistent_whatever_is_measured():
    numbers = [number(row, 0.5, f"{metric}@labelled") for row in "abc" for metric in ("Precision", "Recall", "F1")]
    found, _ = judged(VALUE, numbers)
    assert found["table1/a/F1"].verdict == "REPRODUCED"
    assert found["table1/c/F1"].verdict == "INCONSISTENT"
    assert found["table1/c/Precision"].verdict == "NOT_REPRODUCED"
    assert found["table1/c/F1"].measured.startswith("0.5000")
    on_twin, _ = judged(VALUE, numbers, "twin")
    assert on_twin["table1/c/F1"].verdict == "INCONSISTENT"
    assert (on_twin["table1/a/F1"].verdict, on_twin["table1/a/F1"].reading) == ("NOT_TESTABLE", "")


def rows(a, b, c, cut="labelled", **changes):
    return [
        number("a", a, f"F1@{cut}", **changes),
        number("b", b, f"F1@{cut}", scatter=TURNED),
        number("c", c, f"F1@{cut}"),
    ]


def test_order_and_best_are_shown_in_one_reading_or_refuted_in_all():
    rising, falling = rows(0.1, 0.2, 0.3), rows(0.3, 0.2, 0.1, "val")
    found = judged(ORDER, [*rising, *falling])[0]["order/F1"]
    assert (found.verdict, found.reading, found.measured) == ("REPRODUCED", "labelled", "2 of 2 steps as claimed")
    assert judged(BEST, [*rising, *falling])[0]["best/F1"].verdict == "REPRODUCED"
    both = [*rows(0.31, 0.21, 0.11), *falling]
    found = judged(ORDER, both)[0]["order/F1"]
    assert found.verdict == "NOT_REPRODUCED"
    assert "a step is reversed or without any difference in 2 readings" in found.reason
    assert "above b: -0.1000" in found.reason or "above a: -0.1000" in found.reason


def test_a_comparison_in_which_lower_is_better():
    claim = BEST | {"lower": True}
    assert judged(claim, rows(0.3, 0.2, 0.1))[0]["best/F1"].verdict == "REPRODUCED"
    assert judged(claim, rows(0.1, 0.2, 0.3))[0]["best/F1"].verdict == "NOT_REPRODUCED"


def test_direction_only_undecidable_and_noise():
    wide = [10 * one for one in NEAR]
    claim = BEST | {"than": ("a",)}
    assert judged(claim, rows(0.295, 0.2, 0.3, scatter=wide))[0]["best/F1"].verdict == "DIRECTION_ONLY"
    assert judged(claim, rows(0.305, 0.2, 0.3, scatter=wide))[0]["best/F1"].verdict == "WITHIN_NOISE"
    found = judged(claim, rows(0.295, 0.2, 0.3, scatter=FAR))[0]["best/F1"]
    assert found.verdict == "UNDECIDABLE"
    assert "a difference of 0.0200 could be shown in none of 1 reading" in found.reason
    # Printed differences of .10 and .30 in place of .02 can be shown at this spread.
    assert (
        judged(claim | {"published": "table1"}, rows(0.295, 0.2, 0.3, scatter=FAR))[0]["best/F1"].verdict
        != "UNDECIDABLE"
    )


def test_with_a_missing_row_the_others_can_refute_but_not_confirm():
    rising = [number("a", 0.1), number("b", None, status="NOT_REGISTERED"), number("c", 0.3, scatter=TURNED)]
    found = judged(BEST, rising)[0]["best/F1"]
    assert found.verdict == "NOT_TESTABLE"
    assert "not registered" in found.reason
    falling = [number("a", 0.5, scatter=TURNED), *rising[1:]]
    assert judged(BEST, falling)[0]["best/F1"].verdict == "NOT_REPRODUCED"
    # Both steps of the order need the missing row.
    assert judged(ORDER, rising)[0]["order/F1"].verdict == "NOT_TESTABLE"


def test_an_untestable_row_is_not_judged_and_confirms_no_comparison():
    choices = CUTS.model_copy(update={"untestable": {"b": "our own reconstruction"}})
    numbers = [number(row, 0.6, f"{metric}@labelled") for row in "abc" for metric in ("Precision", "Recall", "F1")]
    found = judged(VALUE, numbers, choices=choices)[0]
    assert (found["table1/b/F1"].verdict, found["table1/b/F1"].reason) == ("NOT_TESTABLE", "our own reconstruction")
    assert found["table1/a/F1"].verdict == "NOT_REPRODUCED"
    best = judged(BEST, rows(0.1, 0.2, 0.3), choices=choices)[0]["best/F1"]
    assert (best.verdict, best.reason) == ("NOT_TESTABLE", "b: our own reconstruction")
    with pytest.raises(UnknownNameError, match=r"row of \[untestable\]"):
        judged(BEST, rows(0.1, 0.2, 0.3), choices=CUTS.model_copy(update={"untestable": {"z": "x"}}))


def test_rows_are_found_by_label_or_method_and_under_another_name():
    numbers = [number("a", 0.1), number("b", 0.2, scatter=TURNED), number("Ours, published", 0.3)]
    for name in ("Ours, published", "m-Ours, published"):
        assert judged(BEST, numbers, rows={"c": name})[0]["best/F1"].verdict == "REPRODUCED"
    with pytest.raises(UnknownNameError, match="row of claim 'best/F1' 'c'"):
        judged(BEST, numbers)


def test_an_unknown_section_artifact_or_metric_is_an_error():
    numbers = rows(0.1, 0.2, 0.3)
    with pytest.raises(UnknownNameError, match="section of claim"):
        judged(BEST | {"scenario": "z"}, numbers)
    with pytest.raises(UnknownNameError, match="artifact of claim"):
        judged(BEST | {"artifact": "t/table9"}, numbers)
    with pytest.raises(UnknownNameError, match="metric of claim"):
        judged(BEST | {"metrics": ("F2",)}, numbers)


def test_numbers_together_need_one_reading():
    """Recall fits at one cut and F1 at the other: each number alone is reproduced, the row is not."""
    apart = [
        number("a", mean, f"{metric}@{cut}")
        for metric, means in {"Precision": (0.5, 0.5), "Recall": (0.5, 0.2), "F1": (0.2, 0.5)}.items()
        for mean, cut in zip(means, ("labelled", "val"), strict=True)
    ]
    claim = {"id": "row", "kind": "together", "published": "table1", "rows": ("a",), "each": True}
    singles = judged(
        VALUE, [*apart, *[number(r, 0.6, f"{m}@labelled") for r in "bc" for m in ("Precision", "Recall", "F1")]]
    )[0]
    assert {singles[f"table1/a/{column}"].verdict for column in COLUMNS} == {"REPRODUCED"}
    row = judged(claim, apart)[0]["row/a"]
    assert (row.verdict, row.paraphrase) == ("NOT_REPRODUCED", "x (a).")
    assert "some number is refuted in each of 2 readings" in row.reason
    together = [
        number("a", 0.5, f"{metric}@{cut}") for metric in ("Precision", "Recall", "F1") for cut in ("labelled", "val")
    ]
    assert judged(claim, together)[0]["row/a"].verdict == "REPRODUCED"


def test_an_untested_claim_gives_its_reason():
    claim = {"id": "noise", "kind": "untested", "place": "here", "paraphrase": "x", "reason": "nothing varies it"}
    claims = Claims(claim=(claim,))
    (result,) = judge_claims("t", claims, TABLES, [], {}, "real").results
    assert (result.verdict, result.reason) == ("NOT_TESTABLE", "nothing varies it")


def curve(panel="p", metric="F1@labelled", **means):
    wobble = {name: [one * (place + 1) for one in NEAR] for place, name in enumerate(means)}
    return [
        Number("s", panel, name[1:], name[1:], metric, "OK" if mean is not None else "MISSING", "gone",
               {} if mean is None else {seed: mean + one for seed, one in enumerate(wobble[name])}, ())
        for name, mean in means.items()
    ]  # fmt: skip


def shape(kind, numbers, **operands):
    claim = {"id": "shape", "kind": kind, "panel": "p", "metrics": ("F1",), **operands}
    return judged(claim, numbers)[0]["shape"]


def test_curves_that_rise_fall_turn_or_have_a_peak():
    hill = curve(x1=0.1, x2=0.3, x3=0.5, x4=0.4)
    assert shape("monotone", hill, **{"from": 1, "to": 3, "direction": "up"}).verdict == "REPRODUCED"
    assert shape("monotone", hill, **{"from": 1, "to": 4, "direction": "up"}).verdict == "NOT_REPRODUCED"
    assert shape("monotone", hill, **{"from": 3, "to": 4, "direction": "down"}).verdict == "REPRODUCED"
    assert shape("peak-at", hill, at=3).verdict == "REPRODUCED"
    assert shape("peak-at", hill, at=2).verdict == "NOT_REPRODUCED"
    assert shape("peak-at", hill, at=2, than=[1]).verdict == "REPRODUCED"
    either = shape("peak-at", hill, at=[2, 3], than=[1, 4])
    assert (either.verdict, either.reading) == ("REPRODUCED", "labelled, 3")
    assert shape("steeper-at", curve(x1=0.5, x2=0.45, x3=0.2), positions=[1, 2, 3]).verdict == "REPRODUCED"
    assert shape("steeper-at", curve(x1=0.5, x2=0.2, x3=0.15), positions=[1, 2, 3]).verdict == "NOT_REPRODUCED"


def test_a_plateau_has_a_fixed_margin():
    assert shape("plateau-from", curve(x1=0.1, x2=0.3, x3=0.5, x4=0.499), **{"from": 3}).verdict == "REPRODUCED"
    found = shape("plateau-from", curve(x1=0.1, x2=0.3, x3=0.5, x4=0.44), **{"from": 3})
    assert found.verdict == "NOT_REPRODUCED"
    assert "a change of more than 0.02" in found.reason
    assert shape("plateau-from", curve(x1=0.1, x2=0.3), **{"from": 2}).verdict == "NOT_TESTABLE"


def test_curves_of_several_metrics_are_judged_together():
    both = [*curve(x1=0.1, x2=0.3), *curve(metric="Recall@labelled", x1=0.3, x2=0.1)]
    claim = {"from": 1, "to": 2, "direction": "up", "metrics": ("F1", "Recall")}
    assert shape("monotone", both, **claim).verdict == "NOT_REPRODUCED"
    assert shape("monotone", both, **(claim | {"metrics": ("F1",)})).verdict == "REPRODUCED"


def test_a_gap_in_a_curve_or_a_position_that_is_not_visited_is_not_testable():
    holed = curve(x1=0.1, x2=None, x3=0.5)
    found = shape("monotone", holed, **{"from": 1, "to": 3, "direction": "up"})
    assert (found.verdict, found.reason) == ("NOT_TESTABLE", "2, F1@labelled: missing: gone")
    found = shape("peak-at", curve(x1=0.1, x3=0.5), at=2)
    assert (found.verdict, found.reason) == ("NOT_TESTABLE", "no point 2 under this profile; it has 1, 3")
    assert "has no number here" in shape("peak-at", [], at=2).reason


def test_ends_of_a_range_are_taken_seed_by_seed():
    tables = {"fig": PublishedTable(place="x", columns=(), rows={"1": (), "2": ()}, ranges={"F1": ("0.30", "0.50")})}
    claim = {"id": "fig", "kind": "table", "published": "fig", "panel": "p"}
    found, _ = judged(claim, curve(x1=0.5, x2=0.3), tables=tables)
    assert {name: line.verdict for name, line in found.items()} == {
        "fig/lowest/F1": "REPRODUCED", "fig/highest/F1": "REPRODUCED"
    }  # fmt: skip


def test_a_report_holds_the_numbers_that_claims_use_and_no_others():
    numbers = [
        *rows(0.1, 0.2, 0.3),
        number("d", 0.4),
        number("a", 0.9, "AUC-ROC"),
        number("perfect", 1.0, scatter=[0] * 10),
    ]
    results, report = judged(BEST, numbers)
    names = [f"t/table1 | s | {row} | F1@labelled" for row in ("c", "a", "b", "perfect")]
    assert sorted(report.numbers) == sorted(names)
    assert report.numbers[names[1]] is numbers[0]
    assert sorted(results["best/F1"].numbers) == sorted(names)
