"""An exception in words, also one that spoils its own text."""

from __future__ import annotations

import traceback
from pathlib import Path


def reason_of(error: BaseException) -> str:
    """Type and text of an exception, and file and line where it was raised."""
    return f"{type(error).__name__}: {text_of(error)}{place_of(error)}"


def place_of(error: BaseException) -> str:
    """File and line where an exception was raised, as `` (file.py:7)``; empty where it was not raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""


def text_of(error: BaseException) -> str:
    """Text of an exception in one line; says so where its text cannot be made."""
    try:
        return " ".join(str(error).split())
    except Exception as second:
        return f"(its text cannot be made: {type(second).__name__})"


def traceback_of(error: BaseException) -> str:
    """The whole traceback, with causes."""
    return "".join(traceback.format_exception(error))


def exit_code(error: SystemExit) -> int:
    """Code with which a process would end."""
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else 1
