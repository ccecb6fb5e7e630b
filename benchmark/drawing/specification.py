"""The specification curve: one number in every admissible reading of a description, and the choices behind each.

After Simonsohn, Simmons and Nelson (2020), "Specification curve analysis", Nature Human Behaviour 4. The upper panel
shows the readings in the order of their value, each with its interval. The matrix below has a row for each option of
each choice, and marks the option that a reading takes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from benchmark.drawing.curve import CHOICE, CURVE, GAP, LEFT, OPTION, RIGHT, WIDTH, Curve, Reading
from benchmark.drawing.figure import (
    FAINT,
    INK,
    LETTERS,
    MUTED,
    Drawing,
    figure_style,
    new_figure,
    palette,
    title_height,
    write_title,
)
from benchmark.interfaces.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_specification(
    curves: Sequence[Curve], title: str, notes: Sequence[str] = (), colours: Mapping[str, str] | None = None
) -> Drawing:
    """Draw one specification curve below the other.

    Parameters
    ----------
    curves : sequence of Curve
        At least one.
    title : str
        Content and data.
    notes : sequence of str
        Sentences about the figure.
    colours : mapping of str to str, optional
        Colour of each outcome, as ``#rrggbb``, in the order of the legend; by name unless given.

    Returns
    -------
    Figure
        For each curve a panel of numbers above a matrix of choices. Dots and marks have the colour of their outcome.
    polars DataFrame
        One line for each reading, in the order of the figure: ``curve``, ``position``, one column for each choice,
        ``mean``, ``low``, ``high``, ``bound``, ``outcome``.
    tuple of str
        The notes.

    Raises
    ------
    ParameterError
        For no curve, a curve without readings, and readings with different choices.
    """
    _check(curves)
    height = title_height(title) + sum(curve.height for curve in curves)
    if colours is None:
        names = sorted({one.outcome for curve in curves for one in curve.readings})
        colours = dict(zip(names, [palette()[index] for index in (0, 1, 2, 4, 8, 6)], strict=False))
    with figure_style():
        figure = new_figure(WIDTH, height)
        top = height * write_title(figure, title)
        for curve in curves:
            _draw_curve(figure, curve, top, colours)
            top -= curve.height
    return Drawing(figure, _frame(curves), tuple(notes))


def _check(curves: Sequence[Curve]) -> None:
    if not curves:
        raise ParameterError("a specification curve needs at least one curve")
    for curve in curves:
        if not curve.readings:
            raise ParameterError(f"the curve {curve.title!r} has no reading")
        wanted = set(curve.readings[0].choices)
        for one in curve.readings:
            if set(one.choices) != wanted:
                raise ParameterError(f"readings of {curve.title!r} have different choices: {sorted(one.choices)}")
            for choice, option in one.choices.items():
                if curve.options is not None and option not in curve.options.get(choice, ()):
                    raise ParameterError(f"the option {option!r} of {choice!r} is not among the options of the curve")


def _draw_curve(figure: Figure, curve: Curve, top: float, colours: Mapping[str, str]) -> None:
    """Draw panel and matrix of one curve, which begins ``top`` inches above the lower edge."""
    width, height = figure.get_size_inches()
    wide = (WIDTH - LEFT - RIGHT) / width
    readings, matrix = curve.ordered(), curve.matrix()
    below = OPTION * curve.rows + CHOICE * len(matrix)
    numbers_at = top - curve.head - CURVE
    panel = figure.add_axes((LEFT / width, numbers_at / height, wide, CURVE / height))
    grid = figure.add_axes((LEFT / width, (numbers_at - GAP - below) / height, wide, below / height))
    words = textwrap.fill(curve.title, int(LETTERS * (WIDTH - 0.16)))
    figure.text(0.08 / width, (top - 0.06) / height, words, va="top")
    _draw_numbers(panel, curve, readings, colours)
    handles, labels = panel.get_legend_handles_labels()
    if labels:
        figure.legend(
            handles, labels, loc="lower left", bbox_to_anchor=(0.0, (numbers_at + CURVE + 0.04) / height), ncols=2,
            borderaxespad=0.1, handlelength=1.2, columnspacing=1.0, handletextpad=0.4, labelspacing=0.3,
            markerscale=max(1.0, 6 / _dot(readings)),
        )  # fmt: skip
    _draw_matrix(grid, readings, matrix, below, colours)


def _draw_numbers(axis: Axes, curve: Curve, readings: Sequence[Reading], colours: Mapping[str, str]) -> None:
    """Draw dots, intervals, bounds and lines."""
    size = _dot(readings)
    for outcome, colour in colours.items():
        places = [x for x, one in enumerate(readings) if one.outcome == outcome]
        if not places:
            continue
        chosen = [readings[x] for x in places]
        axis.vlines(
            places, [one.low for one in chosen], [one.high for one in chosen], color=colour, lw=0.35 * size, alpha=0.45
        )
        label = f"{outcome}: {len(chosen)}" if outcome else None
        axis.plot(places, [one.mean for one in chosen], "o", ms=size, color=colour, mec="none", label=label)
    bounded = [(x, one.bound) for x, one in enumerate(readings) if one.bound is not None]
    if bounded:
        axis.plot(
            [x for x, _ in bounded], [bound for _, bound in bounded], "_", ms=1.3 * size, mew=0.9, color=MUTED,
            label=curve.bound or None, zorder=1.5,
        )  # fmt: skip
    for (label, value), style in zip(curve.lines.items(), ("-", "--", ":", "-."), strict=False):
        axis.axhline(value, color=INK, lw=1.4, ls=style, label=label, zorder=1.2)
    axis.set_xlim(-0.8, len(readings) - 0.2)
    if curve.limits is not None:
        axis.set_ylim(*curve.limits)
    axis.set_xticks([])
    axis.set_ylabel(curve.quantity)
    axis.grid(axis="y", color=FAINT, lw=0.4)
    axis.set_axisbelow(True)
    axis.spines["bottom"].set_visible(False)


def _dot(readings: Sequence[Reading]) -> float:
    """Diameter of a dot in points: three quarters of the space of a reading, within what can be seen."""
    return min(5.0, max(1.6, 0.75 * 72 * (WIDTH - LEFT - RIGHT) / len(readings)))


def _draw_matrix(
    axis: Axes,
    readings: Sequence[Reading],
    matrix: Mapping[str, Sequence[str]],
    below: float,
    colours: Mapping[str, str],
) -> None:
    """Draw a row for each option; vertical data units are inches from the top."""
    axis.set(xlim=(-0.8, len(readings) - 0.2), ylim=(below, 0))
    axis.set_axis_off()
    beside = axis.get_yaxis_transform()
    scale = axis.get_window_extent().width / axis.figure.dpi  # inches that the matrix is wide
    for index, (choice, first, options) in enumerate(_blocks(matrix)):
        last = first + OPTION * (1 + len(options))
        if index % 2 == 0:
            axis.axhspan(first, last, xmin=-LEFT / scale, color="#f3f3f3", lw=0, clip_on=False, zorder=0)
        axis.text(-(LEFT - 0.1) / scale, first + OPTION / 2, choice, transform=beside, va="center", weight="bold")
        for row, option in enumerate(options, start=1):
            middle = first + OPTION * (row + 0.5)
            axis.text(-0.06 / scale, middle, option, transform=beside, va="center", ha="right")
            for outcome, colour in colours.items():
                places = [
                    x for x, one in enumerate(readings) if one.choices[choice] == option and one.outcome == outcome
                ]
                bars = [(x - 0.38, 0.76) for x in places]
                axis.broken_barh(bars, (middle - 0.36 * OPTION, 0.72 * OPTION), facecolor=colour, lw=0)


def _blocks(matrix: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, float, Sequence[str]]]:
    """Each choice with the distance of its block from the top in inches, and its options."""
    first = 0.0
    for choice, options in matrix.items():
        yield choice, first, options
        first += OPTION * (1 + len(options)) + CHOICE


def _frame(curves: Sequence[Curve]) -> pl.DataFrame:
    rows = [
        {"curve": curve.title, "position": position}
        | dict(one.choices)
        | {"mean": one.mean, "low": one.low, "high": one.high, "bound": one.bound, "outcome": one.outcome}
        for curve in curves
        for position, one in enumerate(curve.ordered(), start=1)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)
