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

NOTE_SIZE, NOTE_LINE, NOTE_EDGE = 7.0, 0.135, 0.08
"""Size of the letters of remarks in points; height of a line and distance from the edge in inches."""

NOTE_LETTERS = 19
"""Letters of a remark on an inch, so that a line of the widest ones still fits."""

LEGEND_LINE = 0.2
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
        "font.size": 9,
        "axes.labelsize": 9,
        "axes.titlesize": 10,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "legend.fontsize": 8,
        "legend.frameon": False,
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


def write_notes(figure: Figure, notes: Sequence[str], handles: Sequence[Any] = (), labels: Sequence[str] = ()) -> float:
    """Write remarks at the lower edge, one paragraph each, and a legend above them.

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
        y = (NOTE_EDGE + NOTE_LINE * index) / height
        figure.text(NOTE_EDGE / width, y, line, fontsize=NOTE_SIZE, color=MUTED, va="bottom")
    top = notes_height(notes, width)
    if handles:
        longest = max(map(len, labels))
        across = max(1, min(len(labels), 4, int((width - 0.4) / (0.085 * longest + 0.5))))
        figure.legend(handles, labels, loc="lower center", ncols=across, bbox_to_anchor=(0.5, top / height))
        top += LEGEND_LINE * -(-len(labels) // across) + 0.08
    return float(top / height)


def notes_height(notes: Sequence[str], width: float) -> float:
    """Height in inches that `write_notes` takes for remarks in a figure of a width in inches."""
    return NOTE_EDGE + NOTE_LINE * len(_lines(notes, width))


def _lines(notes: Sequence[str], width: float) -> list[str]:
    return [line for note in notes for line in textwrap.wrap(note, int(NOTE_LETTERS * width))]


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
