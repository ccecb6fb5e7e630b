"""The protocol of the cloud workload table, which has no labels: two scenarios that create them.

The table is split in time order, 60 % training, 10 % validation, 30 % test. Its rows are independent uniform noise, so
a detector can find only what the scenario adds.

``injected``
    Labelled events of three kinds, 8 to 40 rows long (`benchmark.protocols.cloud_workload.events`), cover ``share`` of
    the rows of test and validation, and ``contamination`` of the training rows. Detectors with labels get the
    contaminated training rows *with* their labels and validation with events. Detectors without labels get the same
    training rows without labels, and validation as it was before injection, so that their thresholds and calibration
    use normal rows. Both have the same training values, and labels are as rare as the contamination: with 2 % of 3,000
    rows there are two to seven training events, which may lack some of the three kinds.
``rule``
    Nothing is injected. A row is abnormal when a stress rule on its own columns holds:

        (CPU ≥ 75 %  or  memory ≥ 6,500 MB)  and  (waiting time ≥ 800 ms  or  error rate ≥ 4.5 %)

    With uniform independent columns this holds for 0.35 · 0.28 = 9.9 % of the rows. Labels are of single points. The
    columns of the rule stay in the data, so a detector with labels can learn the rule itself, and only this is
    measured. For a detector without labels, an abnormal row lies in a corner of a uniform cube, no rarer and no farther
    from its neighbours than any other row, so only a detector that takes high values for anomalous does better than
    chance. Training and validation have as many such rows as test, for every detector. ``share``, ``severity``
    and ``contamination`` have no effect.

The weakly supervised detector itself draws its share r of pseudo-labels, and the share ρ of wrong ones, from the
labelled training rows; the protocol is the same for every r and ρ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.protocol import Grouping, Protocol, Task
from benchmark.interfaces.recording import Recording
from benchmark.protocols import split
from benchmark.protocols.cloud_workload.events import CPU, ERRORS, KINDS, MEMORY, WAITING, inject_events
from benchmark.protocols.google_2019.injection import Severity

SHARES = (0.6, 0.1, 0.3)
"""Train, validation and test share, in time order."""

DEMAND = ((CPU, 75.0), (MEMORY, 6500.0))
SYMPTOM = ((WAITING, 800.0), (ERRORS, 4.5))
"""The stress rule: one column of `DEMAND` and one of `SYMPTOM` reach their level."""


@dataclass(kw_only=True)
class CloudWorkloadProtocol(Protocol):
    """Cloud workload table: labels from injected events or from a stress rule, split in time 60/10/30.

    The module describes the two scenarios.

    Parameters
    ----------
    scenario : {"injected", "rule"}
        Source of the labels.
    share : float
        Share of anomalous rows in test and in labelled validation.
    severity : {"mild", "moderate", "severe"}
        Strength of the injected events: channels in about the outer half, quarter or eighth of their range.
    contamination : float
        Share of anomalous rows in training.
    rows : int
        Use the first rows only; 0 takes all.
    """

    seed_name: ClassVar[str] = "CloudWorkloadProtocol"
    datasets: ClassVar[tuple[str, ...]] = ("cloud-workload",)

    scenario: Literal["injected", "rule"] = "injected"
    share: Annotated[float, Field(ge=0.01, le=0.40)] = 0.10
    severity: Severity = "moderate"
    contamination: Annotated[float, Field(ge=0.0, le=0.40)] = 0.02
    rows: Annotated[int, Field(ge=0)] = 0

    def tasks(self, dataset: str, recordings: list[Recording], seed: int) -> list[Task]:
        """Make the one task of a seed; see `Protocol.tasks`.

        Raises
        ------
        ParameterError
            If the events of ``share`` do not fit into the rows of a part.
        DataError
            If ``rows`` leaves a part without rows.
        """
        recording = recordings[0]
        if self.rows:
            recording = recording.take(slice(self.rows))
        if self.scenario == "rule":
            recording = replace(recording, labels=stressed(recording))
        parts = [recording.take(part) for part in split.in_time(len(recording), SHARES)]
        if self.scenario == "rule" or not all(len(part) for part in parts):  # `Task` names the part without rows
            train, validation, test = parts
            clean, hidden = validation, validation.labels
            groupings = {}
        else:
            clean, hidden = parts[1], np.zeros(len(parts[1]), np.bool_)
            shares = {"train": self.contamination, "validation": self.share, "test": self.share}
            train, validation, test = (
                inject_events(part, share, self.severity, self.generator(dataset, seed, f"inject {purpose}"))
                for part, (purpose, share) in zip(parts, shares.items(), strict=True)
            )
            groupings = {"kind": Grouping(test.covariates["kind"] - np.int8(1), KINDS, with_normal=True)}
        return [
            Task(
                name=recording.name,
                train=train,
                validation=validation,
                train_unlabelled=train.unlabelled(),
                validation_unlabelled=clean.unlabelled(),
                test=test,
                groupings=groupings,
                hidden_validation_labels=hidden,
            )
        ]


def stressed(recording: Recording) -> NDArray[np.bool_]:
    """Mark the rows where the stress rule of the ``rule`` scenario holds, shape (T,)."""
    return _any_reached(recording, DEMAND) & _any_reached(recording, SYMPTOM)


def _any_reached(recording: Recording, levels: tuple[tuple[str, float], ...]) -> NDArray[np.bool_]:
    reached = np.zeros(len(recording), dtype=np.bool_)
    for name, level in levels:
        reached |= recording.values[:, recording.channels.index(name)] >= level
    return reached
