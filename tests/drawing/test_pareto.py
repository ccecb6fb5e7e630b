import numpy as np
import polars as pl
import pytest

from benchmark.drawing.figure import Description, save
from benchmark.drawing.pareto import draw_pareto
from benchmark.interfaces.errors import DataError


def row(method, dataset, seed, value, fit=1.0, score=0.5):
    names = ("method", "dataset", "seed", "value", "fit_seconds", "score_seconds")
    return dict(zip(names, (method, dataset, seed, value, fit, score), strict=True))


FRAME = [
    row(method, dataset, seed, value + 0.01 * seed, seconds, 0.1 * seconds)
    for method, value, seconds in (
        ("cheap", 0.3, 0.01),
        ("good", 0.8, 20.0),
        ("beaten", 0.5, 30.0),
        ("fair", 0.6, 1.0),
        ("as-fair", 0.6, 2.0),
    )
    for dataset in ("x", "y")
    for seed in range(3)
]


def test_the_front_holds_the_methods_that_no_other_dominates():
    _, table, _ = draw_pareto(FRAME, "VUS-PR", "twin")
    assert table["method"].to_list() == ["cheap", "fair", "as-fair", "good", "beaten"]
    assert table.filter("on_front")["method"].to_list() == ["cheap", "fair", "good"]


def test_numbers_are_means_and_sums():
    _, table, _ = draw_pareto(FRAME, "VUS-PR", "twin")
    fair = table.row(1, named=True)
    assert fair["value"] == pytest.approx(0.61)
    assert fair["seconds"] == pytest.approx(2.2)  # two datasets of 1 + 0.1 s
    assert fair["low"] < fair["value"] < fair["high"]


def test_the_interval_of_one_dataset_is_over_its_seeds():
    _, table, _ = draw_pareto([one for one in FRAME if one["dataset"] == "x"], "VUS-PR", "twin")
    fair = table.row(1, named=True)
    assert fair["high"] - fair["value"] == pytest.approx(4.302653 * 0.01 / np.sqrt(3), abs=1e-8)


def test_the_interval_of_many_datasets_is_over_them_and_clusters_make_it_wider():
    frame = [row(method, f"{n}", seed, n / 10 + 0.001 * seed) for method in "ab" for n in range(8) for seed in range(2)]
    _, alone, _ = draw_pareto(frame, "VUS-PR", "twin", "recording")
    clusters = {f"{n}": "low" if n < 3 else "middle" if n < 6 else "high" for n in range(8)}
    _, clustered, notes = draw_pareto(frame, "VUS-PR", "twin", "recording", clusters)
    assert alone["high"][0] - alone["low"][0] > 0.2  # seeds alone vary by .001
    assert clustered["high"][0] - clustered["low"][0] > alone["high"][0] - alone["low"][0]
    assert "8 recordings and 2 seeds" in notes[0]


def test_equal_methods_are_both_on_the_front():
    frame = [row(method, "x", seed, 0.5) for method in "ab" for seed in range(2)]
    _, table, _ = draw_pareto(frame, "VUS-PR", "twin")
    assert table["on_front"].to_list() == [True, True]


def test_one_seed_and_one_dataset_are_drawn_without_intervals():
    _, table, _ = draw_pareto([row("a", "x", 0, 0.5), row("b", "x", 0, 0.6)], "VUS-PR", "twin")
    assert table["low"].is_nan().all()


def test_a_method_with_a_gap_is_named_below_the_figure():
    figure, table, _ = draw_pareto([*FRAME[:-1], row("as-fair", "y", 2, None)], "VUS-PR", "twin")
    assert "as-fair" not in table["method"].to_list()
    assert any("as-fair (no result on y, seed 2)" in text.get_text() for text in figure.texts)


def test_names_neither_overlap_nor_leave_the_axes():
    generator = np.random.default_rng(3)
    frame = [
        row(f"method-{index:02d}", "x", seed, value + 0.01 * seed, 10**cost)
        for index, (value, cost) in enumerate(zip(generator.random(18), generator.uniform(-2, 3, 18), strict=True))
        for seed in range(2)
    ]
    figure, _, _ = draw_pareto(frame, "VUS-PR", "twin")
    axes = figure.axes[0]
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
    assert len(boxes) == 18
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[index + 1 :])
        assert axes.get_window_extent().padded(2).contains(*box.min)
        assert axes.get_window_extent().padded(2).contains(*box.max)


def test_two_runs_give_the_same_bytes(tmp_path):
    written = []
    for name, frame in (("one", FRAME), ("two", pl.DataFrame(FRAME[::-1]))):
        figure, table, _ = draw_pareto(frame, "VUS-PR", "twin")
        written.append([path.read_bytes() for path in save(figure, tmp_path / name, table, Description("Cost"))])
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ([{"method": "a", "dataset": "x", "seed": 0, "value": 1.0}], "cost is fit_seconds"),
        ([row("a", "x", 0, 0.5, 0, 0)], "a costs 0 s"),
    ],
)
def test_a_cost_that_cannot_be_drawn_is_an_error(frame, message):
    with pytest.raises(DataError, match=message):
        draw_pareto(frame, "VUS-PR", "twin")
