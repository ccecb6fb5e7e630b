"""The figure of ``docs/metrics.md``: point-adjusted F1 of a random score, above 0.9 for long events.

``python -m benchmark.drawing.point_adjustment`` writes ``figures/metrics/point_adjustment`` as PNG, SVG, CSV and JSON,
with the same bytes each time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from benchmark.drawing.figure import FAINT, INK, MUTED, PAGE, Description, figure_style, new_figure, palette, save
from benchmark.metrics import adjusted
from benchmark.metrics.checks import Marks
from benchmark.metrics.point import point_metrics
from benchmark.metrics.ranking import f1_oracle
from benchmark.metrics.segments import segments
from benchmark.metrics.sweep import Numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 100_000
SHARE = 0.10
LENGTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
DRAWS = 10
SEED = 0

EXCERPT = 2_000
EXAMPLE_LENGTH = 200
EXAMPLE_FLAGGED = 0.02

METRICS: dict[str, Callable[[Marks, Numbers], float]] = {
    "F1-PA": adjusted.f1_pa_oracle,
    "F1-PA%20": lambda labels, scores: adjusted.f1_pa_k_oracle(labels, scores, 0.2),
    "F1-composite": adjusted.f1_composite_oracle,
    "F1": f1_oracle,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the figure and print the paths of its files."""
    parser = argparse.ArgumentParser(prog="python -m benchmark.drawing.point_adjustment", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(), help="Folder that receives figures/.")
    for path in illustrate(parser.parse_args(arguments).out):
        print(path)


def illustrate(out: Path) -> list[Path]:
    """Draw the figure into ``<out>/figures/metrics`` and return the paths of its files."""
    curves = random_scores()
    colors = dict(zip(METRICS, (palette()[3], palette()[1], palette()[0], INK), strict=True))
    with figure_style():
        figure = new_figure(PAGE, 7.0)
        _draw_example(figure.add_axes((0.012, 0.62, 0.97, 0.32)), colors)
        _draw_curves(figure.add_axes((0.12, 0.11, 0.62, 0.38)), curves, colors)
    description = Description("Point-adjusted F1 of a random score", "", "length of an event (points)")
    return save(figure, out / "figures" / "metrics" / "point_adjustment", curves, description)


def random_scores() -> pl.DataFrame:
    """Best F1 of uniformly random scores, by length of the events.

    Returns
    -------
    polars DataFrame
        ``metric``, ``event_length`` (points), and over the draws ``mean``, ``low`` and ``high`` (smallest and largest).
    """
    generator = np.random.default_rng(SEED)
    rows = []
    for length in LENGTHS:
        values: dict[str, list[float]] = {name: [] for name in METRICS}
        for _ in range(DRAWS):
            labels, scores = make_labels(POINTS, length, generator), generator.random(POINTS)
            for name, metric in METRICS.items():
                values[name].append(metric(labels, scores))
        rows += [
            {"metric": name, "event_length": length, "mean": float(np.mean(v)), "low": min(v), "high": max(v)}
            for name, v in values.items()
        ]
    return pl.DataFrame(rows).sort("metric", "event_length")


def make_labels(points: int, length: int, generator: np.random.Generator) -> Marks:
    """Mark a tenth of the points as anomalous: events of one length at random positions, never adjacent."""
    count = round(points * SHARE / length)
    free = points - count * length - (count - 1)
    gaps = np.sort(generator.integers(0, free + 1, size=count))
    starts = gaps + np.arange(count) * (length + 1)
    labels = np.zeros(points, dtype=np.bool_)
    labels[(starts[:, None] + np.arange(length)).ravel()] = True
    return labels


def _draw_example(axes: Axes, colors: dict[str, str]) -> None:
    """Draw a random score's flags before and after point adjustment."""
    generator = np.random.default_rng(SEED)
    labels = make_labels(POINTS, EXAMPLE_LENGTH, generator)
    flags = generator.random(POINTS) > 1 - EXAMPLE_FLAGGED
    starts, stops = segments(labels)
    hit = np.array([flags[start:stop].any() for start, stop in zip(starts, stops, strict=True)])
    first = int(starts[0]) - EXAMPLE_LENGTH
    rows = (
        (2.0, "events", MUTED),
        (1.0, f"one point in fifty flagged at random:  F1 = {point_metrics(labels, flags)['f1']:.2f}", colors["F1"]),
        (0.0, f"the same after point adjustment:  F1-PA = {adjusted.f1_pa(labels, flags):.2f}", colors["F1-PA"]),
    )
    for level, text, color in rows:
        axes.text(first, level + 0.46, text, color=color, va="bottom")
    _bars(axes, starts, stops, 2.0, MUTED, first)
    single = np.flatnonzero(flags)
    _bars(axes, single, single + 1, 1.0, colors["F1"], first)
    isolated = single[~labels[single]]
    _bars(axes, starts[hit], stops[hit], 0.0, colors["F1-PA"], first)
    _bars(axes, isolated, isolated + 1, 0.0, colors["F1-PA"], first)
    axes.set(xlim=(first, first + EXCERPT), ylim=(-0.05, 2.85), yticks=[], xticks=[])
    axes.set_xlabel(f"{EXCERPT:,} consecutive points (F1 is over all {POINTS:,})")
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title("One flag is extended to a whole event", loc="left", weight="bold")


def _bars(axes: Axes, starts: Any, stops: Any, level: float, color: str, first: int) -> None:
    visible = (stops > first) & (starts < first + EXCERPT)
    left = np.maximum(starts[visible], first)
    right = np.minimum(stops[visible], first + EXCERPT)
    # A single point is widened so that it is visible.
    width = np.maximum(right - left, 5)
    axes.axhline(level, color=FAINT, lw=0.6, zorder=0)
    axes.bar(left, 0.42, width=width, bottom=level, align="edge", color=color, linewidth=0)


def _draw_curves(axes: Axes, curves: pl.DataFrame, colors: dict[str, str]) -> None:
    axes.set_xscale("log")
    axes.grid(axis="y", color=FAINT, lw=0.5)
    axes.set_axisbelow(True)
    axes.axhline(0.9, color=MUTED, lw=0.8, ls=(0, (4, 3)))
    axes.text(1.15, 0.89, "0.9", color=MUTED, va="top")
    for name, color in colors.items():
        curve = curves.filter(pl.col("metric") == name)
        x, y = curve["event_length"].to_numpy(), curve["mean"].to_numpy()
        axes.fill_between(x, curve["low"].to_numpy(), curve["high"].to_numpy(), color=color, alpha=0.15, linewidth=0)
        axes.plot(x, y, color=color, lw=1.6, marker="o", ms=3.2, mec="white", mew=0.5, clip_on=False)
        shift = {"F1-composite": 0.07, "F1": -0.07}.get(name, 0.0)  # these two end at nearly one height
        axes.text(1250, y[-1] + shift, name, color=color, va="center", clip_on=False)
    axes.set(xlim=(1, 1000), ylim=(0, 1), xlabel="length of an event (points)", ylabel="best over all thresholds")
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.set_title("Best F1 of a random score", loc="left", weight="bold")


if __name__ == "__main__":
    main()
