import pytest

from benchmark.drawing.summary import summarise
from benchmark.interfaces.cell import Cell, Result


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
