"""The style of figures, and their files: the same numbers give the same bytes.

Drawing libraries are imported inside functions, because they take seconds. Figures are made without pyplot, so that no
window system and no global list of open figures is involved.
"""

from __future__ import annotations

import io
import json
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from benchmark.interfaces.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 200
DIGITS = 6
"""Significant digits in the CSV file: more than a reader sees, fewer than two machines differ in."""

SCHEMA = 1
"""Version of the JSON file."""

PAGE = 7.2
"""Width of a figure in inches. At half of it, a column of a page, text of `SMALLEST` is 7 points high."""

SMALLEST, LARGE = 14.0, 15.0
"""Sizes of text in points in a figure of the width `PAGE`: of all text, and of titles."""

LINE, EDGE = 0.27, 0.08
"""Height of a line of text and distance from the edge in inches."""

LETTERS = 9.2
"""Letters of `SMALLEST` on an inch, so that a line of the widest ones still fits."""

LEGEND_LINE = 0.31
"""Height of a line of a legend in inches."""

INK, MUTED, FAINT = "#222222", "#6b6b6b", "#d5d5d5"
"""Colours of text and data; of remarks and background lines; of grids."""


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw in this project's style within the block: light ground, readable sizes, colours for all eyes.

    Wrap only the drawing; after the block, matplotlib's settings are as before.
    """
    import matplotlib as mpl
    import seaborn
    from cycler import cycler

    settings = seaborn.axes_style("ticks") | seaborn.plotting_context("paper")
    settings |= {
        # The one family that comes with matplotlib: any other depends on the machine.
        "font.family": ["DejaVu Sans"],
        "font.size": SMALLEST,
        "axes.labelsize": SMALLEST,
        "axes.titlesize": SMALLEST,
        "xtick.labelsize": SMALLEST,
        "ytick.labelsize": SMALLEST,
        "legend.fontsize": SMALLEST,
        "legend.frameon": False,
        "lines.linewidth": 2.0,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.prop_cycle": cycler(color=palette()),
        "figure.facecolor": "white",
        "figure.dpi": 100,
    }
    with mpl.rc_context(settings):
        yield


def palette() -> list[str]:
    """Ten colours that readers with any colour vision can distinguish, as ``#rrggbb``."""
    import seaborn

    return list(seaborn.color_palette("colorblind").as_hex())


def new_figure(width: float, height: float) -> Figure:
    """An empty figure that can be drawn and measured without a screen.

    Parameters
    ----------
    width, height : float
        Inches; a page's text is about 7 wide.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


@dataclass(frozen=True)
class Description:
    """The words of a figure.

    Parameters
    ----------
    title : str
        Title of the artifact.
    caption : str
        Data, scenario and size; empty where the title says it.
    quantity : str
        Quantity on the horizontal axis.
    notes : tuple of str
        Remarks and failures below the figure.
    """

    title: str
    caption: str = ""
    quantity: str = ""
    notes: tuple[str, ...] = ()


class Drawing(NamedTuple):
    """A figure, the plotted numbers, and the sentences written below it."""

    figure: Figure
    frame: pl.DataFrame
    notes: tuple[str, ...]


def write_title(figure: Figure, title: str, caption: str = "") -> float:
    """Write the title in bold, and the caption below it, at the upper left; long ones are broken into lines.

    Returns
    -------
    float
        Lower edge of both as a share of the height: the panels end below it.
    """
    width, height = figure.get_size_inches()
    down = EDGE
    for text, look in ((title, {"weight": "bold", "fontsize": LARGE}), (caption, {"color": MUTED})):
        for line in textwrap.wrap(text, int((LETTERS - 1.2 * (text == title)) * (width - 2 * EDGE))):
            figure.text(EDGE / width, 1 - down / height, line, va="top", **{"fontsize": SMALLEST} | look)
            down += LINE
    return float(1 - (down + EDGE) / height)


def title_height(title: str, caption: str = "", width: float = PAGE) -> float:
    """Height in inches that `write_title` takes in a figure of a width in inches."""
    inside = width - 2 * EDGE
    lines = textwrap.wrap(title, int((LETTERS - 1.2) * inside)) + textwrap.wrap(caption, int(LETTERS * inside))
    return 2 * EDGE + LINE * len(lines)


def write_notes(figure: Figure, notes: Sequence[str], handles: Sequence[Any] = (), labels: Sequence[str] = ()) -> float:
    """Write short remarks at the lower edge, one paragraph each, and a legend above them.

    The picture holds what a reader cannot do without: failures. Explanations belong to the words of the figure
    (`Description.notes`), which the report writes below it as text.

    Parameters
    ----------
    figure : matplotlib Figure
        With its final size.
    notes : sequence of str
        Sentences; long ones are broken into lines.
    handles, labels : sequence
        Entries of the legend, in lines of at most four that fit the width.

    Returns
    -------
    float
        Upper edge of legend and remarks as a share of the height: the panels begin above it.
    """
    width, height = figure.get_size_inches()
    lines = _lines(notes, width)
    for index, line in enumerate(reversed(lines)):
        y = (EDGE + LINE * index) / height
        figure.text(EDGE / width, y, line, fontsize=SMALLEST, color=MUTED, va="bottom")
    top = notes_height(notes, width)
    if handles:
        across = legend_columns(labels, width)
        figure.legend(handles, labels, loc="lower center", ncols=across, bbox_to_anchor=(0.5, top / height))
        top += legend_height(labels, width)
    return float(top / height)


def notes_height(notes: Sequence[str], width: float = PAGE) -> float:
    """Height in inches that `write_notes` takes for remarks in a figure of a width in inches."""
    return EDGE + LINE * len(_lines(notes, width))


def legend_columns(labels: Sequence[str], width: float = PAGE) -> int:
    """Entries on a line of the legend of `write_notes`."""
    return max(1, min(len(labels), 4, int((width - 0.3) / (0.125 * max(map(len, labels)) + 0.62))))


def legend_height(labels: Sequence[str], width: float = PAGE) -> float:
    """Height in inches that `write_notes` takes for a legend."""
    return LEGEND_LINE * -(-len(labels) // legend_columns(labels, width)) + 0.12 if labels else 0.0


def _lines(notes: Sequence[str], width: float) -> list[str]:
    return [line for note in notes for line in textwrap.wrap(note, int(LETTERS * width))]


def save(figure: Figure, stem: Path, frame: pl.DataFrame, description: Description) -> list[Path]:
    """Write ``<stem>.png``, ``<stem>.svg``, the plotted numbers as ``<stem>.csv`` and the words as ``<stem>.json``.

    No date, program version or random name goes into a file. All four are made before the first is written.

    Parameters
    ----------
    figure : matplotlib Figure
        Drawing to save, at 200 dots per inch and as paths.
    stem : path
        Folder and name without extension; the folder is made.
    frame : polars DataFrame
        The plotted numbers, written to six significant digits.
    description : Description
        Written with the version of the format, ``schema``.

    Returns
    -------
    list of path
        The files.
    """
    import matplotlib as mpl

    png, svg = io.BytesIO(), io.BytesIO()
    # Letters as paths: a reader without the font sees the same figure.
    with mpl.rc_context({"svg.hashsalt": "cloudad-bench", "svg.fonttype": "path"}):
        figure.savefig(png, format="png", dpi=DPI, metadata={"Software": None})
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    table = frame.with_columns(pl.selectors.float().round_sig_figs(DIGITS)).write_csv()
    words = json.dumps({"schema": SCHEMA, **asdict(description)}, indent=1, ensure_ascii=False) + "\n"
    contents = {".png": png.getvalue(), ".svg": svg.getvalue(), ".csv": table.encode(), ".json": words.encode()}
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for extension, content in contents.items():
        path = stem.with_name(stem.name + extension)
        written.append(write_whole(path, content))
    return written
