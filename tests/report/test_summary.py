import pytest

from benchmark.engine.cell import Cell, Result
from benchmark.report.summary import summarise


def runs(*results):
    return [(Cell("d", "twin", "p", seed, "m"), result) for seed, result in enumerate(results)]


def test_each_seed_is_the_mean_over_its_tasks():
    found = summarise(runs(Result("OK", rows=[{"x": 0.0}, {"x": 1.0}]), Result("OK", rows=[{"x": 1.0}])), "x")
    assert found.interval.mean == pytest.approx(0.75)
    assert found.interval.count == 2


def test_a_failed_seed_names_the_command_that_reruns_it():
    found = summarise(runs(Result("OK", rows=[{"x": 1.0}]), Result("ERROR", "broken")), "x")
    assert found.interval is None
    assert found.status == "ERROR"
    assert "--method 'm' --seed 1" in found.reason


def test_what_is_not_registered_has_nothing_to_rerun():
    found = summarise(runs(Result("NOT_REGISTERED", "unknown method 'm'")), "x")
    assert found.reason == "unknown method 'm'"
