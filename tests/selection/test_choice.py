"""The rule that picks one of the trials."""

from __future__ import annotations

from benchmark.interfaces.cell import Result
from benchmark.selection.choice import Trial, choose, least_loss, mean_ratio


def trial(method: str, *found: float, losses: tuple[float, ...] = ()) -> Trial:
    names = "abc"
    return Trial(method, "OK", dict(zip(names, found, strict=False)), dict(zip(names, losses, strict=False)))


def test_the_highest_mean_under_synthetic_anomalies_wins_and_the_default_wins_a_tie() -> None:
    first, second = trial("m", 0.2, 0.4), trial("m[k=2]", 0.5, 0.3)
    choice = choose([first, second, Trial("m[k=4]", "ERROR", {}, {})])
    assert (choice.method, choice.by) == ("m[k=2]", "synthetic anomalies")
    assert choose([trial("m", 0.3, 0.3), trial("m[k=2]", 0.3, 0.3)]).method == "m"


def test_an_own_loss_decides_among_trials_of_one_unit() -> None:
    trials = [
        trial("m", 0.9, 0.9, losses=(1.0, 10.0)),
        trial("m[k=2]", 0.1, 0.1, losses=(0.5, 11.0)),
        trial("m[k=4]", 0.5, 0.5, losses=(1.5, 9.0)),
    ]
    choice = choose(trials)  # 1, .8 and 1.2 times the first
    assert (choice.method, choice.by) == ("m[k=2]", "own loss")


def test_losses_of_other_units_are_compared_by_synthetic_anomalies() -> None:
    trials = [
        trial("m", 0.2, losses=(1.0,)),
        trial("m[k=2]", 0.3, losses=(0.9,)),
        trial("m[k=2,scaling=minmax]", 0.1, losses=(0.01,)),
        trial("m[scaling=minmax]", 0.5, losses=(0.02,)),
    ]
    choice = choose(trials)
    assert (choice.method, choice.by) == ("m[k=2]", "own loss and synthetic anomalies")


def test_a_trial_without_a_loss_leaves_all_to_synthetic_anomalies() -> None:
    choice = choose([trial("m", 0.2, losses=(1.0,)), trial("m[k=2]", 0.3)])
    assert (choice.method, choice.by) == ("m[k=2]", "synthetic anomalies")


def test_the_default_stays_where_all_fail() -> None:
    choice = choose([Trial("m", "ERROR", {}, {}), Trial("m[k=2]", "TIMEOUT", {}, {})])
    assert (choice.method, choice.by) == ("m", "default")
    assert [one["status"] for one in choice.record()["trials"]] == ["ERROR", "TIMEOUT"]


def test_numbers_come_from_the_result_of_a_cell() -> None:
    rows = [{"task": name, "VUS-PR": 0.4, "AUC-PR": 0.1, "diagnostics": {"validation loss": 2.0}} for name in "ab"]
    assert Trial.of("m", Result("OK", rows=rows)) == Trial("m", "OK", {"a": 0.4, "b": 0.4}, {"a": 2.0, "b": 2.0})
    del rows[0]["VUS-PR"], rows[1]["VUS-PR"]
    assert Trial.of("m", Result("OK", rows=rows)).found == {"a": 0.1, "b": 0.1}
    rows[1]["AUC-PR"] = None
    assert Trial.of("m", Result("OK", rows=rows)).found == {}
    assert Trial.of("m", Result("DIVERGED", "why")) == Trial("m", "DIVERGED", {}, {})
    assert Trial.of("m", Result("OK", rows=[{"task": "a", "F1": 0.5}])).found == {}


def test_one_trial_of_one_recording_is_a_choice() -> None:
    row = {"task": "a", "VUS-PR": 0.4, "diagnostics": {"validation loss": 2.0}}
    choice = choose([Trial.of("m", Result("OK", rows=[row]))])
    assert (choice.method, choice.by) == ("m", "own loss")


def test_a_loss_is_counted_in_units_of_the_first_and_a_reference_of_zero_as_one() -> None:
    assert mean_ratio({"a": 3.0, "b": 1.0}, {"a": 2.0, "b": 4.0}) == (1.5 + 0.25) / 2
    assert mean_ratio({"a": 3.0}, {"a": 0.0}) == 3.0
    assert least_loss([trial("m", losses=(2.0,)), trial("m[k=2]", losses=(2.0,))]).method == "m"
