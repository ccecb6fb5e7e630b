"""Names of points, placed so that no name covers another name or a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Bbox

PLACES = tuple(
    (side * across, 17.0 * down, "left" if side > 0 else "right", "center")
    for across, down in sorted(
        ((across, down) for across in (7, 30, 60, 95) for down in range(-9, 10)),
        key=lambda one: (one[0] ** 2 + (17 * one[1]) ** 2, one),
    )
    for side in (1, -1)
)
"""Offsets from the point in typographic points, with alignment; the preferred first, then those further away."""


def label_points(
    axes: Axes,
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    colors: Sequence[str],
    lines: Sequence[tuple[tuple[float, float], tuple[float, float]]],
) -> None:
    """Write each name at the first free place; if there is none, at the place that covers least.

    Call it after limits and scales of the axes are final. A thin line joins a name to its point if the name is far
    from it.

    Parameters
    ----------
    axes : matplotlib Axes
        Axes with the points.
    points : sequence of (x, y)
        In data coordinates.
    names, colors : sequence of str
        One for each point.
    lines : sequence of ((x, y), (x, y))
        Vertical and horizontal lines that names must not cross, in data coordinates.
    """
    from matplotlib.transforms import Bbox

    figure = axes.get_figure(root=True)
    assert figure is not None
    unit = figure.dpi / 72
    marks = [
        Bbox.from_bounds(x - 4 * unit, y - 4 * unit, 8 * unit, 8 * unit) for x, y in axes.transData.transform(points)
    ]
    frame = axes.get_window_extent()
    taken = [Bbox(axes.transData.transform(line)).padded(unit) for line in lines]
    for index in sorted(range(len(names)), key=lambda i: (points[i][0], points[i][1])):
        text = axes.annotate(
            names[index], points[index], (0, 0), textcoords="offset points", color=colors[index], zorder=4
        )
        others = [mark for other, mark in enumerate(marks) if other != index] + taken
        best = None
        for x, y, horizontal, vertical in PLACES:
            text.set(position=(x, y), ha=horizontal, va=vertical)
            box = text.get_window_extent().padded(1.5 * unit)
            cost = sum(_overlap(box, other) for other in others) + 10 * (_area(box) - _overlap(box, frame))
            if best is None or cost < best[0]:
                best = (cost, x, y, horizontal, vertical, box)
            if cost <= 0.01:
                break
        assert best is not None
        _, x, y, horizontal, vertical, box = best
        text.set(position=(x, y), ha=horizontal, va=vertical)
        taken.append(box)
        if abs(y) > 17 or abs(x) > 7:
            axes.annotate(
                "",
                points[index],
                (x, y),
                textcoords="offset points",
                zorder=2,
                arrowprops={"arrowstyle": "-", "lw": 0.8, "color": colors[index], "shrinkA": 0, "shrinkB": 3},
            )


def _overlap(one: Bbox, two: Bbox) -> float:
    """Area in square pixels that two boxes share."""
    width = min(one.xmax, two.xmax) - max(one.xmin, two.xmin)
    height = min(one.ymax, two.ymax) - max(one.ymin, two.ymin)
    return float(width * height) if width > 0 and height > 0 else 0.0


def _area(box: Bbox) -> float:
    return float(box.width * box.height)
