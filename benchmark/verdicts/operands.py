"""The numbers that a claim speaks of, found among those that an artifact shows."""

from __future__ import annotations

from collections.abc import Sequence

from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number
from benchmark.verdicts.claim import Claims, Measured


class Operands:
    """What an artifact shows in one scenario and panel, by row and metric.

    Parameters
    ----------
    claim : Measured
        Names artifact and panel.
    scenario : str
        One of its scenarios.
    numbers : sequence of Number
        Everything that the artifact shows.
    claims : Claims
        Says under which label a row of the paper is shown.

    Attributes
    ----------
    numbers : list of Number
        Those of the scenario and panel.
    used : list of Number
        Those that were asked for, each once.
    """

    def __init__(self, claim: Measured, scenario: str, numbers: Sequence[Number], claims: Claims) -> None:
        self.claim, self.claims, self.scenario = claim, claims, scenario
        known = sorted({one.scenario for one in numbers})
        if numbers and scenario not in known:
            raise UnknownNameError(f"scenario of claim {claim.id!r}", scenario, known)
        self.numbers = [one for one in numbers if (one.scenario, one.panel) == (scenario, claim.panel)]
        self.used: list[Number] = []

    def row(self, row: str, metric: str) -> Number:
        """The number of a row of the paper; ``MISSING`` for a position that a figure does not visit."""
        name = self.claims.label(row)
        rows = {one.label for one in self.numbers} | {one.row for one in self.numbers}
        if name not in rows and self.claim.panel:
            reason = f"this profile has the points {', '.join(dict.fromkeys(one.row for one in self.numbers))}"
            return Number(self.scenario, self.claim.panel, name, name, metric, "MISSING", reason, {}, ())
        if name not in rows:
            raise UnknownNameError(f"row of claim {self.claim.id!r}", name, rows)
        return self._found([one for one in self.numbers if name in (one.label, one.row)], metric)

    def axis(self, metric: str) -> list[Number]:
        """Every point of a curve, in the order of its axis."""
        found = [one for one in self.numbers if one.metric == metric]
        self.used += [one for one in found if one not in self.used]
        return found

    def _found(self, numbers: list[Number], metric: str) -> Number:
        for one in numbers:
            if one.metric == metric:
                self.used += [] if one in self.used else [one]
                return one
        raise UnknownNameError(f"metric of claim {self.claim.id!r}", metric, {one.metric for one in numbers})
