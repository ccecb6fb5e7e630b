"""Standings are readable: names, labels and notes stay within the figure and do not meet."""

from __future__ import annotations

import pytest

from benchmark.drawing.standings import Place, draw_standings


def places(names):
    return [Place(name, 0.5, 0.4, 0.6, 1 + line, 1, len(names), line == 0) for line, name in enumerate(names)]


@pytest.mark.parametrize("names", [("a", "b"), ("AnomalyTransformer", "statistical methods, best one", "x" * 60)])
def test_text_fits(names):
    figure = draw_standings(places(names), "VUS-PR · a table", "VUS-PR, mean over units", ["A remark. " * 12]).figure
    figure.canvas.draw()
    width, height = figure.bbox.width, figure.bbox.height
    first, second = figure.axes
    for axis in (first, second):
        label = axis.xaxis.label.get_window_extent()
        notes = [text.get_window_extent() for text in figure.texts if text.get_position()[1] < 0.5]
        assert all(not label.overlaps(note) for note in notes)
        assert label.x0 >= 0
        assert label.x1 <= width
    assert not first.xaxis.label.get_window_extent().overlaps(second.xaxis.label.get_window_extent())
    assert all(tick.get_window_extent().x0 >= 0 for tick in first.get_yticklabels())
    assert all(text.get_window_extent().y1 <= height for text in figure.texts)
