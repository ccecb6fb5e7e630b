import pytest

from benchmark.drawing.marks import best_of, explanations
from benchmark.drawing.summary import summarise
from benchmark.interfaces.cell import Cell, Result


def summary(*tables, clusters=None):
    """One table of recordings a seed."""
    runs = [
        (
            Cell("d", "twin", "p", seed, "m"),
            Result("OK", rows=[{"x": v, "points": 4, "anomalous": 1, "task": f"r{i}"} for i, v in enumerate(values)]),
        )
        for seed, values in enumerate(tables)
    ]
    return summarise(runs, "x", clusters=clusters)


HIGH, LOW = ([0.8, 0.9, 0.7, 0.8], [0.81, 0.9, 0.71, 0.8]), ([0.3, 0.5, 0.2, 0.4], [0.3, 0.49, 0.2, 0.4])


@pytest.mark.parametrize(("better", "marked"), [("higher", {"high"}), ("lower", {"low"}), ("neither", set())])
def test_the_direction_of_the_metric_decides(better, marked):
    assert best_of({"high": summary(*HIGH), "low": summary(*LOW)}, better) == marked


def test_one_row_has_no_mark():
    assert best_of({"high": summary(*HIGH)}, "higher") == set()


def test_clusters_are_the_unit_where_there_are_some():
    clusters = {"r0": "a", "r1": "a", "r2": "a", "r3": "b"}
    high, low = summary(*HIGH, clusters=clusters), summary(*LOW, clusters=clusters)
    assert len(high.units) == 2
    assert best_of({"high": high, "low": low}, "higher") == {"high", "low"}  # two clusters show little
    notes = " ".join(explanations([high, low], marked=True, chance=False))
    assert "bootstrap of clusters of recordings" in notes
    assert "t-tests over clusters of recordings" in notes


def test_only_what_a_table_shows_is_explained():
    one_seed = summary([0.5])
    assert explanations([one_seed], marked=False, chance=False) == []
    (chance,) = explanations([one_seed], marked=False, chance=True)
    assert "better than chance" in chance
    recordings = explanations([summary(*HIGH)], marked=False, chance=False)
    assert len(recordings) == 1
    assert "over recordings" in recordings[0]
