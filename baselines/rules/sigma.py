"""A small engine for Sigma rules on single JSON events.

pySigma only translates a rule into a query of a database over a flat table, and is no dependency of this project. The
published rules for CloudTrail use five modifiers, which this engine applies to the nested events as they are.

Supported, after the Sigma specification 2 [1]_:

- A selection is a map (all fields must match) or a list of maps (one must). A list of values means one of them.
- Text is compared without regard to case. ``*`` is any text, ``?`` one character, and a backslash escapes them. A
  number or a truth value is compared as its JSON text. ``null`` means that the field is missing or null.
- Modifiers ``contains``, ``startswith``, ``endswith``, ``all``, ``cased``, ``exists``, ``fieldref`` (equal to another
  field), and ``re`` with ``i``, ``m``, ``s`` (found anywhere, with regard to case).
- Conditions with ``and``, ``or``, ``not``, parentheses, ``1 of …``, ``all of …``, ``them`` and names with ``*``.

A field name is a path with dots. A list on the path stands for each of its elements, so that one must match. A field
that is an object is compared as its compact JSON text. Everything else (words without a field, correlations, other
modifiers) raises `UnsupportedRuleError` with the name of the rule.

References
----------
.. [1] SigmaHQ, Sigma rules specification, version 2. https://sigmahq.io/sigma-specification/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from baselines.rules.condition import Test, compile_condition
from benchmark.interfaces.errors import BenchmarkError

LEVELS: Mapping[str, int] = {"informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
"""Severity of each level of a rule."""

_AFFIXES = {"contains": ("*", "*"), "startswith": ("", "*"), "endswith": ("*", "")}
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_KNOWN = {*_AFFIXES, *_FLAGS, "all", "cased", "exists", "fieldref", "re"}


class UnsupportedRuleError(BenchmarkError):
    """A Sigma rule that this engine cannot run; the message has its name and the reason."""

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"Sigma rule {name!r} cannot run: {reason}")


@dataclass(frozen=True)
class SigmaRule:
    """A compiled rule.

    Parameters
    ----------
    name : str
        Name of the file without its suffix.
    title, identifier, author, level : str
        Fields of the rule. The licence of the rules asks to keep the author with whatever is made of them.
    matches : callable
        Whether an event, a nested mapping, matches.
    """

    name: str
    title: str
    identifier: str
    author: str
    level: str
    matches: Test


def compile_rule(name: str, text: str) -> SigmaRule:
    """Compile the YAML text of one rule.

    Raises
    ------
    UnsupportedRuleError
        If the text is no rule, or a rule that uses more than this engine supports.
    """
    import yaml

    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        raise UnsupportedRuleError(name, f"it is not YAML: {error}") from None
    rule = documents[0] if len(documents) == 1 else None
    if any(isinstance(one, dict) and "correlation" in one for one in documents):
        raise UnsupportedRuleError(name, "it is a correlation of events. Supported is a rule on single events")
    if not isinstance(rule, dict) or not isinstance(rule.get("detection"), dict):
        raise UnsupportedRuleError(name, "it must be one YAML document, a map with a detection that is a map")
    level = str(rule.get("level", "medium"))
    if level not in LEVELS:
        raise UnsupportedRuleError(name, f"level {level!r} is none of {', '.join(LEVELS)}")
    detection = dict(rule["detection"])
    try:
        condition = detection.pop("condition", None)
        if "timeframe" in detection:
            raise ValueError("it counts events in a time frame. Supported is a rule on single events")
        selections = {str(key): _selection(part) for key, part in detection.items()}
        test = compile_condition(condition, selections)
    except (ValueError, re.error) as error:
        raise UnsupportedRuleError(name, str(error)) from None
    title, identifier, author = (str(rule.get(field, "")) for field in ("title", "id", "author"))
    return SigmaRule(name, title, identifier, author, level, test)


def compile_all(rules: Iterable[tuple[str, str]]) -> tuple[list[SigmaRule], dict[str, str]]:
    """Compile many rules, given as name and text.

    Returns
    -------
    list of SigmaRule
        Those that can run, in their order.
    dict of str to str
        Why each of the others cannot run, by name.
    """
    compiled, refused = [], {}
    for name, text in rules:
        try:
            compiled.append(compile_rule(name, text))
        except UnsupportedRuleError as error:
            refused[name] = error.reason
    return compiled, refused


def field_values(event: Mapping[str, Any], path: str) -> list[Any]:
    """Values at a path with dots: scalars, objects, or None; a list gives each of its elements; empty if missing."""
    found: list[Any] = [event]
    for part in path.split("."):
        found = [one[part] for one in _elements(found) if isinstance(one, Mapping) and part in one]
    return _elements(found)


def _elements(values: list[Any]) -> list[Any]:
    """Replace lists, nested ones too, by their elements."""
    flat: list[Any] = []
    for value in values:
        flat += _elements(value) if isinstance(value, list) else [value]
    return flat


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _texts(event: Mapping[str, Any], path: str) -> list[str]:
    return [_text(value) for value in field_values(event, path) if value is not None]


def _selection(part: Any) -> Test:
    if isinstance(part, dict):
        tests = [_field(str(key), value) for key, value in part.items()]
        return lambda event: all(test(event) for test in tests)
    if isinstance(part, list) and part and all(isinstance(one, dict) for one in part):
        choices = [_selection(one) for one in part]
        return lambda event: any(test(event) for test in choices)
    raise ValueError(f"a selection is {part!r}. Supported are maps from fields to values, and lists of such maps")


def _field(key: str, value: Any) -> Test:
    """Compile one entry of a selection: a field with its modifiers, and a value or a list of values."""
    path, *modifiers = key.split("|")
    if not path:
        raise ValueError(f"{key!r} has no field")
    if unknown := [one for one in modifiers if one not in _KNOWN]:
        raise ValueError(f"modifier {unknown[0]!r} of {key!r} is not supported")
    values = value if isinstance(value, list) else [value]
    tests = [_value(path, modifiers, one) for one in values]
    if "all" in modifiers:
        return lambda event: all(test(event) for test in tests)
    return lambda event: any(test(event) for test in tests)


def _value(path: str, modifiers: list[str], value: Any) -> Test:
    if "exists" in modifiers:
        return lambda event: bool(field_values(event, path)) == bool(value)
    if "fieldref" in modifiers:
        return lambda event: bool(_folded(event, path) & _folded(event, str(value)))
    if value is None:
        return lambda event: all(one is None for one in field_values(event, path))
    test = _text_test(modifiers, _text(value))
    return lambda event: any(test(text) for text in _texts(event, path))


def _folded(event: Mapping[str, Any], path: str) -> set[str]:
    return {text.lower() for text in _texts(event, path)}


def _text_test(modifiers: list[str], wanted: str) -> Callable[[str], Any]:
    if "re" in modifiers:
        flags = re.RegexFlag(0)
        for one in set(modifiers) & set(_FLAGS):
            flags |= _FLAGS[one]
        return re.compile(wanted, flags).search
    before, after = next((_AFFIXES[one] for one in modifiers if one in _AFFIXES), ("", ""))
    pattern = _pattern(before + wanted + after)
    return re.compile(pattern, re.DOTALL if "cased" in modifiers else re.DOTALL | re.IGNORECASE).fullmatch


def _pattern(wanted: str) -> str:
    """Regular expression of a text with wildcards."""
    parts = re.findall(r"\\[*?\\]|.", wanted, re.DOTALL)
    return "".join({"*": ".*", "?": "."}.get(part, re.escape(part[-1])) for part in parts)
