"""Conditions of Sigma rules."""

from __future__ import annotations

import pytest

from baselines.rules.condition import compile_condition

SELECTIONS = {name: (lambda event, name=name: event[name]) for name in ("sel_a", "sel_b", "other", "_hidden")}


@pytest.mark.parametrize(
    "condition",
    [
        "sel_a and not other or sel_b",
        "(sel_a or sel_b) and other",
        "not (sel_a and sel_b)",
        "not not sel_a",
        "all of sel_* and not 1 of other*",
        "1 of them",
        "all of them",
        "any of sel_*",
        "sel_a AND sel_b",
        ["sel_a and sel_b", "other"],
    ],
)
def test_conditions_mean_what_python_says(condition: str | list[str]) -> None:
    test = compile_condition(condition, SELECTIONS)
    for bits in range(16):
        a, b, other, hidden = (bool(bits >> place & 1) for place in range(4))
        event = {"sel_a": a, "sel_b": b, "other": other, "_hidden": hidden}
        expected = {
            "sel_a and not other or sel_b": (a and not other) or b,
            "(sel_a or sel_b) and other": (a or b) and other,
            "not (sel_a and sel_b)": not (a and b),
            "not not sel_a": a,
            "all of sel_* and not 1 of other*": a and b and not other,
            "1 of them": a or b or other,
            "all of them": a and b and other,
            "any of sel_*": a or b,
            "sel_a AND sel_b": a and b,
            "['sel_a and sel_b', 'other']": (a and b) or other,
        }[str(condition)]
        assert test(event) == expected, event


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("sel_a | count() > 5", r"'\|', which is not supported"),
        ("sel_a and", "ends where"),
        ("sel_a sel_b", "'sel_b' where it should end"),
        ("(sel_a", "closing parenthesis"),
        ("missing", "'missing', which is no selection"),
        ("1 of missing*", "fits no selection"),
        ("1 of", "ends behind 'of'"),
        (None, "must be a text"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_with_the_place(condition: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compile_condition(condition, SELECTIONS)
