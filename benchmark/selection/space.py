"""The settings of a detector that are tried, by one rule for every detector.

The first trial is the method as it is written. Each further one draws a value for each free parameter, among its own
value and these:

- a number that is not a seed: half of it and twice it, rounded where it is a whole number;
- a word or a switch: every other value that its type lists;
- ``smoothing``: 1, 9 and 16 points, where rows are in time order.

A parameter without a value (None) has nothing to halve, and stays. Values outside a parameter's bounds are left out,
and so are settings that were drawn before. Draws are seeded, so that the same call gives the same trials, and each
detector gets the same number of them, or all that there are.
"""

from __future__ import annotations

import typing
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import numpy as np

from benchmark.interfaces.errors import ParameterError, UnknownNameError
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec

FIXED = ("seed", "preset", "untrained", "device")
"""Parameters that are no setting of one detector: they make it another one, or a control of itself."""

SMOOTHING = (1, 9, 16)
"""Points of a trailing mean of scores that are tried."""

_STREAM = 19
"""Number of the stream of draws, beside the seed."""

_DRAWS = 50
"""Draws for each trial before the space counts as exhausted."""


def candidates(
    method: str, budget: int, names: Sequence[str] = (), *, sequential: bool = True, seed: int = 0
) -> tuple[str, ...]:
    """List the settings to try.

    Parameters
    ----------
    method : str
        ``name[param=value,…]``, the first trial.
    budget : int
        Largest number of trials, at least 1.
    names : sequence of str
        Parameters to choose; all but `FIXED` if empty.
    sequential : bool
        Whether rows are in time order; else ``smoothing`` stays.
    seed : int
        Seed of the draws.

    Returns
    -------
    tuple of str
        Distinct methods, the given one first.

    Raises
    ------
    ParameterError
        If a name is no parameter, or one of `FIXED`, or the budget is below 1.
    """
    if budget < 1:
        raise ParameterError(f"a budget of {budget} trials is none; it must be at least 1")
    spec = Spec.parse(method)
    values = METHODS.parameters(spec, frozenset({"seed"}))
    for name in names:
        if name in FIXED:
            raise ParameterError(f"parameter {name} is not chosen: it makes another detector, or is no setting")
        if name not in values:
            raise UnknownNameError(f"parameter of method {spec.name!r}", name, values)
    hints = typing.get_type_hints(METHODS.load(spec.name), include_extras=True)
    free = {
        name: others
        for name, value in values.items()
        if name not in FIXED and (not names or name in names) and (name != "smoothing" or sequential)
        if (others := _admitted(spec, name, SMOOTHING if name == "smoothing" else _others(value, hints.get(name))))
    }
    generator = np.random.default_rng([seed, _STREAM])
    found = {str(spec): None}
    for _ in range(_DRAWS * budget if free else 0):
        if len(found) >= budget:
            break
        drawn = {name: options[int(generator.integers(len(options)))] for name, options in free.items()}
        changed = {name: value for name, value in drawn.items() if value != values[name]}
        found.setdefault(str(Spec(spec.name, spec.params | changed)))
    return tuple(found)


def _others(value: Any, hint: Any) -> tuple[Any, ...]:
    """Values to try beside the own one, which comes first."""
    if isinstance(value, bool):
        return (value, not value)
    if isinstance(value, int):
        return (value, max(value // 2, 1), value * 2)
    if isinstance(value, float):
        return (value, value / 2, value * 2)
    return (value, *(word for word in _words(hint) if word != value)) if isinstance(value, str) else (value,)


def _words(hint: Any) -> tuple[Any, ...]:
    """The words that a type lists."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((words for part in get_args(hint) if (words := _words(part))), ())


def _admitted(spec: Spec, name: str, options: Sequence[Any]) -> tuple[Any, ...]:
    """Options that the bounds of a parameter admit; none where only one is left."""
    found = []
    for option in dict.fromkeys(options):
        try:
            METHODS.parameters(Spec(spec.name, spec.params | {name: option}), frozenset({"seed"}))
        except ParameterError:
            continue
        found.append(option)
    return tuple(found) if len(found) > 1 else ()
