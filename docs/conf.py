"""Settings of the documentation's site: ``tox -e docs`` builds it, and a warning ends the build.

The pages are the Markdown files of this folder, as they are. Three things are added while they are read: the pages of
`reference/`, which `generate.py` writes from the program itself, links where a page names another, and a line below
each block of code that no test runs.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import generate  # noqa: E402

import benchmark  # noqa: E402

project = "cloudad-bench"
author = "The cloudad-bench developers"
project_copyright = author
version = release = benchmark.__version__
language = "en"
smartquotes = False  # quotes of a command stay as they are typed

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = True
nitpick_ignore_regex = [("py:class", '.*".*')]  # values of a choice, such as "supervised", are no classes
default_role = "literal"  # `name` in a docstring is code
highlight_language = "bash"  # blocks without a language are commands
suppress_warnings = ["misc.highlighting_failure"]  # a placeholder such as … is no word of a shell

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say types in words
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"cloudad-bench {release}"
html_show_sourcelink = False
html_copy_source = False

FENCE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)
PAGE = re.compile(r"`docs/([a-z-]+)\.md`")
MARK = re.compile(r"<!-- not run: (.*?) -->\n(```.*?^```$)", re.MULTILINE | re.DOTALL)


def linked(text: str) -> str:
    """Return a page with a link for each ``docs/NAME.md`` in its text, and without change in its blocks of code."""
    parts = FENCE.split(text)
    return "".join(part if part.startswith("```") else PAGE.sub(r"[\1](\1.md)", part) for part in parts)


def marked(text: str) -> str:
    """Return a page with a visible line below each block that carries the mark ``not run``."""
    return MARK.sub(r"\2\n\n*No test runs this block: \1.*\n", text)


def _read(app: object, name: str, source: list[str]) -> None:
    source[0] = linked(marked(source[0]))


def setup(app: object) -> None:
    """Write the generated pages before any page is read."""
    generate.write(HERE / "reference")
    app.connect("source-read", _read)  # type: ignore[attr-defined]
