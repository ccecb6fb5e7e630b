import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from benchmark.drawing.critical_difference import draw_critical_difference
from benchmark.drawing.figure import Description, figure_style, new_figure, notes_height, palette, save, write_notes
from benchmark.stats.ranks import rank_methods


def drawn():
    with figure_style():
        figure = new_figure(3, 2)
        axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
        axes.plot([1, 2], [3, 4])
        axes.set_xlabel("seconds")
    return figure


WORDS = Description("Speed", "real data", "seconds", ("A note.",))
FRAME = pl.DataFrame({"x": [1, 2], "y": [1 / 3, 4.0]})


def ranking(methods, datasets, seeds=2):
    generator = np.random.default_rng(0)
    frame = [
        {
            "method": f"m-{m}" if methods == 8 else f"method-{m:02d}",
            "dataset": f"d{d}",
            "seed": s,
            "value": 0.1 * m + generator.normal(0, 0.2),
        }
        for m in range(methods)
        for d in range(datasets)
        for s in range(seeds)
    ]
    return rank_methods(frame, np.random.default_rng(0), resamples=200)


def test_saving_twice_gives_the_same_bytes_without_date_or_version(tmp_path):
    one, two = (
        save(drawn(), tmp_path / "a" / "figure", FRAME, WORDS),
        save(drawn(), tmp_path / "b" / "figure", FRAME, WORDS),
    )
    assert [path.name for path in one] == ["figure.png", "figure.svg", "figure.csv", "figure.json"]
    for first, second in zip(one, two, strict=True):
        assert first.read_bytes() == second.read_bytes()
    assert b"Matplotlib" not in one[0].read_bytes()
    assert "<dc:date>" not in one[1].read_text()
    assert one[2].read_text() == "x,y\n1,0.333333\n2,4.0\n"
    assert json.loads(one[3].read_text()) == {
        "schema": 1,
        "title": "Speed",
        "caption": "real data",
        "quantity": "seconds",
        "notes": ["A note."],
    }


def test_a_name_with_a_dot_keeps_it(tmp_path):
    assert save(drawn(), tmp_path / "figure1.twin", FRAME, WORDS)[0].name == "figure1.twin.png"


def test_png_has_200_dots_per_inch(tmp_path):
    header = save(drawn(), tmp_path / "figure", FRAME, WORDS)[0].read_bytes()[16:24]
    assert (int.from_bytes(header[:4]), int.from_bytes(header[4:])) == (600, 400)


def test_the_style_ends_with_its_block():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    drawn()
    assert dict(mpl.rcParams) == before


def test_colours_are_distinct():
    assert len(set(palette())) == 10


def test_nothing_is_written_if_drawing_fails(tmp_path):
    figure = drawn()
    figure.axes[0].set_xlabel("$\\frac{$")  # mathematics that cannot be set
    with pytest.raises(ValueError, match="frac"):
        save(figure, tmp_path / "figure", FRAME, WORDS)
    assert list(tmp_path.iterdir()) == []


def test_reports_import_no_drawing_library_until_they_draw():
    code = (
        "import sys, benchmark.drawing.table, benchmark.drawing.pareto, benchmark.drawing.critical_difference; "
        "print({'matplotlib', 'seaborn', 'pandas', 'scipy.stats', 'statsmodels'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def texts(figure):
    """Boxes of all texts in inches, by text."""
    axes = figure.axes[0]
    figure.draw_without_rendering()
    drawn = [*figure.texts, *axes.texts, *axes.get_yticklabels()]
    boxes = [text.get_window_extent().transformed(figure.dpi_scale_trans.inverted()) for text in drawn]
    return [(text.get_text(), box) for text, box in zip(drawn, boxes, strict=True) if text.get_text()]


@pytest.mark.parametrize(("methods", "datasets"), [(3, 12), (8, 4), (20, 7), (20, 2)])
def test_critical_difference_texts_neither_overlap_nor_leave_the_figure(methods, datasets):
    ranked = ranking(methods, datasets)
    figure, frame, _ = draw_critical_difference(ranked, "VUS-PR, twin")
    width, height = figure.get_size_inches()
    boxes = texts(figure)
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
    for index, (one, box) in enumerate(boxes):
        for two, other in boxes[index + 1 :]:
            assert not box.padded(-0.02).overlaps(other.padded(-0.02)), (one, two)
    assert frame["method"].to_list() == list(ranked.methods)
    assert frame.columns == ["method", "mean_rank", "low", "high"]


def test_critical_difference_shows_every_method_and_every_caveat():
    ranked = ranking(6, 4)
    figure, _, notes = draw_critical_difference(ranked, "VUS-PR, twin")
    words = " ".join(text for text, _ in texts(figure))
    assert all(method in words for method in ranked.methods)
    assert "bars join methods that are not shown to differ" in words
    assert notes == tuple(ranked.caveats())


def test_critical_difference_gives_the_same_bytes_twice(tmp_path):
    one, two = (save(*_swap(draw_critical_difference(ranking(5, 6), "t"), tmp_path / name)) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def _swap(drawing, stem):
    return drawing.figure, stem, drawing.frame, WORDS


def test_notes_and_legend_stay_below_the_panels_and_within_the_figure():
    notes = ("One long remark, which says the same thing again and again. " * 8, "A short one.")
    labels = [f"a line with a long name {number}" for number in range(6)]
    with figure_style():
        figure = new_figure(5, 9)
        axes = figure.subplots()
        for label in labels:
            axes.plot([0, 1], [0, 1], label=label)
        below = write_notes(figure, notes, *axes.get_legend_handles_labels())
        figure.tight_layout(rect=(0, below, 1, 1))
        figure.draw_without_rendering()
    inches = figure.dpi_scale_trans.inverted()
    (legend,) = figure.legends
    box = legend.get_window_extent().transformed(inches)
    written = [text.get_window_extent().transformed(inches) for text in figure.texts]
    assert all(one.x0 >= 0 and one.x1 <= 5 and one.y0 >= 0 for one in [*written, box])
    assert max(one.y1 for one in written) <= box.y0 + 0.02
    assert box.y1 <= 9 * below + 0.02
    assert axes.get_tightbbox().transformed(inches).y0 >= 9 * below - 0.02


def test_without_notes_and_legend_nothing_is_written():
    figure = new_figure(5, 4)
    assert write_notes(figure, ()) == pytest.approx(notes_height((), 5) / 4)
    assert figure.texts == []
