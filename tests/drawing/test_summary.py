import numpy as np
import pytest

from benchmark.drawing.summary import limits_of, summarise
from benchmark.interfaces.cell import Cell, Result
from benchmark.stats.intervals import hierarchical_interval, mean_interval


def runs(*results):
    return [(Cell("d", "twin", "p", seed, "m"), result) for seed, result in enumerate(results)]


def row(x, anomalous=1):
    return {"x": x, "points": 4, "anomalous": anomalous, "inside": {"y": x}}


def test_each_seed_is_the_mean_over_its_tasks():
    found = summarise(runs(Result("OK", rows=[row(0.0), row(1.0)]), Result("OK", rows=[row(1.0)])), "x")
    assert found.interval.mean == pytest.approx(0.75)
    assert found.interval.count == 2


def test_a_failed_seed_names_the_command_that_reruns_it():
    found = summarise(runs(Result("OK", rows=[row(1.0)]), Result("ERROR", "broken")), "x")
    assert found.interval is None
    assert found.status == "ERROR"
    assert "--method m --seed 1 --variant twin" in found.reason


def test_a_command_for_real_data_says_that_it_needs_their_folder():
    failed = [(Cell("d", "real", "p", 0, "m"), Result("ERROR", "broken"))]
    assert summarise(failed, "x").reason.endswith("--method m --seed 0 --data FOLDER")


def test_an_unregistered_method_has_no_command_to_rerun():
    found = summarise(runs(Result("NOT_REGISTERED", "unknown method 'm'")), "x")
    assert found.reason == "unknown method 'm'"


def test_a_task_with_one_class_is_left_out_of_the_mean():
    found = summarise(runs(Result("OK", rows=[row(0.5), row(None, anomalous=0), row(None, anomalous=4)])), "x")
    assert found.values == (0.5,)
    assert summarise(runs(Result("OK", rows=[row(None, anomalous=0)])), "x").status == "UNDEFINED"


def test_a_metric_name_with_a_slash_is_a_number_within_a_column():
    assert summarise(runs(Result("OK", rows=[row(0.25)])), "inside/y").values == (0.25,)
    assert summarise(runs(Result("OK", rows=[row(0.25)])), "outside/y").status == "UNDEFINED"


def named(*values, metric="F1@val"):
    """A result with one recording a value."""
    rows = [{metric: v, "points": 4, "anomalous": 1, "task": f"r{i}"} for i, v in enumerate(values)]
    return Result("OK", rows=rows)


def test_the_interval_of_a_metric_with_a_range_stays_within_it():
    found = summarise(runs(named(0.99), named(0.97), named(1.0)), "F1@val")
    assert found.interval == mean_interval([0.99, 0.97, 1.0], limits=(0, 1))
    assert found.interval.high < 1
    assert found.recordings == {}
    assert found.units == {"seed 0": 0.99, "seed 1": 0.97, "seed 2": 1.0}


def test_a_number_that_averages_recordings_has_an_interval_over_them():
    found = summarise(runs(named(0.1, 0.5, 0.9), named(0.2, 0.4, 0.9)), "F1@val")
    assert found.recordings == {"r0": (0.1, 0.2), "r1": (0.5, 0.4), "r2": (0.9, 0.9)}
    assert found.interval == hierarchical_interval(found.recordings, None, np.random.default_rng(0))
    assert found.values == (0.5, 0.5)
    assert found.limits is not None
    assert list(found.units) == ["r0", "r1", "r2"]
    assert np.mean(list(found.units.values())) == pytest.approx(0.5)


def test_units_of_unequal_clusters_average_to_the_number():
    results = runs(named(0.1, 0.5, 0.9, 0.4), named(0.2, 0.4, 0.9, 0.3))
    found = summarise(results, "F1@val", clusters={"r0": "a", "r1": "a", "r2": "a"})
    assert list(found.units) == ["r0", "r3"]
    assert np.mean(list(found.units.values())) == pytest.approx(found.interval.mean)
    assert found.interval.high - found.interval.low > 0


def test_recordings_that_change_with_the_seed_are_averaged_over_seeds():
    other = Result("OK", rows=[{"F1@val": 0.4, "points": 4, "anomalous": 1, "task": name} for name in ("r0", "x")])
    found = summarise(runs(named(0.1, 0.5), other), "F1@val")
    assert found.recordings == {}
    assert found.interval == mean_interval([0.3, 0.4], limits=(0, 1))


def test_limits_come_from_the_catalogue():
    assert limits_of("F1@val") == limits_of("F1@oracle") == limits_of("AUC-PR") == (0, 1)
    assert limits_of("subgroups/load/Low/ADR@labelled") == (0, 1)
    assert limits_of("MCC@val") == (-1, 1)
    assert limits_of("Delay@val") is None
    assert limits_of("diagnostics/rank") is None


def test_a_number_that_never_varies_has_no_limits():
    assert summarise(runs(named(0.5), named(0.5)), "F1@val").limits is None
    assert summarise(runs(named(0.5)), "F1@val").limits is None


def test_intervals_are_made_only_where_they_are_asked_for(monkeypatch):
    made = []
    monkeypatch.setattr("benchmark.drawing.summary.hierarchical_interval", lambda *arguments: made.append(arguments))
    found = summarise(runs(named(0.1, 0.5), named(0.2, 0.4)), "F1@val")
    assert made == []
    assert found.interval is None
    assert found.interval is None
    assert len(made) == 1
