"""Output to consoles, pipes and files in any encoding.

Windows gives a pipe the encoding of its country (cp1252, cp932, gbk, cp437), a bare container often ASCII. A character
that the encoding lacks is then written as ASCII that means the same, or as its escape: no output ends a command.
"""

from __future__ import annotations

import codecs
import sys
from typing import TextIO

ERRORS = "cloudad-bench"
"""Name of the error handler."""

_ASCII = {
    "·": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "±": "+-",
    "×": "x",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "≈": "~",
    "√": "sqrt",
    "²": "^2",
    "′": "'",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\N{NO-BREAK SPACE}": " ",
}


def prepare_output() -> None:
    """Let standard output and standard error write every text, whatever their encoding."""
    codecs.register_error(ERRORS, _replacement)
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors=ERRORS)


def writes_unicode(stream: TextIO) -> bool:
    """Whether a stream can write every character as it is."""
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")


def _replacement(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(_ASCII.get(character) or _escape(character) for character in characters), error.end


def _escape(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode("ascii")
