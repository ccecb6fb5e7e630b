"""Claims over two looks at the seeds: decided early, carried on, and recorded with their look."""

from dataclasses import replace

import pytest

from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.profiles import PROFILES
from benchmark.papers.crl_bsad.table1 import Table1 as WorkloadTable
from benchmark.papers.gan_uq.table1 import Table1
from benchmark.verdicts.audit import audit
from benchmark.verdicts.claims import Claims
from benchmark.verdicts.looks import looks, planned
from benchmark.verdicts.record import Circumstances, as_record
from benchmark.verdicts.report import judge_claims
from tests.verdicts.test_report import COLUMNS, CUTS, HEAD, ORDER, TABLES, VALUE, number

EARLY, LATE = "look 1 of 2, 5 seeds", "look 2 of 2, 10 seeds"
STEADY = [0.002 * step for step in (-1, 0, 1, -1, 1)]
LOOSE = [15 * step for step in STEADY]
WILD = [60 * step for step in STEADY]
PLAN = {"t/table1": (5, 10)}


def report(claim, numbers, plan=PLAN):
    claims = Claims(columns=COLUMNS, claim=(HEAD | claim,)).model_copy(update={"choices": CUTS})
    return judge_claims("t", claims, TABLES, audit(TABLES), {"t/table1": numbers}, "real", plan)


def value(mean, first, second, plan=PLAN):
    """Verdict on F1 of row a, .50, from five seeds that scatter one way and five that scatter another way."""
    claim = {
        "id": "v", "kind": "value", "published": "table1", "row": "a", "column": "F1", "printed": "0.50",
        "metric": "F1@labelled",
    }  # fmt: skip
    return report(claim, [number("a", mean, scatter=[*first, *second])], plan).results[0]


def test_a_claim_that_the_first_look_decides_stays_decided():
    shown = value(0.50, STEADY, STEADY)
    assert (shown.verdict, shown.look) == ("REPRODUCED", EARLY)
    refuted = value(0.30, STEADY, STEADY)
    assert (refuted.verdict, refuted.look) == ("NOT_REPRODUCED", EARLY)
    assert "with all seeds" not in refuted.reason


def test_its_reason_says_if_later_seeds_speak_against_it():
    away = [0.3 + one for one in STEADY]
    found = value(0.50, STEADY, away)
    assert (found.verdict, found.look) == ("REPRODUCED", EARLY)
    assert found.reason.endswith("; with all seeds it would be UNDECIDABLE")
    assert found.measured.startswith("0.5000")


def test_other_claims_go_on_to_the_last_look():
    found = value(0.50, LOOSE, STEADY)
    assert (found.verdict, found.look) == ("REPRODUCED", LATE)
    assert value(0.50, WILD, WILD).look == LATE
    assert value(0.50, WILD, WILD).verdict in ("WITHIN_NOISE", "UNDECIDABLE")


def test_the_first_look_asks_for_more_than_a_single_one():
    """p is between the level of the first look, .0056, and 5 %: five seeds alone would decide."""
    alone = value(0.50, LOOSE, [], plan=None)
    assert (alone.verdict, alone.look) == ("REPRODUCED", "")
    assert value(0.50, LOOSE, [2 * one for one in WILD]).verdict != "REPRODUCED"


def test_every_number_is_recorded_with_all_its_seeds_and_the_look_with_the_claim():
    numbers = [number(row, mean, scatter=[*STEADY, *STEADY]) for row, mean in (("a", 0.5), ("b", 0.6), ("c", 0.9))]
    found = report(ORDER | {"published": ""}, numbers)
    assert found.results[0].look == EARLY
    assert all(len(one.values) == 10 for one in found.numbers.values())
    record = as_record(found, {}, Circumstances())
    assert record.decided["order/F1"]["look"] == EARLY
    single = as_record(report(ORDER | {"published": ""}, numbers, None), {}, Circumstances())
    assert "look" not in single.decided["order/F1"]


def test_a_verdict_of_the_audit_needs_no_look():
    found = {one.claim: one for one in report(VALUE, [one for row in "abc" for one in _all(row)]).results}
    assert (found["table1/c/F1"].verdict, found["table1/c/F1"].look) == ("INCONSISTENT", "")
    assert found["table1/a/F1"].look in (EARLY, LATE)


def _all(row):
    return [number(row, 0.5, f"{metric}@labelled", scatter=[*STEADY, *STEADY]) for metric in COLUMNS]


def test_one_look_spends_the_whole_error_rate_and_sees_every_seed():
    (once,) = looks(())
    assert (once.seeds, once.weight, once.name) == (None, 1.0, "")
    first, last = looks((5, 10))
    assert (first.seeds, last.seeds) == (5, None)
    assert first.weight + last.weight == pytest.approx(1)
    numbers = {"t": [number("a", 0.5, scatter=range(8))]}
    assert list(first.sees(numbers)["t"][0].values) == [0, 1, 2, 3, 4]
    assert last.sees(numbers) is numbers


def test_looks_are_planned_where_the_setting_has_their_seeds():
    default = PROFILES["default"]
    assert planned(Table1(), Setting("real", default)) == (5, 10)
    assert planned(Table1(), Setting("twin", default)) == ()
    assert planned(Table1(), Setting("real", PROFILES["full"])) == ()
    assert planned(Table1(), Setting("real", replace(PROFILES["full"], seeds=10))) == (5, 10)
    assert planned(WorkloadTable(), Setting("real", default)) == ()
