"""Of which class printed precision and recall are: of the anomalies, or means of both classes.

**Macro averages.** With a share π of anomalies, a share R₁ of them flagged and a share R₀ of the normal rows not
flagged,

    accuracy = π·R₁ + (1 − π)·R₀,   recall = (R₁ + R₀)/2,

so that R₁ = (2·recall·(1 − π) − accuracy)/(1 − 2·π) and R₀ = 2·recall − R₁. Both shares give the macro precision, which
rises with π from one half on; the π at which it is the printed precision is found by bisection on exact fractions. The
two classes are interchangeable, so π is that of the rarer one. Macro recall must be below accuracy, as it is wherever
the rarer class is the harder one.

**Weighted averages.** Recall weighted by the rows of each class is accuracy, by definition. A table whose recall is not
its accuracy has no weighted averages.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from benchmark.verdicts.interval import Interval

HALVINGS = 32
"""Steps of the bisection: π to nine decimals."""


@dataclass(frozen=True)
class Macro:
    """What accuracy and macro precision and recall imply.

    Parameters
    ----------
    share : Interval
        Share of the rarer class.
    f1 : Interval
        Mean of the F1 of both classes.
    """

    share: Interval
    f1: Interval


def macro(accuracy: Interval, precision: Interval, recall: Interval) -> Macro | None:
    """Share and macro F1 that the three allow; None where they leave them open.

    Both rise or fall with each of the three alone, so their extremes are at corners of the box of the three intervals.
    """
    shares: list[Fraction] = []
    scores: list[Fraction] = []
    for a, p, r in product(*((interval.low, interval.high) for interval in (accuracy, precision, recall))):
        found = _share(a, p, r)
        if found is None:
            return None
        shares += found
        scores += [_macro(share, a, r)[1] for share in found]
    return Macro(Interval(min(shares), max(shares)), Interval(min(scores), max(scores)))


def _share(accuracy: Fraction, precision: Fraction, recall: Fraction) -> tuple[Fraction, Fraction] | None:
    """Bracket of π at one corner."""
    if not recall < accuracy < 1:
        return None
    least = max(Fraction(0), 2 * recall - 1)  # R₁ at which R₁ = 0 or R₀ = 1
    low, high = Fraction(0), (2 * recall - accuracy - least) / (2 * (recall - least))
    if not 0 < high < Fraction(1, 2) or not Fraction(1, 2) < precision < _macro(high, accuracy, recall)[0]:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        middle = Fraction(round(middle * 2**HALVINGS), 2**HALVINGS)
        if _macro(middle, accuracy, recall)[0] < precision:
            low = middle
        else:
            high = middle
    return low, high


def _macro(share: Fraction, accuracy: Fraction, recall: Fraction) -> tuple[Fraction, Fraction]:
    """Macro precision and macro F1 at a share of the rarer class, above 0."""
    found = (2 * recall * (1 - share) - accuracy) / (1 - 2 * share)
    hits, kept = share * found, (1 - share) * (2 * recall - found)
    false, missed = 1 - share - kept, share - hits
    precisions = (_ratio(hits, hits + false), _ratio(kept, kept + missed))
    scores = (_ratio(2 * hits, 2 * hits + false + missed), _ratio(2 * kept, 2 * kept + false + missed))
    return sum(precisions, Fraction(0)) / 2, sum(scores, Fraction(0)) / 2


def _ratio(part: Fraction, whole: Fraction) -> Fraction:
    return part / whole if whole else Fraction(0)
