"""The switch between a function and its changed copies. It is copied to ``benchmark/planted.py`` beside planted code.

mutmut's own switch knows which changed copy is called, in every process that has the environment of the tests. It notes
in memory which functions the tests reach. Here they are noted in files, so that those of started processes count, too.
"""

from __future__ import annotations

import os
from pathlib import Path

from mutmut.mutation import trampoline
from mutmut.mutation.trampoline import MutantDict as MutantDict
from mutmut.mutation.trampoline import wrap_in_trampoline as wrap_in_trampoline

NOTES = "MUTANTS_NOTES"
"""Environment variable that names the folder of the notes."""

_noted: set[str] = set()
_process = 0


def note(name: str, caller: str | None = None) -> None:
    """Note that a function is called: once in each process since `forget`."""
    global _process
    if _process != os.getpid():  # a copy of a process begins with no notes
        _process = os.getpid()
        _noted.clear()
    if name in _noted or NOTES not in os.environ:
        return
    _noted.add(name)
    with Path(os.environ[NOTES], str(_process)).open("a", encoding="utf-8") as file:
        file.write(f"{name}\n")


def forget() -> None:
    """Note functions that were noted before again."""
    _noted.clear()


trampoline.record_trampoline_hit = note
