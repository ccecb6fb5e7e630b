"""One self-contained page of a detection: interactive charts and the table of events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmark.detection.events import Event
from benchmark.detection.picture import picture_of
from benchmark.detection.scoring import Scored
from benchmark.detection.words import moment
from benchmark.drawing.detection import SHADE, Picture
from benchmark.interfaces.writing import write_whole

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
 body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #222;
        background: #fff; }
 table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
 th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; } td.n, th.n { text-align: right; }
 .wide { overflow-x: auto; } .muted { color: #666; }
</style>{{ library }}</head><body>
<h1>{{ title }}</h1>
{% for note in notes %}<p class="muted">{{ note }}</p>{% endfor %}
{% for one in parts %}
<h2>{{ one.name }} · {{ one.method }}</h2>
<p>{{ one.rows }} rows scored, {{ one.flagged }} flagged, {{ one.events|length }}
event{{ "" if one.events|length == 1 else "s" }}.</p>
<div class="wide">{{ one.chart }}</div>
{% if one.events %}<div class="wide"><table><thead><tr><th>from</th><th>to</th><th class="n">rows</th><th>peak</th>
<th class="n">height</th><th>channels</th></tr></thead><tbody>
{% for event in one.events %}<tr><td>{{ event.first }}</td><td>{{ event.last }}</td><td class="n">{{ event.rows }}</td>
<td>{{ event.peak }}</td><td class="n">{{ event.height }}</td><td>{{ event.channels }}</td></tr>{% endfor %}
</tbody></table></div>{% endif %}
{% endfor %}</body></html>
"""


def write_page(title: str, notes: Sequence[str], parts: Sequence[tuple[Scored, Sequence[Event]]], path: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    title : str
        Heading.
    notes : sequence of str
        Sentences below it.
    parts : sequence of (Scored, sequence of Event)
        Scored recordings with their events, in the order of the page.
    path : path
        File.
    """
    import jinja2
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    template = jinja2.Environment(autoescape=True).from_string(_PAGE)
    described = [
        {
            "name": scored.source.name,
            "method": scored.method,
            "rows": f"{len(scored.scores):,}",
            "flagged": f"{int(scored.flags.sum()):,}",
            "chart": Markup(_chart(picture_of(scored, events))),
            "events": [
                {
                    "first": moment(scored.source, event.first),
                    "last": moment(scored.source, event.last),
                    "peak": moment(scored.source, event.peak),
                    "rows": event.rows,
                    "height": f"{event.height:.2f}",
                    "channels": ", ".join(f"{name} {share:.0%}" for name, share in event.channels),
                }
                for event in events
            ],
        }
        for scored, events in parts
    ]
    library = Markup(f"<script>{get_plotlyjs()}</script>")
    return write_whole(path, template.render(title=title, notes=notes, parts=described, library=library))


def _chart(picture: Picture) -> str:
    """One chart as an HTML element; the library is in the page."""
    from plotly.graph_objects import Scattergl
    from plotly.subplots import make_subplots

    rows = len(picture.channels) + 1
    names = [name for name, _ in picture.channels]
    chart = make_subplots(rows=rows, cols=1, shared_xaxes=True, vertical_spacing=0.02)
    axis: Any = picture.axis
    for row, (name, values) in enumerate(picture.channels, 1):
        line = {"color": "#222", "width": 1}
        chart.add_trace(Scattergl(x=axis, y=values, name=name, mode="lines", line=line), row=row, col=1)
    score = {"color": "#0072b2", "width": 1}
    chart.add_trace(Scattergl(x=axis, y=picture.scores, name="score", mode="lines", line=score), row=rows, col=1)
    chart.add_hline(y=picture.cut, line={"color": SHADE, "dash": "dash", "width": 1}, row=rows, col=1)
    for begin, end in picture.events:
        chart.add_vrect(x0=axis[begin], x1=axis[end], fillcolor=SHADE, opacity=0.25, line_width=1, line_color=SHADE)
    for row, name in enumerate([*names, "score"], 1):
        chart.update_yaxes(title_text=name, title_font_size=11, row=row, col=1)
    chart.update_layout(height=110 * rows + 80, showlegend=False, margin={"l": 70, "r": 20, "t": 10, "b": 30})
    return str(chart.to_html(full_html=False, include_plotlyjs=False, div_id=None))
