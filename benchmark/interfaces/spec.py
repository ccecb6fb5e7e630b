"""``name[param=value,…]``: the one notation in which a dataset, a method or a protocol is named anywhere.

A name may be ``file.py:Class``, or a table (``telemetry.csv``, ``hosts/*.parquet``), whose path may hold colons, commas
and brackets. A value that holds a comma, a bracket
or an equals sign of its own is written in quotes: ``name[param='a,b']``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmark.interfaces.errors import ParameterError

_PLAIN = re.compile(r"(?P<name>[^\[\]]+?)(?:\[(?P<body>.*)\])?", re.DOTALL)
_FILE = re.compile(r"(?P<name>.+?\.py:[^\W\d][\w.]*)(?:\[(?P<body>.*)\])?", re.DOTALL)
_TABLE = re.compile(
    r"(?P<name>.+?\.(?:csv|tsv|parquet)(?:\.(?:gz|zst))?)(?:\[(?P<body>.*)\])?", re.DOTALL | re.IGNORECASE
)
_TARGET = re.compile(r"(?P<file>.*\.py)(?::(?P<name>[^:/\\]*))?", re.DOTALL)
_OPENING, _CLOSING = "[({", "])}"
_QUOTED = re.compile(r"[,\[\](){}'\"=]|^\s|\s$")


@dataclass(frozen=True)
class Spec:
    """A registered name with the parameters that differ from its defaults.

    Parameters
    ----------
    name : str
        A registered name, or ``module:Class`` / ``file.py:Class`` for a class that is not registered.
    params : dict
        Parameter values by name.
    """

    name: str
    params: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | Spec) -> Spec:
        """Read ``name`` or ``name[param=value,…]``; values are Python literals, or else plain words."""
        if isinstance(text, Spec):
            return text
        stripped = text.strip()
        match = _PLAIN.fullmatch(stripped)
        if match is None or not _is_balanced(match["body"] or ""):
            match = _FILE.fullmatch(stripped)
        if match is None or not _is_balanced(match["body"] or ""):
            match = _TABLE.fullmatch(stripped)
        if match is None or not _is_balanced(match["body"] or ""):
            raise ParameterError(f"cannot read {text!r}: write name or name[param=value,param=value]")
        params: dict[str, Any] = {}
        for item in _split(match["body"] or ""):
            key, equals, value = item.partition("=")
            if not equals or not key.strip():
                raise ParameterError(
                    f"cannot read {item!r} in {text!r}: write param=value, and a value with a comma in quotes"
                )
            if key.strip() in params:
                raise ParameterError(f"parameter {key.strip()!r} is given twice in {text!r}")
            params[key.strip()] = _literal(value.strip())
        return cls(match["name"].strip(), params)

    def __str__(self) -> str:
        body = ",".join(f"{key}={_text(value)}" for key, value in sorted(self.params.items()))
        return f"{self.name}[{body}]" if body else self.name

    def __hash__(self) -> int:
        return hash(str(self))


def split_names(text: str) -> list[str]:
    """Split a comma-separated list of specs, leaving commas inside brackets, quotes and names of files alone.

    A comma belongs to the name of a file where the file exists: ``a,b/mine.py:Mine`` is one name if there is such a
    file, else two.
    """
    parts = _split(text)
    names: list[str] = []
    while parts:
        size = next((size for size in range(len(parts), 1, -1) if _names_a_file(",".join(parts[:size]))), 1)
        names.append(",".join(parts[:size]).strip())
        parts = parts[size:]
    return [name for name in names if name]


def split_target(target: str) -> tuple[str, str]:
    """Split ``module:Class`` or ``path/to/file.py:Class`` into its two parts; the second is empty without a colon.

    The path may hold colons: the name of a drive, say.
    """
    match = _TARGET.fullmatch(target)
    if match is not None:
        return match["file"], match["name"] or ""
    module, _, name = target.partition(":")
    return module, name


def names_a_table(text: str) -> bool:
    """Whether a name is that of a CSV or Parquet file, or a glob of such files."""
    return _TABLE.fullmatch(text) is not None and not text.endswith("]")


def _names_a_file(text: str) -> bool:
    match = _FILE.fullmatch(text.strip())
    if match is None or not _is_balanced(match["body"] or ""):
        return False
    return Path(split_target(match["name"])[0]).is_file()


def _split(text: str) -> list[str]:
    """Split at commas outside brackets and quotes. A closing bracket without an opening one is a letter like others."""
    depth, start, parts = 0, 0, []
    for position, character in _outside_quotes(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]] if text[start:].strip() else parts


def _is_balanced(text: str) -> bool:
    """Whether each bracket outside quotes that closes was opened before, and the reverse."""
    depth = 0
    for _, character in _outside_quotes(text):
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth < 0:
            return False
    return depth == 0


def _outside_quotes(text: str) -> list[tuple[int, str]]:
    """Characters with their positions, without quoted values. A quote opens only where a value may begin."""
    found, position, before = [], 0, ","
    while position < len(text):
        character = text[position]
        if character in "'\"" and before in "=,:[({":
            end = _end_of_quote(text, position)
            if end is not None:
                position, before = end, character
                continue
        found.append((position, character))
        before = character if not character.isspace() else before
        position += 1
    return found


def _end_of_quote(text: str, start: int) -> int | None:
    """Position after the quote that closes; None where none does."""
    position = start + 1
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == text[start]:
            return position + 1
        position += 1
    return None


def _text(value: Any) -> str:
    """Write a value so that it is read as it is: words plain, others in quotes."""
    marked = isinstance(value, str) and (_QUOTED.search(value) or _literal(value) != value)
    return repr(value) if marked else str(value)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return {"true": True, "false": False, "none": None}.get(text.lower(), text)
