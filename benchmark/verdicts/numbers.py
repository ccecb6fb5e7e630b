"""The numbers that claims name, looked up among those of all artifacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmark.interfaces.errors import UnknownNameError
from benchmark.interfaces.numbers import Number

CEILING, FLOOR = "perfect", "chance"
"""Labels of the rows whose score is the label itself, and a random number."""


class Measured:
    """All measured numbers of a paper, by artifact, scenario and panel.

    Parameters
    ----------
    numbers : mapping of str to sequence of Number
        Numbers of each artifact.
    labels : mapping of str to str
        Label of a row of the paper in the artifacts, where it differs.
    """

    def __init__(self, numbers: Mapping[str, Sequence[Number]], labels: Mapping[str, str] | None = None) -> None:
        self.labels = labels or {}
        self.artifacts = numbers
        self._places: dict[tuple[str, str, str], list[Number]] = {}
        self._found: dict[tuple[str, str, str, str, str], Number] = {}
        self._means: dict[tuple[str, str, str], dict[str, float]] = {}
        for artifact, members in numbers.items():
            for number in members:
                place = (artifact, number.scenario, number.panel)
                self._places.setdefault(place, []).append(number)
                for name in (number.row, number.label):  # a label has precedence over another row's method
                    self._found.setdefault((*place, name, number.metric), number)
                self._found[(*place, number.label, number.metric)] = number

    def place(self, artifact: str, scenario: str, panel: str) -> list[Number]:
        """Numbers of one scenario and panel; none where the artifact has none of it."""
        return self._places.get((artifact, scenario, panel), [])

    def scenarios(self, artifact: str) -> list[str]:
        """Scenarios of an artifact."""
        return list(dict.fromkeys(scenario for name, scenario, _ in self._places if name == artifact))

    def find(self, artifact: str, scenario: str, panel: str, name: str, metric: str) -> Number | None:
        """The number of a label or method in a metric; None where the artifact does not have it."""
        return self._found.get((artifact, scenario, panel, name, metric))

    def column_means(self, artifact: str, scenario: str, label: str) -> dict[str, float]:
        """Mean of every column of a row of a table that has values."""
        key = (artifact, scenario, label)
        if key not in self._means:
            self._means[key] = {
                number.metric: sum(number.values.values()) / len(number.values)
                for number in self.place(artifact, scenario, "")
                if number.label == label and number.values
            }
        return self._means[key]


class ClaimNumbers:
    """Numbers of one artifact, as one claim asks for them.

    Parameters
    ----------
    claim, artifact : str
        Id of the claim, for messages, and the artifact that it is about.
    measured : Measured
        All numbers.
    weight : float
        Share of the error rate that the look at them spends (`benchmark.verdicts.looks`).

    Attributes
    ----------
    used : dict of str to Number
        Numbers with a value that were asked for, by recorded name.
    """

    def __init__(self, claim: str, artifact: str, measured: Measured, weight: float = 1.0) -> None:
        self.claim, self.artifact, self.measured, self.weight = claim, artifact, measured, weight
        self.used: dict[str, Number] = {}

    @property
    def empty(self) -> bool:
        """Whether the artifact has no number at all."""
        return not self.measured.artifacts.get(self.artifact)

    def row(self, scenario: str, panel: str, row: str, metric: str, label: str = "") -> Number | None:
        """Return the number of a row of the paper, or of one of its labels.

        Returns
        -------
        Number or None
            None where the row exists and is not measured in this metric. ``MISSING`` for a position of a figure that
            the profile does not visit.

        Raises
        ------
        UnknownNameError
            For a scenario, panel or row that the artifact does not have.
        """
        name = label or self.measured.labels.get(row, row)
        number = self.measured.find(self.artifact, scenario, panel, name, metric)
        if number is not None:
            return self._mark(self.artifact, number)
        members = self.members(scenario, panel)
        rows = {number.label for number in members} | {number.row for number in members}
        if name in rows:
            return None
        if panel:
            positions = ", ".join(dict.fromkeys(number.row for number in members))
            reason = f"this profile has the points {positions}"
            return Number(scenario, panel, name, name, metric, "MISSING", reason, {}, ())
        raise UnknownNameError(f"row of claim {self.claim!r}", name, rows)

    def axis(self, scenario: str, panel: str, metric: str) -> list[Number]:
        """Return every point of a curve, in the order of its axis; none for a metric that is not measured there."""
        points = [number for number in self.members(scenario, panel) if number.metric == metric]
        return [self._mark(self.artifact, number) for number in points]

    def members(self, scenario: str, panel: str) -> list[Number]:
        """Numbers of a scenario and panel; `UnknownNameError` for one that the artifact does not have."""
        members = self.measured.place(self.artifact, scenario, panel)
        if not members and not self.empty:
            known = self.measured.scenarios(self.artifact)
            if scenario not in known:
                raise UnknownNameError(f"section of claim {self.claim!r}", scenario, known)
            panels = {number.panel for number in self.measured.artifacts[self.artifact]}
            raise UnknownNameError(f"panel of claim {self.claim!r}", panel, panels)
        return members

    def bound(self, artifact: str, scenario: str, label: str, metric: str) -> Number | None:
        """Return a number of `CEILING`, `FLOOR` or an oracle cut, from any table; None where there is none."""
        number = self.measured.find(artifact, scenario, "", label, metric)
        return self._mark(artifact, number) if number is not None and number.values else None

    def _mark(self, artifact: str, number: Number) -> Number:
        if number.values:
            self.used[number_name(artifact, number)] = number
        return number


def number_name(artifact: str, number: Number) -> str:
    """Name of a measured number in the record."""
    return recorded_name(artifact, number.scenario, number.panel, number.label, number.metric)


def recorded_name(artifact: str, scenario: str, panel: str, label: str, metric: str) -> str:
    """Name of a measured number in the record; empty parts are left out."""
    return " | ".join(filter(None, (artifact, scenario, panel, label, metric)))
