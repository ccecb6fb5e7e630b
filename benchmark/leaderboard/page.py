"""A judged table as one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmark.drawing.inline import inline_svg
from benchmark.interfaces.writing import write_whole
from benchmark.leaderboard.claims import Outcome
from benchmark.leaderboard.judge import Judgement
from benchmark.leaderboard.pictures import critical_difference, heat_map, standings
from benchmark.leaderboard.sensitivity import Sensitivity
from benchmark.leaderboard.summary import columns, legend, rows, sections
from benchmark.leaderboard.words import size, verdict

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
 body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222;
        background: #fff; }
 table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
 th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #ddd; white-space: nowrap; }
 th { vertical-align: bottom; white-space: normal; background: #fff; position: sticky; top: 0; }
 th:nth-child(2), td:nth-child(2) { text-align: left; position: sticky; left: 0; background: #fff; }
 .wide { overflow: auto; max-height: 80vh; } .figure { overflow-x: auto; margin: 1rem 0; }
 .verdict { font-size: 1.15rem; font-weight: 600; } .muted { color: #555; }
 .yes { color: #05683b; } .no { color: #a13a00; }
</style></head><body>
<h1>{{ title }}</h1>
<p class="verdict">{{ verdict }}</p>
<p>{{ size }}</p>
{% if outcomes %}<ul>{% for one in outcomes %}<li><code>{{ one.claim }}</code>:
<span class="{{ 'yes' if one.shown else 'no' }}">{{ one.sentence }}</span></li>{% endfor %}</ul>{% endif %}
{% for heading, notes in parts %}{% if notes %}<h2>{{ heading }}</h2><ul>
{% for note in notes %}<li>{{ note }}</li>{% endfor %}</ul>{% endif %}{% endfor %}
<h2>Means and ranks</h2><div class="figure">{{ standings }}</div>
<h2>All methods</h2>
<div class="wide"><table><thead><tr>{% for name in columns %}<th>{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
<p class="muted">{{ legend }}</p>
{% if ranks %}<h2>Critical difference</h2><div class="figure">{{ ranks }}</div>{% endif %}
{% if groups %}<h2>By group</h2><div class="figure">{{ groups }}</div>{% endif %}
</body></html>
"""


def render(found: Judgement, known: Sensitivity, outcomes: Sequence[Outcome] = ()) -> str:
    """The page as text: no script, no address of another file."""
    import jinja2
    from markupsafe import Markup

    drawings = {"standings": standings(found), "ranks": critical_difference(found), "groups": heat_map(found)}
    template = jinja2.Environment(autoescape=True).from_string(_PAGE)
    board = found.board
    direction = "Lower" if board.lower else "Higher"
    return template.render(
        title=f"{board.metric or 'Results'}: {board.source}",
        verdict=verdict(found),
        size=f"{size(found)}. {direction} is better. Decided by the mean over {found.options.average}.",
        outcomes=outcomes,
        parts=sections(found, known),
        columns=columns(found),
        rows=rows(found),
        legend=legend(found),
        **{name: Markup(inline_svg(one, name)) if one is not None else "" for name, one in drawings.items()},
    )


def write_page(found: Judgement, known: Sensitivity, path: Path, outcomes: Sequence[Outcome] = ()) -> Path:
    """Write the page; return the path."""
    return write_whole(path, render(found, known, outcomes))
