"""The numbers that a claim names, looked up among those of an artifact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number


class ClaimNumbers:
    """Numbers of an artifact in one scenario and panel, by row and metric.

    Parameters
    ----------
    claim : str
        Id of the claim, for messages.
    scenario, panel : str
        Scenario and panel that the claim is judged in; the panel is empty for a table.
    numbers : sequence of Number
        All numbers of the artifact.
    labels : mapping of str to str
        Label of a row of the paper in the artifact, where it differs.

    Attributes
    ----------
    numbers : list of Number
        Those of the scenario and panel.
    used : list of Number
        Those that were asked for, each once.
    """

    def __init__(
        self, claim: str, scenario: str, panel: str, numbers: Sequence[Number], labels: Mapping[str, str]
    ) -> None:
        self.claim, self.scenario, self.panel, self.labels = claim, scenario, panel, labels
        known = sorted({number.scenario for number in numbers})
        if numbers and scenario not in known:
            raise UnknownNameError(f"scenario of claim {claim!r}", scenario, known)
        self.numbers = [number for number in numbers if (number.scenario, number.panel) == (scenario, panel)]
        self.used: list[Number] = []

    def row(self, row: str, metric: str) -> Number:
        """Return the number of a row of the paper; ``MISSING`` for a position that a figure does not visit."""
        name = self.labels.get(row, row)
        rows = {number.label for number in self.numbers} | {number.row for number in self.numbers}
        if name not in rows and self.panel:
            positions = ", ".join(dict.fromkeys(number.row for number in self.numbers))
            reason = f"this profile has the points {positions}"
            return Number(self.scenario, self.panel, name, name, metric, "MISSING", reason, {}, ())
        if name not in rows:
            raise UnknownNameError(f"row of claim {self.claim!r}", name, rows)
        candidates = [number for number in self.numbers if name in (number.label, number.row)]
        for number in candidates:
            if number.metric == metric:
                self._mark(number)
                return number
        raise UnknownNameError(f"metric of claim {self.claim!r}", metric, {number.metric for number in candidates})

    def axis(self, metric: str) -> list[Number]:
        """Return every point of a curve, in the order of its axis."""
        points = [number for number in self.numbers if number.metric == metric]
        for number in points:
            self._mark(number)
        return points

    def _mark(self, number: Number) -> None:
        if number not in self.used:
            self.used.append(number)
