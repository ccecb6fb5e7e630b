"""``name[param=value,…]``: the one notation in which a dataset, a method or a protocol is named anywhere."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

from benchmark.interfaces.errors import ParameterError

_PATTERN = re.compile(r"^(?P<name>[^\[\]]+?)(?:\[(?P<body>.*)\])?$", re.DOTALL)


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
        match = _PATTERN.match(text.strip())
        if match is None:
            raise ParameterError(f"cannot read {text!r}: write name or name[param=value,param=value]")
        params: dict[str, Any] = {}
        for item in _split(match["body"] or ""):
            key, equals, value = item.partition("=")
            if not equals or not key.strip():
                raise ParameterError(f"cannot read {item!r} in {text!r}: write param=value")
            if key.strip() in params:
                raise ParameterError(f"parameter {key.strip()!r} is given twice in {text!r}")
            params[key.strip()] = _literal(value.strip())
        return cls(match["name"].strip(), params)

    def __str__(self) -> str:
        body = ",".join(f"{key}={value}" for key, value in sorted(self.params.items()))
        return f"{self.name}[{body}]" if body else self.name

    def __hash__(self) -> int:
        return hash(str(self))


def split_names(text: str) -> list[str]:
    """Split a comma-separated list of specs, leaving the commas inside brackets alone."""
    return [part.strip() for part in _split(text) if part.strip()]


def _split(text: str) -> list[str]:
    depth, start, parts = 0, 0, []
    for position, character in enumerate(text):
        depth += (character in "[(" and 1) or (character in "])" and -1) or 0
        if character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]] if text[start:].strip() else parts


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return {"true": True, "false": False, "none": None}.get(text.lower(), text)
