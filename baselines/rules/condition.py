"""Conditions of Sigma rules: expressions over the names of selections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Test = Callable[[Mapping[str, Any]], bool]
"""A test of one event."""

_TOKEN = re.compile(r"\s*([()]|[\w*.-]+)")


def compile_condition(condition: Any, selections: Mapping[str, Test]) -> Test:
    """Compile a condition.

    Parameters
    ----------
    condition : str or list of str
        The expression; of a list one must be true. ``not`` binds before ``and``, and that before ``or``.
    selections : mapping of str to callable
        The test of each selection.

    Raises
    ------
    ValueError
        If the condition is no such expression, or names a selection that does not exist.
    """
    if isinstance(condition, list) and condition:
        tests = [compile_condition(one, selections) for one in condition]
        return _any(tests)
    if not isinstance(condition, str):
        raise ValueError(f"the condition is {condition!r}, which must be a text")
    parser = _Parser(condition, selections)
    test = parser.either()
    parser.require_end()
    return test


class _Parser:
    """Descends through the expression: ``or``, ``and``, ``not``, then a name, a quantity or parentheses."""

    def __init__(self, text: str, selections: Mapping[str, Test]) -> None:
        self._text, self._selections = text, selections
        self._tokens: list[str] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise ValueError(f"condition {text!r} has {text[place:].strip()[0]!r}, which is not supported")
            self._tokens.append(match[1])
            place = match.end()

    def either(self) -> Test:
        tests = [self._both()]
        while self._take("or"):
            tests.append(self._both())
        return _any(tests)

    def require_end(self) -> None:
        if self._tokens:
            raise ValueError(f"condition {self._text!r} has {self._tokens[0]!r} where it should end")

    def _both(self) -> Test:
        tests = [self._negated()]
        while self._take("and"):
            tests.append(self._negated())
        return _all(tests)

    def _negated(self) -> Test:
        if self._take("not"):
            test = self._negated()
            return lambda event: not test(event)
        if self._take("("):
            test = self.either()
            if not self._take(")"):
                raise ValueError(f"condition {self._text!r} lacks a closing parenthesis")
            return test
        return self._operand()

    def _operand(self) -> Test:
        if not self._tokens:
            raise ValueError(f"condition {self._text!r} ends where the name of a selection should be")
        first = self._tokens.pop(0)
        if first in ("1", "any", "all") and self._take("of"):
            if not self._tokens:
                raise ValueError(f"condition {self._text!r} ends behind 'of'")
            tests = self._named(self._tokens.pop(0))
            return _all(tests) if first == "all" else _any(tests)
        if first not in self._selections:
            raise ValueError(f"condition {self._text!r} has {first!r}, which is no selection")
        return self._selections[first]

    def _named(self, pattern: str) -> list[Test]:
        if pattern == "them":
            found = [test for name, test in self._selections.items() if not name.startswith("_")]
        else:
            found = [test for name, test in self._selections.items() if fnmatchcase(name, pattern)]
        if not found:
            raise ValueError(f"condition {self._text!r} has {pattern!r}, which fits no selection")
        return found

    def _take(self, word: str) -> bool:
        if self._tokens and self._tokens[0].lower() == word:
            self._tokens.pop(0)
            return True
        return False


def _any(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda event: any(test(event) for test in tests)


def _all(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda event: all(test(event) for test in tests)
