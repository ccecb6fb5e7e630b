from itertools import product

import pytest
from matplotlib.legend import Legend

from benchmark.drawing.curve import Curve, Reading
from benchmark.drawing.figure import Description, save
from benchmark.drawing.specification import draw_specification
from benchmark.interfaces.errors import ParameterError

OPTIONS = {
    "label and split": ("row-split", "grouped", "injected"),
    "training": ("all rows", "normal rows"),
    "implementation": ("published", "corrected"),
    "threshold": ("best F1 on labelled validation", "known share", "99 % quantile", "peaks over threshold"),
    "averaging": ("anomalous class", "macro", "weighted"),
}

OUTCOMES = ("shown equal", "could be one run", "refuted", "a perfect score fails too")


def curve(choices, **changes):
    """A curve with every combination of the options; its numbers fall in the order of the combinations."""
    taken = [dict(zip(choices, one, strict=True)) for one in product(*(OPTIONS[name] for name in choices))]
    readings = [
        Reading(
            one, 0.9 - number / len(taken), 0.8 - number / len(taken), 1 - number / len(taken), 0.95, f"o{number % 2}"
        )
        for number, one in enumerate(taken)
    ]
    return Curve(**{"title": "F1 of ours", "quantity": "F1", "readings": readings} | changes)


def boxes(figure):
    """Text and box in inches of every text of the figure and its axes."""
    figure.draw_without_rendering()
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    legends = [text for axes in figure.axes for legend in axes.findobj(Legend) for text in legend.get_texts()]
    scale = figure.dpi_scale_trans.inverted()
    return [(text.get_text(), text.get_window_extent().transformed(scale)) for text in (*texts, *legends)]


def test_readings_are_in_the_order_of_their_numbers_with_one_line_each():
    drawing = draw_specification([curve(("training", "threshold"))], "Readings", ("A note.",))
    assert drawing.frame["mean"].is_sorted()
    assert drawing.frame.height == 2 * 4
    assert drawing.frame.columns == [
        "curve", "position", "training", "threshold", "mean", "low", "high", "bound", "outcome",
    ]  # fmt: skip
    assert drawing.frame.row(0, named=True)["threshold"] == "peaks over threshold"
    assert drawing.notes == ("A note.",)


@pytest.mark.parametrize("choices", [("training", "threshold"), tuple(OPTIONS)], ids=("8 readings", "144 readings"))
def test_texts_neither_overlap_nor_leave_the_figure(choices):
    lines = {"printed: .9523": 0.9523, "highest at the oracle cut: 0.589": 0.589}
    one = curve(choices, lines=lines, bound="at the oracle cut")
    figure = draw_specification([one, one], "GAN-UQ in all readings of its paper", ("A note. " * 40,)).figure
    width, height = figure.get_size_inches()
    found = boxes(figure)
    for text, box in found:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
    for index, (first, box) in enumerate(found):
        for second, other in found[index + 1 :]:
            assert not box.padded(-0.02).overlaps(other.padded(-0.02)), (first, second)


def test_options_are_in_the_order_that_is_asked_for_and_unused_ones_are_left_out():
    order = {"training": ("normal rows", "never used", "all rows")}
    assert curve(("training",), options=order).matrix() == {"training": ("normal rows", "all rows")}
    assert curve(("training",)).matrix() == {"training": OPTIONS["training"]}


def test_a_reading_without_interval_or_bound_is_drawn(tmp_path):
    one = Curve("F1", "F1", [Reading({"training": "all rows"}, 0.5, float("nan"), float("nan"))])
    drawing = draw_specification([one], "t")
    assert all(path.stat().st_size for path in save(drawing.figure, tmp_path / "it", drawing.frame, Description("t")))


def test_the_same_readings_give_the_same_bytes(tmp_path):
    def written(name):
        drawing = draw_specification([curve(("training", "threshold"))], "t")
        return [path.read_bytes() for path in save(drawing.figure, tmp_path / name, drawing.frame, Description("t"))]

    assert written("one") == written("two")


@pytest.mark.parametrize(
    ("curves", "problem"),
    [
        ([], "at least one"),
        ([Curve("empty", "F1", [])], "no reading"),
        ([Curve("two", "F1", [Reading({"a": "x"}, 0, 0, 0), Reading({"b": "x"}, 0, 0, 0)])], "different choices"),
        ([Curve("odd", "F1", [Reading({"a": "x"}, 0, 0, 0)], options={"a": ("y",)})], "'x' of 'a'"),
    ],
)
def test_faulty_curves_are_one_error(curves, problem):
    with pytest.raises(ParameterError, match=problem):
        draw_specification(curves, "t")
