"""The switch between a function and its changed copies. It is copied to ``benchmark/planted.py`` beside planted code.

It takes the place of mutmut's, which reads the environment at each call and notes in memory which functions the tests
reach. This one reads it once in each process, and notes in files, so that functions of started processes count, too.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

NOTES = "MUTANTS_NOTES"
"""Environment variable that names the folder of the notes; none are made without it."""

CHANGE = "MUTANT_UNDER_TEST"
"""Environment variable that names the change, as ``module.function__mutmut_number``."""

MutantDict = dict[str, Callable[..., Any]]
"""The copies of one function by their names, and the original as ``_mutmut_orig``."""

_noted: set[str] = set()
_process = 0
_notes, _module, _change = "", "", ""


def switch() -> None:
    """Read the environment again, and forget what was noted."""
    global _notes, _module, _change
    _noted.clear()
    _notes = os.environ.get(NOTES, "")
    _module, _, _change = os.environ.get(CHANGE, "").rpartition(".")


def wrap_in_trampoline(copies: MutantDict, is_classmethod: bool = False) -> Callable[..., Callable[..., Any]]:
    """Decorate a function so that each call goes to the copy under test, or to the original."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        module = function.__module__

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if _notes:
                _note(f"{module}.{copies['_mutmut_orig'].__name__.rpartition('__mutmut_')[0]}")
            chosen = copies.get(_change) if module == _module else None
            chosen = chosen or copies["_mutmut_orig"]
            return getattr(args[0], chosen.__name__)(*args[1:], **kwargs) if is_classmethod else chosen(*args, **kwargs)

        return call

    return decorate


def _note(name: str) -> None:
    """Note that a function is called: once in each process since `switch`."""
    global _process
    if _process != os.getpid():  # a copy of a process begins with no notes
        _process = os.getpid()
        _noted.clear()
    if name not in _noted:
        _noted.add(name)
        with Path(_notes, str(_process)).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")


switch()
