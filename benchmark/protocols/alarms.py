"""The protocol `alarms`: ``native`` with a budget of one false alarm a day, in flagged normal points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from pydantic import Field

from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols.native import Native


@dataclass(kw_only=True)
class Alarms(Native):
    """``native`` with one more cut: at most one false alarm a day.

    Data, splits and fits are those of ``native``, so that stored scores are measured again and nothing is fitted. A
    false alarm is a flagged normal point. The columns are named after the share of normal points, ``Recall@0.0694444%``
    for minutes (`benchmark.evaluation.thresholds`), with ``-test`` where the budget is spent on the normal points of
    the test itself: the recall at that very rate, whatever cut could have been set beforehand.

    Parameters
    ----------
    rows_per_day : int
        Rows of a day: 1,440 for minutes, 288 for five minutes.
    """

    seed_name: ClassVar[str] = "Alarms"

    rows_per_day: Annotated[int, Field(ge=2)] = 1_440

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make one task per recording; see `Native.tasks`."""
        tasks = Native(by=self.by, test=self.test, validation=self.validation).tasks(dataset, recordings, seed)
        return [replace(task, budgets=(1 / self.rows_per_day,)) for task in tasks]
