"""A run compared with records of itself that are altered in one respect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmark.engine.execute import Workers
from benchmark.engine.store import Store
from benchmark.interfaces.artifact import Setting
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.numbers import Number
from benchmark.interfaces.profiles import PROFILES
from benchmark.verdicts.comparison import compare
from benchmark.verdicts.pairs import number_pairs
from benchmark.verdicts.record import Circumstances, Record, as_record
from benchmark.verdicts.report import ClaimReport
from benchmark.verdicts.verify import papers_with, plan_claims

NOW = Circumstances("portable", {"torch": "2.6.0"})
OTHER = Circumstances("portable", {"torch": "2.7.0"})
BEST = "best/AUC-ROC"
QUIET = "tiny/table1 | native | Quiet | AUC-ROC"


@pytest.fixture
def run(tiny_paper, tmp_path):
    """The tiny paper, run on its real data."""
    setting, store = Setting("real", PROFILES["default"]), Store(tmp_path / "store")
    plan = plan_claims(papers_with("claims.toml"), setting, store, tmp_path / "data")
    (found,) = plan.run(store, tmp_path / "data", Workers(0), lambda total: lambda *_: None)
    return found


def recorded(run, **changes):
    return replace(as_record(run.report, run.data, NOW), **changes)


def compared(run, now=NOW, **changes):
    return compare([run], {"tiny": recorded(run, **changes)}, now)


def test_a_run_agrees_with_its_own_record_by_bytes(run):
    found = compared(run)
    assert (found.way, found.changes, found.unsettled, found.differing) == ("bytes", [], [], 0)
    assert found.numbers == len(run.report.numbers) == 12


def test_without_a_record_there_is_nothing_to_compare(run):
    found = compare([run], {}, NOW)
    assert (found.way, found.unrecorded, found.changes) == ("nothing", ["tiny"], [])


def test_a_record_of_other_rules_is_not_compared(run):
    found = compare([run], {"tiny": Record({"best @ native": "REPRODUCED"}, rules=1)}, NOW)
    assert (found.way, found.outdated, found.changes) == ("nothing", ["tiny"], [])


def test_one_byte_fails_where_arithmetic_libraries_and_data_are_equal(run):
    values = dict(recorded(run).values)
    values[QUIET] = {seed: value * (1 + 2**-52) for seed, value in values[QUIET].items()}
    found = compared(run, values=values)
    assert (found.way, found.causes) == ("bytes", [])
    (change,) = found.changes
    assert (change.what, change.name, change.numbers) == ("bytes", "tiny.py:Noisy", (QUIET,))
    assert f"1 number differs in some byte: {QUIET}" in str(change)


def test_statistics_decide_under_other_libraries_or_arithmetic(run):
    values = dict(recorded(run).values)
    values[QUIET] = {seed: value * (1 + 2**-52) for seed, value in values[QUIET].items()}
    found = compared(run, now=OTHER, values=values)
    assert (found.way, found.causes, found.changes) == ("statistics", ["torch 2.6.0 → 2.7.0"], [])
    native = compared(run, now=Circumstances("native", NOW.libraries), values=values)
    assert (native.way, native.changes) == ("statistics", [])
    assert native.causes == ["the record is in portable arithmetic, this run in native"]


def test_another_deciding_reading_is_a_change_of_the_rules(run):
    decided = dict(recorded(run).decided)
    decided[BEST] = {**decided[BEST], "reading": "another"}
    (change,) = compared(run, decided=decided).changes
    assert str(change).startswith(f"tiny: reading of {BEST}: another → native (the recorded values give it too")


def test_a_changed_rule_is_a_change_although_every_value_is_equal(run):
    verdicts = dict(recorded(run).verdicts) | {BEST: "WITHIN_NOISE"}
    (change,) = compared(run, verdicts=verdicts).changes
    assert str(change) == (
        f"tiny: verdict of {BEST}: WITHIN_NOISE → REPRODUCED "
        "(the recorded values give it too: rules, claims or printed numbers have changed)"
    )


def test_new_and_lost_claims_are_changes(run):
    verdicts = dict(recorded(run).verdicts)
    verdicts["gone"] = verdicts.pop(BEST)
    found = {change.name: (change.recorded, change.found) for change in compared(run, verdicts=verdicts).changes}
    assert found == {"gone": ("REPRODUCED", ""), BEST: ("", "REPRODUCED")}


def test_a_verdict_that_values_within_chance_decide_is_unsettled(run):
    """The recorded values of three seeds overlap, so that their order is not shown; the new ones agree."""
    loud = run.report.numbers[QUIET.replace("Quiet", "Loud")].values
    overlapping = {seed: loud[seed] + step for seed, step in zip(loud, (0.3, -0.1, 0.3), strict=True)}
    values = dict(recorded(run).values) | {QUIET: overlapping}
    again = {result.claim: result for result in run.report_on(values).results}
    assert again[BEST].verdict == "UNDECIDABLE"
    verdicts = dict(recorded(run).verdicts) | {claim: result.verdict for claim, result in again.items()}
    decided = dict(recorded(run).decided) | {claim: {"reading": result.reading} for claim, result in again.items()}
    found = compared(run, now=OTHER, values=values, verdicts=verdicts, decided=decided)
    assert found.way == "statistics"
    assert found.changes == []
    assert (BEST, "UNDECIDABLE", "REPRODUCED") in {
        (change.name, change.recorded, change.found) for change in found.unsettled
    }
    strict = compared(run, values=values, verdicts=verdicts, decided=decided)
    assert ("verdict", BEST) in {(change.what, change.name) for change in strict.changes}


def test_a_lost_number_and_a_new_one_are_changes(run):
    values = dict(recorded(run).values)
    values["tiny/table1 | native | Gone | F1@val"] = {0: 0.5, 1: 0.7}
    del values[QUIET]
    changes = {change.name: change for change in compared(run, values=values).changes if change.what == "mean"}
    assert set(changes) == {"tiny/table1 | native | Gone | F1@val", QUIET}
    assert (changes["tiny/table1 | native | Gone | F1@val"].recorded, changes[QUIET].recorded) == ("0.6000", "")


def test_other_data_come_first_and_leave_the_numbers_unpaired(run):
    data = dict.fromkeys(run.data, "0" * 64)
    found = compared(run, data=data)
    assert [change.what for change in found.changes] == ["data"]
    assert [cause.partition(":")[0] for cause in found.causes] == ["other data"]
    assert not any(pair.paired for pair in number_pairs(run.report, run.data, recorded(run, data=data)))


def cells(method, seeds=range(3)):
    return tuple(Cell("d", "twin", "native", seed, method) for seed in seeds)


def test_numbers_of_one_curve_and_of_shared_cells_have_one_training_run():
    seeds = {0: 0.1, 1: 0.2, 2: 0.3}
    numbers = {
        "p/fig1 | s | a | 1 | F1": Number("s", "a", "1", "1", "F1", "OK", "", seeds, cells("pca[k=1]")),
        "p/fig1 | s | a | 2 | F1": Number("s", "a", "2", "2", "F1", "OK", "", seeds, cells("pca[k=2]")),
        "p/fig1 | s | b | 1 | F1": Number("s", "b", "1", "1", "F1", "OK", "", seeds, cells("knn[k=1]")),
        "p/table1 | s | PCA | F1": Number("s", "", "pca[k=2]", "PCA", "F1", "OK", "", seeds, cells("pca[k=2]")),
        "p/table1 | s | mine | F1": Number("s", "", "x", "mine", "F1", "OK", "", seeds, cells("/a/b/my.py:Mine[c=1]")),
    }
    pairs = number_pairs(ClaimReport("p", [], numbers), {}, Record(values=dict.fromkeys(numbers, seeds)))
    curve, same, other, row, mine = pairs
    assert curve.run == same.run == row.run
    assert len({curve.run, other.run, mine.run}) == 3
    assert [pair.method for pair in pairs] == ["pca", "pca", "knn", "pca", "my.py:Mine"]


def timed(run):
    """The run, with AUC-ROC of Quiet as a number of the machine."""
    numbers = {
        name: [replace(one, timed=one.label == "Quiet" and one.metric == "AUC-ROC") for one in members]
        for name, members in run.numbers.items()
    }
    return replace(run, numbers=numbers)


def test_numbers_of_a_machine_are_recorded_with_it_and_not_compared(run):
    run = timed(run)
    assert recorded(run).timed == {QUIET}
    assert recorded(run).machine["cores"]
    values = dict(recorded(run).values)
    values[QUIET] = {seed: value * 0.99 for seed, value in values[QUIET].items()}
    found = compared(run, values=values)
    assert (found.way, found.changes, found.unsettled) == ("bytes", [], [])
    assert found.numbers == len(run.report.numbers) - 1


def test_a_verdict_by_numbers_of_a_machine_is_compared(run):
    run = timed(run)
    values = dict(recorded(run).values)
    values[QUIET] = {seed: value / 9 for seed, value in values[QUIET].items()}
    again = run.report_on(values).results
    verdicts = {result.claim: result.verdict for result in again}
    decided = {result.claim: {"reading": result.reading} for result in again}
    assert verdicts[BEST] == "NOT_REPRODUCED"
    changes = {one.name: one for one in compared(run, values=values, verdicts=verdicts, decided=decided).changes}
    assert {one.what for one in changes.values()} == {"verdict"}
    assert (changes[BEST].recorded, changes[BEST].found) == ("NOT_REPRODUCED", "REPRODUCED")
    assert all("numbers of the machine" in one.note for one in changes.values())
