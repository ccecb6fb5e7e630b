"""A gate: is a method at least as good as a reference, up to a margin? Decided by an interval, never by means alone.

The differences d, method less reference, are taken over the units that were really repeated: recordings where the
number averages several, else seeds. With their mean m, standard error e and n units:

    passed      m − t(0.95, n − 1)·e ≥ −margin

That is a one-sided test of non-inferiority at 5 %. For a metric that is better when lower, d changes its sign.
Anything else is not passed: shown to be worse, where m + t·e < −margin, or not decided by so few units. Seeds that
change nothing are copies of one run, so that nothing can be decided from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from benchmark.drawing.summary import Summary
from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import mean_interval, never_varies
from benchmark.stats.power import difference_seeds

LEVEL = 0.90
"""Level of the two-sided interval whose lower limit is that of a one-sided test at 5 %."""

Outcome = Literal["passed", "worse", "undecided"]


@dataclass(frozen=True)
class Gate:
    """The outcome of a gate.

    Parameters
    ----------
    outcome : {"passed", "worse", "undecided"}
        See the module.
    difference, low, high : float
        Mean difference, better when higher, and its one-sided limits at 95 %.
    units : int
        Number of units.
    unit : str
        ``recordings`` or ``seeds``.
    needed : float
        Units that would decide at the observed differences with 80 % power; infinite where none would.
    """

    outcome: Outcome
    difference: float
    low: float
    high: float
    units: int
    unit: str
    needed: float


def units_of(summary: Summary) -> dict[str, float]:
    """Units of a number by name: recordings where it averages several, else seeds.

    Raises
    ------
    ParameterError
        If there is no number; the reason is in the message.
    """
    if summary.status != "OK":
        raise ParameterError(f"no number to compare: {summary.status}: {summary.reason}")
    return dict(summary.units)


def judge_gate(
    own: Mapping[str, float], reference: Mapping[str, float] | float, margin: float, *, lower: bool = False
) -> Gate:
    """Compare units; see the module.

    Parameters
    ----------
    own : mapping of str to float
        Units of the method by name.
    reference : mapping of str to float, or float
        Units of the reference, or a number.
    margin : float
        Largest loss that passes, at least 0.
    lower : bool
        Whether the metric is better when lower.

    Raises
    ------
    ParameterError
        If the units are not the same, there are fewer than two, or they are seeds that change nothing.
    """
    if margin < 0:
        raise ParameterError(f"margin {margin:g}: it is at least 0")
    if not isinstance(reference, float | int):
        if missing := sorted(set(own) ^ set(reference)):
            raise ParameterError(
                f"method and reference have other units: {', '.join(missing[:3])}; run both on one data"
            )
        against = [float(reference[name]) for name in own]
    else:
        against = [float(reference)] * len(own)
    unit = "seeds" if all(name.startswith("seed ") for name in own) else "recordings"
    gaps = np.array(list(own.values())) - np.array(against)
    gaps = -gaps if lower else gaps
    if len(gaps) < 2 or (unit == "seeds" and never_varies(gaps)):
        raise ParameterError(
            f"{len(gaps)} {unit}, and none changes the difference: no interval can be made. Give data of two "
            "recordings or more, or more --seeds for a method that depends on them"
        )
    found = mean_interval(gaps, LEVEL)
    outcome: Outcome = "passed" if found.low >= -margin else "worse" if found.high < -margin else "undecided"
    shifted = gaps + margin
    needed = difference_seeds(shifted) if float(shifted.mean()) > 0 else inf
    return Gate(outcome, found.mean, found.low, found.high, len(gaps), unit, needed)
