"""Executions of attacks of one account: which are found, and what it costs, from the results of one method.

A result lists for each event of an execution the *false alarms* that come with finding it: how many benign events of
the same block score at least as high (`benchmark.evaluation.measure.false_alarms`). So the events found at any number
of false alarms are known, and methods can be compared at equal numbers, whatever their scores are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmark.evaluation.measure import FALSE_ALARMS
from benchmark.interfaces.cell import Result, Row

INCIDENT = "incident"
"""Grouping whose points are listed."""


@dataclass(frozen=True)
class Block:
    """One tested block.

    Parameters
    ----------
    benign : int
        Its benign events.
    executions : dict of str to tuple of int
        False alarms that come with each event, by execution.
    """

    benign: int
    executions: Mapping[str, tuple[int, ...]]


def blocks(result: Result) -> list[Block]:
    """The blocks of a result, in the order of its tasks."""
    return [
        Block(
            row["points"] - row["anomalous"],
            {name: tuple(one[FALSE_ALARMS]) for name, one in row["subgroups"][INCIDENT].items()},
        )
        for row in result.rows
    ]


def found(tested: list[Block], share: float) -> dict[str, int]:
    """Events found of each execution where each block may have false alarms on this share of its benign events.

    Parameters
    ----------
    tested : list of Block
        Blocks of one result.
    share : float
        Largest share of the benign events of a block that is flagged, in [0, 1].
    """
    return {
        name: sum(alarms <= allowed(block, share) for alarms in events)
        for block in tested
        for name, events in block.executions.items()
    }


def allowed(block: Block, share: float) -> int:
    """Whole number of false alarms that a share of a block allows; rounding of the share never costs one."""
    return int(share * block.benign + 1e-9)


def sizes(tested: list[Block]) -> dict[str, int]:
    """Number of events of each execution."""
    return {name: len(events) for block in tested for name, events in block.executions.items()}


@dataclass(frozen=True)
class Matches:
    """What rules match, at whatever level.

    Parameters
    ----------
    alarms, benign : int
        Benign events that a rule matches, and all benign events.
    found : dict of str to int
        Matched events of each execution.
    """

    alarms: int
    benign: int
    found: Mapping[str, int]

    @property
    def share(self) -> float:
        """Share of the benign events that a rule matches."""
        return self.alarms / self.benign

    @property
    def missed(self) -> frozenset[str]:
        """Executions without a matched event."""
        return frozenset(name for name, count in self.found.items() if not count)


def matches(result: Result) -> Matches:
    """What the rules match, from their own result.

    The score of a point that no rule matches is the lowest. So finding such an event flags every benign one, and an
    event that comes with fewer false alarms is matched. The matched benign events are the rest of all matched ones.
    """
    alarms = benign = 0
    events: dict[str, int] = {}
    for row, block in zip(result.rows, blocks(result), strict=True):
        inside = {name: sum(one < block.benign for one in costs) for name, costs in block.executions.items()}
        alarms += _matched(row) - sum(inside.values())
        benign += block.benign
        events |= inside
    return Matches(alarms, benign, events)


def _matched(row: Row) -> int:
    """Points of a row that a rule matches."""
    share, points = row["diagnostics"]["matched share"], row["points"]
    return round(float(share) * int(points))
