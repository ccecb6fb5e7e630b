"""Exit codes of the commands; `docs/ci.md` lists them."""

from __future__ import annotations

FINDING = 1
"""Something differs from what is recorded or stored."""

WRONG_INPUT = 2
"""An option, a file or data at fault; also the code of typer for a wrong option."""

CELLS_FAILED = 3
"""Some cells gave no number. Files and tables are written all the same."""

INTERRUPTED = 130
"""Ctrl-C. Finished work is kept."""

PIPE_CLOSED = 141
"""Whoever read the output has stopped (``… | head``): 128 and SIGPIPE, as of other programs."""
