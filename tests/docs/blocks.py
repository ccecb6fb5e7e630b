"""Blocks of code of the README and of docs/, with the mark above each."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(?:^<!-- ([^\n]*) -->\n)?^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"(not run|run by)(?: \(([\w, ]+)\))?: (.+)")
PROGRAMS = (("cloudad-bench",), ("python", "-m", "benchmark"))
CODE = ("", "bash", "python")


@dataclass(frozen=True)
class Block:
    """One block of code: where it is, its language, its text, and its mark."""

    page: str
    number: int
    language: str
    text: str
    mark: str

    def __str__(self):
        return f"{self.page}:{self.number}"

    @property
    def marked(self):
        """Kind of the mark, the commands that it is about (none: all), and the reason; None without a mark."""
        found = MARK.fullmatch(self.mark)
        return (
            (found[1], tuple((found[2] or "").replace(" ", "").split(",")) if found[2] else (), found[3])
            if found
            else None
        )

    @property
    def lines(self):
        """Command lines that call the program, as words, with the text of each."""
        found = []
        for line in self.text.splitlines():
            try:
                words = shlex.split(line, comments=True)
            except ValueError:  # a line of another language
                continue
            found += [(line, words[len(one) :]) for one in PROGRAMS if tuple(words[: len(one)]) == one]
        return found

    def runs(self, words):
        """Whether no mark excludes a line that begins with this command."""
        if self.marked is None:
            return True
        _, commands, _ = self.marked
        return bool(commands) and words[0] not in commands


def blocks():
    """Every block in a language of `CODE`, in order of the pages."""
    found = []
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        matches = BLOCK.finditer(page.read_text(encoding="utf-8"))
        for number, match in enumerate(matches, 1):
            if match[2] in CODE:
                found.append(Block(page.name, number, match[2], match[3], match[1] or ""))
    return found
