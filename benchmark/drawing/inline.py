"""A drawing as text for a page."""

from __future__ import annotations

import io

from benchmark.drawing.figure import Drawing


def inline_svg(drawing: Drawing, name: str) -> str:
    """Return the drawing as an ``svg`` element that fills the width it is given; letters are paths.

    Parameters
    ----------
    drawing : Drawing
        The drawing.
    name : str
        Of the drawing in the page, so that its identifiers differ from those of others.
    """
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "path"}):
        drawing.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue().decode()
    text = text[text.index("<svg") :]
    head, _, rest = text.partition(">")
    return f'{head} style="width:100%;height:auto;max-width:{drawing.figure.get_size_inches()[0] * 96:.0f}px">{rest}'
