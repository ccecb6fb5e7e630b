from pathlib import Path

import numpy as np
import polars as pl

from benchmark.drawing import point_adjustment as illustrate


def test_events_have_their_length_and_share():
    labels = illustrate.make_labels(20_000, 50, np.random.default_rng(0))
    edges = np.flatnonzero(np.diff(labels, prepend=False, append=False))
    assert labels.mean() == 0.1
    assert set(np.diff(edges)[::2].tolist()) == {50}


def test_the_figure_is_the_same_each_time_and_shows_what_the_text_says(tmp_path, monkeypatch):
    monkeypatch.setattr(illustrate, "POINTS", 10_000)
    monkeypatch.setattr(illustrate, "DRAWS", 2)
    monkeypatch.setattr(illustrate, "LENGTHS", (1, 10, 500))
    first = {path.name: path.read_bytes() for path in illustrate.illustrate(tmp_path / "one")}
    second = {path.name: path.read_bytes() for path in illustrate.illustrate(tmp_path / "two")}
    assert first == second
    assert set(first) == {f"point_adjustment.{extension}" for extension in ("png", "svg", "csv", "json")}
    best = pl.read_csv(tmp_path / "one/figures/metrics/point_adjustment.csv").filter(pl.col("event_length") == 500)
    by_metric = dict(zip(best["metric"], best["mean"], strict=True))
    assert by_metric["F1-PA"] > 0.9 > 0.3 > by_metric["F1"]


def test_the_committed_numbers_are_those_of_the_text():
    committed = Path(__file__).parents[2] / "figures" / "metrics" / "point_adjustment.csv"
    table = pl.read_csv(committed).filter(pl.col("metric") == "F1-PA")
    above = table.filter(pl.col("mean") > 0.9)["event_length"].to_list()
    assert above == [200, 500, 1000]
